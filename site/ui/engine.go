package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed layout parts pages desk static
var files embed.FS

// Engine holds every page's template, parsed and checked at start.
type Engine struct {
	pages map[string]*template.Template
}

// NewEngine parses layouts, parts and pages. A fault in any of them stops the
// program at start, not a reader later.
func NewEngine() (*Engine, error) {
	base := template.New("base").Option("missingkey=error")
	shared, err := collect("layout", "parts")
	if err != nil {
		return nil, err
	}
	for _, name := range shared {
		if err := parseInto(base, name); err != nil {
			return nil, err
		}
	}
	e := &Engine{pages: make(map[string]*template.Template)}
	for _, dir := range []string{"pages", "desk"} {
		names, err := collect(dir)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			t, err := base.Clone()
			if err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
			if err := parseInto(t, name); err != nil {
				return nil, err
			}
			e.pages[strings.TrimSuffix(name, ".html")] = t
		}
	}
	return e, nil
}

func collect(dirs ...string) ([]string, error) {
	var names []string
	for _, dir := range dirs {
		err := fs.WalkDir(files, dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && path.Ext(name) == ".html" {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("templates in %s: %w", dir, err)
		}
	}
	return names, nil
}

func parseInto(t *template.Template, name string) error {
	src, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	if _, err := t.New(name).Parse(string(src)); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	return nil
}

// Render draws a page: name is pages/home or desk/queue, layout is the define
// that frames it ("public" or "desk"). Nothing is written before the whole
// page is drawn.
func (e *Engine) Render(layout, name string, page any) ([]byte, error) {
	t, ok := e.pages[name]
	if !ok {
		return nil, fmt.Errorf("no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, layout, page); err != nil {
		return nil, fmt.Errorf("draw %s: %w", name, err)
	}
	return b.Bytes(), nil
}

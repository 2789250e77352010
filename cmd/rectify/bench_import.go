package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/gomarkdown/markdown"
	"github.com/gomarkdown/markdown/html"
	"github.com/gomarkdown/markdown/parser"

	"rectify/content/builtin"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/parse"
	"rectify/content/render"
)

// benchImport holds the import of a document, from its bytes to the Markdown of
// a notice, against gomarkdown's rendering of that Markdown.
func benchImport(ctx context.Context, b *benchCmd, _ string) (ours, theirs side, done func(), err error) {
	name, src, err := b.document()
	if err != nil {
		return nil, nil, nil, err
	}
	one := func() ([]byte, error) {
		d, err := document.Read(ctx, name, src)
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		r, err := importer.Import(d, importer.Options{Now: time.Now()})
		if err != nil {
			return nil, err
		}
		return r.Markdown, nil
	}
	md, err := one()
	if err != nil {
		return nil, nil, nil, err
	}
	ours = repeated(func() error { _, err := one(); return err })
	theirs = repeated(func() error {
		doc := parser.NewWithExtensions(parse.Extensions).Parse(append([]byte(nil), md...))
		if len(markdown.Render(doc, html.NewRenderer(html.RendererOptions{}))) == 0 {
			return errors.New("nothing was rendered")
		}
		return nil
	})
	return ours, theirs, func() {}, nil
}

// document is what row 8 imports: a file, else the text of a built-in notice.
func (b *benchCmd) document() (name string, src []byte, err error) {
	if b.Document != "" {
		src, err = readSome(b.Document)
		return filepath.Base(b.Document), src, err
	}
	md, err := fs.ReadFile(builtin.FS(), benchSlug+".md")
	if err != nil {
		return "", nil, fmt.Errorf("built-in notice: %w", err)
	}
	n, _ := parse.Notice(benchSlug+".md", md)
	return benchSlug + ".txt", []byte(render.Text(n)), nil
}

// repeated does something over and over and answers how often a second.
func repeated(do func() error) side {
	return func(_ context.Context, span time.Duration) (float64, error) {
		n, began := 0, time.Now()
		for time.Since(began) < span {
			if err := do(); err != nil {
				return 0, err
			}
			n++
		}
		return float64(n) / time.Since(began).Seconds(), nil
	}
}

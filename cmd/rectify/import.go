package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/parse"
	"rectify/feedback/calendar"
	"rectify/site/i18n"
)

// importCmd makes notices of official documents.
type importCmd struct {
	Files     []string `arg:"" name:"file" help:"Documents: .docx, .html, .txt, .md."`
	Into      string   `help:"Folder to write the notice into; standard output where none is given." type:"path" placeholder:"DIR"`
	Published string   `help:"Moment of publication, like 2026-11-23T09:30:00+08:00; else what the page says, else now." placeholder:"TIME"`
	Slug      string   `help:"Name of the notice in addresses; else that of the file." placeholder:"NAME"`
	Force     bool     `help:"Replace a notice of that name."`
}

// Run imports one file after the other. What is wrong with one keeps none of
// the others from being imported.
func (c *importCmd) Run(ctx context.Context) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	say := &speaker{words: words, lang: language(), out: os.Stderr}
	failed := false
	for _, file := range c.Files {
		if err := c.one(ctx, file, o, say); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !errors.Is(err, errFound) {
				say.line(file, 1, "", words.Text(say.lang, "import.error", say.fault(err)))
			}
			failed = true
		}
	}
	if failed {
		return errFound
	}
	return nil
}

func (c *importCmd) options() (importer.Options, error) {
	o := importer.Options{Slug: c.Slug, Now: time.Now().In(calendar.Beijing()).Truncate(time.Second)}
	switch {
	case len(c.Files) > 1 && c.Slug != "":
		return o, fmt.Errorf("--slug names one notice, not %d: %w", len(c.Files), errUsage)
	case len(c.Files) > 1 && c.Into == "":
		return o, fmt.Errorf("several files need --into: %w", errUsage)
	case c.Slug != "" && !content.ValidSlug(c.Slug):
		return o, fmt.Errorf("--slug %q cannot be an address: %w", c.Slug, errUsage)
	}
	if c.Published != "" {
		t, err := time.Parse(time.RFC3339, c.Published)
		if err != nil {
			return o, fmt.Errorf("--published %q is not like 2026-11-23T09:30:00+08:00: %w", c.Published, errUsage)
		}
		o.Published = t
	}
	return o, nil
}

// one reads a document, writes its notice, and says what a person must know.
func (c *importCmd) one(ctx context.Context, file string, o importer.Options, say *speaker) error {
	src, err := readSome(file)
	if err != nil {
		return err
	}
	d, r := already(file, src, o)
	if r == nil {
		if d, err = document.Read(ctx, filepath.Base(file), src); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if r, err = importer.Import(d, o); err != nil {
			return err
		}
	}
	name, written := r.Notice.Slug+".md", ""
	if c.Into == "" {
		if _, err := os.Stdout.Write(r.Markdown); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	} else {
		if err := c.write(name, r.Markdown); err != nil {
			return err
		}
		written = filepath.Join(c.Into, name)
	}
	say.result(file, d, r)
	found := c.check(name, r.Markdown)
	errs := 0
	for _, x := range found {
		key := "check.warning"
		if x.Severity == content.Error {
			key = "check.error"
			errs++
		}
		say.line(name, x.Line, say.words.Text(say.lang, key), say.words.Text(say.lang, "check."+x.Code, x.Args...))
	}
	say.sum(written, r, errs)
	if errs > 0 {
		return errFound
	}
	return nil
}

// already answers a file that is a notice as it stands: there is nothing to draw.
func already(file string, src []byte, o importer.Options) (*document.Document, *importer.Result) {
	if !bytes.HasPrefix(src, []byte("---\n")) {
		return nil, nil
	}
	name := cmp.Or(o.Slug, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))) + ".md"
	n, found := parse.Notice(name, src)
	if content.HasErrors(found) {
		return nil, nil
	}
	d := &document.Document{Name: name, Format: document.Markdown}
	return d, &importer.Result{Notice: n, Markdown: src, Findings: []importer.Finding{{Code: "notice-kept"}}}
}

// readSome reads a file but no more than one byte beyond the bound.
func readSome(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
	return src, errors.Join(err, f.Close())
}

// check does what rectify check does with the one notice.
func (c *importCmd) check(name string, md []byte) []content.Diagnostic {
	n, found := parse.Notice(name, md)
	if content.HasErrors(found) {
		return found
	}
	return append(found, check.Notice(n, name, func(file string) bool {
		if c.Into == "" || !filepath.IsLocal(file) {
			return false
		}
		_, err := os.Stat(filepath.Join(c.Into, file))
		return err == nil
	})...)
}

// errExists is answered where a notice would be written over without --force.
var errExists = errors.New("is there already")

// write puts the notice into the folder in one step; the folder is its root, so
// that no name leads out of it (threat T48).
func (c *importCmd) write(name string, md []byte) (err error) {
	if err := os.MkdirAll(c.Into, 0o755); err != nil { //nolint:gosec // notices are public
		return fmt.Errorf("folder: %w", err)
	}
	root, err := os.OpenRoot(c.Into)
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	temp := "." + name[:min(len(name), 64)] + "." + rand.Text()[:8] + ".new"
	if err := writeWhole(root, temp, md); err != nil {
		return errors.Join(err, removed(root, temp))
	}
	if c.Force {
		if err := root.Rename(temp, name); err != nil {
			return errors.Join(fmt.Errorf("write: %w", err), removed(root, temp))
		}
		return nil
	}
	err = root.Link(temp, name) // unlike a rename it never replaces
	if errors.Is(err, fs.ErrExist) {
		err = fmt.Errorf("%s %w", name, errExists)
	}
	return errors.Join(err, removed(root, temp))
}

func writeWhole(root *os.Root, name string, md []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	_, err = f.Write(md)
	return errors.Join(err, f.Sync(), f.Close())
}

func removed(root *os.Root, name string) error {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

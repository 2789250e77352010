package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/document"
	"rectify/content/format"
	"rectify/content/importer"
	"rectify/content/parse"
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
	o := importer.Options{Slug: c.Slug, Now: time.Now().Truncate(time.Second)}
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
	d, err := document.Read(ctx, filepath.Base(file), src)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	r, err := importer.Import(d, o)
	if err != nil {
		return err
	}
	name := r.Notice.Slug + ".md"
	if c.Into == "" {
		if _, err := os.Stdout.Write(r.Markdown); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	} else if err := c.write(name, r.Markdown); err != nil {
		return err
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
	say.sum(filepath.Join(c.Into, name), r, errs)
	if errs > 0 {
		return errFound
	}
	return nil
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

// speaker says codes in the words of the catalogue.
type speaker struct {
	words *i18n.Catalogue
	lang  i18n.Lang
	out   io.Writer
}

func (s *speaker) line(file string, line int, kind, sentence string) {
	fmt.Fprintf(s.out, "%s:%d: %s%s\n", file, max(line, 1), kind, oneLine(sentence))
}

// oneLine keeps foreign text from moving the cursor or making lines of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' {
			return ' '
		}
		if format.Hidden(r) || r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
}

// result says remarks, findings and what was left out, in the document's order.
func (s *speaker) result(file string, d *document.Document, r *importer.Result) {
	type said struct {
		line           int
		kind, sentence string
	}
	var all []said
	kind := func(k string) string { return s.words.Text(s.lang, "import.severity."+k) }
	for _, m := range d.Remarks {
		all = append(all, said{m.Line, kind("reading"), s.words.Text(s.lang, "import.remark."+m.Code, m.Args...)})
	}
	for _, f := range r.Findings {
		all = append(all, said{f.Source, kind(severityName(f.Severity)), s.words.Text(s.lang, "import.finding."+f.Code, f.Args...)})
	}
	for _, l := range r.Unplaced {
		all = append(all, said{l.Line, kind("left"), s.left(l)})
	}
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(a.line, b.line) })
	for _, x := range all {
		s.line(file, x.line, x.kind, x.sentence)
	}
}

// longLeft is how much is said of text that was never meant for readers.
const longLeft = 80

func (s *speaker) left(l document.Left) string {
	why := s.words.Text(s.lang, "import.reason."+l.Reason)
	if n := utf8.RuneCountInString(l.Text); n > longLeft && (l.Reason == document.ReasonScript || l.Reason == document.ReasonStyle) {
		return s.words.Text(s.lang, "import.left.long", why, string([]rune(l.Text)[:longLeft]), n)
	}
	return s.words.Text(s.lang, "import.left", why, l.Text)
}

func severityName(sev importer.Severity) string {
	switch sev {
	case importer.Uncertain:
		return "uncertain"
	case importer.Contradiction:
		return "contradiction"
	default:
		return "info"
	}
}

func (s *speaker) sum(file string, r *importer.Result, errs int) {
	t := r.Notice.Totals()
	fmt.Fprintln(s.out, s.words.Text(s.lang, "import.written", file, t.Aspects, t.Problems, t.Findings))
	var open, against int
	for _, f := range r.Findings {
		switch f.Severity {
		case importer.Uncertain:
			open++
		case importer.Contradiction:
			against++
		case importer.Info:
		}
	}
	fmt.Fprintln(s.out, s.words.Text(s.lang, "import.sum", open, against, len(r.Unplaced), errs))
}

// fault says in plain words why a file cannot be imported.
func (s *speaker) fault(err error) string {
	for _, x := range []struct {
		err  error
		code string
	}{
		{document.ErrTooLarge, "too-large"}, {importer.ErrTooLarge, "too-large"}, {document.ErrTooDeep, "too-deep"}, {document.ErrMacros, "macros"},
		{document.ErrFormat, "format"}, {document.ErrDamaged, "damaged"}, {document.ErrUnsafe, "unsafe"}, {document.ErrEncrypted, "encrypted"},
		{document.ErrEncoding, "encoding"}, {importer.ErrEmpty, "empty"},
	} {
		if !errors.Is(err, x.err) {
			continue
		}
		sentence := s.words.Text(s.lang, "import.fault."+x.code)
		var where *document.Error
		if errors.As(err, &where) && (where.Entry != "" || where.Detail != "" || where.Line > 0) {
			sentence += " (" + oneLine(strings.Trim(fmt.Sprintf("%s %s", where.Entry, where.Detail), " ")) + ")"
		}
		return sentence
	}
	if errors.Is(err, errExists) {
		name, _, _ := strings.Cut(err.Error(), " ")
		return s.words.Text(s.lang, "import.fault.exists", name)
	}
	return s.words.Text(s.lang, "import.fault.other", err)
}

// language is that of the terminal; Chinese unless English is asked for.
func language() i18n.Lang {
	// LANG is en_US.UTF-8 where a browser says en-US.
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	return i18n.Prefer(strings.ReplaceAll(locale, "_", "-"))
}

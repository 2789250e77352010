package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"rectify/content/document"
	"rectify/content/format"
	"rectify/content/importer"
	"rectify/site/i18n"
)

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
	if d.Encoding != "" {
		all = append(all, said{0, kind("reading"), s.words.Text(s.lang, "import.encoding", d.Encoding)})
	}
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
	return s.words.Text(s.lang, "import.left", why, strings.TrimSpace(l.Text))
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

// sum says what the notice holds, where it was written if into a file, and how
// much is left for a person.
func (s *speaker) sum(file string, r *importer.Result, errs int) {
	t := r.Notice.Totals()
	if file == "" {
		fmt.Fprintln(s.out, s.words.Text(s.lang, "import.counted", t.Aspects, t.Problems, t.Findings))
	} else {
		fmt.Fprintln(s.out, s.words.Text(s.lang, "import.written", file, t.Aspects, t.Problems, t.Findings))
	}
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
	var path *fs.PathError
	switch {
	case !errors.As(err, &path):
	case errors.Is(err, fs.ErrNotExist):
		return s.words.Text(s.lang, "import.fault.no-file", path.Path)
	case errors.Is(err, fs.ErrPermission):
		return s.words.Text(s.lang, "import.fault.no-right", path.Path)
	case errors.Is(err, syscall.EISDIR):
		return s.words.Text(s.lang, "import.fault.folder", path.Path)
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

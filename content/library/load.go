package library

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/parse"
	"rectify/content/render"
)

// Read parses and checks every notice in a folder and all of them together.
// It is what the command rectify check does, too.
func Read(ctx context.Context, fsys fs.FS) ([]*content.Notice, []content.Diagnostic, error) {
	files, err := sources(fsys)
	if err != nil {
		return nil, nil, err
	}
	var notices []*content.Notice
	var found []content.Diagnostic
	names := make(map[*content.Notice]string)
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		src, err := readFile(fsys, name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		n, ds := one(fsys, name, src)
		found = append(found, ds...)
		notices = append(notices, n)
		names[n] = name
	}
	found = append(found, check.Set(notices, func(n *content.Notice) string { return names[n] })...)
	return notices, found, nil
}

// one reads and checks a single notice.
func one(fsys fs.FS, name string, src []byte) (*content.Notice, []content.Diagnostic) {
	n, found := parse.Notice(name, src)
	if content.HasErrors(found) {
		return n, found // what follows from a broken reading would only hide its cause
	}
	return n, append(found, check.Notice(n, name, func(file string) bool {
		_, err := fs.Stat(fsys, path.Join(path.Dir(name), file))
		return err == nil
	})...)
}

// sources are the notices of a folder: its Markdown files but for README.md.
func sources(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err //nolint:wrapcheck // says "open …" itself
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() && path.Ext(name) == ".md" && !strings.HasPrefix(name, ".") && !strings.EqualFold(name, "readme.md") {
			names = append(names, name)
		}
	}
	return names, nil
}

// readFile reads no more than a notice may be long, and one byte to tell.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, parse.MaxBytes+1))
	return src, errors.Join(err, f.Close())
}

func (l *Library) load(ctx context.Context, before *Snapshot) (*Snapshot, []content.Diagnostic, error) {
	files, err := sources(l.opts.FS)
	if err != nil {
		return nil, nil, err
	}
	next := &Snapshot{slugs: make(map[string]*Entry)}
	var found []content.Diagnostic
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		e, ds := l.entry(name, before)
		found = append(found, ds...)
		if e != nil {
			next.slugs[e.Notice.Slug] = e
		}
	}
	found = append(found, l.set(next, before)...)
	for slug, e := range next.slugs {
		if !e.Stale && before.slugs[slug] != e {
			l.keep(e.Notice) // only now is it known to be good beside the others
		}
		next.entries = append(next.entries, e)
	}
	slices.SortFunc(next.entries, newestFirst)
	return next, found, nil
}

// set leaves out notices that do not go together with the others, or keeps them
// as they last were.
func (l *Library) set(s, before *Snapshot) []content.Diagnostic {
	var all []*content.Notice
	for _, e := range s.slugs {
		all = append(all, e.Notice)
	}
	slices.SortFunc(all, func(a, b *content.Notice) int { return cmp.Compare(a.Slug, b.Slug) })
	found := check.Set(all, func(n *content.Notice) string { return n.Slug + ".md" })
	for _, d := range found {
		slug := strings.TrimSuffix(d.File, ".md")
		delete(s.slugs, slug)
		if e := l.lastGood(slug, before); e != nil {
			s.slugs[slug] = e
		}
	}
	return found
}

// entry answers the notice of a file: as it was when nothing changed, anew, or
// its last good version; nil when there never was one.
func (l *Library) entry(name string, before *Snapshot) (*Entry, []content.Diagnostic) {
	slug := strings.TrimSuffix(name, ".md")
	src, err := readFile(l.opts.FS, name)
	if err != nil {
		return l.lastGood(slug, before), []content.Diagnostic{{File: name, Severity: content.Error, Code: "unreadable", Args: []any{err.Error()}}}
	}
	sum := sha256.Sum256(src)
	if old, ok := before.slugs[slug]; ok && !old.Stale && old.Notice.Digest == hex.EncodeToString(sum[:]) {
		return old, old.found
	}
	n, found := one(l.opts.FS, name, src)
	if content.HasErrors(found) {
		return l.lastGood(slug, before), found
	}
	e, err := l.made(n)
	if err != nil {
		return l.lastGood(slug, before), append(found, content.Diagnostic{File: name, Severity: content.Error, Code: "unreadable", Args: []any{err.Error()}})
	}
	e.found = found
	return e, found
}

func (l *Library) made(n *content.Notice) (*Entry, error) {
	doc, err := render.Notice(n)
	if err != nil {
		return nil, err
	}
	return &Entry{Notice: n, Doc: doc, Loaded: l.opts.Now()}, nil
}

func newestFirst(a, b *Entry) int {
	return cmp.Or(
		b.Notice.Published.Compare(a.Notice.Published),
		b.Notice.Date.Time().Compare(a.Notice.Date.Time()),
		cmp.Compare(a.Notice.Slug, b.Notice.Slug),
	)
}

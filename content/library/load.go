package library

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// sources are the notices of a folder: its Markdown files but for README.md.
func sources(fsys fs.FS) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err //nolint:wrapcheck // says "open …" itself
	}
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		name := e.Name()
		return e.IsDir() || path.Ext(name) != ".md" || strings.HasPrefix(name, ".") || strings.EqualFold(name, "readme.md")
	}), nil
}

// readFile reads no more than a notice may be long, and one byte to tell.
func readFile(fsys fs.FS, name string) ([]byte, error) { return readWhole(fsys, name, time.Time{}) }

// errUnfinished means that somebody is writing the file just now.
var errUnfinished = errors.New("the file is being written")

// writing is how long a writer who keeps a file open and writes nothing more to
// it is waited for.
const writing = 10 * time.Second

// readWhole is readFile for a file that was changed last at mod, and may be in
// the middle of it: half of a notice can be a good notice. errUnfinished.
func readWhole(fsys fs.FS, name string, mod time.Time) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	fresh := time.Since(mod) < writing
	busy := fresh && beingWritten(f)
	src, err := io.ReadAll(io.LimitReader(f, parse.MaxBytes+1))
	if busy = busy || fresh && beingWritten(f); busy {
		err = errUnfinished
	}
	return src, errors.Join(err, f.Close())
}

// one reads and checks a single notice.
func one(name string, src []byte, has func(file string) bool) (*content.Notice, []content.Diagnostic) {
	n, found := parse.Notice(name, src)
	if content.HasErrors(found) {
		return n, found // what follows from a broken reading would only hide its cause
	}
	return n, append(found, check.Notice(n, name, has)...)
}

// beside asks a folder for files by name.
func beside(fsys fs.FS) func(file string) bool {
	return func(file string) bool {
		_, err := fs.Stat(fsys, file)
		return err == nil
	}
}

func (l *Library) load(ctx context.Context, fsys fs.FS, before *Snapshot, deep bool) (*Snapshot, []content.Diagnostic, error) {
	files, err := sources(fsys)
	if err != nil {
		return nil, nil, err
	}
	l.unfinished.Store(false)
	entries, findings := make([]*Entry, len(files)), make([][]content.Diagnostic, len(files))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		work.Go(func() error {
			entries[i], findings[i] = l.entry(fsys, file, before, deep)
			return ctx.Err()
		})
	}
	if err := work.Wait(); err != nil {
		return nil, nil, err //nolint:wrapcheck // the context's own words
	}
	next := &Snapshot{slugs: make(map[string]*Entry, len(files))}
	for _, e := range entries {
		if e != nil {
			next.slugs[e.Notice.Slug] = e
		}
	}
	found := append(slices.Concat(findings...), l.set(next, before)...)
	for slug, e := range next.slugs {
		if old, ok := before.slugs[slug]; !e.Stale && (!ok || old.Notice.Digest != e.Notice.Digest) {
			l.keep(e) // only now is it known to be good beside the others
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
func (l *Library) entry(fsys fs.FS, file fs.DirEntry, before *Snapshot, deep bool) (*Entry, []content.Diagnostic) {
	name := file.Name()
	slug := strings.TrimSuffix(name, ".md")
	old := before.slugs[slug]
	if old != nil && old.Stale {
		old = nil
	}
	now := stampOf(file)
	if old != nil && !deep && old.same(now) && old.stands(fsys) {
		return old, old.found
	}
	src, err := readWhole(fsys, name, now.Mod)
	if errors.Is(err, errUnfinished) {
		l.unfinished.Store(true)
		return before.slugs[slug], nil
	}
	if err != nil {
		return l.lastGood(slug, before), unreadable(name, err)
	}
	if old != nil && old.Notice.Digest == shelf.Digest(src) && old.stands(fsys) {
		if old.file == now {
			return old, old.found
		}
		again := *old
		again.file = now
		return &again, old.found
	}
	e := &Entry{lib: l, file: now, Loaded: l.opts.Now(), moved: old != nil}
	n, found := one(name, src, func(file string) bool {
		has := beside(fsys)(file)
		e.asked = append(e.asked, asked{file, has})
		return has
	})
	if content.HasErrors(found) {
		return l.lastGood(slug, before), found
	}
	if _, err := l.render(n); err != nil {
		return l.lastGood(slug, before), append(found, unreadable(name, err)...)
	}
	e.Notice, e.found = n.Outline(), found
	e.src = src // until it is kept
	return e, found
}

func unreadable(name string, err error) []content.Diagnostic {
	return []content.Diagnostic{{File: name, Severity: content.Error, Code: "unreadable", Args: []any{err.Error()}}}
}

// stampOf is what the folder says of a file without opening it.
func stampOf(file fs.DirEntry) stamp {
	info, err := file.Info()
	if err != nil {
		return stamp{}
	}
	s := stamp{Size: info.Size(), Mod: info.ModTime().UTC()}
	if f, ok := info.Sys().(shelf.File); ok {
		s.Digest = f.Digest
	}
	return s
}

// same reports whether the file is surely what was read. A folder without
// times (the one built in) tells nothing.
func (e *Entry) same(now stamp) bool {
	if now.Digest != "" {
		return now.Digest == e.Notice.Digest
	}
	return !now.Mod.IsZero() && now.Size == e.file.Size && now.Mod.Equal(e.file.Mod)
}

// stands reports whether what the check asked for is still answered the same.
func (e *Entry) stands(fsys fs.FS) bool {
	has := beside(fsys)
	for _, q := range e.asked {
		if has(q.Name) != q.Has {
			return false
		}
	}
	return true
}

func newestFirst(a, b *Entry) int {
	return cmp.Or(
		b.Notice.Published.Compare(a.Notice.Published),
		b.Notice.Date.Time().Compare(a.Notice.Date.Time()),
		cmp.Compare(a.Notice.Slug, b.Notice.Slug),
	)
}

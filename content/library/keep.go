package library

import (
	"os"
	"path/filepath"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// keep writes the source of a good version, so that a broken file does not
// take the notice down at the next start either. A failure is only logged: the
// notice itself stands.
func (l *Library) keep(e *Entry) {
	if l.opts.Keep == "" || e.src == nil {
		return
	}
	path := l.kept(e.Notice.Slug)
	if have, err := os.ReadFile(path); err == nil && shelf.Digest(have) == e.Notice.Digest {
		e.src = nil
		return
	}
	if err := l.write(path, e.src); err != nil {
		l.opts.Log.Warn("last good version not kept", "notice", e.Notice.Slug, "err", err)
		return
	}
	e.src = nil // the disk has it
}

// write puts a file in place in one step.
func (l *Library) write(path string, data []byte) error {
	if err := os.MkdirAll(l.opts.Keep, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// lastGood answers the version that was published before, from memory or disk.
func (l *Library) lastGood(slug string, before *Snapshot) *Entry {
	if old, ok := before.slugs[slug]; ok {
		stale := *old
		stale.Stale = true
		return &stale
	}
	if l.opts.Keep == "" {
		return nil
	}
	src, err := os.ReadFile(l.kept(slug))
	if err != nil {
		return nil
	}
	n, found := parse.Notice(slug+".md", src)
	if content.HasErrors(found) {
		return nil
	}
	if _, err := l.render(n); err != nil {
		return nil
	}
	return &Entry{lib: l, Notice: n.Outline(), Stale: true, Loaded: l.opts.Now(), src: src}
}

func (l *Library) kept(slug string) string { return filepath.Join(l.opts.Keep, slug+".md") }

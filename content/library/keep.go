package library

import (
	"bytes"
	"os"
	"path/filepath"

	"rectify/content"
	"rectify/content/parse"
)

// keep writes the source of a good version, so that a broken file does not
// take the notice down at the next start either. A failure is only logged: the
// notice itself stands.
func (l *Library) keep(n *content.Notice) {
	if l.opts.Keep == "" {
		return
	}
	path := l.kept(n.Slug)
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, n.Source) {
		return
	}
	err := os.MkdirAll(l.opts.Keep, 0o700)
	if err == nil {
		err = os.WriteFile(path+".new", n.Source, 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		l.opts.Log.Warn("last good version not kept", "notice", n.Slug, "err", err)
	}
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
	e, err := l.made(n)
	if err != nil {
		return nil
	}
	e.Stale = true
	return e
}

func (l *Library) kept(slug string) string { return filepath.Join(l.opts.Keep, slug+".md") }

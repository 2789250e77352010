package library

import (
	"context"
	"fmt"
	"slices"

	"rectify/content/history"
)

// recordAll gives every published notice its number in the archive and keeps
// what is new there as a version. What cannot be kept just now is tried again
// at the next look: a notice is not held back for want of an archive.
func (l *Library) recordAll(ctx context.Context) (changed []string) {
	if l.opts.Archive == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.now.Load()
	next := &Snapshot{slugs: make(map[string]*Entry, len(before.slugs))}
	for _, e := range before.entries {
		if e.Version == 0 && !e.Stale && ctx.Err() == nil {
			n, err := l.record(ctx, e)
			if err != nil {
				l.opts.Log.Warn("version not kept", "notice", e.Notice.Slug, "err", err)
			} else {
				numbered := *e
				numbered.Version, numbered.moved = n, false
				e = &numbered
				changed = append(changed, e.Notice.Slug)
			}
		}
		next.entries = append(next.entries, e)
		next.slugs[e.Notice.Slug] = e
	}
	if len(changed) > 0 {
		l.now.Store(next)
		l.writeIndex(next)
	}
	return changed
}

// record answers the number of the version that e shows. A file that is known
// from an earlier version is that version again, unless this program saw it
// change: a copy of the site that starts with an old folder writes no history.
func (l *Library) record(ctx context.Context, e *Entry) (int, error) {
	if !e.moved {
		all, err := l.opts.Archive.Versions(ctx, e.Notice.Slug)
		if err != nil {
			return 0, fmt.Errorf("record: %w", err)
		}
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Digest == e.Notice.Digest {
				return all[i].N, nil
			}
		}
	}
	whole, err := l.whole(e)
	if err != nil {
		return 0, err
	}
	if warned, err := history.Warnings(ctx, l.opts.Archive, whole.Notice, e.Notice.Slug+".md"); err == nil {
		for _, d := range warned {
			l.opts.Log.Warn("notice", "file", d.File, "line", d.Line, "code", d.Code, "args", fmt.Sprint(d.Args...))
		}
	}
	v, _, err := history.Record(ctx, l.opts.Archive, whole.Notice, history.Change{FromFolder: true}, l.opts.Now())
	if err != nil {
		return 0, err //nolint:wrapcheck // says "record …" itself
	}
	return v.N, nil
}

// unrecorded reports whether a published notice waits to be kept as a version.
func (l *Library) unrecorded() bool {
	if l.opts.Archive == nil {
		return false
	}
	return slices.ContainsFunc(l.now.Load().entries, func(e *Entry) bool { return e.Version == 0 && !e.Stale })
}

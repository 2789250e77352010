package library

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"rectify/content"
)

// Options say where notices come from.
type Options struct {
	FS   fs.FS            // the folder of notices
	Keep string           // folder for last good versions, empty: only in memory
	Log  *slog.Logger     // what is wrong with a notice, with file and line
	Now  func() time.Time // nil: time.Now
}

// Library is a folder of notices, read again when told to. It is safe for
// concurrent use.
type Library struct {
	opts Options
	now  atomic.Pointer[Snapshot]

	mu    sync.Mutex // one Reload at a time
	found []content.Diagnostic
}

// Open reads every notice. It fails only when the folder itself cannot be
// read; what is wrong with notices is told by Diagnostics and the log.
func Open(ctx context.Context, o Options) (*Library, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l := &Library{opts: o}
	l.now.Store(&Snapshot{slugs: map[string]*Entry{}})
	if _, err := l.Reload(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Snapshot is the library as it stands now.
func (l *Library) Snapshot() *Snapshot { return l.now.Load() }

// Diagnostics are the findings of the last Reload.
func (l *Library) Diagnostics() []content.Diagnostic {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found
}

// Reload reads the folder again and answers the slugs of the notices that are
// new, changed or gone. Unchanged notices are neither parsed nor rendered.
func (l *Library) Reload(ctx context.Context) (changed []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.now.Load()
	next, found, err := l.load(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	l.found = found
	for slug, e := range next.slugs {
		if old, ok := before.slugs[slug]; !ok || old.Notice.Digest != e.Notice.Digest || old.Stale != e.Stale {
			changed = append(changed, slug)
		}
	}
	for slug := range before.slugs {
		if _, ok := next.slugs[slug]; !ok {
			changed = append(changed, slug)
		}
	}
	for _, d := range found {
		level := slog.LevelWarn
		if d.Severity == content.Error {
			level = slog.LevelError
		}
		l.opts.Log.Log(ctx, level, "notice", "file", d.File, "line", d.Line, "code", d.Code, "args", fmt.Sprint(d.Args...))
	}
	l.now.Store(next)
	return changed, nil
}

package library

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"rectify/content"
	"rectify/content/history"
)

// Options say where notices come from.
type Options struct {
	FS      fs.FS                                    // the folder of notices
	Folder  func(ctx context.Context) (fs.FS, error) // instead of FS, asked at every reading
	Keep    string                                   // folder for last good versions and the index, empty: only in memory
	Archive *history.Archive                         // where versions are kept; nil: nowhere
	Build   string                                   // names this build of the program; what another build read is read again. Empty: no index is kept
	Log     *slog.Logger                             // what is wrong with a notice, with file and line
	Now     func() time.Time                         // nil: time.Now
}

// Library is a folder of notices, read again when told to. It is safe for
// concurrent use.
type Library struct {
	opts   Options
	now    atomic.Pointer[Snapshot]
	folder atomic.Pointer[fs.FS] // as last read
	opened *lru.Cache[string, *Whole]

	heard atomic.Pointer[func([]string)]

	unfinished atomic.Bool // the last reading left out a file that was being written

	mu    sync.Mutex // one Reload at a time
	seen  string     // what the folder looked like when Watch last looked
	found []content.Diagnostic
}

// Open reads every notice that is new or changed since the last run. It fails
// only when the folder itself cannot be read; what is wrong with notices is
// told by Diagnostics and the log.
func Open(ctx context.Context, o Options) (*Library, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Folder == nil {
		o.Folder = func(context.Context) (fs.FS, error) { return o.FS, nil }
	}
	opened, err := lru.New[string, *Whole](wholes)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	l := &Library{opts: o, opened: opened}
	l.now.Store(l.readIndex())
	if _, err := l.reload(ctx, false); err != nil {
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

// Reload reads every file of the folder again and answers the slugs of the
// notices that are new, changed or gone. Unchanged notices are neither parsed
// nor rendered.
func (l *Library) Reload(ctx context.Context) (changed []string, err error) {
	return l.look(ctx, true)
}

// Refresh is Reload for somebody who knows that a file was just changed: what
// has the size and time that it had is not read.
func (l *Library) Refresh(ctx context.Context) error {
	_, err := l.look(ctx, false)
	return err
}

// OnChange lets hear be called with the slugs of what readers see changed,
// after every reading that found any.
func (l *Library) OnChange(hear func(slugs []string)) { l.heard.Store(&hear) }

// look reads the folder, keeps what is new as versions, and tells of it.
func (l *Library) look(ctx context.Context, deep bool) ([]string, error) {
	changed, err := l.reload(ctx, deep)
	if err != nil {
		return nil, err
	}
	for _, slug := range l.recordAll(ctx) {
		if !slices.Contains(changed, slug) {
			changed = append(changed, slug)
		}
	}
	if hear := l.heard.Load(); hear != nil && len(changed) > 0 {
		(*hear)(changed)
	}
	return changed, nil
}

// reload reads the folder; what has the size and time that it had is read only
// if deep.
func (l *Library) reload(ctx context.Context, deep bool) (changed []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fsys, err := l.opts.Folder(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	before := l.now.Load()
	next, found, err := l.load(ctx, fsys, before, deep)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	l.folder.Store(&fsys)
	l.found = found
	changed = differ(before, next)
	for _, d := range found {
		level := slog.LevelWarn
		if d.Severity == content.Error {
			level = slog.LevelError
		}
		l.opts.Log.Log(ctx, level, "notice", "file", d.File, "line", d.Line, "code", d.Code, "args", fmt.Sprint(d.Args...))
	}
	l.now.Store(next)
	if deep || len(changed) > 0 {
		l.writeIndex(next)
	}
	return changed, nil
}

// differ names what a reader would see changed.
func differ(before, next *Snapshot) (changed []string) {
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
	return changed
}

package library

import (
	"context"
	"log/slog"
	"time"

	"github.com/fsnotify/fsnotify"
)

// How changes are noticed. A folder that tells of them is looked at as soon as
// it has been quiet for a moment, so that a file is not read while an editor or
// a copy still writes it; every folder is looked at once in a while, because
// network drives and some containers tell nothing. A change is seen within
// lookEvery and two of settling.
const (
	lookEvery = 700 * time.Millisecond
	settling  = 250 * time.Millisecond
	settleMax = 5 // looks at a folder that will not come to rest
)

// Watch reads the folder again whenever rev, a short text that is cheap to ask
// for, changes,
// until ctx ends. The first reading is a deep one: it also finds what changed
// without leaving a trace in sizes and times since the index was written. wake
// may be nil.
func (l *Library) Watch(ctx context.Context, rev func(context.Context) (string, error), wake <-chan struct{}) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	last, deep := "", true
	for {
		now, err := l.settle(ctx, rev)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.opts.Log.Warn("notices not looked at", "err", err)
		case now != last || deep || l.unrecorded() || l.unfinished.Load():
			if _, err := l.look(ctx, deep); err != nil {
				l.opts.Log.Error("notices not reread", "err", err)
				break
			}
			last, deep = now, false
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
	}
}

// settle answers rev once it has stood still for a moment.
func (l *Library) settle(ctx context.Context, rev func(context.Context) (string, error)) (string, error) {
	now, err := rev(ctx)
	for range settleMax {
		if err != nil || now == l.seen {
			return now, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err() //nolint:wrapcheck // the caller asks the context itself
		case <-time.After(settling):
		}
		before := now
		if now, err = rev(ctx); now == before {
			break
		}
	}
	l.seen = now
	return now, err
}

// Wake tells of changes in a folder as the system reports them, until ctx ends.
// Where it reports none, nil comes back and looking now and then must do.
func Wake(ctx context.Context, dir string, log *slog.Logger) <-chan struct{} {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = w.Add(dir)
	}
	if err != nil {
		log.Info("the system does not tell of changed files; the folder is looked at now and then", "err", err)
		return nil
	}
	wake := make(chan struct{}, 1)
	go func() {
		defer func() { _ = w.Close() }()
		for {
			select {
			case <-ctx.Done():
				return
			case _, ok := <-w.Events:
				if !ok {
					return
				}
				select {
				case wake <- struct{}{}:
				default: // one is waiting already
				}
			case <-w.Errors: //nolint:errcheck // an overflow: the next look finds what was missed
			}
		}
	}()
	return wake
}

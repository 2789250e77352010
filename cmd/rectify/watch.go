package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"rectify/content/library"
	"rectify/site/body"
)

// settingsEvery is how often site.yaml and the calendar are looked at.
const settingsEvery = 600 * time.Millisecond

// watch looks at notices and settings until ctx ends; what is broken stays as
// it was.
func (s *server) watch(ctx context.Context) {
	var wake <-chan struct{}
	if s.place.dir != "" {
		wake = library.Wake(ctx, s.place.dir, s.log)
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.config.Library.Watch(ctx, s.place.notices.Rev, wake) })
	wg.Go(func() { s.watchSettings(ctx) })
	wg.Wait()
}

// watchSettings makes the site anew when site.yaml or the calendar is another
// one: so every copy of the site counts by the new one within seconds.
func (s *server) watchSettings(ctx context.Context) {
	tick := time.NewTicker(settingsEvery)
	defer tick.Stop()
	seen := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, ok := s.settingsNow(ctx)
		still := now == seen
		seen = now
		if !ok || !still || now == *s.built.Load() {
			continue // unreadable, still being written, or as it was
		}
		if err := s.build(ctx); err != nil {
			s.log.Error("settings not reread", "err", err)
			s.built.Store(&now) // not again until they change
		}
	}
}

// settingsNow is the text of site.yaml, empty where there is none, and which
// version of the calendar is the last; false when they cannot be read just now.
func (s *server) settingsNow(ctx context.Context) (string, bool) {
	fsys, err := s.place.FS(ctx)
	if err != nil {
		return "", false
	}
	days, err := body.DaysRev(ctx, s.place.versions)
	if err != nil {
		return "", false
	}
	src, err := fs.ReadFile(fsys, body.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false
	}
	return fmt.Sprintf("%d %s\n%s", days.N, days.Digest, src), true
}

// build names this very program file: what another one read of the notices is
// read again, because its rules may differ.
func build() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano())
}

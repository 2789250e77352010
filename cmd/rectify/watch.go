package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"rectify/content/library"
	"rectify/site/body"

	"io/fs"
)

// settingsEvery is how often site.yaml is looked at.
const settingsEvery = time.Second

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

// watchSettings makes the site anew when site.yaml is another one.
func (s *server) watchSettings(ctx context.Context) {
	tick := time.NewTicker(settingsEvery)
	defer tick.Stop()
	last, known := s.settingsNow(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, ok := s.settingsNow(ctx)
		if !ok || (known && now == last) {
			continue
		}
		if known {
			if err := s.build(ctx); err != nil {
				s.log.Error("settings not reread", "err", err)
			}
		}
		last, known = now, true
	}
}

// settingsNow is the text of site.yaml; false when it cannot be read just now.
func (s *server) settingsNow(ctx context.Context) (string, bool) {
	fsys, err := s.place.FS(ctx)
	if err != nil {
		return "", false
	}
	src, err := fs.ReadFile(fsys, body.File)
	if err != nil {
		return "", os.IsNotExist(err)
	}
	return string(src), true
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

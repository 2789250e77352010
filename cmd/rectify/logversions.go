package main

import (
	"context"
	"errors"
	"time"

	"rectify/content/history"
	"rectify/content/shelf"
	"rectify/feedback/notary"
)

// versionsEvery is how often the shelf of kept versions is asked whether it changed.
const versionsEvery = time.Second

// logVersions puts every kept version of every notice into the public log, at
// the start and as they come, until ctx ends. Copies of a site all do so: a
// version that stands there is left alone.
func (s *server) logVersions(ctx context.Context) {
	done := make(map[string]int) // the last logged version, by slug
	rev := ""
	for down := false; ; {
		now, err := s.place.versions.Rev(ctx)
		if err == nil && (now != rev || down) {
			s.live.Load().Changed(nil) // pages of history show what changed on the shelf
			if err = s.logNewVersions(ctx, done); err == nil {
				rev = now
			}
		}
		if err != nil && !down && ctx.Err() == nil {
			s.log.Error("versions of notices are not in the public log", "err", err)
		}
		down = err != nil
		select {
		case <-ctx.Done():
			return
		case <-time.After(versionsEvery):
		}
	}
}

func (s *server) logNewVersions(ctx context.Context, done map[string]int) error {
	newest, err := s.config.Archive.Newest(ctx)
	var list []notary.VersionLeaf
	logged := make(map[string]int)
	for slug, last := range newest {
		if last.N <= done[slug] {
			continue
		}
		all, versionsErr := s.config.Archive.Versions(ctx, slug)
		err = errors.Join(err, versionsErr) // those that are damaged; the others are logged all the same
		for _, v := range all {
			if v.N > done[slug] {
				list = append(list, notary.VersionLeaf{Slug: v.Slug, N: v.N, Digest: v.Digest})
				logged[slug] = max(logged[slug], v.N)
			}
		}
	}
	if len(list) == 0 {
		return err
	}
	if logErr := s.config.Notary.Versions(ctx, list); logErr != nil {
		return errors.Join(err, logErr)
	}
	for slug := range logged {
		if newsErr := s.live.Load().NoticeNews(ctx, newest[slug]); newsErr != nil {
			return errors.Join(err, newsErr)
		}
	}
	for slug, n := range logged {
		done[slug] = n
	}
	return err
}

// keptVersions answers what is kept of notices, to be held to the log.
func keptVersions(p *place) notary.Source {
	archive := &history.Archive{Shelf: p.versions}
	return func(ctx context.Context, slug string, n int) (string, bool, error) {
		v, err := archive.Version(ctx, slug, n)
		var damaged *history.Damaged
		switch {
		case errors.Is(err, history.ErrNotFound):
			return "", false, nil
		case errors.Is(err, history.ErrConcealed):
			return v.Digest, true, nil // its text is gone on purpose, its leaf stands
		case errors.As(err, &damaged):
			return "damaged", true, nil
		case err != nil:
			return "", false, err
		}
		return shelf.Digest(v.Source), true, nil
	}
}

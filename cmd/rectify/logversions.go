package main

import (
	"context"
	"errors"
	"time"

	"rectify/content/history"
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
				list = append(list, versionLeaf(v))
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
func keptVersions(p *place) *notary.Archive {
	archive := &history.Archive{Shelf: p.versions}
	return &notary.Archive{
		Version: func(ctx context.Context, slug string, n int) (notary.VersionLeaf, bool, error) {
			v, err := archive.Version(ctx, slug, n)
			var damaged *history.Damaged
			switch {
			case errors.Is(err, history.ErrNotFound):
				return notary.VersionLeaf{}, false, nil
			case errors.Is(err, history.ErrConcealed): // its text is gone on purpose, its leaf stands
			case errors.As(err, &damaged):
				return notary.VersionLeaf{Digest: "damaged"}, true, nil
			case err != nil:
				return notary.VersionLeaf{}, false, err
			}
			return versionLeaf(v), true, nil
		},
		All: func(ctx context.Context, each func(slug string, n int, at time.Time)) error {
			newest, err := archive.Newest(ctx)
			if err = undamaged(err); err != nil {
				return err
			}
			for slug := range newest {
				all, err := archive.Versions(ctx, slug)
				if err = undamaged(err); err != nil {
					return err
				}
				for _, v := range all {
					each(v.Slug, v.N, v.At)
				}
			}
			return nil
		},
	}
}

// undamaged lets damaged versions pass: their leaves name them.
func undamaged(err error) error {
	var damaged *history.Damaged
	if errors.As(err, &damaged) {
		return nil
	}
	return err
}

func versionLeaf(v history.Version) notary.VersionLeaf {
	return notary.VersionLeaf{Slug: v.Slug, N: v.N, Digest: v.Digest, Record: v.Record()}
}

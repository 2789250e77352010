package site

import (
	"context"
	"sync"

	"rectify/feedback/figures"
	"rectify/feedback/topics"
	"rectify/site/web"
)

// Recount keeps figures and topics up to date until ctx ends, and drops the
// pages that show older ones.
func (s *Site) Recount(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.cfg.Statistics.Follow(ctx, s.source()) })
	wg.Go(func() { s.cfg.Topics.Follow(ctx, s.topicSource()) })
	wg.Wait()
}

// CountOnce makes the public figures once, for who answers no requests.
func (s *Site) CountOnce(ctx context.Context) error { return s.cfg.Statistics.Read(ctx, s.source()) }

// TopicsOnce counts what is written about, once.
func (s *Site) TopicsOnce(ctx context.Context) error {
	return s.cfg.Topics.Read(ctx, s.topicSource())
}

func (s *Site) topicSource() topics.Source {
	return topics.Source{
		Store: s.cfg.Store, Finder: s.finder, Now: s.cfg.Now,
		Failed: func(err error) { s.cfg.Log.Warn("topics are not counted", "err", err) },
	}
}

func (s *Site) source() figures.Source {
	return figures.Source{
		Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now, Done: s.done.since,
		Changed: func() { s.cache.Drop(web.TagFigures) },
		Failed:  func(err error) { s.cfg.Log.Warn("public figures do not follow", "err", err) },
	}
}

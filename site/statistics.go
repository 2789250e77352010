package site

import (
	"context"

	"rectify/feedback/figures"
	"rectify/site/web"
)

// Recount keeps the public figures up to date until ctx ends, and drops the
// pages that show older ones.
func (s *Site) Recount(ctx context.Context) { s.cfg.Statistics.Follow(ctx, s.source()) }

// CountOnce makes the public figures once, for who answers no requests.
func (s *Site) CountOnce(ctx context.Context) error { return s.cfg.Statistics.Read(ctx, s.source()) }

func (s *Site) source() figures.Source {
	return figures.Source{
		Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now,
		Changed: func() { s.cache.Drop(web.TagFigures) },
		Failed:  func(err error) { s.cfg.Log.Warn("public figures do not follow", "err", err) },
	}
}

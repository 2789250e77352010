package site

import (
	"context"
	"time"

	"rectify/feedback/calendar"
	"rectify/site/web"
)

// How often news is asked for, and how far back each time: clocks and commits
// of several copies do not arrive in order.
const (
	newsEvery   = 250 * time.Millisecond
	newsOverlap = 30 * time.Second
	newsLimit   = 1000
	sweepEvery  = 10 * time.Minute
)

// Follow drops kept pages as what they show changes, until ctx ends. Every
// copy of the site hears of every change this way, its own included.
func (s *Site) Follow(ctx context.Context) {
	type change struct {
		number string
		rev    int64
	}
	seen := make(map[change]time.Time)
	since := s.cfg.Now().Add(-newsOverlap)
	tick := time.NewTicker(newsEvery)
	defer tick.Stop()
	today, counted := calendar.On(s.cfg.Now()), s.cfg.Now()
	for down := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := s.cfg.Now(); now.Sub(counted) >= recountEvery {
			counted = now
			s.cache.Drop(s.recount.take()...)
		}
		if day := calendar.On(s.cfg.Now()); day != today {
			today = day
			s.cache.Clear() // pages say what is over and what is not
		}
		news, err := s.cfg.Store.News(ctx, since, newsLimit)
		if err != nil {
			if !down && ctx.Err() == nil {
				s.cfg.Log.Warn("no news from the store; kept pages may be old", "err", err)
			}
			down = true
			continue
		}
		if down {
			// What changed meanwhile may lie further back than the overlap.
			s.cfg.Log.Info("news from the store again")
			s.cache.Clear()
			down = false
		}
		for _, n := range news {
			key := change{string(n.Number), n.Rev}
			if _, known := seen[key]; known {
				continue
			}
			if err := s.opinionNews(ctx, n); err != nil && ctx.Err() == nil {
				s.cfg.Log.Warn("subscribers do not hear of a change", "err", err)
			} else {
				seen[key] = n.At // else it is heard again, for as long as it is news
			}
			s.cache.Drop(web.TagFeedback, web.TagOpinion(string(n.Number)), web.TagNotice(n.Notice))
		}
		if len(news) == newsLimit {
			since = news[len(news)-1].At // more waits behind: go on from here
		} else {
			since = s.cfg.Now().Add(-newsOverlap)
		}
		for key, at := range seen {
			if at.Before(since.Add(-newsOverlap)) {
				delete(seen, key)
			}
		}
	}
}

// Changed drops what shows notices that have changed. Lists, the front page and
// neighbours show them too, so that is everything.
func (s *Site) Changed([]string) { s.cache.Clear() }

// Sweep forgets what has run out, until ctx ends.
func (s *Site) Sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.cfg.Store.Sweep(ctx, s.cfg.Now()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("sweep failed", "err", err)
		}
		if err := s.cfg.Keeper.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("sweep failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

package site

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"rectify/content/library"
	"rectify/content/search"
	"rectify/feedback"
)

// How the index is kept up with what is published.
const (
	noticesPut  = 20               // notices put in at once
	putMost     = 2000             // submissions put in at once while the index is built
	settleFrom  = 5000             // from so many submissions on, what was built is joined
	indexPause  = 5 * time.Second  // after a fault, before another try
	newsBackLog = 30 * time.Second // how far back news is read again after a restart
)

// The notes that are kept with the index, and the first words of its groups.
const (
	noteReady    = "ready" // everything was in the index once; from there on news is enough
	noteNews     = "news"  // the moment up to which news was put in
	noticeGroup  = "notice/"
	opinionGroup = "opinion/"
)

// Index keeps the search index up with notices and published submissions
// until ctx ends. Nothing waits for it: what is not in yet is not found yet.
func (s *Site) Index(ctx context.Context) {
	if s.cfg.Search == nil {
		return
	}
	var settling sync.WaitGroup
	defer settling.Wait()
	for ctx.Err() == nil {
		if s.cfg.Search.Damaged() {
			s.cfg.Log.Warn("search index is damaged and is built anew")
			if err := s.cfg.Search.Renew(); err != nil {
				s.cfg.Log.Error("search index cannot be made", "err", err)
			}
		}
		x := &indexer{site: s, x: s.cfg.Search, seen: make(map[change]time.Time), settling: &settling}
		if err := x.run(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("search index is behind", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(indexPause):
		}
	}
}

// change is one change of what the public sees.
type change struct {
	number string
	rev    int64
}

// indexer is one run of Index. It does one thing after the other, so that what
// was read earlier never overwrites what was read later.
type indexer struct {
	site     *Site
	x        *search.Index
	snap     *library.Snapshot // whose notices are in the index
	retry    time.Time         // when to look again for a notice that could not be read
	since    time.Time         // news from here on is to be read
	seen     map[change]time.Time
	looked   time.Time // when news was last asked for
	settling *sync.WaitGroup
}

func (x *indexer) run(ctx context.Context) error {
	ready, err := x.x.Noted(ctx, noteReady)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	x.since = x.site.cfg.Now().Add(-newsOverlap)
	if ready == "" {
		err = x.build(ctx)
	} else {
		err = x.resume(ctx)
	}
	if err != nil {
		return err
	}
	tick := time.NewTicker(newsEvery)
	defer tick.Stop()
	for {
		if err := x.keepUp(ctx); err != nil {
			return err
		}
		if x.x.Damaged() {
			return search.ErrDamaged
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// resume goes on where the last run of the program ended.
func (x *indexer) resume(ctx context.Context) error {
	kept, err := x.x.Noted(ctx, noteNews)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if at, err := time.Parse(time.RFC3339Nano, kept); err == nil && at.Before(x.site.cfg.Now()) {
		x.since = at.Add(-newsBackLog)
	}
	return nil
}

// build puts in everything that is published. What changes meanwhile comes
// with the news between two pages.
func (x *indexer) build(ctx context.Context) error {
	began, count := time.Now(), 0
	if err := x.keepUp(ctx); err != nil {
		return err
	}
	q := feedback.Query{Visibility: feedback.Published, Sort: feedback.ByPublished, Limit: feedback.MaxPage}
	var groups []search.Group
	for first := true; first || q.After != ""; first = false {
		list, next, err := x.site.cfg.Store.List(ctx, q)
		if err != nil {
			return fmt.Errorf("index: read submissions: %w", err)
		}
		for i := range list {
			groups = append(groups, x.site.opinionDocs(&list[i]))
		}
		count += len(list)
		q.After = next
		if next != "" && len(groups) < putMost && time.Since(x.looked) < newsEvery {
			continue
		}
		// What was read goes in before newer news of the same.
		if err := x.x.Put(ctx, groups...); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		groups = groups[:0]
		if err := x.keepUp(ctx); err != nil {
			return err
		}
	}
	if err := x.drop(ctx, count); err != nil {
		return err
	}
	if err := x.x.Note(ctx, noteReady, x.site.cfg.Now().UTC().Format(time.RFC3339Nano)); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	x.site.cfg.Log.Info("search index is complete", "submissions", count, "took", time.Since(began).Round(time.Millisecond))
	if count >= settleFrom {
		x.settling.Go(func() {
			if err := x.x.Settle(ctx); err != nil && ctx.Err() == nil {
				x.site.cfg.Log.Warn("search index was not joined", "err", err)
			}
		})
	}
	return nil
}

// drop takes out what an earlier, broken run left and is public no more.
func (x *indexer) drop(ctx context.Context, count int) error {
	var names []string
	err := x.x.Names(ctx, opinionGroup, func(name string) error { names = append(names, name); return nil })
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if len(names) <= count {
		return nil
	}
	for _, name := range names {
		number, ok := feedback.ParseNumber(strings.TrimPrefix(name, opinionGroup))
		if !ok {
			continue
		}
		if err := x.put(ctx, number); err != nil {
			return err
		}
	}
	return nil
}

// keepUp puts in what the library and the news say, news not more often than
// its beat.
func (x *indexer) keepUp(ctx context.Context) error {
	if err := x.notices(ctx); err != nil {
		return err
	}
	if time.Since(x.looked) < newsEvery {
		return nil
	}
	x.looked = time.Now()
	return x.news(ctx)
}

// notices makes the index hold the notices of the library as it stands. One
// that cannot be read just now is tried again later and holds up nothing.
func (x *indexer) notices(ctx context.Context) error {
	snap := x.site.cfg.Library.Snapshot()
	if snap == x.snap && (x.retry.IsZero() || time.Now().Before(x.retry)) {
		return nil
	}
	x.retry = time.Time{}
	var groups []search.Group
	for _, e := range snap.Entries() {
		name, rev := noticeGroup+e.Notice.Slug, e.Notice.Digest
		has, err := x.x.Has(ctx, name, rev)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if has {
			continue
		}
		whole, err := e.Open()
		if err != nil {
			x.site.cfg.Log.Warn("notice is not in the search index yet", "notice", e.Notice.Slug, "err", err)
			x.retry = time.Now().Add(indexPause)
			continue
		}
		if groups = append(groups, search.Group{Name: name, Rev: rev, Docs: noticeDocs(whole)}); len(groups) == noticesPut {
			if err := x.x.Put(ctx, groups...); err != nil {
				return fmt.Errorf("index: %w", err)
			}
			groups = groups[:0]
		}
	}
	if err := x.x.Put(ctx, groups...); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := x.gone(ctx, snap); err != nil {
		return err
	}
	x.snap = snap
	return nil
}

// gone takes out the notices that the library has no more.
func (x *indexer) gone(ctx context.Context, snap *library.Snapshot) error {
	var names []string
	err := x.x.Names(ctx, noticeGroup, func(name string) error {
		if _, ok := snap.Notice(strings.TrimPrefix(name, noticeGroup)); !ok {
			names = append(names, name)
		}
		return nil
	})
	if err == nil && len(names) > 0 {
		err = x.x.Drop(ctx, names...)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// news puts in what changed of submissions since it was last asked for.
func (x *indexer) news(ctx context.Context) error {
	for {
		now := x.site.cfg.Now()
		list, err := x.site.cfg.Store.News(ctx, x.since, newsLimit)
		if err != nil {
			return fmt.Errorf("index: news: %w", err)
		}
		fresh := false
		for _, n := range list {
			key := change{string(n.Number), n.Rev}
			if _, known := x.seen[key]; known {
				continue
			}
			if err := x.put(ctx, n.Number); err != nil {
				return err
			}
			x.seen[key], fresh = n.At, true
		}
		if fresh {
			if err := x.x.Note(ctx, noteNews, list[len(list)-1].At.UTC().Format(time.RFC3339Nano)); err != nil {
				return fmt.Errorf("index: %w", err)
			}
		}
		full := len(list) == newsLimit
		switch {
		case full && list[len(list)-1].At.After(x.since):
			x.since = list[len(list)-1].At // more waits behind: go on from here
		case full:
			// More changed in one moment than is told at once: look at everything.
			return x.again(ctx)
		default:
			x.since = now.Add(-newsOverlap)
		}
		for key, at := range x.seen {
			if at.Before(x.since.Add(-newsOverlap)) {
				delete(x.seen, key)
			}
		}
		if !full {
			return nil
		}
	}
}

// errAgain ends a run whose index must be gone through as a whole.
var errAgain = errors.New("index: too much changed at once")

func (x *indexer) again(ctx context.Context) error {
	if err := x.x.Note(ctx, noteReady, ""); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return errAgain
}

// put makes the index hold one submission as the public sees it now.
func (x *indexer) put(ctx context.Context, n feedback.Number) error {
	group := search.Group{Name: opinionGroup + string(n)}
	switch sub, err := x.site.cfg.Store.Get(ctx, n); {
	case err == nil:
		group = x.site.opinionDocs(&sub)
	case !isNotFound(err):
		return fmt.Errorf("index %s: %w", n, err)
	}
	if err := x.x.Put(ctx, group); err != nil {
		return fmt.Errorf("index %s: %w", n, err)
	}
	return nil
}

// revision of a submission, as the index keeps it.
func revision(rev int64) string { return strconv.FormatInt(rev, 10) }

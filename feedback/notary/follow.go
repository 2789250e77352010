package notary

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/cursor"
	"rectify/feedback/rounds"
	"rectify/feedback/translog"
)

// How the log follows the store. It must cost the senders nothing: however much
// waits, a round takes in pagesARound pages and then rests; while more comes in
// than it takes, one page.
const (
	every       = time.Second
	pagesARound = 5
	rush        = 3 * time.Second  // something received within this time means that senders are busy
	overlap     = 30 * time.Second // clocks and commits of copies do not arrive in order
	newsLimit   = 500
	lookBack    = 500            // numbers before the last one that are looked at again after a start
	gapLife     = 25 * time.Hour // a number may still be filled while its idempotency key lives (24 h)
	gapsARound  = 50
	walkEvery   = 10 * time.Second
	walkPage    = 50
	auditEvery  = 10 * time.Minute // how much of the audit chain could be cut off without a trace
)

// Follow logs what is received and what is published until ctx ends. Every copy
// of the site runs one; they may all find the same things.
func (n *Notary) Follow(ctx context.Context) {
	f := &follower{Notary: n}
	rounds.Follow(ctx, every, f.round,
		func(err error) { n.Warn.Warn("public log does not follow", "err", err) },
		func() { n.Warn.Info("public log follows again") })
}

// CatchUp logs everything that stands in the store now.
func (n *Notary) CatchUp(ctx context.Context) (translog.Head, error) {
	f := &follower{Notary: n}
	for {
		more, err := f.receipts(ctx)
		if err != nil {
			return translog.Head{}, err
		}
		if !more {
			break
		}
	}
	for {
		more, err := f.news(ctx)
		if err != nil {
			return translog.Head{}, err
		}
		if !more {
			break
		}
	}
	return n.Log.Integrate(ctx)
}

// follower is where one reader of the store stands.
type follower struct {
	*Notary
	begun bool
	last  map[int]int64 // the highest serial that was looked at, by year
	gaps  map[int64]*gap
	since time.Time
	seen  map[string]time.Time // news that was taken in: number and revision
	walk  string               // cursor of the slow walk
	next  time.Time            // when it goes on
	audit time.Time            // when the end of the audit chain is said next
}

// gap is a number between others that nothing stands under, yet.
type gap struct{ found, look time.Time }

func (f *follower) round(ctx context.Context) error {
	if _, err := f.receipts(ctx); err != nil {
		return err
	}
	if _, err := f.news(ctx); err != nil {
		return err
	}
	if err := f.stroll(ctx); err != nil {
		return err
	}
	if err := f.auditHead(ctx); err != nil {
		return err
	}
	_, err := f.Log.Integrate(ctx)
	return err
}

// begin finds where the log stands.
func (f *follower) begin(ctx context.Context) error {
	if f.begun {
		return nil
	}
	f.last, f.gaps, f.seen = make(map[int]int64), make(map[int64]*gap), make(map[string]time.Time)
	h, err := f.Log.Last(ctx)
	if err != nil {
		return err
	}
	if !h.At.IsZero() {
		f.since = h.At.Add(-time.Hour)
	}
	f.begun = true
	return nil
}

// news logs what changed for the public. More says that more waits.
func (f *follower) news(ctx context.Context) (more bool, err error) {
	if err := f.begin(ctx); err != nil {
		return false, err
	}
	list, err := f.Store.News(ctx, f.since, newsLimit)
	if err != nil {
		return false, fmt.Errorf("follow news: %w", err)
	}
	for _, x := range list {
		key := fmt.Sprint(x.Number, " ", x.Rev)
		if _, known := f.seen[key]; known {
			continue
		}
		err := f.public(ctx, x.Number)
		if errors.Is(err, translog.ErrDiffers) || errors.Is(err, feedback.ErrNotFound) {
			// Somebody changed the rows by hand. It must not keep the rest waiting.
			f.Warn.Error("what is public differs from the public log; run rectify verify", "err", err)
		} else if err != nil {
			return false, err
		}
		f.seen[key] = x.At
	}
	if len(list) == newsLimit && list[len(list)-1].At.After(f.since) {
		f.since = list[len(list)-1].At
		more = true
	} else {
		f.since = f.Now().Add(-overlap)
	}
	for key, at := range f.seen {
		if at.Before(f.since.Add(-overlap)) {
			delete(f.seen, key)
		}
	}
	return more, nil
}

// stroll walks all that is published, a small page at a time, over and over: it
// finds what news did not tell.
func (f *follower) stroll(ctx context.Context) error {
	now := f.Now()
	if now.Before(f.next) {
		return nil
	}
	f.next = now.Add(walkEvery)
	page, next, err := f.Store.List(ctx, feedback.Query{Visibility: feedback.Published, Sort: feedback.ByPublished, After: f.walk, Limit: walkPage})
	if err != nil {
		f.walk = ""
		return fmt.Errorf("follow published: %w", err)
	}
	for i := range page {
		serial, _ := cursor.Serial(page[i].Number)
		last, count, err := f.said(ctx, serial)
		if err != nil {
			return err
		}
		if count == 0 || last.At != page[i].PublicAt.UnixMilli() {
			if err := f.public(ctx, page[i].Number); err != nil {
				return err
			}
		}
	}
	f.walk = next
	return nil
}

// auditHead says from time to time where the audit chain ends.
func (f *follower) auditHead(ctx context.Context) error {
	now := f.Now()
	if now.Before(f.audit) {
		return nil
	}
	f.audit = now.Add(auditEvery)
	return f.SayAudit(ctx)
}

// SayAudit says in the log where the audit chain ends now.
func (n *Notary) SayAudit(ctx context.Context) error {
	if n.Audit == nil {
		return nil
	}
	last, err := n.Audit.Last(ctx)
	if errors.Is(err, audit.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	leaf := translog.Leaf{Kind: translog.KindAudit, Digest: last.Commit()}
	err = n.Log.Add(ctx, []translog.Entry{{Ref: auditRef(last.Seq), Leaf: leaf.String()}})
	if errors.Is(err, translog.ErrDiffers) {
		n.Warn.Error("the audit chain differs from the public log; run rectify verify", "err", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("log audit chain: %w", err)
	}
	return nil
}

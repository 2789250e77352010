package notary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/cursor"
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
	tick := time.NewTimer(0)
	defer tick.Stop()
	for down := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := f.round(ctx)
		switch {
		case err != nil && !down && ctx.Err() == nil:
			n.Warn.Warn("public log does not follow", "err", err)
		case err == nil && down:
			n.Warn.Info("public log follows again")
		}
		down = err != nil
		tick.Reset(every + time.Duration(rand.IntN(100))*time.Millisecond) //nolint:gosec // copies should not go in step
	}
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

// receipts logs the submissions that came in, year by year: a letter of last
// year may be keyed in today and gets a number of last year. More says that
// another round has work at once.
func (f *follower) receipts(ctx context.Context) (more bool, err error) {
	if err := f.begin(ctx); err != nil {
		return false, err
	}
	for serial := int64(0); ; {
		page, err := f.after(ctx, serial, 1)
		if err != nil {
			return false, err
		}
		if len(page) == 0 {
			break
		}
		first, _ := cursor.Serial(page[0].Number)
		year := int(first / (cursor.MaxSerial + 1))
		again, err := f.year(ctx, year)
		if err != nil {
			return false, err
		}
		more = more || again
		serial = cursor.SerialOf(year, cursor.MaxSerial)
	}
	return more, f.fill(ctx)
}

// after lists submissions by number.
func (f *follower) after(ctx context.Context, serial int64, limit int) ([]feedback.Submission, error) {
	q := feedback.Query{Sort: feedback.ByNumber, Limit: limit}
	if serial > 0 {
		q.After = cursor.Place{Sort: feedback.ByNumber, Serial: serial}.String()
	}
	page, _, err := f.Store.List(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("follow submissions: %w", err)
	}
	return page, nil
}

// year takes in the next submissions of one year's series.
func (f *follower) year(ctx context.Context, year int) (more bool, err error) {
	if _, known := f.last[year]; !known {
		if f.last[year], err = f.resume(ctx, year); err != nil {
			return false, err
		}
	}
	for range pagesARound {
		page, err := f.after(ctx, f.last[year], feedback.MaxPage)
		if err != nil {
			return false, err
		}
		for i := range page {
			if serial, _ := cursor.Serial(page[i].Number); serial > cursor.SerialOf(year, cursor.MaxSerial) {
				page = page[:i]
				break
			}
		}
		if len(page) == 0 {
			return false, nil
		}
		if err := f.take(ctx, page); err != nil {
			return false, err
		}
		now := f.Now()
		for i := range page {
			serial, _ := cursor.Serial(page[i].Number)
			for missed := f.last[year] + 1; missed < serial && serial-missed <= lookBack; missed++ {
				f.gaps[missed] = &gap{found: now, look: now}
			}
			f.last[year] = serial
		}
		if len(page) < feedback.MaxPage {
			return false, nil
		}
		if busy, err := f.busy(ctx); err != nil || busy {
			return true, err
		}
	}
	return true, nil
}

// busy reports whether submissions come in just now.
func (f *follower) busy(ctx context.Context) (bool, error) {
	page, _, err := f.Store.List(ctx, feedback.Query{Sort: feedback.ByNewest, Limit: 1})
	if err != nil {
		return false, fmt.Errorf("follow submissions: %w", err)
	}
	return len(page) > 0 && f.Now().Sub(page[0].Received) < rush, nil
}

// resume answers from which serial on a year is read, after a start: from a
// little before the last one that is logged.
func (f *follower) resume(ctx context.Context, year int) (int64, error) {
	list, err := f.Log.Store.ByRef(ctx, translog.Refs{From: receiptRef(cursor.SerialOf(year, 0)), To: receiptRef(cursor.SerialOf(year, cursor.MaxSerial)), Down: true, Limit: 1})
	if err != nil {
		return 0, fmt.Errorf("follow submissions: %w", err)
	}
	begin := cursor.SerialOf(year, 0)
	if len(list) == 0 {
		return begin, nil
	}
	serial, ok := serialOfKey(list[0].Ref, "s/")
	if !ok {
		return begin, nil
	}
	return max(begin, serial-lookBack), nil
}

// take logs the receipts of submissions that are not in the log yet. Their
// order inside a page is drawn, so that it does not tell numbers.
func (n *Notary) take(ctx context.Context, page []feedback.Submission) error {
	first, _ := cursor.Serial(page[0].Number)
	last, _ := cursor.Serial(page[len(page)-1].Number)
	list, err := n.Log.Store.ByRef(ctx, translog.Refs{From: receiptRef(first), To: receiptRef(last) + "\x00", Limit: len(page)})
	if err != nil {
		return fmt.Errorf("follow submissions: %w", err)
	}
	known := make(map[string]bool, len(list))
	for _, e := range list {
		known[e.Ref] = true
	}
	var entries []translog.Entry
	for i := range page {
		if e, ok := receiptEntry(&page[i]); ok && !known[e.Ref] {
			entries = append(entries, e)
		}
	}
	rand.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] }) //nolint:gosec // no secret hangs on it
	err = n.Log.Add(ctx, entries)
	if errors.Is(err, translog.ErrDiffers) {
		n.Warn.Error("a submission differs from its leaf in the public log; run rectify verify", "err", err)
		return nil
	}
	return err
}

// Late logs the receipts of submissions that were filed long after their number
// was given, which the follower, who reads on by number, may have passed.
func (n *Notary) Late(ctx context.Context, list []feedback.Submission) error {
	list = slices.SortedFunc(slices.Values(list), func(a, b feedback.Submission) int {
		x, _ := cursor.Serial(a.Number)
		y, _ := cursor.Serial(b.Number)
		return cmp.Compare(x, y)
	})
	if len(list) == 0 {
		return nil
	}
	return n.take(ctx, list)
}

// receiptEntry is the leaf of a submission's receipt, if it has one.
func receiptEntry(s *feedback.Submission) (translog.Entry, bool) {
	digest, ok := commitment(s)
	serial, fits := cursor.Serial(s.Number)
	leaf := translog.Leaf{Kind: translog.KindReceipt, Digest: digest}
	return translog.Entry{Ref: receiptRef(serial), Leaf: leaf.String()}, ok && fits
}

// fill looks at numbers that were left out: a store of several copies may file
// a lower number after a higher one.
func (f *follower) fill(ctx context.Context) error {
	now, left := f.Now(), gapsARound
	for serial, g := range f.gaps {
		if now.Before(g.look) {
			continue
		}
		if left--; left < 0 {
			return nil
		}
		s, err := f.Store.Get(ctx, cursor.Number(serial))
		switch {
		case err == nil:
			if err := f.take(ctx, []feedback.Submission{s}); err != nil {
				return err
			}
			delete(f.gaps, serial)
		case !errors.Is(err, feedback.ErrNotFound):
			return fmt.Errorf("follow submissions: %w", err)
		case now.Sub(g.found) > gapLife:
			delete(f.gaps, serial)
		default: // ever more seldom
			g.look = now.Add(every + now.Sub(g.found)/2)
		}
	}
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
	if f.audit.IsZero() {
		f.audit = now.Add(auditEvery)
	}
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

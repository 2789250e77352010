package notary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

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

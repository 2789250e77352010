package figures

import (
	"context"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// How a book follows its store. Every round reads what is open, what was and is
// not any more, and walks on through all submissions by number: with up to
// perRound pages of them a round sees everything, with more it takes several to
// notice what changes a matter that ended (a late rating) or was filed between
// older numbers. So nothing has to be asked of a store that it does not answer
// already, no clock of another copy is trusted, and what was missed once is
// found by the next walk.
const (
	every    = time.Minute
	perRound = 100 // pages of the walk
	restful  = 4   // times as long as it worked a follower rests: a fifth of one core at most
)

// Source is what a book follows.
type Source struct {
	Store   feedback.Store
	Clocks  feedback.Clocks
	Now     func() time.Time
	Changed func()      // after each round
	Failed  func(error) // once, until a round succeeds again
}

// Follow keeps the book up to date until ctx ends. The first round reads
// everything.
func (b *Book) Follow(ctx context.Context, s Source) {
	f := &follower{book: b, Source: s, rest: rest}
	tick := time.NewTimer(0)
	defer tick.Stop()
	for down := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := f.round(ctx)
		if err == nil {
			s.Changed()
		} else if !down && ctx.Err() == nil {
			s.Failed(err)
		}
		down = err != nil
		tick.Reset(every)
	}
}

// Read reads everything once, without rest.
func (b *Book) Read(ctx context.Context, s Source) error {
	f := &follower{book: b, Source: s, rest: func(context.Context, time.Duration) error { return nil }}
	err := f.round(ctx)
	if err == nil {
		s.Changed()
	}
	return err
}

// follower is where one reader of the store stands.
type follower struct {
	Source
	book *Book
	walk string // cursor of the walk
	read bool   // everything was read once
	rest func(ctx context.Context, worked time.Duration) error
}

func (f *follower) round(ctx context.Context) error {
	began := f.Now()
	if f.read {
		if err := f.open(ctx); err != nil {
			return err
		}
	}
	for n := 0; n < perRound || !f.read; n++ {
		q := feedback.Query{Sort: feedback.ByNumber, After: f.walk, Limit: feedback.MaxPage}
		_, next, err := f.page(ctx, q)
		if err != nil {
			return err
		}
		if f.walk = next; next == "" {
			f.read = true
			break
		}
	}
	f.book.settle(began)
	return nil
}

// open reads what is open, and what was open before. Those that wait to be told
// from spam are left to the walk: there may be very many of them.
func (f *follower) open(ctx context.Context) error {
	seen := make(map[int64]bool)
	q := feedback.Query{States: feedback.OpenStates(), Suspect: feedback.No, Sort: feedback.ByDue, Limit: feedback.MaxPage}
	for {
		page, next, err := f.page(ctx, q)
		if err != nil {
			return err
		}
		for i := range page {
			if serial, ok := cursor.Serial(page[i].Number); ok {
				seen[serial] = true
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	for _, n := range f.book.left(seen) {
		s, err := f.Store.Get(ctx, n)
		if errors.Is(err, feedback.ErrNotFound) {
			continue
		}
		if err != nil {
			return err //nolint:wrapcheck // says itself what it did
		}
		f.book.take([]feedback.Submission{s}, f.Clocks)
	}
	return nil
}

// page takes in one page and rests.
func (f *follower) page(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	began := time.Now()
	page, next, err := f.Store.List(ctx, q)
	if err != nil {
		return nil, "", err //nolint:wrapcheck // says itself what it did
	}
	f.book.take(page, f.Clocks)
	if next == "" {
		return page, next, nil
	}
	return page, next, f.rest(ctx, time.Since(began))
}

// rest leaves the machine to others for a while.
func rest(ctx context.Context, worked time.Duration) error {
	t := time.NewTimer(restful * worked)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // the caller ends with it
	case <-t.C:
		return nil
	}
}

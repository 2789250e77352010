package figures

import (
	"context"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/rounds"
)

// How a book follows its store. Every round reads what was written since the one
// before, in the order of its writing; and as clocks of several copies differ,
// and commits do not come into sight in their order, it looks back over some
// time and walks on through all submissions by number besides: so what was
// missed once is found by a later round.
const (
	every    = time.Minute
	lookBy   = 2 * time.Minute // how far back changes are looked for again
	changes  = 500             // of them at once
	perRound = 10              // pages of the walk
)

// Source is what a book follows.
type Source struct {
	Store   feedback.Store
	Clocks  feedback.Clocks
	Now     func() time.Time
	Done    func(ctx context.Context) map[Place]calendar.Day // leaves that their notice calls done, and since when; nil: none
	Changed func()                                           // after each round
	Failed  func(error)                                      // once, until a round succeeds again
}

// Follow keeps the book up to date until ctx ends. The first round reads
// everything.
func (b *Book) Follow(ctx context.Context, s Source) {
	f := &follower{book: b, Source: s, rest: rounds.Rest}
	rounds.Follow(ctx, every, func(ctx context.Context) error {
		if err := f.round(ctx); err != nil {
			return err
		}
		s.Changed()
		return nil
	}, s.Failed, nil)
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
	book  *Book
	walk  string          // cursor of the walk
	place feedback.Change // the last change that was read
	read  bool            // everything was read once
	rest  func(ctx context.Context, worked time.Duration) error
}

func (f *follower) round(ctx context.Context) error {
	began := f.Now()
	if f.place.At.IsZero() {
		f.place.At = time.Now() // of the clock that stores write by
	}
	if !f.read {
		f.book.stir() // the rules may be others than those of the last reader
	} else if err := f.changed(ctx); err != nil {
		return err
	}
	for n := 0; n < perRound || !f.read; n++ {
		q := feedback.Query{Sort: feedback.ByNumber, After: f.walk, Limit: feedback.MaxPage}
		next, err := f.page(ctx, q)
		if err != nil {
			return err
		}
		if f.walk = next; next == "" {
			f.read = true
			break
		}
	}
	var done map[Place]calendar.Day
	if f.Done != nil {
		done = f.Done(ctx)
	}
	f.book.settle(began, done)
	return nil
}

// changed reads what was written since the last round.
func (f *follower) changed(ctx context.Context) error {
	for at := (feedback.Change{At: f.place.At.Add(-lookBy)}); ; {
		list, err := f.Store.Changed(ctx, at, changes)
		if err != nil {
			return err //nolint:wrapcheck // says itself what it did
		}
		for _, c := range list {
			if err := f.one(ctx, c); err != nil {
				return err
			}
			at = c
		}
		if at.At.After(f.place.At) {
			f.place = at
		}
		if len(list) < changes {
			return nil
		}
	}
}

// one takes in a submission that was written, if it is not known so already.
func (f *follower) one(ctx context.Context, c feedback.Change) error {
	if f.book.has(c.Number, c.Rev) {
		return nil
	}
	began := time.Now()
	s, err := f.Store.Get(ctx, c.Number)
	if errors.Is(err, feedback.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err //nolint:wrapcheck // says itself what it did
	}
	f.book.take([]feedback.Submission{s}, f.Clocks)
	return f.rest(ctx, time.Since(began))
}

// page takes in one page and rests.
func (f *follower) page(ctx context.Context, q feedback.Query) (next string, err error) {
	began := time.Now()
	page, next, err := f.Store.List(ctx, q)
	if err != nil {
		return "", err //nolint:wrapcheck // says itself what it did
	}
	f.book.take(page, f.Clocks)
	if next == "" {
		return next, nil
	}
	return next, f.rest(ctx, time.Since(began))
}

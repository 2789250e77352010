package bulk

import (
	"context"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/rounds"
)

// How often it is asked what is due, and after how many submissions it is noted
// how far an order is.
const (
	every = time.Second
	chunk = 10
)

// Follow carries out what is due, until ctx ends. Every copy of the site may do
// so: an order is one copy's at a time.
func (b *Orders) Follow(ctx context.Context) {
	rounds.Follow(ctx, every, b.Round,
		func(err error) { b.Log.Warn("orders are not carried out", "err", err) },
		func() { b.Log.Info("orders are carried out again") })
}

// Unknown is the code of what failed again and again for a reason that nobody
// can mend at the desk.
const Unknown = "internal"

// Round carries out what is due now.
func (b *Orders) Round(ctx context.Context) error {
	list, err := b.open(ctx)
	if err != nil {
		return err
	}
	var first error
	for i := range list {
		o, now := &list[i], b.Now()
		if (o.Stage == Held && now.Before(o.Due)) || (o.Stage == Running && now.Before(o.Lease)) {
			continue
		}
		if err := b.carry(ctx, o); err != nil && !errors.Is(err, feedback.ErrConflict) && first == nil {
			first = err // the others do not wait for it
		}
	}
	return first
}

// carry carries out one order. ErrConflict: another copy has it.
func (b *Orders) carry(ctx context.Context, o *Order) error {
	if o.Stage == Held && b.Now().Sub(o.Due) > stale {
		o.Stage = Stale // what people saw is long past
		return b.keep(ctx, o)
	}
	again, tooLong := o.Stage == Running, b.Now().Sub(o.Due) > stale
	o.Stage = Running
	if err := b.hold(ctx, o); err != nil {
		return err
	}
	who, err := b.Actor(ctx, o.Who)
	if err != nil {
		return err
	}
	owner, err := b.Actor(ctx, o.Owner)
	if err != nil {
		return err
	}
	for i := range o.Items {
		if it := &o.Items[i]; !it.Done && it.Why == "" {
			if err := b.one(ctx, o, it, who, owner, again); err != nil && !tooLong {
				return err
			} else if err != nil {
				it.Why = Unknown
			}
		}
		if i%chunk == chunk-1 {
			if err := b.hold(ctx, o); err != nil {
				return err
			}
		}
	}
	o.Stage = Ended
	return b.keep(ctx, o)
}

func (b *Orders) hold(ctx context.Context, o *Order) error {
	o.Lease = b.Now().Add(lease).UTC()
	return b.keep(ctx, o)
}

// one does it to one submission. It answers an error only where it is not known
// whether it was done, as when the store is away: then it is tried again.
func (b *Orders) one(ctx context.Context, o *Order, it *Item, who, owner feedback.Actor, again bool) error {
	s, err := b.Office.Store.Get(ctx, it.Number)
	switch {
	case err == nil && len(who.Roles) == 0:
		err = feedback.ErrRole // whoever ordered it works here no more
	case err == nil && !who.MaySee(&s):
		err = feedback.ErrNotFound // as on its own page
	case err == nil && o.Act == feedback.ActAssign && !owner.For(s.Notice, feedback.Replier):
		err = feedback.Invalid{Field: "owner", Rule: "unknown"} // may not answer there
	case err == nil:
		_, err = b.Office.Do(ctx, it.Number, it.Rev, o.Action(), who)
	}
	var lost feedback.Conflict
	switch {
	case err == nil:
		it.Done = true
	case again && errors.As(err, &lost) && done(&lost.Current, o, it):
		it.Done = true // by the copy that was cut off
	default:
		if it.Why = b.Explain(err); it.Why == "" {
			return err
		}
	}
	return nil
}

// done reports whether what an order asks for is the first that happened to a
// submission after the revision that it was ordered at.
func done(s *feedback.Submission, o *Order, it *Item) bool {
	since := s.Rev - it.Rev // each change is one event
	i := int64(len(s.Events)) - since
	if since < 1 || i < 0 {
		return false
	}
	e := s.Events[i]
	return e.Kind == feedback.Staff && e.By == o.Who && e.Act == o.Act && !e.At.Before(o.Due)
}

package spool

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/batch"
)

// Insert implements feedback.Store. While the store is away what it answers is
// Pending: safe, numbered, and filed later. ErrBusy: the spool is full too, or
// cannot be written, or has no number left.
func (s *Store) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if err := ctx.Err(); err != nil {
		return feedback.Entry{}, false, err
	}
	s.mu.Lock()
	s.rate.count(s.opts.Now())
	s.mu.Unlock()
	kept, fresh, err := s.insert(ctx, e)
	if errors.Is(err, batch.ErrBusy) {
		err = fmt.Errorf("%w: %w", feedback.ErrBusy, err)
	}
	return kept, fresh, err
}

func (s *Store) insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if e.Number != "" {
		return s.Far.Insert(ctx, e) // its caller sees to it
	}
	if len(e.Key) == 0 {
		return s.submit(ctx, &item{}, e)
	}
	it, mine, err := s.turn(ctx, e)
	if err != nil {
		return feedback.Entry{}, false, err
	}
	if !mine {
		held, kind, err := s.load(it)
		held.Pending = kind == kindEntry
		return held, false, err
	}
	defer s.pass(it)
	switch {
	case it.seq == 0:
		return s.submit(ctx, it, e)
	case it.filed:
		kept, err := s.receipt(ctx, it)
		return kept, false, err
	}
	first, _, err := s.load(it)
	if err != nil {
		return feedback.Entry{}, false, err
	}
	kept, _, err := s.settle(ctx, it, first)
	return kept, false, err
}

// turn answers the item of e's key, new if there is none, when nobody else
// works on it any more; the caller must pass it on. Not mine: it is promised and
// just being filed, which may take long; nobody needs to wait for that.
func (s *Store) turn(ctx context.Context, e feedback.Entry) (it *item, mine bool, err error) {
	for {
		s.mu.Lock()
		it = s.byKey[string(e.Key)]
		if it == nil || (it.filed && it.until.Before(e.Now)) {
			it = &item{key: string(e.Key)}
			s.byKey[it.key] = it
		}
		ahead := it.busy
		if ahead == nil {
			it.busy = make(chan struct{})
			s.mu.Unlock()
			return it, true, nil
		}
		s.mu.Unlock()
		if s.promised(it) {
			return it, false, nil
		}
		select {
		case <-ahead:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

// pass lets others at an item. One that got no place in the journal is gone.
func (s *Store) pass(it *item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if it.seq == 0 && s.byKey[it.key] == it {
		delete(s.byKey, it.key)
	}
	close(it.busy)
	it.busy, it.first = nil, false
}

// submit takes in an entry that was never seen before: it gets its number, and
// a place in the journal if anyone may ever have to find it there.
func (s *Store) submit(ctx context.Context, it *item, e feedback.Entry) (feedback.Entry, bool, error) {
	n, err := s.number(ctx, feedback.NumberYear(e.Submission.Received))
	if err != nil {
		return feedback.Entry{}, false, err
	}
	e.Number, e.Submission.Number, it.late = n.number, n.number, n.leads
	if !s.isAway() && (n.reserved || it.key != "") {
		if err := s.spool(ctx, it, e, kindIntent); err != nil {
			return feedback.Entry{}, false, err
		}
	}
	if it.key == "" && it.seq != 0 {
		defer s.pass(it)
	}
	return s.settle(ctx, it, e)
}

// settle asks the store to file an entry, and promises it to the sender if the
// store does not answer.
func (s *Store) settle(ctx context.Context, it *item, e feedback.Entry) (feedback.Entry, bool, error) {
	if !s.isAway() {
		ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
		kept, fresh, err := s.Far.Insert(ask, e)
		cancel()
		if err == nil {
			s.filed(it, kept)
			return kept, fresh, nil
		}
		if ctx.Err() != nil {
			return feedback.Entry{}, false, err // whoever waited has left; an intent stays
		}
		if decided(err) && !s.promised(it) {
			s.drop(it)
			return feedback.Entry{}, false, err
		}
		if !decided(err) {
			s.fail(err)
		}
	}
	if err := s.promise(ctx, it, e); err != nil {
		return feedback.Entry{}, false, err
	}
	e.Pending = true
	return e, true, nil
}

// decided reports whether the store has answered, and not failed.
func decided(err error) bool {
	var invalid feedback.Invalid
	return errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrKeyReused) || errors.As(err, &invalid)
}

// promise makes sure, before the sender is told, that the entry will be filed.
func (s *Store) promise(ctx context.Context, it *item, e feedback.Entry) error {
	switch {
	case it.seq == 0:
		return s.spool(ctx, it, e, kindEntry)
	case s.promised(it):
		return nil
	}
	return s.journal.append(ctx, it, kindTold, nil)
}

func (s *Store) promised(it *item) bool {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return it.place.kind == kindEntry
}

// spool gives an entry a place in the journal. One without a key is busy from
// then on if it is an intent: its caller still asks the store.
func (s *Store) spool(ctx context.Context, it *item, e feedback.Entry, kind byte) error {
	sealed, err := s.sealed(e)
	if err != nil {
		return err
	}
	s.mu.Lock()
	it.describe(e, len(sealed))
	if s.waiting >= s.opts.Entries || s.bytes+it.size > s.opts.Bytes {
		s.mu.Unlock()
		return fmt.Errorf("spool is full: %w", feedback.ErrBusy)
	}
	s.waiting++ // its place, while it is being written
	s.bytes += it.size
	s.mu.Unlock()
	it.seq = s.journal.next()
	// The caller may leave; what was begun is finished, so that item and journal agree.
	err = s.journal.append(context.WithoutCancel(ctx), it, kind, sealed)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
	s.bytes -= it.size
	if err != nil {
		it.seq = 0
		return fmt.Errorf("%w: write spool: %w", feedback.ErrBusy, err)
	}
	if it.first = kind == kindIntent; it.first && it.busy == nil {
		it.busy = make(chan struct{})
	}
	s.enter(it)
	s.index(it)
	return nil
}

// filed strikes out an entry that the store has. Of one with a key the receipt
// stays: kept may also be what another copy of the site filed under the key.
func (s *Store) filed(it *item, kept feedback.Entry) {
	if it.seq == 0 {
		return
	}
	it.late = it.late || s.promised(it)
	s.strikeOut(it, kept)
}

// strikeOut is filed without a look at what is late.
func (s *Store) strikeOut(it *item, kept feedback.Entry) {
	var receipt []byte
	if it.key != "" {
		receipt = s.receiptOf(kept)
	}
	if receipt != nil {
		s.journal.note(it, kindKey, receipt)
	} else {
		s.journal.note(it, kindFiled, nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strike(it)
	if receipt != nil {
		s.receipts = append(s.receipts, it)
	} else if s.byKey[it.key] == it {
		delete(s.byKey, it.key)
	}
	if it.late && len(s.late) < mostLate {
		s.late = append(s.late, kept.Submission)
	}
}

// strike takes an item out of what waits.
func (s *Store) strike(it *item) {
	if it.filed {
		return
	}
	it.filed = true
	s.waiting--
	s.bytes -= it.size
	if s.byMAC[it.mac] == it {
		delete(s.byMAC, it.mac)
	}
}

// drop forgets an entry that the store refused and that nobody was promised.
func (s *Store) drop(it *item) {
	if it.seq == 0 {
		return
	}
	s.journal.note(it, kindFiled, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strike(it)
	if s.byKey[it.key] == it {
		delete(s.byKey, it.key)
	}
}

// receiptOf is what answers a repeat of the request, sealed: no text, no contact.
func (s *Store) receiptOf(kept feedback.Entry) []byte {
	full := kept.Submission
	kept.Number = full.Number
	kept.Submission = feedback.Submission{ID: full.ID, State: full.State, Limits: full.Limits, Received: full.Received}
	sealed, err := s.sealed(kept)
	if err != nil {
		return nil
	}
	return sealed
}

// receipt answers a repeat of a request whose entry was filed: as it is now if
// the store can be asked, as it was then if not.
func (s *Store) receipt(ctx context.Context, it *item) (feedback.Entry, error) {
	e, _, err := s.load(it)
	if err != nil || s.isAway() {
		return e, err
	}
	ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
	defer cancel()
	now, err := s.Get(ask, e.Number)
	switch {
	case err == nil:
		e.Submission = now
	case ctx.Err() != nil:
		return e, err
	case !errors.Is(err, feedback.ErrNotFound):
		s.fail(err)
	}
	return e, nil
}

package spool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"rectify/feedback"
)

// How the store is asked again.
const (
	every     = time.Second            // a look at what is to be done, while all is well
	firstWait = 100 * time.Millisecond // after a failure, doubled each time
	lastWait  = 5 * time.Second
	atOnce    = 32               // entries filed side by side
	fileLimit = 10 * time.Second // for one of them: nobody waits
	itemWait  = time.Minute      // longest pause of one entry that fails by itself
	mostLate  = 1000             // submissions kept in mind to be told of
)

// errStuck means that one entry cannot be filed for a reason of its own.
var errStuck = errors.New("cannot be filed now")

// Run files what waits, reserves numbers and forgets what has run out, until
// ctx ends.
func (s *Store) Run(ctx context.Context) {
	wait := firstWait
	timer := time.NewTimer(0)
	defer timer.Stop()
	wake := s.wake
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-wake:
		}
		if err := s.round(ctx); err != nil {
			timer.Reset(wait)
			wait, wake = min(2*wait, lastWait), nil // nobody hurries a store that is away
		} else {
			timer.Reset(every)
			wait, wake = firstWait, s.wake
		}
	}
}

// round does what there is to do; on an error the store is away.
func (s *Store) round(ctx context.Context) error {
	s.forget(s.opts.Now())
	if err := s.journal.tidy(); err != nil {
		s.opts.Log.Error("spool cannot be written anew", "err", err)
	}
	if s.isAway() {
		if err := s.back(ctx); err != nil {
			return err
		}
	}
	err := s.refill(ctx)
	if err == nil {
		err = s.drain(ctx)
	}
	if err == nil {
		err = s.tell(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.fail(err)
	}
	return err
}

// back finds out whether the store is there again.
func (s *Store) back(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
	defer cancel()
	if err := s.Far.Ping(ask); err != nil {
		return err
	}
	s.mu.Lock()
	s.away = false
	s.mu.Unlock()
	s.opts.Log.Info("store is back", "waiting", s.Waiting())
	return nil
}

// drain files what waits, in order, some at a time. It ends with an error when
// none of a crowd could be filed.
func (s *Store) drain(ctx context.Context) error {
	count := 0
	for ctx.Err() == nil {
		crowd := s.crowd()
		if len(crowd) == 0 {
			break
		}
		done, err := s.file(ctx, crowd)
		for _, it := range crowd {
			s.pass(it)
		}
		if count += done; done == 0 && err != nil {
			return err
		}
	}
	if count > 0 {
		s.opts.Log.Info("filed from the spool", "filed", count, "waiting", s.Waiting())
	}
	return ctx.Err()
}

// crowd takes the next items that wait, so that nobody else works on them.
func (s *Store) crowd() []*item {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = slices.DeleteFunc(s.queue, func(it *item) bool { return it.filed })
	now := s.opts.Now()
	var crowd []*item
	for _, it := range s.queue {
		if it.busy == nil && !now.Before(it.after) {
			it.busy = make(chan struct{})
			if crowd = append(crowd, it); len(crowd) == atOnce {
				break
			}
		}
	}
	return crowd
}

// file files a crowd and answers how many of it are done with.
func (s *Store) file(ctx context.Context, crowd []*item) (int, error) {
	kept := make([]feedback.Entry, len(crowd))
	errs := make([]error, len(crowd))
	var wg sync.WaitGroup
	for i, it := range crowd {
		wg.Go(func() { kept[i], errs[i] = s.fileOne(ctx, it) })
	}
	wg.Wait()
	var late []feedback.Submission
	for i := range crowd {
		if errs[i] == nil {
			late = append(late, kept[i].Submission)
		}
	}
	if len(late) > 0 {
		if err := s.opts.Filed(ctx, late); err != nil {
			return 0, fmt.Errorf("tell of late submissions: %w", err)
		}
	}
	for i, it := range crowd {
		if errs[i] != nil {
			s.later(it)
			if errors.Is(errs[i], errStuck) {
				s.opts.Log.Error("spooled submission", "number", it.number, "err", errs[i])
				errs[i] = nil
			}
			continue
		}
		it.late = false // told already
		s.strikeOut(it, kept[i])
	}
	return len(late), errors.Join(errs...)
}

// later puts off the next try of one item.
func (s *Store) later(it *item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it.tries++
	it.after = s.opts.Now().Add(min(firstWait<<min(it.tries, 20), itemWait))
}

// fileOne files one item and answers what its key stands for from now on.
func (s *Store) fileOne(ctx context.Context, it *item) (feedback.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, fileLimit)
	defer cancel()
	e, _, err := s.load(it)
	if err != nil {
		return e, fmt.Errorf("%w: %w", errStuck, err)
	}
	kept, _, err := s.Far.Insert(ctx, e)
	if err == nil && kept.Submission.Number != e.Number && s.promised(it) {
		s.opts.Log.Warn("one request was taken in by two copies of the site; both are kept", "number", e.Number, "other", kept.Submission.Number)
		alone := e
		alone.Key, alone.Body, alone.Sealed = nil, nil, nil
		if kept, _, err = s.Far.Insert(ctx, alone); err == nil {
			kept.Key, kept.Body, kept.Sealed, kept.KeyUntil = e.Key, e.Body, e.Sealed, e.KeyUntil
		}
	}
	if errors.Is(err, feedback.ErrConflict) {
		err = s.renumber(ctx, it, e, err)
	}
	if err != nil && decided(err) {
		err = fmt.Errorf("%w: %w", errStuck, err)
	}
	return kept, err
}

// renumber gives an entry another number when a stranger stands under its own,
// which happens when the store was put back to an old state behind our back.
// That the number is another than was promised is bad; to lose what was
// promised is worse, and the code opens it all the same. It answers why the
// entry is not filed yet.
func (s *Store) renumber(ctx context.Context, it *item, e feedback.Entry, why error) error {
	there, err := s.Get(ctx, e.Number)
	if err != nil || there.ID == e.Submission.ID {
		return errors.Join(why, err)
	}
	year, _ := split(e.Number)
	nth, err := s.Reserve(ctx, year, 1)
	if err != nil {
		return errors.Join(why, err)
	}
	old := e.Number
	e.Number = feedback.MakeNumber(year, nth)
	e.Submission.Number = e.Number
	sealed, err := s.sealed(e)
	if err != nil {
		return err
	}
	kind := byte(kindIntent)
	if s.promised(it) {
		kind = kindEntry
	}
	if err := s.journal.append(ctx, it, kind, sealed); err != nil {
		return errors.Join(why, err)
	}
	s.mu.Lock()
	it.number = e.Number
	s.mu.Unlock()
	s.opts.Log.Error("a promised number is another's; the submission gets a new one", "promised", old, "number", e.Number)
	return why
}

// tell passes on what was filed out of the order of numbers.
func (s *Store) tell(ctx context.Context) error {
	s.mu.Lock()
	late := s.late
	s.late = nil
	s.mu.Unlock()
	if len(late) == 0 {
		return nil
	}
	if err := s.opts.Filed(ctx, late); err != nil {
		s.mu.Lock()
		s.late = append(late, s.late...)
		s.mu.Unlock()
		return fmt.Errorf("tell of late submissions: %w", err)
	}
	return nil
}

// forget lets go of receipts whose key has run out, and of the oldest when
// there are too many.
func (s *Store) forget(now time.Time) {
	s.mu.Lock()
	over := len(s.receipts) - s.opts.Receipts
	var gone []*item
	i := 0
	s.receipts = slices.DeleteFunc(s.receipts, func(it *item) bool {
		i++
		if it.busy != nil || (i > over && !it.until.Before(now)) {
			return false
		}
		if s.byKey[it.key] == it {
			delete(s.byKey, it.key)
		}
		gone = append(gone, it)
		return true
	})
	s.mu.Unlock()
	for _, it := range gone {
		s.journal.note(it, kindFiled, nil)
	}
}

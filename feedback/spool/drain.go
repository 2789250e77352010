package spool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
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

// given is a number on its way to a submission.
type given struct {
	number   feedback.Number
	reserved bool // it must stand in the journal before anyone is asked to keep it
	leads    bool // it may come after higher ones of other copies
}

// number gives the number of a new submission: by the store's series while it
// answers, so that numbers are given in order, or else a reserved one.
func (s *Store) number(ctx context.Context, year int) (given, error) {
	if s.checked.Load() {
		if n, ok := s.numbers.take(year, true); ok {
			return given{number: n, reserved: true, leads: true}, nil
		}
	}
	if !s.isAway() {
		ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
		n, err := s.draws.Do(ask, year)
		cancel()
		if err == nil {
			return n, nil
		}
		if ctx.Err() != nil {
			return given{}, err
		}
		s.fail(err)
	}
	if n, ok := s.numbers.take(year, false); ok {
		return given{number: n, reserved: true}, nil
	}
	return given{}, fmt.Errorf("store is away and no number of %d is left: %w", year, feedback.ErrBusy)
}

// draw is the batch's: one step of each series for all who wait. Where nobody
// else drew since the reserve was taken, what is drawn goes behind the reserve
// and the reserve is given from its front: so one copy alone leaves no gap.
func (s *Store) draw(ctx context.Context, years []int) ([]given, error) {
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	wanted := map[int]int64{}
	for _, y := range years {
		wanted[y]++
	}
	all := map[int][]given{}
	for y, n := range wanted {
		first, err := s.Reserve(ctx, y, n)
		if err != nil {
			return nil, err
		}
		fresh := block{year: y, first: first, last: first + n - 1}
		if front, ok := s.numbers.swap(fresh); ok {
			s.journal.note(&item{}, kindBlock, fresh.frame().payload) // synced with what gets the numbers
			for _, number := range front {
				all[y] = append(all[y], given{number: number, reserved: true})
			}
			continue
		}
		for nth := fresh.first; nth <= fresh.last; nth++ {
			all[y] = append(all[y], given{number: feedback.MakeNumber(y, nth)})
		}
	}
	drawn := make([]given, len(years))
	for i, y := range years {
		drawn[i], all[y] = all[y][0], all[y][1:]
	}
	return drawn, nil
}

// refill reserves numbers for the next time that the store is away: twice what
// comes in on a day, within the bounds. In the last week of a year it does so
// for the next year too.
func (s *Store) refill(ctx context.Context) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	now := s.opts.Now()
	s.mu.Lock()
	target := min(max(s.opts.Reserve, 2*s.rate.now, 2*s.rate.before), max(int64(s.opts.Entries), s.opts.Reserve))
	s.mu.Unlock()
	years := []int{feedback.NumberYear(now)}
	if next := calendar.On(now).Add(7).Year(); next != years[0] {
		years = append(years, next)
	}
	for _, year := range years {
		left := s.numbers.left(year)
		if left > target/2 {
			continue
		}
		ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
		first, err := s.Reserve(ask, year, target-left)
		cancel()
		if err != nil {
			return err
		}
		b := block{year: year, first: first, last: first + target - left - 1, leads: first == 1}
		if err := s.journal.append(ctx, &item{}, kindBlock, b.frame().payload); err != nil {
			s.opts.Log.Error("reserved numbers cannot be kept", "err", err)
			return nil // a gap; the store is not to blame
		}
		s.numbers.add(b)
	}
	return nil
}

// check holds the store's series to ours once: after a restore from an old
// backup they may have gone back, and would give numbers again that this spool
// has given or may yet give.
func (s *Store) check(ctx context.Context) error {
	if s.checked.Load() {
		return nil
	}
	s.series.Lock()
	defer s.series.Unlock()
	if s.checked.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.Patience)
	defer cancel()
	for year, top := range s.highest() {
		next, err := s.Reserve(ctx, year, 0)
		if err != nil {
			return err
		}
		if next > top {
			continue
		}
		s.opts.Log.Warn("the store's series went back; the numbers given since are left out", "year", year, "from", next, "to", top)
		if _, err := s.Reserve(ctx, year, top-next+1); err != nil {
			return err
		}
	}
	s.checked.Store(true)
	return nil
}

// highest are the highest numbers that the spool knows of, by year.
func (s *Store) highest() map[int]int64 {
	top := map[int]int64{}
	for _, b := range s.blocks() {
		top[b.year] = max(top[b.year], b.last)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range [][]*item{s.queue, s.receipts} {
		for _, it := range list {
			year, nth := split(it.number)
			top[year] = max(top[year], nth)
		}
	}
	return top
}

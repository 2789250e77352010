package spool

import (
	"context"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

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
	s.reserving.Lock()
	defer s.reserving.Unlock()
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
	// Whoever draws meanwhile waits, and gets numbers in front of the new ones.
	s.reserving.Lock()
	defer s.reserving.Unlock()
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

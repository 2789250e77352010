package demo

import (
	"math/rand/v2"
	"time"

	"rectify/feedback/calendar"
)

// tide says how much is written on each day of the world, so that any number of
// moments can be drawn in order without keeping them.
type tide struct {
	first calendar.Day
	sums  []float64 // weight of all days up to and with each
	end   time.Time
}

// newTide makes the days from years before end up to it: slowly more from month
// to month, less at weekends, much after a notice came out.
func newTide(r *rand.Rand, end time.Time, years int, published map[string]time.Time) *tide {
	last := calendar.On(end)
	t := &tide{first: calendar.AddMonths(last, -12*years).Add(1), end: end}
	days := t.first.DaysUntil(last) + 1
	sum := 0.0
	for i := range days {
		day := t.first.Add(i)
		weight := (0.7 + 0.6*float64(i)/float64(days)) * (0.6 + 0.8*r.Float64())
		if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
			weight *= 0.6
		}
		for _, at := range published {
			if age := calendar.On(at).DaysUntil(day); age >= 0 && age < 45 {
				weight *= 1 + 2/(1+float64(age)/6)
			}
		}
		sum += weight
		t.sums = append(t.sums, sum)
	}
	return t
}

// hours is how much is written in each hour of a day.
func hours() [24]float64 {
	return [24]float64{0: .4, .2, .1, .1, .1, .2, .6, 1.4, 2.6, 3.4, 3.6, 3, 2.2, 2, 2.6, 3, 3, 2.6, 2, 2.4, 3, 2.8, 1.8, .9}
}

// at is the moment of a share of all that is written, from 0 to 1: more of it
// is never earlier.
func (t *tide) at(share float64) time.Time {
	want := share * t.sums[len(t.sums)-1]
	day, before := 0, 0.0
	for day < len(t.sums)-1 && t.sums[day] <= want {
		before = t.sums[day]
		day++
	}
	left := (want - before) / (t.sums[day] - before)
	at := midnight(t.first.Add(day)).Add(clock(left))
	if at.After(t.end) {
		return t.end
	}
	return at
}

// clock is the time of day of a share of all that is written on it.
func clock(share float64) time.Duration {
	all := 0.0
	for _, h := range hours() {
		all += h
	}
	share = min(share, 0.99999) * all
	for i, h := range hours() {
		if share < h {
			return time.Duration((float64(i) + share/h) * float64(time.Hour)).Truncate(time.Millisecond)
		}
		share -= h
	}
	return 24*time.Hour - time.Second
}

// midnight is the moment at which a day begins.
func midnight(d calendar.Day) time.Time { return d.Time().Add(-8 * time.Hour) }

// opening is when the office opens, and openFor how long it stays so.
const (
	opening = 8*time.Hour + 30*time.Minute
	openFor = 9 * time.Hour
)

// atWork is a moment of the n-th working day after t, and after t in any case.
func (l *life) atWork(t time.Time, n int) time.Time {
	day := calendar.On(t)
	if working, _ := l.w.Clocks.Days.IsWorking(day); n == 0 && (!working || t.Sub(midnight(day)) > opening+openFor-time.Hour) {
		n = 1
	}
	day, _ = l.w.Clocks.Days.AddWorking(day, n)
	open := midnight(day).Add(opening)
	if open.Before(t) {
		return t.Add(time.Duration(5+l.r.IntN(50)) * time.Minute)
	}
	return open.Add(time.Duration(l.r.Int64N(int64(openFor))))
}

// later is some days and hours after t, when people write.
func (l *life) later(t time.Time, least, most int) time.Time {
	day := calendar.On(t).Add(least + l.r.IntN(most-least+1))
	at := midnight(day).Add(clock(l.r.Float64()))
	if !at.After(t) {
		return t.Add(time.Duration(10+l.r.IntN(200)) * time.Minute)
	}
	return at
}

package figures

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Week (周) is one week of ISO 8601: from Monday on, in the year that its Thursday
// is of.
type Week struct{ Year, N int }

// WeekOf is the week of a day.
func WeekOf(d calendar.Day) Week {
	year, n := d.Time().ISOWeek()
	return Week{year, n}
}

// ParseWeek reads 2026-W48. It reports false for what is not written exactly so,
// and for a week that its year has not.
func ParseWeek(s string) (Week, bool) {
	if len(s) != 8 || s[4:6] != "-W" {
		return Week{}, false
	}
	year, err := strconv.Atoi(s[:4])
	n, other := strconv.Atoi(s[6:])
	w := Week{year, n}
	if err != nil || other != nil || year < firstYear || n < 1 || n > 53 || w.String() != s || WeekOf(w.From()) != w {
		return Week{}, false
	}
	return w, true
}

// String writes it as 2026-W48.
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.N) }

// From is its Monday.
func (w Week) From() calendar.Day {
	fourth := calendar.Day(fmt.Sprintf("%04d-01-04", w.Year)) // always in the first week
	monday := (int(fourth.Weekday()) + 6) % 7
	return fourth.Add(7*(w.N-1) - monday)
}

// To is its Sunday.
func (w Week) To() calendar.Day { return w.From().Add(6) }

// Before is the week before it.
func (w Week) Before() Week { return WeekOf(w.From().Add(-1)) }

// After is the week after it.
func (w Week) After() Week { return WeekOf(w.To().Add(1)) }

// Weekly is what one week came to.
type Weekly struct {
	Figures          // what came, was answered, fell due and was rated; Open is how things stood at its end
	Came    []Turned // 追问: places that people came back about in that week, the most first
	Ahead   int      // of what stood open then, what falls due in the week after
}

// Weekly counts one week as things stood at its end, or, while it runs, stand
// now; false while not everything was read yet.
func (b *Book) Weekly(w Week, today calendar.Day) (Weekly, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.asOf.IsZero() {
		return Weekly{}, false
	}
	out := weekly(b.all(), w, today)
	out.AsOf = b.asOf
	return out, true
}

// weekly counts facts of a week.
func weekly(facts iter.Seq[*fact], w Week, today calendar.Day) Weekly {
	end := min(today, w.To().Add(1))
	out := Weekly{Figures: sum(facts, Period{Key: w.String(), From: w.From(), To: w.To()}, end)}
	out.Open = Open{}
	turned := make(map[Place]*Turned)
	night := dayOf(min(today, w.To()).Add(1)) // what today brought is in it
	span, ahead := out.Period.span(), Period{From: w.After().From(), To: w.After().To()}.span()
	for f := range facts {
		if f.fate == merged || f.fate == spam || f.fate == held {
			continue
		}
		if x := f.at(night); x != nil {
			out.Open.add(f, x, dayOf(end))
			out.Ahead += one(ahead.holds(x.due))
		}
		if f.fate != clue {
			f.came(turned, span)
		}
	}
	for _, t := range turned {
		out.Came = append(out.Came, *t)
	}
	slices.SortFunc(out.Came, func(a, b Turned) int { return cmp.Or(cmp.Compare(b.Sum(), a.Sum()), a.Place.compare(b.Place)) })
	return out
}

// at is the answer that was owed when a day began, nil for none.
func (f *fact) at(d day) *turn {
	for i := range slices.Backward(f.turns) {
		if x := &f.turns[i]; x.begun < d {
			if x.how == open || x.at >= d {
				return x
			}
			return nil
		}
	}
	return nil
}

// add counts an answer that is owed on a day.
func (o *Open) add(f *fact, x *turn, today day) {
	o.Total++
	switch {
	case x.paused && x.how == open:
		o.Asked++
	case x.due == 0 || x.due >= today:
		o.InTime++
	default:
		o.Overdue++
	}
	o.Alarm += one(f.alarm != 0 && f.alarm < today)
}

// came counts how often the sender came back in a span, by place.
func (f *fact) came(turned map[Place]*Turned, s span) {
	for i := range f.turns {
		x := &f.turns[i]
		if x.why == arrived || !s.holds(x.begun) {
			continue
		}
		p := f.place.Value()
		t := turned[p]
		if t == nil {
			t = &Turned{Place: p}
			turned[p] = t
		}
		t.FollowUps += one(x.why == followed)
		t.Reviews += one(x.why == reviewed)
		t.LookBacks += one(x.why == lookBack)
	}
}

// RecountWeekly makes the figures of a week from the submissions themselves.
func RecountWeekly(all iter.Seq[feedback.Submission], w Week, c feedback.Clocks, today calendar.Day) Weekly {
	return weekly(recount(all, c), w, today)
}

// Ended reports whether the week was over at a moment.
func (w Week) Ended(at time.Time) bool { return calendar.On(at) > w.To() }

package feedback

import (
	"iter"
	"time"

	"rectify/feedback/calendar"
)

// Count (计数) is how a limit is counted: the one rule behind every due date,
// and behind the page that explains it.
type Count struct {
	From   calendar.Day // day zero
	Term   Term
	Extra  int    // further days, of an extension
	Pauses []Span // in which the clock stood still
}

// Span (时段) is the days after From, up to and with To.
type Span struct{ From, To calendar.Day }

// holds reports whether d is one of the days.
func (s Span) holds(d calendar.Day) bool { return s.From < d && d <= s.To }

// Days is how many days the count runs for.
func (x Count) Days() int { return x.Term.Days + x.Extra }

// Counted is one day on the way to a limit.
type Counted struct {
	Day         calendar.Day
	N           int // which day of the term it is; 0: it was skipped
	Why         Why
	Note        string // of the holiday, e.g. 国庆节
	Source      string // whose word that is
	Provisional bool   // the official table of its year is not known
}

// Why says why a day was counted or skipped.
type Why string

// The reasons.
const (
	WhyEvery   Why = "every"   // counted: calendar days all count
	WhyWeekday Why = "weekday" // counted: Monday to Friday
	WhyMakeUp  Why = "make-up" // counted: 调休上班
	WhyWeekend Why = "weekend" // skipped
	WhyHoliday Why = "holiday" // skipped
	WhyPaused  Why = "paused"  // skipped: a question to the sender was open
)

// longest bounds a count, in days: no clock stands still for that long.
const longest = 20 * 366

// Walk goes through the days of a count, from the day after day zero up to its
// limit. Working days by the calendar are counted on that clock, all days on
// the other; those of a pause on neither.
func (c Clocks) Walk(x Count) iter.Seq[Counted] {
	return func(yield func(Counted) bool) {
		n := 0
		for d, i := x.From, 0; n < x.Days() && i < longest; i++ {
			d = d.Add(1)
			day := c.judge(x, d)
			if day.N > 0 {
				n++
				day.N = n
			}
			if !yield(day) {
				return
			}
		}
	}
}

// judge says whether one day counts, and why: N is 1 if it does.
func (c Clocks) judge(x Count, d calendar.Day) Counted {
	day := Counted{Day: d}
	for _, p := range x.Pauses {
		if p.holds(d) {
			day.Why = WhyPaused
			return day
		}
	}
	if x.Term.Clock != Working {
		day.N, day.Why = 1, WhyEvery
		return day
	}
	var working bool
	working, day.Provisional = c.Days.IsWorking(d)
	own, told := c.Days.Why(d)
	day.Note, day.Source = own.Note, own.Source
	switch {
	case working && told:
		day.Why = WhyMakeUp
	case working:
		day.Why = WhyWeekday
	case told:
		day.Why = WhyHoliday
	default:
		day.Why = WhyWeekend
	}
	if working {
		day.N = 1
	}
	return day
}

// Limit is where a count ends. It is provisional as soon as any day counted or
// skipped was.
func (c Clocks) Limit(x Count) Limit {
	l := Limit{Day: x.From, Term: x.Term}
	if x.Term.Clock != Working && len(x.Pauses) == 0 { // no day is skipped
		l.Day = x.From.Add(max(0, min(x.Days(), longest)))
		return l
	}
	for day := range c.Walk(x) {
		l.Day, l.Provisional = day.Day, l.Provisional || day.Provisional
	}
	return l
}

// CountModerate is how the limit of the moderation is counted.
func (s *Submission) CountModerate() Count {
	return Count{From: calendar.On(s.Received), Term: s.Limits.Moderate.Term}
}

// CountAccept is how the limit for telling of the acceptance is counted.
func (s *Submission) CountAccept() Count {
	return Count{From: calendar.On(s.Received), Term: s.Limits.Accept.Term}
}

// CountAnswer is how the limit of the answer is counted: from when the matter
// was taken up, last, without the days in which a question to the sender stood
// open. One that still is open is not in it.
func (s *Submission) CountAnswer() Count {
	begun := s.begun()
	x := Count{From: calendar.On(begun), Term: s.Limits.Answer.Term}
	if s.Extended() {
		x.Extra = s.Extension.Days
	}
	for _, q := range s.Enquiries {
		if !q.Open() && !q.At.Before(begun) {
			x.Pauses = append(x.Pauses, Span{calendar.On(q.At), calendar.On(q.Answered)})
		}
	}
	return x
}

// Paused is the open question for which the answer's clock stands still, or
// nil. One that was asked after the limit, or before the matter was taken up
// again, stops nothing.
func (s *Submission) Paused() *Enquiry {
	q := s.OpenEnquiry()
	if q == nil || !s.State.Open() || q.At.Before(s.begun()) || calendar.On(q.At) > s.Limits.Answer.Day {
		return nil
	}
	return q
}

// IfAnswered is how the limit would be counted if the sender answered the open
// question today: with each day that passes the limit moves on.
func (s *Submission) IfAnswered(today calendar.Day) Count {
	x := s.CountAnswer()
	if q := s.Paused(); q != nil {
		x.Pauses = append(x.Pauses, Span{calendar.On(q.At), max(calendar.On(q.At), today)})
	}
	return x
}

// Stood counts the days of the answer's own clock for which it stood still, up
// to and with today.
func (c Clocks) Stood(s *Submission, today calendar.Day) int {
	n := 0
	for _, p := range s.IfAnswered(today).Pauses {
		n += c.between(s.Limits.Answer.Term.Clock, p.From, p.To)
	}
	return n
}

// between counts the days of one clock after from, up to and with to.
func (c Clocks) between(clock Clock, from, to calendar.Day) int {
	if clock == Working {
		return max(c.Days.WorkingDaysBetween(from, to), 0)
	}
	return max(from.DaysUntil(to), 0)
}

// Used is how much of a count is over by the end of today, as days of its own
// clock: what a reminder at a share of the limit goes by.
func (c Clocks) Used(x Count, today calendar.Day) int {
	used := 0
	for day := range c.Walk(x) {
		if day.Day > today {
			break
		}
		used = max(used, day.N)
	}
	return used
}

// Begun is day zero of the answer's clock and of the alarm.
func (s *Submission) Begun() calendar.Day { return calendar.On(s.begun()) }

// begun is when the answer's clock last started: at receipt, or when the
// matter was taken up again.
func (s *Submission) begun() time.Time {
	for i := len(s.Events) - 1; i >= 0; i-- {
		if s.Events[i].Again() {
			return s.Events[i].At
		}
	}
	return s.Received
}

package figures

import (
	"slices"
	"time"
	"unique"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Place is what a submission is about: a notice, a leaf of it, or neither.
type Place struct{ Notice, Item string }

// fact is what the figures keep of one submission, some 130 bytes: days, kinds
// and marks. Nothing in it tells of a person, and no word of anybody.
type fact struct {
	serial   int64
	place    unique.Handle[Place]
	turns    []turn
	accept   unique.Handle[feedback.Term]
	received day
	decided  day // 受理、不予受理 or 转送; 0: not yet
	alarm    day // from the day after, nothing may be unanswered any more
	rated    day
	used     uint16 // days to the decision, on the clock of accept
	channel  uint8  // its place in feedback.Channels, from 1; likewise category
	category uint8
	fate     fate
	late     bool     // decided after its limit
	marks    [3]uint8 // solved, attitude, speed; 0: not said
}

// fate says in which figures a submission stands.
type fate uint8

const (
	counted fate = iota
	clue         // 问题线索: in totals only
	merged       // counts with its target
	spam         // refused as such
	held         // suspected, and nobody has looked yet
)

// turn is one answer that is or was owed.
type turn struct {
	term     unique.Handle[feedback.Term]
	due      day
	at       day // of the answer, or of what ended it without one
	used     uint16
	how      how
	extended bool
	paused   bool // a question to the sender stood open when it fell due
}

// how a turn ended.
type how uint8

const (
	open     how = iota
	answered     // 已答复
	lapsed       // 不予受理、转送、撤回、删除
)

// factOf keeps of a submission what is counted.
func factOf(s *feedback.Submission, serial int64, c feedback.Clocks) fact {
	f := fact{
		serial: serial, place: unique.Make(Place{s.Notice, s.Item}), accept: unique.Make(s.Limits.Accept.Term),
		received: dayAt(s.Received), alarm: dayOf(s.Limits.Alarm),
		channel:  uint8(1 + slices.Index(feedback.Channels(), s.Channel)),    //nolint:gosec // few
		category: uint8(1 + slices.Index(feedback.Categories(), s.Category)), //nolint:gosec // few
		fate:     fateOf(s), turns: turnsOf(s, c),
	}
	for i := range s.Events {
		if a := s.Events[i].Act; a == feedback.ActAccept || a == feedback.ActReject || a == feedback.ActForward {
			f.decided = dayAt(s.Events[i].At)
			f.late = calendar.On(s.Events[i].At) > s.Limits.Accept.Day
			f.used = narrow(passed(c, s.Limits.Accept.Term.Clock, s.Received, s.Events[i].At))
			break
		}
	}
	if r := s.Rating; r != nil {
		f.rated, f.marks = dayAt(r.At), [3]uint8{mark(r.Solved), mark(r.Attitude), mark(r.Speed)}
	}
	return f
}

func fateOf(s *feedback.Submission) fate {
	switch {
	case s.State == feedback.Merged:
		return merged
	case s.State == feedback.Rejected && s.Rejection == feedback.RejectSpam:
		return spam
	case s.State == feedback.Received && s.Suspected():
		return held
	case s.Category == feedback.Clue:
		return clue
	}
	return counted
}

// turnsOf tells the answers that were owed, the first from receipt on, each
// later one from when the matter was taken up again.
func turnsOf(s *feedback.Submission, c feedback.Clocks) []turn {
	var begun []time.Time
	for i := range s.Events {
		if s.Events[i].Again() {
			begun = append(begun, s.Events[i].At)
		}
	}
	list := make([]turn, 0, 1+len(begun))
	events, from := s.Events, s.Received
	for i := 0; i <= len(begun); i++ {
		part := events
		if i < len(begun) {
			n := slices.IndexFunc(events, feedback.Event.Again)
			part, events = events[:n], events[n+1:]
		}
		limit, extended := limitOf(s, c, len(begun)-i, from, part)
		t := turn{term: unique.Make(limit.Term), due: dayOf(limit.Day), extended: extended}
		var until time.Time
		t.how, until = ended(part)
		t.at = dayAt(until)
		waited, still := pauses(s, c, limit, from, until)
		t.paused = still
		if t.how == answered {
			t.used = narrow(passed(c, limit.Term.Clock, from, until) - waited)
		}
		list = append(list, t)
		if i < len(begun) {
			from = begun[i]
		}
	}
	return list
}

// limitOf is the limit of the turn that as many others follow. What was taken up
// again before its turns were kept is held to the limit that the rules give now.
func limitOf(s *feedback.Submission, c feedback.Clocks, later int, from time.Time, part []feedback.Event) (l feedback.Limit, extended bool) {
	if later == 0 {
		return s.Limits.Answer, s.Extended()
	}
	if i := len(s.Turns) - later; i >= 0 {
		return s.Turns[i].Answer, s.Turns[i].Extended
	}
	granted := slices.ContainsFunc(part, func(e feedback.Event) bool { return e.Act == feedback.ActGrant })
	return c.Limits(s.Category, from).Answer, granted
}

// ended tells how the turn of these events ended, and when.
func ended(part []feedback.Event) (how, time.Time) {
	h, at := open, time.Time{}
	for i := range part {
		switch e := &part[i]; {
		case e.Act == feedback.ActApproveAmend && e.To == feedback.Reopened && e.From != feedback.Reopened:
			h, at = open, time.Time{} // its answer was withdrawn: it never had one
		case h != open:
		case e.Act == feedback.ActApprove || e.Act == feedback.ActEmergency:
			h, at = answered, e.At
		case e.From.Open() && !e.To.Open():
			h, at = lapsed, e.At
		}
	}
	return h, at
}

// pauses counts the days of a turn for which the clock stood still until its
// answer, and tells whether a question to the sender that was asked in time is
// open still: then the clock has not gone on.
func pauses(s *feedback.Submission, c feedback.Clocks, l feedback.Limit, from, until time.Time) (waited int, still bool) {
	for _, q := range s.Enquiries {
		if q.At.Before(from) || (!until.IsZero() && q.At.After(until)) {
			continue
		}
		end := q.Answered
		if q.Open() || (!until.IsZero() && end.After(until)) {
			still = still || calendar.On(q.At) <= l.Day
			end = until
		}
		if !end.IsZero() {
			waited += passed(c, l.Term.Clock, q.At, end)
		}
	}
	return waited, still
}

// passed counts the days of one clock after from, up to and with to.
func passed(c feedback.Clocks, clock feedback.Clock, from, to time.Time) int {
	a, b := calendar.On(from), calendar.On(to)
	if clock == feedback.Working {
		return max(c.Days.WorkingDaysBetween(a, b), 0)
	}
	return max(a.DaysUntil(b), 0)
}

// day counts days from 1 January 1970 in Beijing; 0 is no day. It lasts to 2149.
type day uint16

func dayAt(t time.Time) day {
	if t.IsZero() {
		return 0
	}
	return days(t.Unix() + 8*60*60)
}

func dayOf(d calendar.Day) day {
	if d == "" {
		return 0
	}
	return days(d.Time().Unix())
}

func days(seconds int64) day { return day(min(max(seconds/(24*60*60), 0), 1<<16-1)) }

func narrow(n int) uint16 { return uint16(min(max(n, 0), 1<<16-1)) }

func mark(n int) uint8 { return uint8(min(max(n, 0), 3)) }

package feedback

import (
	"slices"
	"time"

	"rectify/feedback/calendar"
)

// Clock says how the days of a limit are counted. It is named wherever a limit
// is shown.
type Clock string

// The two clocks of the contract; they are never mixed.
const (
	Working  Clock = "working"  // 工作日
	Calendar Clock = "calendar" // 自然日
)

// Term is a length of time allowed for something.
type Term struct {
	Days  int   `json:"days"`
	Clock Clock `json:"clock"`
}

// Limit (时限) is one date by which something is owed, and how it was counted.
// Provisional means that the counting touched a year whose official holiday
// table is not known: the date may still move.
type Limit struct {
	Day         calendar.Day `json:"day"`
	Term        Term         `json:"term"`
	Provisional bool         `json:"provisional,omitempty"`
}

// Limits are the dates of one submission.
type Limits struct {
	Moderate Limit        `json:"moderate"` // 审核
	Accept   Limit        `json:"accept"`   // 告知是否受理
	Answer   Limit        `json:"answer"`   // 答复
	Alarm    calendar.Day `json:"alarm"`    // 三个月红线: no valid message stays unanswered beyond it
}

// Rules are a body's terms; the defaults are those of the contract.
type Rules struct {
	Moderate  Term
	Accept    Term
	Answer    map[Category]Term
	Second    Term // 复核: until a second person has looked at a reply that one published
	Extension int  // days at most, once, on the clock of the limit that they move
	Reopen    int  // calendar days in which a follow-up reopens
	Review    int  // calendar days in which a review may be asked for
}

// DefaultRules are the terms that hold where a body sets none.
func DefaultRules() Rules {
	sixty := Term{60, Calendar}
	return Rules{
		Moderate:  Term{2, Working},
		Accept:    Term{15, Calendar},
		Answer:    map[Category]Term{Opinion: sixty, Clue: sixty, Praise: sixty, Question: {5, Working}, Correction: {3, Working}},
		Second:    Term{2, Working},
		Extension: 30,
		Reopen:    30,
		Review:    30,
	}
}

// Clocks counts limits by a body's rules and calendar.
type Clocks struct {
	Rules Rules
	Days  *calendar.Calendar
}

// Limits counts the dates for something of category cat received at t. The day
// of receipt is day zero; a thing is late from the day after its limit.
func (c Clocks) Limits(cat Category, t time.Time) Limits {
	day := calendar.On(t)
	return Limits{
		Moderate: c.Limit(Count{From: day, Term: c.Rules.Moderate}),
		Accept:   c.Limit(Count{From: day, Term: c.Rules.Accept}),
		Answer:   c.Limit(Count{From: day, Term: c.Rules.answer(cat)}),
		Alarm:    calendar.AddMonths(day, AlarmMonths),
	}
}

// answer is the term of a category; one without a term has that of an opinion.
func (r Rules) answer(cat Category) Term {
	if t, ok := r.Answer[cat]; ok {
		return t
	}
	return r.Answer[Opinion]
}

// AlarmMonths is how many months no valid message may stay unanswered (三个月红线).
const AlarmMonths = 3

// asked reports whether the sender has reopened the matter before.
func (s *Submission) asked() bool {
	return slices.ContainsFunc(s.Events, func(e Event) bool { return e.Act == ActFollowUp })
}

// reopen starts the answer's clock again and keeps how it stood.
func (w *work) reopen() {
	w.s.Turns = grown(w.s.Turns, Turn{Answer: w.s.Limits.Answer, Extended: w.s.Extended()})
	fresh := w.clocks.Limits(w.s.Category, w.now)
	w.s.Limits.Answer, w.s.Limits.Alarm = fresh.Answer, fresh.Alarm
	w.s.Extension, w.s.Forwarded, w.s.ClosedAt = nil, nil, time.Time{}
	w.s.Suspect = nil // somebody has looked at it: it waits where all open ones do
}

// FollowUpUntil is the last day on which the sender may ask again, empty when
// there is no answer yet.
func (s *Submission) FollowUpUntil(r Rules) calendar.Day {
	if s.AnsweredAt.IsZero() {
		return ""
	}
	return calendar.On(s.AnsweredAt).Add(r.Reopen)
}

// next is the limit that is owed next, empty when nothing is owed. While the
// answer's clock stands still that is the alarm, which never does.
func (s *Submission) next() calendar.Day {
	if !s.State.Open() {
		return ""
	}
	due := s.Limits.Answer.Day
	if s.Paused() != nil {
		due = s.Limits.Alarm
	}
	if s.Limits.Alarm != "" {
		due = min(due, s.Limits.Alarm)
	}
	if s.State == Received {
		due = min(due, s.Limits.Moderate.Day)
	}
	return due
}

package letter

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/staff"
)

// Duty is one kind of thing that waits for a member of staff.
type Duty struct {
	Key   string // alarm, alarm-near, late, escalated, today, reached, moderate, approve
	Share int    // of reached: per cent of the limit
	Total int
	List  []feedback.Submission // the first of them
}

// Day is the day that a duty is about.
func (d Duty) Day(s *feedback.Submission) calendar.Day {
	if d.Key == "alarm" || d.Key == "alarm-near" {
		return s.Limits.Alarm
	}
	return s.Due
}

// AlarmAhead is how many days before the three-month alarm its reminders begin.
const AlarmAhead = 14

// Bounds of what is named, and of what is looked through for it.
const (
	dutyRows  = 20
	dutyPages = 5
)

// desk is one reader of reminders.
type desk struct {
	*Writer
	a     staff.Account
	today calendar.Day
}

// Duties is what waits for an account today by its roles, without what it may
// not see. The alarm stands first, whatever the body's rules say.
func (w *Writer) Duties(ctx context.Context, a staff.Account, today calendar.Day) ([]Duty, error) {
	d := &desk{w, a, today}
	list, err := d.alarms(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range d.questions() {
		duty, err := d.ask(ctx, x.key, x.q)
		if err != nil {
			return nil, err
		}
		list = append(list, duty)
	}
	reached, err := d.reached(ctx)
	if err != nil {
		return nil, err
	}
	list = append(list, reached...)
	return slices.DeleteFunc(list, func(x Duty) bool { return x.Total == 0 }), nil
}

type question struct {
	key string
	q   feedback.Query
}

// questions are those after what waits, by the account's roles.
func (d *desk) questions() (list []question) {
	open := feedback.Query{States: feedback.OpenStates(), Suspect: feedback.No, Sort: feedback.ByDue, Limit: dutyRows}
	if d.a.Has(feedback.Moderator, feedback.Replier) {
		q := open
		q.DueBefore, q.Owner = d.today, d.ownOnly()
		list = append(list, question{"late", q})
	}
	if before := d.escalated(); before != "" && !d.a.Has(feedback.Moderator) {
		q := open
		q.DueBefore = before
		list = append(list, question{"escalated", q})
	}
	if slices.Contains(d.Site.Body.Reminders.At, 100) && d.a.Has(feedback.Moderator, feedback.Replier) {
		q := open
		q.DueOn, q.Owner = d.today, d.ownOnly()
		list = append(list, question{"today", q})
	}
	if d.a.Has(feedback.Moderator) {
		q := open
		q.States = []feedback.State{feedback.Received}
		list = append(list, question{"moderate", q})
	}
	if d.a.Has(feedback.Approver) {
		q := open
		q.States, q.Suspect, q.Submitted = nil, feedback.Any, true
		list = append(list, question{"approve", q})
	}
	return append(list, question{"called", feedback.Query{Tie: feedback.TieTo(d.a.Name), Sort: feedback.ByNewest, Limit: dutyRows}})
}

// ownOnly is the account itself, or nobody for moderators: they hand matters
// out and hear of all of them.
func (d *desk) ownOnly() string {
	if d.a.Has(feedback.Moderator) {
		return ""
	}
	return d.a.Name
}

// escalated is the day before which what was due is told to the account by the
// body's rules; empty when nothing is.
func (d *desk) escalated() (before calendar.Day) {
	for _, e := range d.Site.Body.Reminders.Escalate {
		if d.a.Has(e.To) {
			before = max(before, d.lateBy(e.After))
		}
	}
	return before
}

// lateBy is the day before which everything that was due is late by at least n
// working days.
func (d *desk) lateBy(n int) calendar.Day {
	day := d.today.Add(-1)
	for d.Clocks.Days.WorkingDaysBetween(day, d.today) < n {
		day = day.Add(-1)
	}
	return day.Add(1)
}

// ask counts and lists, without what the account may not see.
func (d *desk) ask(ctx context.Context, key string, q feedback.Query) (Duty, error) {
	q = d.veiled(q)
	n, err := d.Store.Count(ctx, q)
	if err != nil || n == 0 {
		return Duty{Key: key}, err
	}
	page, _, err := d.Store.List(ctx, q)
	return Duty{Key: key, Total: n, List: page}, err
}

func (d *desk) veiled(q feedback.Query) feedback.Query { return d.a.Actor().Veil(q) }

// alarms are the matters that no one has answered for three months, and those
// that are near it: of everybody for who runs the office, of one's own for who
// only answers.
func (d *desk) alarms(ctx context.Context) ([]Duty, error) {
	over, near := Duty{Key: "alarm"}, Duty{Key: "alarm-near"}
	if d.Alarm == nil {
		return nil, nil
	}
	for _, n := range d.Alarm(d.today.Add(AlarmAhead + 1)) {
		s, err := d.Store.Get(ctx, n)
		if errors.Is(err, feedback.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		mine := s.Owner == d.a.Name || d.a.Has(feedback.Moderator, feedback.Approver, feedback.Admin)
		if !s.State.Open() || !mine || !d.a.Actor().MaySee(&s) {
			continue
		}
		x := &near
		if s.Limits.Alarm < d.today {
			x = &over
		}
		if x.Total++; len(x.List) < dutyRows {
			x.List = append(x.List, s)
		}
	}
	return []Duty{over, near}, nil
}

// reached are the own matters of which a share of the limit was used up since
// the working day before, the greatest share first; each is told once for each
// share. Who hands matters out hears of those that nobody owns.
func (d *desk) reached(ctx context.Context) ([]Duty, error) {
	q := feedback.Query{States: feedback.OpenStates(), Suspect: feedback.No, Sort: feedback.ByDue, Limit: feedback.MaxPage}
	groups := make(map[int]*Duty)
	if d.a.Has(feedback.Replier) {
		q := q
		q.Owner = d.a.Name
		if err := d.reach(ctx, q, false, groups); err != nil {
			return nil, err
		}
	}
	if d.a.Has(feedback.Moderator) {
		q.States = []feedback.State{feedback.Accepted, feedback.Reopened}
		if err := d.reach(ctx, q, true, groups); err != nil {
			return nil, err
		}
	}
	var list []Duty
	for _, g := range groups {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b Duty) int { return cmp.Compare(b.Share, a.Share) })
	return list, nil
}

// reach goes through the first pages of a question, what is due first.
func (d *desk) reach(ctx context.Context, q feedback.Query, unowned bool, groups map[int]*Duty) error {
	for range dutyPages {
		page, next, err := d.Store.List(ctx, d.veiled(q))
		if err != nil {
			return err
		}
		for i := range page {
			if s := &page[i]; !unowned || s.Owner == "" {
				d.note(s, groups)
			}
		}
		if q.After = next; next == "" {
			return nil
		}
	}
	return nil
}

// note puts a matter under the greatest share that it has reached since the
// working day before, if any.
func (d *desk) note(s *feedback.Submission, groups map[int]*Duty) {
	if s.Due < d.today || s.State == feedback.Received {
		return // it is late and told as such, or waits to be moderated
	}
	before := d.today.Add(-1)
	for working, _ := d.Clocks.Days.IsWorking(before); !working; working, _ = d.Clocks.Days.IsWorking(before) {
		before = before.Add(-1)
	}
	x := s.IfAnswered(d.today)
	now, was := d.Clocks.Used(x, d.today), d.Clocks.Used(x, before)
	for _, share := range slices.Backward(d.Site.Body.Reminders.At) {
		if share == 100 || now*100 < share*x.Days() {
			continue
		}
		if was*100 >= share*x.Days() {
			return // told already
		}
		g := groups[share]
		if g == nil {
			g = &Duty{Key: "reached", Share: share}
			groups[share] = g
		}
		if g.Total++; len(g.List) < dutyRows {
			g.List = append(g.List, *s)
		}
		return
	}
}

package feedback_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// finger counts a limit as one would with a finger on the paper: one day after
// the other, crossing out the days of pauses and, on the clock of working days,
// those that are not worked.
func finger(c feedback.Clocks, x feedback.Count) calendar.Day {
	crossed := make(map[calendar.Day]bool)
	for _, p := range x.Pauses {
		for d := p.From.Add(1); d <= p.To; d = d.Add(1) {
			crossed[d] = true
		}
	}
	d := x.From
	for left := x.Term.Days + x.Extra; left > 0; {
		d = d.Add(1)
		working, _ := c.Days.IsWorking(d)
		if !crossed[d] && (x.Term.Clock == feedback.Calendar || working) {
			left--
		}
	}
	return d
}

func drawCount(t *rapid.T) feedback.Count {
	x := feedback.Count{
		From:  calendar.Day("2017-01-01").Add(rapid.IntRange(0, 20*365).Draw(t, "from")),
		Term:  feedback.Term{Days: rapid.IntRange(0, 120).Draw(t, "days"), Clock: rapid.SampledFrom([]feedback.Clock{feedback.Working, feedback.Calendar}).Draw(t, "clock")},
		Extra: rapid.SampledFrom([]int{0, 0, 10, 30}).Draw(t, "extra"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		from := x.From.Add(rapid.IntRange(0, 150).Draw(t, "pause"))
		x.Pauses = append(x.Pauses, feedback.Span{From: from, To: from.Add(rapid.IntRange(0, 40).Draw(t, "long"))})
	}
	return x
}

// Over 20 years a limit is where the finger stops. Its days are told without a
// gap, the counted ones numbered in order, each with a reason that fits it, and
// the last one is the limit. It is certain only if every day was.
func TestCountedAsWithAFinger(t *testing.T) {
	c := clocks()
	rapid.Check(t, func(t *rapid.T) {
		x := drawCount(t)
		l := c.Limit(x)
		if want := finger(c, x); l.Day != want {
			t.Fatalf("%+v ends %s, by the finger %s", x, l.Day, want)
		}
		last, n, guess := x.From, 0, false
		for day := range c.Walk(x) {
			if day.Day != last.Add(1) {
				t.Fatalf("after %s comes %s", last, day.Day)
			}
			last = day.Day
			counted := slices.Contains([]feedback.Why{feedback.WhyEvery, feedback.WhyWeekday, feedback.WhyMakeUp}, day.Why)
			if counted {
				n++
			}
			if (counted && day.N != n) || (!counted && day.N != 0) {
				t.Fatalf("%+v is number %d", day, n)
			}
			if day.Why == feedback.WhyHoliday && (day.Note == "" || day.Source == "") {
				t.Fatalf("a holiday without its name or source: %+v", day)
			}
			guess = guess || day.Provisional
		}
		if last != l.Day || n != x.Days() || guess != l.Provisional {
			t.Fatalf("%+v: told up to %s with %d days, provisional %v; the limit is %+v", x, last, n, guess, l)
		}
	})
}

// How much of a limit is used grows from day to day up to its whole.
func TestUsed(t *testing.T) {
	c := clocks()
	rapid.Check(t, func(t *rapid.T) {
		x := drawCount(t)
		l, was := c.Limit(x), 0
		for d := x.From; d <= l.Day; d = d.Add(1) {
			used := c.Used(x, d)
			if used < was || used > was+1 {
				t.Fatalf("%+v: %d used on %s, %d the day before", x, used, d, was)
			}
			was = used
		}
		if was != x.Days() || c.Used(x, x.From.Add(-1)) != 0 || c.Used(x, l.Day.Add(50)) != x.Days() {
			t.Fatalf("%+v: %d used in the end", x, was)
		}
	})
}

// While a question is open nothing is late but by the alarm; what the date will
// be moves on with each day, and is the date once the sender has answered.
func TestPause(t *testing.T) {
	s := sample(feedback.Accepted)
	s.Category, s.Limits = feedback.Question, clocks().Limits(feedback.Question, at()) // due Monday, 30 November
	asker := staff("lisi", feedback.Replier)
	s = do(t, s, feedback.Ask{Text: "哪一栋楼？"}, asker, at().AddDate(0, 0, 1))
	if s.Paused() == nil || s.Due != s.Limits.Alarm || s.Limits.Answer.Day != "2026-11-30" {
		t.Fatalf("asked: due %s, answer %s, paused %v", s.Due, s.Limits.Answer.Day, s.Paused())
	}
	for today, want := range map[calendar.Day]struct {
		day   calendar.Day
		stood int
	}{"2026-11-24": {"2026-11-30", 0}, "2026-11-25": {"2026-12-01", 1}, "2026-11-29": {"2026-12-03", 3}, "2026-12-02": {"2026-12-08", 6}} {
		if got, n := clocks().Limit(s.IfAnswered(today)).Day, clocks().Stood(&s, today); got != want.day || n != want.stood {
			t.Errorf("if answered %s: %s after %d days of standing, want %+v", today, got, n, want)
		}
	}
	s = do(t, s, feedback.Explain{Text: "三号楼"}, feedback.Sender(), at().AddDate(0, 0, 9))
	if s.Paused() != nil || s.Limits.Answer.Day != "2026-12-08" || s.Due != "2026-12-08" {
		t.Errorf("answered on 2 December: answer %s, due %s", s.Limits.Answer.Day, s.Due)
	}
	// A change of category keeps the days that were waited.
	s = do(t, s, feedback.Classify{Category: feedback.Correction}, staff("wangwu", feedback.Moderator), at().AddDate(0, 0, 9))
	if s.Limits.Answer.Day != "2026-12-04" {
		t.Errorf("as a correction: %s", s.Limits.Answer.Day)
	}
	// Asked too late, a question stops nothing.
	late := do(t, s, feedback.Ask{Text: "几层？"}, asker, at().AddDate(0, 0, 20))
	if late.Paused() != nil || late.Due != "2026-12-04" {
		t.Errorf("asked after the limit: due %s", late.Due)
	}
}

// An extension can be declined, by an approver or by who asked for it; then it
// may be asked for again.
func TestDecline(t *testing.T) {
	asked := do(t, sample(feedback.Assigned), feedback.Extend{Days: 10, Reason: "要等雨天"}, staff("lisi", feedback.Replier), at())
	for name, who := range map[string]feedback.Actor{"another replier": staff("wangwu", feedback.Replier), "another moderator": staff("zhaoliu", feedback.Moderator)} {
		if _, err := clocks().Apply(asked, feedback.Decline{Note: "不必"}, who, at()); !errors.Is(err, feedback.ErrRole) {
			t.Errorf("%s declines: %v", name, err)
		}
	}
	if _, err := clocks().Apply(asked, feedback.Decline{}, staff("zhaoliu", feedback.Approver), at()); err == nil {
		t.Error("declined without a reason")
	}
	for _, who := range []feedback.Actor{staff("zhaoliu", feedback.Approver), staff("lisi", feedback.Replier)} {
		s := do(t, asked, feedback.Decline{Note: "不必"}, who, at())
		if s.Extension != nil || s.Limits != asked.Limits || s.Events[len(s.Events)-1].Note != "不必" {
			t.Errorf("declined: %+v", s.Extension)
		}
		s = do(t, s, feedback.Extend{Days: 5, Reason: "材料要到外地取"}, staff("lisi", feedback.Replier), at())
		granted := do(t, s, feedback.Grant{}, staff("zhaoliu", feedback.Approver), at())
		if _, err := clocks().Apply(granted, feedback.Decline{Note: "不必"}, staff("zhaoliu", feedback.Approver), at()); !errors.Is(err, feedback.ErrMove) {
			t.Errorf("declined after it was granted: %v", err)
		}
	}
}

// A new calendar moves what is open and not met yet, says from where to where,
// and does so once; what ended keeps its dates.
func TestRedate(t *testing.T) {
	fresh := feedback.Clocks{Rules: feedback.DefaultRules(), Days: clocks().Days.With(calendar.Table{Year: 2026, Official: true, Days: []calendar.Exception{
		{Day: "2026-11-24", Kind: calendar.Rest}, {Day: "2026-11-28", Kind: calendar.Work},
	}})}
	why := feedback.Redate{Why: "本市停水一天，28日补班"}
	open := sample(feedback.Received)
	open.Category, open.Limits = feedback.Question, clocks().Limits(feedback.Question, at())
	next, err := fresh.Apply(open, why, feedback.Program(), at())
	if err != nil {
		t.Fatal(err)
	}
	want := []feedback.Shift{{Limit: "moderate", From: "2026-11-25", To: "2026-11-26"}}
	if e := next.Events[len(next.Events)-1]; !slices.Equal(e.Moved, want) || e.Note != why.Why || e.Act != feedback.ActRedate {
		t.Errorf("moved %+v, want %+v: the make-up day gives the answer its day back", e.Moved, want)
	}
	if next.Due != "2026-11-26" || next.Limits.Answer.Day != "2026-11-30" {
		t.Errorf("due %s, answer %s", next.Due, next.Limits.Answer.Day)
	}
	if _, err := fresh.Apply(next, why, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("a second time: %v", err)
	}
	taken := do(t, open, feedback.Accept{}, staff("wangwu", feedback.Moderator), at())
	if _, err := fresh.Apply(taken, why, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("the limit of a moderation that is done moved: %v", err)
	}
	for _, st := range []feedback.State{feedback.Answered, feedback.Closed, feedback.Rejected, feedback.Merged} {
		if _, err := fresh.Apply(sample(st), why, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
			t.Errorf("%s: %v", st, err)
		}
	}
	// A year that becomes certain is told too, even where the date stays.
	winter := sample(feedback.Assigned)
	winter.Category, winter.Received = feedback.Question, time.Date(2026, 12, 30, 2, 0, 0, 0, time.UTC)
	winter.Limits = clocks().Limits(feedback.Question, winter.Received)
	sure := feedback.Clocks{Rules: feedback.DefaultRules(), Days: clocks().Days.With(calendar.Table{Year: 2027, Official: true})}
	if next, err = sure.Apply(winter, why, feedback.Program(), at()); err != nil || next.Limits.Answer.Provisional {
		t.Errorf("with the table of 2027: %+v, %v", next.Limits.Answer, err)
	}
}

// Whatever happened to a matter, counting it anew by the same calendar moves
// nothing; under another one it leads to where the finger stops.
func TestRedateIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sample(feedback.Received)
		now := at()
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			act := rapid.SampledFrom([]feedback.Act{
				feedback.ActAccept, feedback.ActClassify, feedback.ActAssign, feedback.ActAsk, feedback.ActExplain, feedback.ActExtend, feedback.ActGrant,
				feedback.ActDecline, feedback.ActDraft, feedback.ActApprove, feedback.ActFollowUp, feedback.ActReopen,
			}).Draw(t, "act")
			m, _ := feedback.MoveOf(act)
			who := feedback.Sender()
			if m.Roles != nil {
				who = staff(rapid.SampledFrom([]string{"lisi", "wangwu"}).Draw(t, "who"), m.Roles[0])
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			a := drawn(t, &s, act)
			if d, ok := a.(feedback.DraftReply); ok {
				d.Submit = true
				a = d
			}
			if next, err := clocks().Apply(s, a, who, now); err == nil {
				s = next
			}
		}
		if _, err := clocks().Apply(s, feedback.Redate{}, feedback.Program(), now); !errors.Is(err, feedback.ErrMove) {
			t.Fatalf("the same calendar moves something: %v\n%+v", err, s.Limits)
		}
		off := calendar.Day("2026-11-23").Add(rapid.IntRange(0, 60).Draw(t, "off"))
		fresh := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New([]calendar.Exception{{Day: off, Kind: calendar.Rest}})}
		next, err := fresh.Apply(s, feedback.Redate{}, feedback.Program(), now)
		if err != nil {
			next = s
		}
		if want := finger(fresh, s.CountAnswer()); s.State.Open() && next.Limits.Answer.Day != want {
			t.Fatalf("without %s the answer is due %s, by the finger %s", off, next.Limits.Answer.Day, want)
		}
		if !s.State.Open() && next.Limits != s.Limits {
			t.Fatal("what ended moved")
		}
	})
}

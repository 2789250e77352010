package figures_test

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

// noon is a working Monday in Beijing.
func noon() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }

func clocks() feedback.Clocks {
	return feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
}

// duty is one answer that was owed, as a bystander wrote it down while it
// happened: with the limit that stood just then.
type duty struct {
	term             feedback.Term
	due              calendar.Day
	begun            time.Time
	end              calendar.Day // empty: open
	used             int
	answered         bool
	extended, paused bool
}

// life is a submission and what a bystander saw of it.
type life struct {
	s         feedback.Submission
	duties    []duty
	decided   calendar.Day
	decidedIn int
	retracted bool
	stopped   int // days for which the clock stood still in this duty
}

// now is the running duty, as it would be written down on the day.
func (l *life) now(at time.Time) duty {
	d := duty{term: l.s.Limits.Answer.Term, due: l.s.Limits.Answer.Day, begun: l.duties[len(l.duties)-1].begun, extended: l.s.Extension != nil && l.s.Extension.Grant != ""}
	q := l.s.OpenEnquiry()
	if q != nil && !q.At.Before(d.begun) {
		d.paused = calendar.On(q.At) <= d.due
	}
	if !at.IsZero() {
		d.end = calendar.On(at)
		d.used = days(d.term.Clock, d.begun, at) - l.stopped
		if q != nil && !q.At.Before(d.begun) {
			d.used -= days(d.term.Clock, q.At, at)
		}
	}
	return d
}

func days(clock feedback.Clock, from, to time.Time) int {
	a, b := calendar.On(from), calendar.On(to)
	if clock == feedback.Calendar {
		return a.DaysUntil(b)
	}
	n := 0
	for d := a.Add(1); d <= b; d = d.Add(1) {
		if working, _ := clocks().Days.IsWorking(d); working {
			n++
		}
	}
	return n
}

// step does one act, if it can be done, and writes down what came of it.
func (l *life) step(t *rapid.T, at time.Time, first ...feedback.Act) {
	act := rapid.SampledFrom(feedback.Moves()).Draw(t, "act")
	if len(first) > 0 {
		act, _ = feedback.MoveOf(first[0])
	} else if rapid.IntRange(0, 2).Draw(t, "onward") > 0 { // most walks should get as far as an answer
		act, _ = feedback.MoveOf(onward(&l.s, rapid.IntRange(0, 2).Draw(t, "extend") == 0))
	}
	who := feedback.Sender()
	if act.Roles != nil {
		who = feedback.Actor{Kind: feedback.Staff, ID: rapid.SampledFrom([]string{"lisi", "wangwu"}).Draw(t, "who"), Roles: feedback.Roles()}
		if !act.Roles[0].Valid() {
			who = feedback.Program()
		}
	}
	before := l.s
	running := l.now(at)
	next, err := clocks().Apply(l.s, action(t, &l.s, act.Act), who, at)
	if err != nil {
		return
	}
	l.s = next
	last := &l.duties[len(l.duties)-1]
	switch e := next.Events[len(next.Events)-1]; {
	case e.Act == feedback.ActExplain:
		if q := next.Enquiries[len(next.Enquiries)-1]; !q.At.Before(last.begun) {
			l.stopped += days(next.Limits.Answer.Term.Clock, q.At, at)
		}
	case e.Act == feedback.ActApproveAmend && e.To == feedback.Reopened && !before.State.Open():
		*last = duty{begun: last.begun} // the answer was taken back: there was none
		l.retracted = true
	case e.To == feedback.Reopened && e.From != feedback.Reopened:
		l.duties = append(l.duties, duty{begun: at})
		l.stopped = 0
	case before.State.Open() && !next.State.Open():
		*last = running
		last.answered = next.State == feedback.Answered
	}
	if l.decided == "" && (act.Act == feedback.ActAccept || act.Act == feedback.ActReject || act.Act == feedback.ActForward) {
		l.decided, l.decidedIn = calendar.On(at), calendar.On(next.Received).DaysUntil(calendar.On(at))
	}
}

func onward(s *feedback.Submission, extend bool) feedback.Act {
	switch {
	case s.State == feedback.Received:
		return feedback.ActAccept
	case s.State == feedback.Drafted && s.Draft.Submitted:
		return feedback.ActApprove
	case s.Amendment != nil:
		return feedback.ActApproveAmend
	case s.State == feedback.Answered && s.Rating == nil:
		return feedback.ActRate
	case s.State == feedback.Answered || s.State == feedback.Closed:
		return feedback.ActFollowUp
	case extend && s.Extension == nil:
		return feedback.ActExtend
	case s.Extension != nil && s.Extension.Grant == "":
		return feedback.ActGrant
	}
	return feedback.ActDraft
}

func action(t *rapid.T, s *feedback.Submission, act feedback.Act) feedback.Action {
	mark := func(what string) int { return rapid.IntRange(0, 3).Draw(t, what) }
	switch act {
	case feedback.ActAccept:
		return feedback.Accept{Category: rapid.SampledFrom(append(feedback.Categories(), "")).Draw(t, "category")}
	case feedback.ActReject:
		return feedback.Reject{Reason: rapid.SampledFrom(feedback.Rejections()).Draw(t, "reason")}
	case feedback.ActClassify:
		return feedback.Classify{Category: rapid.SampledFrom(feedback.Categories()).Draw(t, "category")}
	case feedback.ActDraft:
		d := feedback.DraftReply{Text: "已修好。", Office: "办公室", Submit: true}
		if s.Draft != nil {
			d.Seen = s.Draft.Digest
		}
		return d
	case feedback.ActApprove:
		if s.Draft != nil {
			return feedback.Approve{Digest: s.Draft.Digest}
		}
	case feedback.ActEmergency:
		a := feedback.Emergency{Text: "先停电。", Office: "办公室", Reason: "有人身危险"}
		if s.Draft != nil {
			a.Seen = s.Draft.Digest
		}
		return a
	case feedback.ActAmend:
		return feedback.Amend{Of: len(s.Replies), Text: fmt.Sprint("更正", len(s.Replies)), Office: "办公室", Why: "有误", Submit: true}
	case feedback.ActRetract:
		return feedback.Retract{Of: len(s.Replies), Why: "有误"}
	case feedback.ActApproveAmend:
		if s.Amendment != nil {
			return feedback.ApproveAmend{Digest: s.Amendment.Digest}
		}
	case feedback.ActRate:
		return feedback.Rate{Solved: 1 + mark("solved")%3, Attitude: mark("attitude"), Speed: mark("speed")}
	case feedback.ActLocate:
		return feedback.Locate{Notice: rapid.SampledFrom([]string{"", "hall"}).Draw(t, "notice")}
	}
	for _, a := range []feedback.Action{
		feedback.Assign{Owner: "wangwu"}, feedback.Merge{Into: "2026-000999"}, feedback.Reopen{Note: "回头看"}, feedback.Extend{Days: 10, Reason: "要等雨天"},
		feedback.Grant{}, feedback.FollowUp{Text: "还是不行"}, feedback.Withdraw{}, feedback.Ask{Text: "在哪里？"}, feedback.Explain{Text: "在二楼"},
		feedback.AskReview{Reason: "不同意"}, feedback.Erase{}, feedback.Clear{}, feedback.Close{}, feedback.Return{Note: "改"},
		feedback.Forward{Where: feedback.ToHotline, Name: "12345热线", Text: "已转。"},
	} {
		if a.Act() == act {
			return a
		}
	}
	return feedback.Note{Text: "备注"}
}

// lived draws a submission that went through anything at all.
func lived(t *rapid.T, n int) *life {
	received := noon().Add(time.Duration(rapid.IntRange(0, 90*24).Draw(t, "received")) * time.Hour)
	cat := rapid.SampledFrom(feedback.Categories()).Draw(t, "category")
	s := feedback.Submission{
		Number: feedback.MakeNumber(2026, int64(n)), Rev: 1, State: feedback.Received, Visibility: feedback.Private, Text: "灯坏了", Category: cat,
		Channel: rapid.SampledFrom(feedback.Channels()).Draw(t, "channel"), Received: received, Limits: clocks().Limits(cat, received),
		Notice: rapid.SampledFrom([]string{"", "hall", "museum"}).Draw(t, "notice"),
		Events: []feedback.Event{{At: received, Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}},
	}
	if s.Notice != "" {
		s.Item = rapid.SampledFrom([]string{"", "3-2", "9"}).Draw(t, "item")
	}
	s.Due = s.Limits.Moderate.Day
	if rapid.IntRange(0, 5).Draw(t, "suspected") == 0 {
		s.Suspect = []string{"haste"}
	}
	l := &life{s: s, duties: []duty{{begun: received}}}
	at := received
	if act := rapid.SampledFrom([]feedback.Act{"", "", "", "", feedback.ActReject, feedback.ActMerge, feedback.ActForward}).Draw(t, "end"); act != "" {
		l.step(t, at.Add(time.Hour), act)
	}
	for range rapid.IntRange(0, 14).Draw(t, "steps") {
		at = at.Add(time.Duration(rapid.SampledFrom([]int{1, 5, 24, 24, 72, 24 * 12, 24 * 40}).Draw(t, "hours")) * time.Hour)
		l.step(t, at)
	}
	if rapid.Bool().Draw(t, "not content") {
		at = at.Add(time.Hour)
		l.step(t, at, feedback.ActFollowUp)
	}
	if rapid.IntRange(0, 2).Draw(t, "take back") == 0 {
		at = at.Add(time.Hour)
		l.step(t, at, feedback.ActRetract)
		l.step(t, at.Add(time.Minute), feedback.ActApproveAmend)
	}
	if rapid.IntRange(0, 3).Draw(t, "ask") == 0 {
		l.step(t, at.Add(time.Hour), feedback.ActAsk)
	}
	return l
}

// Whatever happened to submissions, the figures are what a bystander counts who
// wrote everything down when it happened.
func TestRecount(t *testing.T) {
	seen := make(map[string]int)
	walks := func(t *rapid.T) {
		var lives []*life
		var all []feedback.Submission
		for i := range rapid.IntRange(0, 8).Draw(t, "submissions") {
			l := lived(t, i+1)
			lives, all = append(lives, l), append(all, l.s)
			if l.retracted {
				seen["withdrawn"]++
			}
		}
		today := calendar.On(noon()).Add(rapid.IntRange(0, 400).Draw(t, "today"))
		key := rapid.SampledFrom([]string{"", "2026", "2026-q1", "2026-q2"}).Draw(t, "period")
		period, ok := figures.ParsePeriod(key, today)
		if !ok {
			return
		}
		got := figures.Recount(slices.Values(all), period, clocks(), today)
		want := counted(lives, period, today)
		for what, n := range map[string]int{"merged": want.Merged, "spam": want.Spam, "held": want.Held, "late": want.KeptInAll().Late, "in time": want.KeptInAll().InTime, "unanswered": want.KeptInAll().Unanswered, "extended": want.Extended.Due, "rated": want.Rating[0].Total(), "asked": want.Open.Asked, "alarm": want.Open.Alarm} {
			seen[what] += n
		}
		same(t, "received", got.Received, want.Received)
		same(t, "merged, spam, held", []int{got.Merged, got.Spam, got.Held}, []int{want.Merged, want.Spam, want.Held})
		same(t, "channels", got.Channels, want.Channels)
		same(t, "categories", got.Categories, want.Categories)
		same(t, "notices", byPlace(got.Notices), byPlace(want.Notices))
		same(t, "items", byPlace(got.Items), byPlace(want.Items))
		same(t, "kept", got.Kept, want.Kept)
		same(t, "extended", got.Extended, want.Extended)
		same(t, "rating", got.Rating, want.Rating)
		same(t, "open", got.Open, want.Open)
		spread(t, "accept", got.Accept, want.Accept)
		spread(t, "answer", got.Answer, want.Answer)
	}
	untilSeen(t, walks, func() (blind []string) {
		for _, what := range []string{"merged", "spam", "held", "late", "in time", "unanswered", "extended", "rated", "asked", "alarm", "withdrawn"} {
			if seen[what] == 0 {
				blind = append(blind, what)
			}
		}
		return blind
	})
}

// untilSeen checks walks, and more of them while there is something that none of
// them came to: then the test would be blind there.
func untilSeen(t *testing.T, walks func(*rapid.T), blind func() []string) {
	t.Helper()
	for range 10 {
		rapid.Check(t, walks)
		f := flag.Lookup("rapid.checks")
		if t.Failed() || testing.Short() || f.Value.String() != f.DefValue || len(blind()) == 0 {
			return // or too few walks to see everything
		}
	}
	t.Errorf("no walk came to %q: the test is blind there", blind())
}

func same(t *rapid.T, what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: counted %+v, want %+v", what, got, want)
	}
}

func byPlace(list []figures.Count) map[figures.Place]int {
	m := make(map[figures.Place]int)
	for _, c := range list {
		m[c.Place] += c.N
	}
	return m
}

// spread compares what a spread says with all lengths of time in it, written
// out; the wanted ones hold them in Bounds.
func spread(t *rapid.T, what string, got, want []figures.Spread) {
	same(t, what+": how many limits", len(got), len(want))
	for _, g := range got {
		i := slices.IndexFunc(want, func(w figures.Spread) bool { return w.Term == g.Term })
		if i < 0 {
			t.Fatalf("%s: %v was not there", what, g.Term)
		}
		w := want[i]
		in := 0
		for _, n := range g.In {
			in += n
		}
		took := slices.Sorted(slices.Values(w.Bounds))
		same(t, fmt.Sprint(what, " ", g.Term), []int{g.Total, g.Late, g.Extended, in}, []int{w.Total, w.Late, w.Extended, w.Total - w.Late - w.Extended})
		same(t, what+": half and nine tenths", []int{g.Median, g.Ninth}, []int{took[(len(took)+1)/2-1], took[(len(took)*9+9)/10-1]})
	}
}

// counted is the naive count.
func counted(lives []*life, p figures.Period, today calendar.Day) figures.Figures {
	var f figures.Figures
	for _, c := range feedback.Channels() {
		f.Channels = append(f.Channels, figures.Count{Key: string(c)})
	}
	for _, c := range feedback.Categories() {
		f.Categories = append(f.Categories, figures.Count{Key: string(c)})
		if c != feedback.Clue {
			f.Kept = append(f.Kept, figures.Kept{Key: string(c)})
		}
	}
	in := func(d calendar.Day) bool { return d != "" && p.From <= d && d <= p.To }
	for _, l := range lives {
		s := &l.s
		came := in(calendar.On(s.Received))
		if s.State == feedback.Merged || s.State == feedback.Rejected && s.Rejection == feedback.RejectSpam || s.State == feedback.Received && len(s.Suspect) > 0 {
			switch {
			case !came:
			case s.State == feedback.Merged:
				f.Merged++
			case s.State == feedback.Rejected:
				f.Spam++
			default:
				f.Held++
			}
			continue
		}
		if came {
			f.Received++
			f.Channels[slices.Index(feedback.Channels(), s.Channel)].N++
			f.Categories[slices.Index(feedback.Categories(), s.Category)].N++
			place := figures.Place{Notice: s.Notice, Item: s.Item}
			if s.Category == feedback.Clue {
				place = figures.Place{}
			}
			f.Items = append(f.Items, figures.Count{Place: place, N: 1})
			f.Notices = append(f.Notices, figures.Count{Place: figures.Place{Notice: place.Notice}, N: 1})
		}
		if s.State.Open() {
			d := l.now(time.Time{})
			f.Open.Total++
			switch {
			case d.paused:
				f.Open.Asked++
			case d.due >= today:
				f.Open.InTime++
			default:
				f.Open.Overdue++
			}
			if s.Limits.Alarm < today {
				f.Open.Alarm++
			}
		}
		if s.Category == feedback.Clue {
			continue
		}
		if in(l.decided) {
			f.Accept = into(f.Accept, s.Limits.Accept.Term, l.decidedIn, l.decided > s.Limits.Accept.Day, false)
		}
		for i, d := range l.duties {
			if i == len(l.duties)-1 && s.State.Open() {
				d = l.now(time.Time{})
			}
			late := d.end > d.due && !d.paused
			if d.answered && in(d.end) {
				f.Answer = into(f.Answer, d.term, d.used, late, d.extended && d.used > d.term.Days && !late)
			}
			if !in(d.due) || d.due >= today || (!d.answered && (d.paused || d.end != "" && d.end <= d.due)) {
				continue
			}
			k := &f.Extended
			if !d.extended {
				k = &f.Kept[slices.Index(feedback.Categories(), s.Category)]
			}
			k.Due++
			switch {
			case !d.answered:
				k.Unanswered++
			case late:
				k.Late++
			default:
				k.InTime++
			}
		}
		if r := s.Rating; r != nil && in(calendar.On(r.At)) {
			for i, m := range []int{r.Solved, r.Attitude, r.Speed} {
				if m > 0 {
					f.Rating[i][m-1]++
				}
			}
		}
	}
	return f
}

func into(list []figures.Spread, term feedback.Term, used int, late, extended bool) []figures.Spread {
	i := slices.IndexFunc(list, func(s figures.Spread) bool { return s.Term == term })
	if i < 0 {
		list, i = append(list, figures.Spread{Term: term}), len(list)
	}
	s := &list[i]
	s.Total++
	s.Bounds = append(s.Bounds, used)
	if late {
		s.Late++
	} else if extended {
		s.Extended++
	}
	return list
}

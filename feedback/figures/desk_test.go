package figures_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/sqlitestore"
)

// again is one time that a matter was taken up again, as its events tell.
type again struct {
	day calendar.Day
	act feedback.Act
}

func backs(s *feedback.Submission) (list []again) {
	for _, e := range s.Events {
		if e.To == feedback.Reopened && e.From != feedback.Reopened && e.Act != feedback.ActApproveAmend {
			list = append(list, again{calendar.On(e.At), e.Act})
		}
	}
	return list
}

// Whatever happened to submissions, the figures of the desk are what somebody
// counts who goes through their events with a pencil.
func TestRecountDesk(t *testing.T) {
	seen := make(map[string]int)
	walks := func(t *rapid.T) {
		var all []feedback.Submission
		for i := range rapid.IntRange(0, 8).Draw(t, "submissions") {
			s := lived(t, i+1).s
			s.Owner = rapid.SampledFrom([]string{"", "lisi", "wangwu"}).Draw(t, "owner")
			all = append(all, s)
		}
		today := calendar.On(noon()).Add(rapid.IntRange(0, 400).Draw(t, "today"))
		clues := rapid.Bool().Draw(t, "clues")
		done := map[figures.Place]calendar.Day{{Notice: "hall", Item: "3-2"}: calendar.On(noon()).Add(rapid.IntRange(-5, 60).Draw(t, "done"))}
		got := figures.RecountDesk(slices.Values(all), clocks(), today, clues, done)
		var counted []feedback.Submission
		for _, s := range all {
			if s.State == feedback.Merged || s.State == feedback.Rejected && s.Rejection == feedback.RejectSpam ||
				s.State == feedback.Received && len(s.Suspect) > 0 || s.Category == feedback.Clue && !clues {
				continue
			}
			counted = append(counted, s)
		}
		want := load("", counted, today)
		same(t, "all", got.All, want)
		var people []figures.Load
		for _, who := range []string{"", "lisi", "wangwu"} {
			own := slices.DeleteFunc(slices.Clone(counted), func(s feedback.Submission) bool { return s.Owner != who })
			if l := load(who, own, today); l.Open > 0 || l.Answered > 0 {
				people = append(people, l)
			}
		}
		slices.SortStableFunc(people, func(a, b figures.Load) int {
			return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Answered, a.Answered), cmp.Compare(a.Owner, b.Owner))
		})
		same(t, "people", got.People, people)
		turned := backAgain(counted, today)
		same(t, "follow-ups", byTurned(got.FollowUps), turned)
		look := spoken(counted, done)
		same(t, "look-back", byAgain(got.Again), look)
		for what, n := range map[string]int{"open": want.Open, "overdue": want.Overdue, "soon": want.Soon, "asked": want.Asked, "drafted": want.Drafted, "answered": want.Answered, "turned": len(turned), "again": len(look)} {
			seen[what] += n
		}
	}
	untilSeen(t, walks, func() (blind []string) {
		for _, what := range []string{"open", "overdue", "soon", "asked", "drafted", "answered", "turned", "again"} {
			if seen[what] == 0 {
				blind = append(blind, what)
			}
		}
		return blind
	})
}

// load counts one hand, day by day.
func load(who string, list []feedback.Submission, today calendar.Day) figures.Load {
	l := figures.Load{Owner: who}
	for _, b := range [][2]int{{0, 2}, {3, 5}, {6, 15}, {16, 30}, {31, 60}, {61, 90}, {91, 0}} {
		l.Ages = append(l.Ages, figures.Age{From: b[0], To: b[1]})
	}
	l.Ahead = []figures.Ahead{{To: today.Add(-1)}}
	for i := range 14 {
		l.Ahead = append(l.Ahead, figures.Ahead{From: today.Add(i), To: today.Add(i)})
	}
	for i := range 8 {
		l.Ahead = append(l.Ahead, figures.Ahead{From: today.Add(14 + 7*i), To: today.Add(20 + 7*i)})
	}
	l.Ahead = append(l.Ahead, figures.Ahead{From: today.Add(70)})
	for i := range list {
		s := &list[i]
		var given []calendar.Day // answers that stand
		for _, r := range s.Events {
			switch {
			case r.Act == feedback.ActApprove || r.Act == feedback.ActEmergency:
				given = append(given, calendar.On(r.At))
			case r.Act == feedback.ActApproveAmend && r.To == feedback.Reopened && !r.From.Open():
				given = given[:len(given)-1] // it was the only one, and was taken back
			}
		}
		for _, day := range given {
			l.Answered += one(day.Add(28) > today)
		}
		if !s.State.Open() {
			continue
		}
		l.Open++
		late := s.Due < today && s.Due != ""
		if late {
			l.Overdue++
		}
		if s.Due >= today && s.Due <= today.Add(2) {
			l.Soon++
		}
		if s.OpenEnquiry() != nil {
			l.Asked++
		}
		if s.Draft != nil && s.Draft.Submitted {
			l.Drafted++
		}
		begun := calendar.On(s.Received)
		if a := backs(s); len(a) > 0 {
			begun = a[len(a)-1].day
		}
		age := max(begun.DaysUntil(today), 0)
		l.Oldest = max(l.Oldest, age)
		for i := range l.Ages {
			if b := &l.Ages[i]; age >= b.From && (age <= b.To || b.To == 0) {
				if late {
					b.Overdue++
				} else {
					b.InTime++
				}
			}
		}
		for i := range l.Ahead {
			if a := &l.Ahead[i]; (a.From == "" || s.Due >= a.From) && (a.To == "" || s.Due <= a.To) {
				a.N++
			}
		}
	}
	return l
}

func backAgain(list []feedback.Submission, today calendar.Day) map[figures.Place]figures.Turned {
	m := make(map[figures.Place]figures.Turned)
	for i := range list {
		s := &list[i]
		p := figures.Place{Notice: s.Notice, Item: s.Item}
		t := m[p]
		t.Place = p
		if calendar.On(s.Received).Add(365) > today {
			t.Received++
		}
		for _, a := range backs(s) {
			if a.day.Add(365) <= today {
				continue
			}
			switch a.act {
			case feedback.ActFollowUp:
				t.FollowUps++
			case feedback.ActReview:
				t.Reviews++
			default:
				t.LookBacks++
			}
		}
		if p.Notice != "" {
			m[p] = t
		}
	}
	for p, t := range m {
		if t.FollowUps+t.Reviews+t.LookBacks == 0 {
			delete(m, p)
		}
	}
	return m
}

func spoken(list []feedback.Submission, done map[figures.Place]calendar.Day) map[figures.Place]figures.Again {
	m := make(map[figures.Place]figures.Again)
	for i := range list {
		s := &list[i]
		p := figures.Place{Notice: s.Notice, Item: s.Item}
		since, ok := done[p]
		if !ok {
			continue
		}
		a := m[p]
		a.Place, a.Done = p, since
		count := func(n *int, day calendar.Day) {
			if day > since {
				*n++
				a.Last = max(a.Last, day)
			}
		}
		if s.Category != feedback.Praise {
			count(&a.New, calendar.On(s.Received))
		}
		for _, x := range backs(s) {
			if x.act == feedback.ActFollowUp || x.act == feedback.ActReview {
				count(&a.FollowUps, x.day)
			}
		}
		if s.Rating != nil && s.Rating.Solved == 1 {
			count(&a.Unsolved, calendar.On(s.Rating.At))
		}
		m[p] = a
	}
	for p, a := range m {
		if a.Sum() == 0 {
			delete(m, p)
		}
	}
	return m
}

func byTurned(list []figures.Turned) map[figures.Place]figures.Turned {
	m := make(map[figures.Place]figures.Turned)
	for _, t := range list {
		m[t.Place] = t
	}
	return m
}

func byAgain(list []figures.Again) map[figures.Place]figures.Again {
	m := make(map[figures.Place]figures.Again)
	for _, a := range list {
		m[a.Place] = a
	}
	return m
}

// What changes a matter that ended is seen in the next round, however many
// others there are: the walk is far away from it.
func TestBookSeesLateChanges(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	w := newShop(t, s)
	var list []feedback.Submission
	for range 13 * feedback.MaxPage {
		list = append(list, w.file())
	}
	w.answer(&list[0])
	last := &list[len(list)-1]
	w.answer(last)
	if f := w.want("answered"); f.Rating[0].Total() != 0 {
		t.Errorf("rated already: %v", f.Rating)
	}
	w.now = w.now.Add(time.Hour)
	w.do(&list[0], feedback.Rate{Solved: 1, Attitude: 2})
	w.do(last, feedback.Rate{Solved: 3, Attitude: 2})
	if f := w.want("rated"); f.Rating[0] != (figures.Marks{1, 0, 1}) {
		t.Errorf("after two late ratings: %v", f.Rating)
	}
}

// What the desk sees is there after each round and says until when it was read.
func TestBookDesk(t *testing.T) {
	each(t, func(t *testing.T, store backend) {
		w := newShop(t, store)
		if _, ready := w.book.Desk(true); ready {
			t.Error("the desk sees something before anything was read")
		}
		a, b := w.file(), w.file(func(s *feedback.Submission) { s.Category = feedback.Clue })
		must(t, w.round())
		for clues, n := range map[bool]int{true: 2, false: 1} {
			if d, ready := w.book.Desk(clues); !ready || d.All.Open != n || !d.AsOf.Equal(w.now) {
				t.Errorf("clues %v: %+v, %v", clues, d.All, ready)
			}
		}
		w.do(&a, feedback.Accept{}, feedback.Assign{Owner: "lisi"})
		w.do(&b, feedback.Accept{}, feedback.Assign{Owner: "lisi"})
		w.now = w.now.Add(time.Minute)
		must(t, w.round())
		d, _ := w.book.Desk(true)
		if len(d.People) != 1 || d.People[0].Owner != "lisi" || d.People[0].Open != 2 {
			t.Errorf("after assigning: %+v", d.People)
		}
		w.now = w.now.AddDate(0, 0, 61)
		must(t, w.round())
		if d, _ = w.book.Desk(false); d.All.Overdue != 1 || d.All.Oldest != 61 || fmt.Sprint(d.Today) != "2026-05-02" {
			t.Errorf("two months later: %+v on %s", d.All, d.Today)
		}
	})
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

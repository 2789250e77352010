package figures_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/sqlitestore"
)

type backend interface {
	feedback.Store
	io.Closer
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs a test on every kind of store.
func each(t *testing.T, test func(t *testing.T, s backend)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		name := mongotest.Name(t, uri)
		s, err := mongostore.Open(t.Context(), uri, name)
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
}

// shop is a store with a book that follows it by hand.
type shop struct {
	t     *testing.T
	store feedback.Store
	book  figures.Book
	round func() error
	now   time.Time
	filed int
}

func newShop(t *testing.T, s feedback.Store) *shop {
	w := &shop{t: t, store: s, now: noon()}
	w.round = w.book.Rounds(t.Context(), figures.Source{Store: s, Clocks: clocks(), Now: func() time.Time { return w.now }})
	return w
}

func (w *shop) file(change ...func(*feedback.Submission)) feedback.Submission {
	w.t.Helper()
	w.filed++
	id := fmt.Sprintf("%032d", w.filed)
	s := feedback.Submission{
		ID: id, Rev: 1, State: feedback.Received, Visibility: feedback.Private, Text: "灯坏了", Category: feedback.Opinion, Channel: feedback.Web,
		Received: w.now, Limits: clocks().Limits(feedback.Opinion, w.now), CodeMAC: []byte(id), Notice: "hall", Item: "3-2",
		Events: []feedback.Event{{At: w.now, Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}},
	}
	s.Due = s.Limits.Moderate.Day
	for _, f := range change {
		f(&s)
	}
	kept, _, err := w.store.Insert(w.t.Context(), feedback.Entry{Submission: s, Now: w.now})
	must(w.t, err)
	return kept.Submission
}

func (w *shop) do(s *feedback.Submission, acts ...feedback.Action) {
	w.t.Helper()
	office := feedback.Office{Store: w.store, Clocks: clocks(), Now: func() time.Time { return w.now }}
	for i, a := range acts {
		who := feedback.Actor{Kind: feedback.Staff, ID: fmt.Sprint("staff", i), Roles: feedback.Roles()}
		if m, _ := feedback.MoveOf(a.Act()); m.Roles == nil {
			who = feedback.Sender()
		}
		next, err := office.Do(w.t.Context(), s.Number, s.Rev, a, who)
		must(w.t, err)
		*s = next
	}
}

func (w *shop) answer(s *feedback.Submission) {
	w.do(s, feedback.Accept{}, feedback.DraftReply{Text: "已修好。", Office: "办公室", Submit: true}, feedback.Approve{Digest: feedback.ReplyDigest("办公室", "已修好。")})
}

// want holds the book to a count of what stands in the store.
func (w *shop) want(what string) figures.Figures {
	w.t.Helper()
	must(w.t, w.round())
	today := calendar.On(w.now)
	p, _ := figures.ParsePeriod("", today)
	got, ok := w.book.Figures(p, today)
	if !ok || !got.AsOf.Equal(w.now) {
		w.t.Fatalf("%s: figures of %v, %v", what, got.AsOf, ok)
	}
	var all []feedback.Submission
	for q := (feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}); ; {
		page, next, err := w.store.List(w.t.Context(), q)
		must(w.t, err)
		all = append(all, page...)
		if q.After = next; next == "" {
			break
		}
	}
	want := figures.Recount(slices.Values(all), p, clocks(), today)
	want.AsOf = got.AsOf
	if !reflect.DeepEqual(got, want) {
		w.t.Errorf("%s: the book says\n%+v\nthe store\n%+v", what, got, want)
	}
	return got
}

// A book says what a recount of its store says, whatever happened since it was
// read: new ones, answers, ratings of what had ended, a number of another year.
func TestBookFollows(t *testing.T) {
	each(t, func(t *testing.T, store backend) {
		w := newShop(t, store)
		today := calendar.On(w.now)
		p, _ := figures.ParsePeriod("", today)
		if _, ready := w.book.Figures(p, today); ready {
			t.Error("figures before anything was read")
		}
		if f := w.want("nothing"); f.Received != 0 || f.Open.Total != 0 {
			t.Errorf("nothing there, %+v", f)
		}
		var list []feedback.Submission
		for range 7 {
			list = append(list, w.file())
		}
		suspect := w.file(func(s *feedback.Submission) { s.Suspect = []string{"trap"} })
		if f := w.want("filed"); f.Received != 7 || f.Held != 1 || f.Open.Total != 7 {
			t.Errorf("after filing: %+v", f)
		}
		w.now = w.now.AddDate(0, 0, 3)
		w.answer(&list[0])
		w.do(&list[1], feedback.Merge{Into: list[0].Number})
		w.do(&list[2], feedback.Withdraw{})
		w.do(&list[3], feedback.Accept{Category: feedback.Clue})
		w.do(&suspect, feedback.Reject{Reason: feedback.RejectSpam})
		if f := w.want("dealt with"); f.Received != 6 || f.Spam != 1 || f.Merged != 1 || f.Open.Total != 4 || f.Notices[0].N != 5 {
			t.Errorf("after an answer, a merge, a withdrawal, a clue: %+v", f)
		}
		w.do(&list[0], feedback.Rate{Solved: 3, Attitude: 2})
		w.file(func(s *feedback.Submission) { s.Received = s.Received.AddDate(0, -4, 0) }) // a letter of last year, keyed in now
		if f := w.want("rated"); f.Rating[0] != (figures.Marks{0, 0, 1}) || f.Received != 7 {
			t.Errorf("after a rating and a letter of last year: %+v", f)
		}
		w.do(&list[0], feedback.FollowUp{Text: "还是不行"})
		w.now = w.now.AddDate(0, 0, 100)
		if f := w.want("late"); f.Open.Overdue != f.Open.Total || f.Open.Alarm == 0 || f.KeptInAll().InTime != 1 {
			t.Errorf("after three months: %+v", f)
		}
	})
}

// More than a page is read whole.
func TestBookReadsPages(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	w := newShop(t, s)
	for range feedback.MaxPage + 3 {
		w.file()
	}
	if f := w.want("two pages"); f.Received != feedback.MaxPage+3 {
		t.Errorf("%d received", f.Received)
	}
	if year, some := w.book.First(); !some || year != 2026 {
		t.Errorf("first year %d, %v", year, some)
	}
}

// failing is a store that cannot be read.
type failing struct {
	feedback.Store
	down bool
}

func (f *failing) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	if f.down {
		return nil, "", errors.New("away")
	}
	return f.Store.List(ctx, q)
}

// While the store is away the last figures stand, with their time.
func TestBookKeepsWhatItKnew(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	store := &failing{Store: s}
	w := newShop(t, store)
	w.file()
	before := w.want("read")
	store.down = true
	w.now = w.now.Add(time.Hour)
	if err := w.round(); err == nil {
		t.Error("a round over a store that is away succeeds")
	}
	p := before.Period
	if got, ready := w.book.Figures(p, before.Today); !ready || !reflect.DeepEqual(got, before) {
		t.Errorf("figures are %+v now, %v", got, ready)
	}
	store.down = false
	w.want("back")
}

// What a million submissions cost in memory is what the manual says.
func BenchmarkFact(b *testing.B) {
	s := feedback.Submission{
		State: feedback.Answered, Category: feedback.Opinion, Channel: feedback.Web, Received: noon(), Limits: clocks().Limits(feedback.Opinion, noon()), Notice: "hall", Item: "3-2",
		Events: []feedback.Event{{At: noon(), Act: feedback.ActReceive, To: feedback.Received}, {At: noon(), Act: feedback.ActApprove, From: feedback.Drafted, To: feedback.Answered}},
	}
	p, _ := figures.ParsePeriod("2026", "2026-11-24")
	book := figures.Filled(s, clocks(), 1_000_000)
	for b.Loop() {
		book.Forget()
		book.Figures(p, "2026-11-24")
	}
	b.ReportMetric(float64(figures.Weigh(b, s, clocks(), 200_000)), "B/submission")
}

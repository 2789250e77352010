package redate_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/redate"
	"rectify/feedback/sqlitestore"
)

// backend is a store with what stands beside it.
type backend interface {
	feedback.Store
	feedback.Vault
}

// each runs a test on every store.
func each(t *testing.T, test func(*testing.T, backend, audit.Store)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s, s.Audit())
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		s, err := mongostore.Open(t.Context(), uri, mongotest.Name(t, uri))
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s, s.Audit())
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start is Wednesday, 30 December 2026: what is counted in working days reaches
// into 2027.
func start() time.Time { return time.Date(2026, 12, 30, 2, 0, 0, 0, time.UTC) }

// world is a store with open and ended matters, filed by the calendar of before.
type world struct {
	t     *testing.T
	store backend
	audit audit.Store
	old   feedback.Clocks
	mu    sync.Mutex
	now   time.Time
	all   []feedback.Number
	ended map[feedback.Number]bool
}

func newWorld(t *testing.T, s backend, a audit.Store, n int) *world {
	w := &world{t: t, store: s, audit: a, now: start(), ended: map[feedback.Number]bool{},
		old: feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { w.file(i) })
	}
	wg.Wait()
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// file files a question; every fifth was declined since.
func (w *world) file(i int) {
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	must(w.t, err)
	in := &feedback.Intake{Store: w.store, Keys: keys, Clocks: w.old, Now: w.clock}
	r, err := in.Submit(context.Background(), feedback.Incoming{Category: feedback.Question, Text: fmt.Sprintf("第%d个问题。", i)})
	must(w.t, err)
	if i%5 == 0 {
		office := &feedback.Office{Store: w.store, Clocks: w.old, Now: w.clock}
		_, err = office.Do(context.Background(), r.Number, 1, feedback.Reject{Reason: feedback.RejectUnclear}, feedback.Actor{Kind: feedback.Staff, ID: "mo", Roles: feedback.Roles()})
		must(w.t, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all, w.ended[r.Number] = append(w.all, r.Number), i%5 == 0
}

// fresh is the calendar with the table of 2027: the first of January is off.
func fresh() *calendar.Calendar {
	return calendar.New(nil).With(calendar.Table{Year: 2027, Official: true, Days: []calendar.Exception{{Day: "2027-01-01", Kind: calendar.Rest, Note: "元旦"}}})
}

func (w *world) runner(days *calendar.Calendar, version int) *redate.Runner {
	return &redate.Runner{
		Store: w.store, Vault: w.store, Office: &feedback.Office{Store: w.store, Clocks: feedback.Clocks{Rules: w.old.Rules, Days: days}, Now: w.clock},
		Chain: &audit.Chain{Store: w.audit, Now: w.clock}, Now: w.clock, Log: slog.New(slog.DiscardHandler),
		Task: redate.Task{Digest: days.Digest(), Edition: calendar.LastYear, Version: version, Why: "2027年放假安排公布"},
	}
}

// finish steps until the runner has nothing more to do.
func (w *world) finish(r *redate.Runner) {
	w.t.Helper()
	for range 20 {
		done, err := r.Step(w.t.Context())
		must(w.t, err)
		if done {
			return
		}
		w.later(20 * time.Second)
	}
	w.t.Fatal("it never ends")
}

// check holds every matter to the calendar: what is open was moved by exactly
// one event, what ended was not.
func (w *world) check() {
	w.t.Helper()
	want := feedback.Shift{Limit: "answer", From: "2027-01-06", To: "2027-01-07"}
	for _, n := range w.all {
		s, err := w.store.Get(w.t.Context(), n)
		must(w.t, err)
		var moved []feedback.Event
		for _, e := range s.Events {
			if e.Act == feedback.ActRedate {
				moved = append(moved, e)
			}
		}
		switch {
		case w.ended[n]:
			if len(moved) > 0 || s.Limits.Answer.Day != want.From {
				w.t.Errorf("%s has ended and moved: %+v", n, s.Limits.Answer)
			}
		case len(moved) != 1 || !slices.Contains(moved[0].Moved, want) || moved[0].Note != "2027年放假安排公布" || moved[0].Kind != feedback.System:
			w.t.Errorf("%s: events %+v", n, moved)
		case s.Limits.Answer.Day != want.To || s.Limits.Answer.Provisional || s.Due != "2027-01-04":
			w.t.Errorf("%s: %+v, due %s", n, s.Limits.Answer, s.Due)
		}
	}
}

// Several copies count at once, and it is done once; the state tells how much.
func TestSeveralCopies(t *testing.T) {
	each(t, func(t *testing.T, s backend, a audit.Store) {
		w := newWorld(t, s, a, 250)
		w.finish(w.runner(w.old.Days, 0)) // the first start: nothing moves
		first, some, err := redate.Look(t.Context(), s, w.clock())
		if must(t, err); !some || first.Moved != 0 || first.Total != 200 || first.Settled.IsZero() {
			t.Fatalf("the first run: %+v", first)
		}
		stale := w.runner(w.old.Days, 0)
		runners := []*redate.Runner{w.runner(fresh(), 1), w.runner(fresh(), 1), w.runner(fresh(), 1)}
		var wg sync.WaitGroup
		for _, r := range runners {
			wg.Go(func() {
				if _, err := r.Step(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		// A copy that still counted by the old calendar takes one in.
		w.file(1)
		for _, r := range runners {
			w.finish(r)
		}
		if done, err := stale.Step(t.Context()); !done || err != nil {
			t.Errorf("a copy with the calendar of before: %v, %v", done, err)
		}
		w.check()
		state, _, err := redate.Look(t.Context(), s, w.clock())
		if must(t, err); state.Moved != 201 || state.Looked != 200 || state.Failed != 0 || state.Ended.IsZero() || state.Settled.IsZero() || state.Version != 1 {
			t.Errorf("state %+v", state)
		}
		// A program with fewer tables than the one before counts nothing back.
		older := w.runner(w.old.Days, 9)
		older.Task.Edition--
		w.finish(older)
		w.check()
		// Days that the settings change, not the body's tables, have no reason of
		// those tables.
		closed := fresh().With(calendar.Table{Year: 2026, Official: true, Days: []calendar.Exception{{Day: "2026-12-31", Kind: calendar.Rest}}})
		w.finish(w.runner(closed, 1))
		if s, err := w.store.Get(t.Context(), w.all[len(w.all)-1]); err != nil || s.Events[len(s.Events)-1].Note != "" || s.Limits.Answer.Day != "2027-01-08" {
			t.Errorf("by the settings: %+v, %v", s.Events[len(s.Events)-1], err)
		}
	})
}

// dying is an office's store that dies after some writes.
type dying struct {
	feedback.Store
	mu   sync.Mutex
	left int
	kill context.CancelFunc
}

func (d *dying) Replace(ctx context.Context, s feedback.Submission, rev int64) error {
	d.mu.Lock()
	d.left--
	dead := d.left < 0
	d.mu.Unlock()
	if dead {
		d.kill()
		return context.Canceled
	}
	return d.Store.Replace(ctx, s, rev) //nolint:wrapcheck // the same store
}

// Killed at any place, it is finished by the next one: each matter moves once,
// none is left out, and what was done counts.
func TestGoesOnAfterAKill(t *testing.T) {
	each(t, func(t *testing.T, s backend, a audit.Store) {
		w := newWorld(t, s, a, 520)
		for _, after := range []int{0, 7, 150, 230} {
			ctx, kill := context.WithCancel(t.Context())
			r := w.runner(fresh(), 1)
			r.Office.Store = &dying{Store: s, left: after, kill: kill}
			if _, err := r.Step(ctx); err == nil {
				t.Fatal("it was not killed")
			}
			w.later(2 * time.Minute) // the turn of the dead one runs out
		}
		w.finish(w.runner(fresh(), 1))
		w.check()
		state, _, err := redate.Look(t.Context(), s, w.clock())
		if must(t, err); state.Ended.IsZero() || state.Total != 416 || state.Looked != 416 || state.Moved != 416 {
			t.Errorf("state %+v", state)
		}
	})
}

// When people work on a matter at the same moment both get what they want.
func TestBesidePeople(t *testing.T) {
	each(t, func(t *testing.T, s backend, a audit.Store) {
		w := newWorld(t, s, a, 60)
		office := &feedback.Office{Store: s, Clocks: w.old, Now: w.clock}
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				_, _ = office.DoBySender(t.Context(), w.all[i%len(w.all)], feedback.AddRemark{Text: fmt.Sprint("补充", i)})
			}
		})
		w.finish(w.runner(fresh(), 1))
		stop()
		wg.Wait()
		w.check()
	})
}

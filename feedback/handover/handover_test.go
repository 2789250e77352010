package handover_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/handover"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

type store interface {
	feedback.Store
	feedback.Vault
	staff.Store
}

// onBoth runs a test on each store.
func onBoth(t *testing.T, test func(*testing.T, store)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		must(t, err)
		t.Cleanup(func() { must(t, s.Close()) })
		test(t, s)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		s, err := mongostore.Open(t.Context(), uri, mongotest.Name(t, uri))
		must(t, err)
		t.Cleanup(func() { must(t, s.Close()) })
		test(t, s)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type place struct {
	t      *testing.T
	store  store
	keeper *staff.Keeper
	office *feedback.Office
	intake *feedback.Intake
	runner *handover.Runner
}

func now() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }

func newPlace(t *testing.T, s store) *place {
	k, err := staff.NewKeeper(s, s, now)
	must(t, err)
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	must(t, err)
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	p := &place{t: t, store: s, keeper: k, office: &feedback.Office{Store: s, Clocks: clocks, Now: now}}
	p.intake = &feedback.Intake{Store: s, Keys: keys, Clocks: clocks, Now: now}
	p.runner = &handover.Runner{Keeper: k, Office: p.office, Log: slog.New(slog.DiscardHandler)}
	for name, n := range map[string]staff.New{
		"lisi": {Roles: []feedback.Role{feedback.Replier}}, "wangwu": {Roles: []feedback.Role{feedback.Replier}},
		"guanli": {Roles: []feedback.Role{feedback.Admin}}, "mou": {Roles: []feedback.Role{feedback.Replier}, Only: staff.Limits{feedback.Replier: {"a"}}},
	} {
		n.Name, n.Password = name, "linshui-2026-ceshi"
		must(t, k.Add(t.Context(), n))
	}
	return p
}

// owned files n matters about a notice and puts somebody in charge of them.
func (p *place) owned(n int, notice, owner string, more ...feedback.Action) (list []feedback.Number) {
	p.t.Helper()
	for i := range n {
		r, err := p.intake.Submit(p.t.Context(), feedback.Incoming{Notice: notice, Category: feedback.Opinion, Text: fmt.Sprint("屏幕坏了。", i)})
		must(p.t, err)
		who := feedback.Actor{Kind: feedback.Staff, ID: "shen", Roles: feedback.Roles()}
		for _, a := range append([]feedback.Action{feedback.Accept{}, feedback.Assign{Owner: owner}}, more...) {
			s, err := p.store.Get(p.t.Context(), r.Number)
			must(p.t, err)
			_, err = p.office.Do(p.t.Context(), r.Number, s.Rev, a, who)
			must(p.t, err)
		}
		list = append(list, r.Number)
	}
	return list
}

func (p *place) get(n feedback.Number) feedback.Submission {
	p.t.Helper()
	s, err := p.store.Get(p.t.Context(), n)
	must(p.t, err)
	return s
}

func (p *place) pass() {
	p.t.Helper()
	must(p.t, p.runner.Pass(p.t.Context()))
}

// Everything that is open goes to the colleague, drafts with it, each with one
// event that names who, to whom and by whom; what is closed and what is others'
// stays. A second run changes nothing.
func TestToColleague(t *testing.T) {
	onBoth(t, func(t *testing.T, s store) {
		p := newPlace(t, s)
		mine := p.owned(5, "a", "lisi")
		drafted := p.owned(1, "a", "lisi", feedback.DraftReply{Text: "已修好。", Office: "办公室", Submit: true})
		other := p.owned(2, "a", "wangwu")
		must(t, p.keeper.Leave(t.Context(), "guanli", "lisi", "wangwu"))
		p.pass()
		p.pass()
		for _, n := range append(mine, drafted...) {
			got := p.get(n)
			last := got.Events[len(got.Events)-1]
			if got.Owner != "wangwu" || last.Act != feedback.ActHandOver || last.Note != "lisi → wangwu（guanli）" || last.Kind != feedback.System {
				t.Errorf("%s: owner %q, event %+v", n, got.Owner, last)
			}
			if c := slices.IndexFunc(got.Events, func(e feedback.Event) bool { return e.Act == feedback.ActHandOver }); c != len(got.Events)-1 {
				t.Errorf("%s was handed over twice", n)
			}
		}
		if d := p.get(drafted[0]).Draft; d == nil || d.Text != "已修好。" || !slices.Contains(d.Drafters, "shen") {
			t.Errorf("the draft is now %+v", d)
		}
		for _, n := range other {
			if got := p.get(n); got.Events[len(got.Events)-1].Act == feedback.ActHandOver {
				t.Errorf("%s of somebody else was touched", n)
			}
		}
		a, err := s.Account(t.Context(), "lisi")
		if err != nil || a.Leaving == nil || a.Leaving.Done.IsZero() || !a.Disabled || a.Hash != "" {
			t.Errorf("account %+v, %v", a, err)
		}
	})
}

// Cut off after some of the matters, the rest follows.
func TestResumes(t *testing.T) {
	onBoth(t, func(t *testing.T, s store) {
		p := newPlace(t, s)
		list := p.owned(12, "a", "lisi")
		must(t, p.keeper.Leave(t.Context(), "guanli", "lisi", ""))
		ctx, cancel := context.WithCancel(t.Context())
		cut := &cutting{Store: s, after: 4, cancel: cancel}
		office := *p.office
		office.Store = cut
		err := (&handover.Runner{Keeper: p.keeper, Office: &office, Log: slog.New(slog.DiscardHandler)}).Pass(ctx)
		if err == nil {
			t.Fatal("a run that was cut off says that it is done")
		}
		if n, err := handover.Open(t.Context(), s, "lisi"); err != nil || n == 0 || n == len(list) {
			t.Fatalf("%d of %d left after the cut, %v", n, len(list), err)
		}
		if left, err := p.keeper.Left(t.Context()); err != nil || len(left) != 1 {
			t.Fatalf("left %v, %v", left, err)
		}
		p.pass()
		if n, err := handover.Open(t.Context(), s, "lisi"); err != nil || n != 0 {
			t.Errorf("%d left, %v", n, err)
		}
		for _, n := range list {
			if got := p.get(n); got.Owner != "" || !got.State.Open() {
				t.Errorf("%s: owner %q, %s", n, got.Owner, got.State)
			}
		}
	})
}

// cutting ends the context after some writes.
type cutting struct {
	feedback.Store
	after  int
	cancel context.CancelFunc
}

func (c *cutting) Replace(ctx context.Context, s feedback.Submission, rev int64) error {
	if c.after--; c.after < 0 {
		c.cancel()
		return context.Canceled
	}
	return c.Store.Replace(ctx, s, rev)
}

// A colleague who was shut out meanwhile, or is limited to other notices, gets
// nothing: the work goes back to the queue.
func TestColleagueWhoCannot(t *testing.T) {
	onBoth(t, func(t *testing.T, s store) {
		p := newPlace(t, s)
		list := p.owned(2, "a", "lisi")
		if err := p.keeper.Leave(t.Context(), "guanli", "lisi", "mou"); !errors.Is(err, staff.ErrTaker) {
			t.Errorf("handing the whole body's work to somebody limited: %v", err)
		}
		must(t, p.keeper.Leave(t.Context(), "guanli", "lisi", "wangwu"))
		must(t, p.keeper.Disable(t.Context(), "guanli", "wangwu", true))
		p.pass()
		for _, n := range list {
			if got := p.get(n); got.Owner != "" {
				t.Errorf("%s went to %q, who is shut out", n, got.Owner)
			}
		}
	})
}

// Two copies that hand over at once leave one event on each matter.
func TestTwoCopies(t *testing.T) {
	onBoth(t, func(t *testing.T, s store) {
		p := newPlace(t, s)
		list := p.owned(8, "a", "lisi")
		must(t, p.keeper.Leave(t.Context(), "guanli", "lisi", "wangwu"))
		errs := make(chan error, 2)
		for range 2 {
			go func() { errs <- p.runner.Pass(context.WithoutCancel(t.Context())) }()
		}
		for range 2 {
			must(t, <-errs)
		}
		p.pass()
		for _, n := range list {
			count := 0
			for _, e := range p.get(n).Events {
				if e.Act == feedback.ActHandOver {
					count++
				}
			}
			if count != 1 || p.get(n).Owner != "wangwu" {
				t.Errorf("%s: %d events, owner %q", n, count, p.get(n).Owner)
			}
		}
	})
}

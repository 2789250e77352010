package bulk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/bulk"
	"rectify/feedback/calendar"
	"rectify/feedback/sqlitestore"
)

func start() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }

var moderator = feedback.Actor{Kind: feedback.Staff, ID: "wangwu", Roles: []feedback.Role{feedback.Moderator}}

// filed is an office with n submissions of one group, a minute apart.
func filed(t *testing.T, n int) *feedback.Office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{1}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	clocks, now := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}, start()
	in := &feedback.Intake{Store: store, Keys: keys, Clocks: clocks, Now: func() time.Time { return now }}
	for i := range n {
		now = start().Add(time.Duration(i) * time.Minute)
		about := feedback.Circumstances{Likeness: "00000000000000aa", Suspect: []string{"copies"}}
		if _, err := in.SubmitUnder(t.Context(), feedback.Incoming{Text: fmt.Sprint("一 ", i), Category: feedback.Opinion}, about); err != nil {
			t.Fatal(err)
		}
	}
	return &feedback.Office{Store: store, Clocks: clocks, Now: func() time.Time { return now }}
}

func waiting() feedback.Query {
	return feedback.Query{States: []feedback.State{feedback.Received}, Likeness: "00000000000000aa"}
}

func ended(t *testing.T, j *bulk.Jobs, id string) bulk.Progress {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		if p, ok := j.Look(id); ok && p.Ended {
			return p
		}
	}
	t.Fatal("the job does not end")
	return bulk.Progress{}
}

// One job rejects all that its moderator saw, leaves later ones and those that
// the action leaves out, and says which could not be done.
func TestJob(t *testing.T) {
	t.Parallel()
	office := filed(t, 503)
	// Somebody else is quicker with one: between the list and the act.
	quick := &race{Store: office.Store, number: "2026-000007"}
	office.Store = quick
	j := bulk.NewJobs()
	defer j.Stop()
	id, err := j.Start(bulk.Task{
		Office: office, Query: waiting(), Who: moderator, Until: start().Add(500 * time.Minute),
		Action: func(s *feedback.Submission) feedback.Action {
			if s.Number == "2026-000003" {
				return nil
			}
			return feedback.Reject{Reason: feedback.RejectSpam}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := ended(t, j, id)
	if p.Total != 503 || p.Done != 499 || p.Failed != 1 || p.Broken != nil || len(p.Failures) != 1 ||
		p.Failures[0].Number != "2026-000007" || !errors.Is(p.Failures[0].Err, feedback.ErrConflict) {
		t.Errorf("%+v", p)
	}
	left, _, err := office.Store.List(t.Context(), feedback.Query{States: []feedback.State{feedback.Received}, Sort: feedback.ByNumber, Limit: 50})
	if err != nil || len(left) != 4 { // one left out, one that somebody noted, two that came later
		t.Errorf("%d are left, %v", len(left), err)
	}
	s, err := office.Store.Get(t.Context(), "2026-000400")
	if err != nil || s.State != feedback.Rejected || s.Rejection != feedback.RejectSpam || len(s.Events) != 2 || s.Events[1].By != "wangwu" {
		t.Errorf("%s %s %+v, %v", s.State, s.Rejection, s.Events, err)
	}
	if _, ok := j.Look("none"); ok {
		t.Error("a job that never was is known")
	}
}

// race changes one submission just before it is read again.
type race struct {
	feedback.Store
	number feedback.Number
	once   sync.Once
}

func (r *race) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	s, err := r.Store.Get(ctx, n)
	if err == nil && n == r.number {
		r.once.Do(func() { err = r.Replace(ctx, s, s.Rev) })
		if err == nil {
			s, err = r.Store.Get(ctx, n)
		}
	}
	return s, err
}

// stuck is a store that cannot be read until it may.
type stuck struct {
	feedback.Store
	may chan struct{}
}

func (s *stuck) Count(ctx context.Context, _ feedback.Query) (int, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-s.may:
		return 0, errors.New("away")
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	store := &stuck{may: make(chan struct{})}
	task := bulk.Task{Office: &feedback.Office{Store: store}}
	j := bulk.NewJobs()
	first, err := j.Start(task)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Start(task); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Start(task); !errors.Is(err, bulk.ErrBusy) {
		t.Errorf("a third job: %v", err)
	}
	close(store.may)
	if p := ended(t, j, first); p.Broken == nil {
		t.Error("a job whose store is away is said to be done")
	}
	for range 60 {
		for id := ""; id == ""; {
			if id, err = j.Start(task); err == nil {
				ended(t, j, id)
			}
		}
	}
	if _, ok := j.Look(first); ok {
		t.Error("jobs are remembered for ever")
	}
	store.may = make(chan struct{})
	if _, err := j.Start(task); err != nil {
		t.Fatal(err)
	}
	j.Stop() // ends although the store answers nothing
	if _, err := j.Start(task); !errors.Is(err, bulk.ErrBusy) {
		t.Errorf("a job after the end: %v", err)
	}
}

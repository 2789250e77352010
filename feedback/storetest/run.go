package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
)

// Backend is what a store implements in all.
type Backend interface {
	feedback.Store
	feedback.Series
	feedback.Vault
	staff.Store
	backup.Store
	mailroom.Store
	outbox.Store
	subscribe.Store
	Tally() feedback.Tally
}

// Open answers a store with nothing in it and sees to its end by t.Cleanup.
type Open func(t *testing.T) Backend

// Run holds the stores that open answers to the suite.
func Run(t *testing.T, open Open) {
	for _, subject := range []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"intake", intake},
		{"reserve", reserve},
		{"moves", moves},
		{"races", races},
		{"queue", queue},
		{"news", news},
		{"erasure", erasure},
		{"vault", vault},
		{"staff", accounts},
		{"sessions", sessions},
		{"workflow", workflow},
		{"held mail", heldMail},
		{"hostile", hostile},
		{"whole", whole},
		{"letters", letters},
		{"subscriptions", subscriptions},
		{"tally", tallied},
		{"splits", splits},
	} {
		t.Run(subject.name, func(t *testing.T) { subject.test(t, open) })
	}
}

// Through holds what stands before a store, and passes most on, to the subjects
// that it has a part in.
func Through(t *testing.T, open Open) {
	t.Run("intake", func(t *testing.T) { intake(t, open) })
	t.Run("moves", func(t *testing.T) { moves(t, open) })
	t.Run("hostile", func(t *testing.T) { hostile(t, open) })
	t.Run("splits", func(t *testing.T) { splits(t, open) })
}

// patience bounds everything that a test asks of a store.
const patience = 30 * time.Second

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// check ends the test on an error.
func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// wantErr asks for one of the errors that callers decide on.
func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// same compares two values, instants also by their zone.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := differ(got, want); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func differ(got, want any) string {
	return cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool {
		return a.Equal(b) && a.Location() == b.Location()
	}))
}

// together runs n calls at once, starting when all of them are ready.
func together(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-gate
			do(i)
		})
	}
	ready.Wait()
	close(gate)
	done.Wait()
}

// tally counts answers of concurrent calls by what they were.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *tally) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[what]++
}

// of names an error for a tally.
func of(err error) string {
	switch {
	case err == nil:
		return "kept"
	case errors.Is(err, feedback.ErrConflict):
		return "conflict"
	case errors.Is(err, feedback.ErrNotFound):
		return "not found"
	}
	return err.Error()
}

// background is for calls inside rapid's checks, which outlive no test.
func background() context.Context { return context.Background() }

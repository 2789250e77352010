package sqlitestore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/storetest"
)

var errFault = errors.New("the disk said no")

// TestFaults fails one commit at each of its stages: the caller is told, what
// was acknowledged before stays, the next write works, and the same request
// handed in again is kept once.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		stage string
		kept  int // what of the failed write is there afterwards
	}{{"begin", 0}, {"work", 0}, {"commit", 1}} {
		t.Run(c.stage, func(t *testing.T) {
			dir := t.TempDir()
			s := opened(t, dir)
			var armed atomic.Bool
			s.fault = func(stage string) error {
				if stage == c.stage && armed.CompareAndSwap(true, false) {
					return errFault
				}
				return nil
			}
			acknowledged(t, s, "before")
			armed.Store(true)
			if _, _, err := s.Insert(t.Context(), storetest.Piece("failed")); !errors.Is(err, errFault) {
				t.Fatalf("insert with a fault: %v", err)
			}
			if times, _ := storetest.Texts(t, s); times["failed"] != c.kept || times["before"] != 1 {
				t.Fatalf("after the fault: %v", times)
			}
			acknowledged(t, s, "after")
			kept, fresh, err := s.Insert(t.Context(), storetest.Piece("failed"))
			if err != nil || fresh != (c.kept == 0) || kept.Submission.Text != "failed" {
				t.Fatalf("handed in again: fresh %v, %v", fresh, err)
			}
			changes(t, s, &armed, c.kept == 1)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			times, numbers := storetest.Texts(t, opened(t, dir))
			for _, text := range []string{"before", "failed", "after"} {
				if times[text] != 1 {
					t.Errorf("%q is there %d times", text, times[text])
				}
			}
			if len(numbers) != 3 {
				t.Errorf("%d submissions", len(numbers))
			}
		})
	}
}

// changes is the same for Replace, which is kept or not but never half.
func changes(t *testing.T, s *Store, armed *atomic.Bool, kept bool) {
	sub, err := s.Get(t.Context(), "2026-000001")
	if err != nil {
		t.Fatal(err)
	}
	sub.Owner = "han"
	armed.Store(true)
	if err := s.Replace(t.Context(), sub, sub.Rev); !errors.Is(err, errFault) {
		t.Fatalf("replace with a fault: %v", err)
	}
	got, err := s.Get(t.Context(), sub.Number)
	if err != nil || (got.Owner == "han") != kept || (got.Rev == sub.Rev+1) != kept {
		t.Fatalf("after the fault: owner %q, rev %d, %v", got.Owner, got.Rev, err)
	}
	want := map[bool]error{true: feedback.ErrConflict, false: nil}[kept]
	if err := s.Replace(t.Context(), sub, sub.Rev); !errors.Is(err, want) {
		t.Fatalf("replaced again: %v, want %v", err, want)
	}
}

func acknowledged(t *testing.T, s *Store, text string) {
	t.Helper()
	if _, fresh, err := s.Insert(t.Context(), storetest.Piece(text)); err != nil || !fresh {
		t.Fatalf("insert %s: fresh %v, %v", text, fresh, err)
	}
}

// TestFaultStorm lets commits fail at random under a crowd that hands in every
// request until it is acknowledged: each is kept once, and with its own text.
func TestFaultStorm(t *testing.T) {
	const crowd, each = 16, 25
	dir := t.TempDir()
	s := opened(t, dir)
	var failed atomic.Int64
	s.fault = func(stage string) error {
		if rand.IntN(12) == 0 {
			failed.Add(1)
			return fmt.Errorf("%s: %w", stage, errFault)
		}
		return nil
	}
	var acked storetest.Ledger
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			for k := range each {
				acked.InsertUntilKept(t, s, fmt.Sprint(i, " ", k))
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if kept := acked.Audit(t, opened(t, dir)); kept != crowd*each || acked.Len() != kept {
		t.Errorf("%d acknowledged, %d kept, want %d", acked.Len(), kept, crowd*each)
	}
	if failed.Load() == 0 {
		t.Error("nothing failed: the test is blind")
	}
	t.Logf("%d commits failed", failed.Load())
}

package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/translog"
)

// errLost is the answer of a write whose outcome nobody knows.
var errLost = errors.New("the answer was lost")

// faulty is a log whose nth write fails, kept or not kept.
type faulty struct {
	translog.Store
	nth  int  // counts down at every write
	kept bool // the write is done before it fails
	hit  bool
}

// write does one write, or fails it.
func (f *faulty) write(do func() error) error {
	f.nth--
	if f.nth != 0 {
		return do()
	}
	f.hit = true
	if f.kept {
		if err := do(); err != nil {
			return err
		}
	}
	return errLost
}

func (f *faulty) Append(ctx context.Context, entries []translog.Entry) error {
	return f.write(func() error { return f.Store.Append(ctx, entries) })
}

func (f *faulty) Advance(ctx context.Context, was int64, hashes []tlog.Hash, h translog.Head) error {
	return f.write(func() error { return f.Store.Advance(ctx, was, hashes, h) })
}

// RunLogFaults fails every write of a life of the log, once kept and once not
// kept. The caller is told, tries again, and the log is whole: each thing stands
// once, each head goes on from the one before (F10).
func RunLogFaults(t *testing.T, open OpenLog) {
	for _, kept := range []bool{false, true} {
		for nth := 1; ; nth++ {
			f := &faulty{nth: nth, kept: kept}
			t.Run(fmt.Sprintf("write %d kept %v", nth, kept), func(t *testing.T) { logLife(t, open(t), f) })
			if !f.hit {
				break // the life has no more writes than these
			}
		}
	}
}

// logLife appends and integrates in several steps, again where it failed.
func logLife(t *testing.T, s translog.Store, f *faulty) {
	f.Store = s
	l := NewLog(t, f)
	var heads []translog.Head
	failed := 0
	insist := func(do func() error) {
		t.Helper()
		for range 3 {
			err := do()
			if err == nil {
				return
			}
			failed++
			if !errors.Is(err, errLost) {
				t.Fatalf("another error than the fault: %v", err)
			}
		}
		t.Fatal("does not work after a fault")
	}
	for i, n := range []int{3, 1, 300, 2} {
		insist(func() error { return l.Add(t.Context(), lines(1000*i, n)) })
		insist(func() error {
			h, err := l.Integrate(t.Context())
			if err == nil {
				heads = append(heads, h)
			}
			return err
		})
	}
	if f.hit != (failed == 1) {
		t.Errorf("fault hit: %v, told %d times", f.hit, failed)
	}
	h := Sound(t, s)
	if h.Size != 306 {
		t.Errorf("%d entries, want 306", h.Size)
	}
	for _, seen := range heads {
		fault, err := translog.Against(t.Context(), s, seen)
		if err != nil || fault != nil {
			t.Errorf("head of %d: %v, %v", seen.Size, fault, err)
		}
	}
}

package notary_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
)

// hiding is a store in which one number is not yet to be seen, as where several
// copies file at the same time.
type hiding struct {
	feedback.Store
	number feedback.Number
	shown  atomic.Bool
}

func (h *hiding) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	page, next, err := h.Store.List(ctx, q)
	if !h.shown.Load() {
		page = slices.DeleteFunc(page, func(s feedback.Submission) bool { return s.Number == h.number })
	}
	return page, next, err
}

func (h *hiding) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	if n == h.number && !h.shown.Load() {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	return h.Store.Get(ctx, n)
}

// A number that comes into sight after higher ones is logged all the same: by
// the follower that saw it missing, and by one that begins later.
func TestLateNumber(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprintf("begins again %v", again), func(t *testing.T) {
			o := newOffice(t)
			h := &hiding{Store: o.store, number: "2026-000003"}
			o.notary.Store = h
			for i := range 6 {
				o.file(fmt.Sprint("意见", i))
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			go o.notary.Follow(ctx)
			wait := func(n int64) {
				for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
					if head, err := o.notary.Log.Last(t.Context()); err == nil && head.Size == n {
						return
					}
					if time.Now().After(end) {
						t.Fatalf("never %d leaves", n)
					}
				}
			}
			wait(5)
			h.shown.Store(true)
			if again {
				stop()
				ctx2, stop2 := context.WithCancel(t.Context())
				defer stop2()
				go o.another().Follow(ctx2)
			}
			wait(6)
			stop()
			o.sound()
		})
	}
}

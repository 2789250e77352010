package spool

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
)

// TestStorm lets a crowd hand in its requests, with a key until they are
// acknowledged, while the store comes, goes, loses answers and hangs, and the
// program dies again and again. Everything acknowledged is there once, under
// the number that was said first.
func TestStorm(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Reserve, o.Patience = 9000, 5*time.Millisecond })
	told := map[string]feedback.Number{} // by text
	var mu sync.Mutex
	var tries atomic.Int64
	rounds := 8
	if testing.Short() {
		rounds = 4
	}
	for round := range rounds {
		var crowd sync.WaitGroup
		work, stop := context.WithCancel(t.Context())
		crowd.Go(func() { w.s.Run(work) })
		for i := range 16 {
			crowd.Go(func() {
				for k := 0; work.Err() == nil; k++ {
					text := fmt.Sprintf("sender %d nr %d", i, k/3) // each some times, over rounds too
					key := text
					if i%4 == 0 {
						text, key = fmt.Sprintf("round %d plain %d nr %d", round, i, k), ""
					}
					tries.Add(1)
					kept, _, err := w.s.Insert(work, piece(text, key))
					if err != nil {
						if work.Err() == nil && !errors.Is(err, feedback.ErrBusy) {
							t.Errorf("%s: %v", text, err)
						}
						continue
					}
					mu.Lock()
					if n, known := told[text]; known && n != kept.Submission.Number {
						t.Errorf("%s was %s, is %s", text, n, kept.Submission.Number)
					}
					told[text] = kept.Submission.Number
					mu.Unlock()
				}
			})
		}
		crowd.Go(func() {
			for range 5 {
				w.far.mode.Store(int32(rand.IntN(4)))
				for end := tries.Load() + 120; tries.Load() < end; {
					time.Sleep(time.Millisecond)
				}
			}
			stop()
		})
		crowd.Wait()
		w.crash("")
	}
	w.back()
	want := map[feedback.Number]string{}
	for text, n := range told {
		if want[n] != "" {
			t.Errorf("%s was given to %q and %q", n, want[n], text)
		}
		want[n] = text
	}
	if len(told) < 200 {
		t.Errorf("only %d were acknowledged", len(told))
	}
	w.holdsAtLeast(want)
}

// TestNumbersOnce walks at random through a store that comes and goes and a
// program that dies at any moment: no number is ever given to two, and one copy
// alone leaves gaps only where it died.
func TestNumbersOnce(t *testing.T) {
	for range 5 {
		w := newWorld(t, func(o *Options) { o.Reserve = 8 })
		given := map[feedback.Number]string{}
		deaths := 0
		for step := range 150 {
			switch rand.IntN(12) {
			case 0:
				w.far.mode.Store(int32(down))
			case 1, 2:
				w.far.mode.Store(up)
				_ = w.s.round(t.Context())
			case 3:
				deaths++
				w.crash(w.image())
			case 4:
				w.s.journal.mu.Lock()
				if err := w.s.journal.rewrite(); err != nil {
					t.Fatal(err)
				}
				w.s.journal.mu.Unlock()
			default:
				text, key := fmt.Sprint("step ", step), ""
				if rand.IntN(3) == 0 {
					key = text
				}
				kept, _, err := w.s.Insert(t.Context(), piece(text, key))
				if errors.Is(err, feedback.ErrBusy) {
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				if before := given[kept.Submission.Number]; before != "" {
					t.Fatalf("%s was given to %q and %q", kept.Submission.Number, before, text)
				}
				given[kept.Submission.Number] = text
			}
		}
		w.back()
		w.holds(given)
		for nth, gaps := int64(1), 0; nth <= int64(len(given)); nth++ {
			if given[feedback.MakeNumber(2026, nth)] == "" {
				if gaps++; gaps > 2*deaths {
					t.Fatalf("%d gaps after %d deaths: %v", gaps, deaths, given)
				}
			}
		}
	}
}

// holdsAtLeast asks that these are there once; more may be, of those who were
// never answered.
func (w *world) holdsAtLeast(want map[feedback.Number]string) {
	w.t.Helper()
	for n, text := range want {
		got, err := w.far.Store.Get(context.Background(), n)
		if err != nil || got.Text != text {
			w.t.Fatalf("%s was promised for %q, holds %q, %v", n, text, got.Text, err)
		}
	}
}

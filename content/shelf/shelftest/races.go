package shelftest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/content/shelf"
)

const writers = 64

// race lets many do the same at once and answers who succeeded; all others
// must fail with lost.
func race(t *testing.T, lost error, do func(i int) error) []int {
	t.Helper()
	var mu sync.Mutex
	var won []int
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, i)
			} else if !errors.Is(err, lost) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return won
}

func oneWinner(t *testing.T, open Place) {
	s := open(t)
	put(t, s, "a.md", "start", shelf.None)
	was := digest("start")
	for round := range 5 {
		text := func(i int) string { return fmt.Sprintf("round %d by %d", round, i) }
		won := race(t, shelf.ErrConflict, func(i int) error { return s.Put(t.Context(), "a.md", []byte(text(i)), was) })
		if len(won) != 1 {
			t.Fatalf("round %d: %d succeeded", round, len(won))
		}
		wants(t, s, "a.md", text(won[0]))
		was = digest(text(won[0]))
	}
}

func oneFirst(t *testing.T, open Place) {
	s := open(t)
	won := race(t, shelf.ErrConflict, func(i int) error { return s.Put(t.Context(), "n/a.md", fmt.Append(nil, i), shelf.None) })
	if len(won) != 1 {
		t.Fatalf("%d succeeded", len(won))
	}
	wants(t, s, "n/a.md", fmt.Sprint(won[0]))
}

func oneRemover(t *testing.T, open Place) {
	s := open(t)
	put(t, s, "n/a.md", "x", shelf.None)
	won := race(t, shelf.ErrNotFound, func(int) error { return s.Remove(t.Context(), "n/a.md", digest("x")) })
	if len(won) != 1 {
		t.Errorf("%d succeeded", len(won))
	}
}

// neverHalf: readers see one whole text or another while it is written over.
func neverHalf(t *testing.T, open Place) {
	s := open(t)
	texts := []string{strings.Repeat("a", 200_000), strings.Repeat("b", 300_000)}
	put(t, s, "a.md", texts[0], shelf.None)
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for !stop.Load() {
				got, err := s.Read(t.Context(), "a.md")
				if err != nil || !slices.Contains(texts, string(got)) {
					t.Errorf("read %d bytes, %v", len(got), err)
					return
				}
			}
		})
	}
	for i := range 40 {
		put(t, s, "a.md", texts[(i+1)%2], digest(texts[i%2]))
	}
	stop.Store(true)
	wg.Wait()
}

// twoOpenings: what is opened twice, as two copies of the site do, is one
// shelf; no change is lost between the two.
func twoOpenings(t *testing.T, open Place) {
	both := []shelf.Shelf{open(t), open(t)}
	rev, err := both[1].Rev(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(t, both[0], "n", "", shelf.None)
	if after, err := both[1].Rev(t.Context()); err != nil || after == rev {
		t.Errorf("the other sees revision %q before and %q after, %v", rev, after, err)
	}
	var wg sync.WaitGroup
	const each, steps = 2, 10
	for i := range each * len(both) {
		wg.Go(func() {
			for range steps {
				if err := add(t, both[i%len(both)]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	wants(t, both[0], "n", strings.Repeat("x", each*len(both)*steps))
}

// add makes the text one letter longer, however often others are first.
func add(t *testing.T, s shelf.Shelf) error {
	for {
		have, err := s.Read(t.Context(), "n")
		if err != nil {
			return err
		}
		err = s.Put(t.Context(), "n", append(have, 'x'), shelf.Digest(have))
		if !errors.Is(err, shelf.ErrConflict) {
			return err
		}
	}
}

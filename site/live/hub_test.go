package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/site/live"
)

// shelf is a store of submissions that counts how often it is asked.
type shelf struct {
	mu    sync.Mutex
	list  []feedback.Submission
	asked int
}

func (s *shelf) file(nth ...int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range nth {
		s.list = append(s.list, feedback.Submission{Number: feedback.MakeNumber(2026, n), Category: feedback.Opinion})
	}
	slices.SortFunc(s.list, func(a, b feedback.Submission) int {
		x, _ := cursor.Serial(a.Number)
		y, _ := cursor.Serial(b.Number)
		return int(x - y)
	})
}

func (s *shelf) looks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// List answers what is behind the cursor, as a store does.
func (s *shelf) List(_ context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	_, place, err := cursor.Start(q)
	if err != nil {
		return nil, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	var page []feedback.Submission
	for _, x := range s.list {
		if n, _ := cursor.Serial(x.Number); place == nil || n > place.Serial {
			page = append(page, x)
		}
	}
	if q.Sort == feedback.ByNewest {
		slices.Reverse(page)
	}
	return page[:min(len(page), q.Limit)], "", nil
}

const quick = 5 * time.Millisecond

func open(t *testing.T) (*live.Hub, *shelf) {
	t.Helper()
	h, s := live.New(quick), &shelf{}
	h.Use(s)
	t.Cleanup(h.Stop)
	return h, s
}

func listen(t *testing.T, h *live.Hub, who string, since int64) (*live.Listener, func()) {
	t.Helper()
	l, leave, err := h.Listen(t.Context(), who, feedback.MakeNumber(2026, since), func(s *feedback.Submission) bool { return s.Category != feedback.Clue })
	if err != nil {
		t.Fatal(err)
	}
	return l, leave
}

// told waits until a listener is told of n.
func told(t *testing.T, l *live.Listener, n int) {
	t.Helper()
	for end := time.After(10 * time.Second); ; {
		select {
		case got := <-l.News:
			if got == n {
				return
			}
			if got > n {
				t.Fatalf("told of %d, want %d", got, n)
			}
		case <-end:
			t.Fatalf("never told of %d", n)
		}
	}
}

// A page is told of what came before it began to listen, of what comes then, in
// whatever order it is filed, each once, and of nothing older.
func TestTold(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	for i := range int64(300) {
		s.file(i + 1)
	}
	since, err := live.Newest(t.Context(), s)
	if err != nil || since != "2026-000300" {
		t.Fatal(since, err)
	}
	s.file(301, 303)
	first, _ := listen(t, h, "a", 300)
	told(t, first, 2)
	s.file(302, 305) // out of order
	told(t, first, 4)
	second, _ := listen(t, h, "b", 302)
	told(t, second, 2)
	s.mu.Lock()
	s.list = append(s.list, feedback.Submission{Number: "2026-000306", Category: feedback.Clue})
	s.mu.Unlock()
	s.file(307)
	told(t, first, 5)
	told(t, second, 3)
	for i := range int64(500) {
		s.file(i + 308)
	}
	told(t, first, live.MaxTold)
}

// All pages share one look at the store, and there is none without them.
func TestOneLook(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	var leave []func()
	for i := range 60 {
		_, out := listen(t, h, fmt.Sprint(i), 1)
		leave = append(leave, out)
	}
	before, began := s.looks(), time.Now()
	for s.looks() < before+5 {
		time.Sleep(quick)
	}
	if n, most := s.looks()-before, int(time.Since(began)/quick)+2; n > most {
		t.Errorf("%d looks in the time of %d", n, most)
	}
	for _, out := range leave {
		out()
		out()
	}
	still := -1
	for end := time.Now().Add(10 * time.Second); s.looks() != still; time.Sleep(10 * quick) {
		if still = s.looks(); time.Now().After(end) {
			t.Fatal("looks although nobody listens")
		}
	}
	l, _ := listen(t, h, "again", 1)
	s.file(2)
	told(t, l, 1)
}

func TestBounds(t *testing.T) {
	t.Parallel()
	h, _ := open(t)
	for range 30 {
		listen(t, h, "a", 1)
	}
	refused := func(who string) {
		t.Helper()
		if _, _, err := h.Listen(t.Context(), who, "", func(*feedback.Submission) bool { return true }); !errors.Is(err, live.ErrFull) {
			t.Errorf("%s: %v", who, err)
		}
	}
	refused("a")
	_, leave := listen(t, h, "b", 1)
	leave()
	h.Stop()
	h.Stop()
	<-h.Ended()
	refused("b")
}

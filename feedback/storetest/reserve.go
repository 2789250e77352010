package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"rectify/feedback"
)

// reserve: numbers can be given away before there are submissions to bear them.
func reserve(t *testing.T, open Open) {
	t.Run("apart from those given", func(t *testing.T) { reservedApart(t, open(t)) })
	t.Run("at once", func(t *testing.T) { reservedAtOnce(t, open(t)) })
	t.Run("filed as brought", func(t *testing.T) { filedAsBrought(t, open(t)) })
	t.Run("again", func(t *testing.T) { broughtAgain(t, open(t)) })
	t.Run("taken", func(t *testing.T) { broughtTaken(t, open(t)) })
	t.Run("at once again", func(t *testing.T) { broughtAtOnce(t, open(t)) })
}

func reserved(t testing.TB, b Backend, year int, n int64) int64 {
	t.Helper()
	first, err := b.Reserve(t.Context(), year, n)
	check(t, "reserve", err)
	return first
}

func reservedApart(t *testing.T, b Backend) {
	same(t, "next of an empty year", reserved(t, b, 2026, 0), int64(1))
	same(t, "first", reserved(t, b, 2026, 5), int64(1))
	same(t, "given meanwhile", file(t, b, sample("a")).Number, feedback.Number("2026-000006"))
	same(t, "none", reserved(t, b, 2026, 0), int64(7))
	same(t, "more", reserved(t, b, 2026, 1), int64(7))
	same(t, "another year", reserved(t, b, 2027, 3), int64(1))
	same(t, "given after", file(t, b, sample("b")).Number, feedback.Number("2026-000008"))
	if _, err := b.Reserve(within(t), 2026, 1e9); err == nil {
		t.Error("more numbers than a year has")
	}
}

func reservedAtOnce(t *testing.T, b Backend) {
	var mu sync.Mutex
	var numbers []int64
	together(24, func(i int) {
		var got []int64
		if i%2 == 0 {
			first, err := b.Reserve(within(t), 2026, 3)
			if err != nil {
				t.Error(err)
				return
			}
			got = []int64{first, first + 1, first + 2}
		} else {
			kept, _, err := b.Insert(within(t), entry(sample(fmt.Sprint("crowd ", i))))
			if err != nil {
				t.Error(err)
				return
			}
			var n int64
			_, _ = fmt.Sscanf(string(kept.Submission.Number), "2026-%d", &n)
			got = []int64{n}
		}
		mu.Lock()
		defer mu.Unlock()
		numbers = append(numbers, got...)
	})
	slices.Sort(numbers)
	if n := len(slices.Compact(slices.Clone(numbers))); n != 48 {
		t.Errorf("of 48 numbers %d are different: %v", n, numbers)
	}
}

// brought is an entry that brings its number.
func brought(name, key string, n feedback.Number) feedback.Entry {
	e := entry(sample(name))
	if key != "" {
		e = keyed(name, key)
	}
	e.Number = n
	return e
}

func filedAsBrought(t *testing.T, b Backend) {
	reserved(t, b, 2026, 5)
	for _, n := range []feedback.Number{"2026-000004", "2026-000002"} {
		kept, fresh, err := b.Insert(within(t), brought(string(n), "", n))
		if err != nil || !fresh || kept.Submission.Number != n || kept.Submission.Rev != 1 {
			t.Fatalf("%s: filed under %s rev %d, fresh %v, %v", n, kept.Submission.Number, kept.Submission.Rev, fresh, err)
		}
		same(t, "kept", get(t, b, n), kept.Submission)
	}
	same(t, "given after", file(t, b, sample("next")).Number, feedback.Number("2026-000006"))
	for _, n := range []feedback.Number{"26-1", "2026-0", "$ne"} {
		if _, _, err := b.Insert(within(t), brought("bad", "", n)); err == nil {
			t.Errorf("filed under %q", n)
		}
	}
	counts(t, b, feedback.Query{}, 3)
}

// broughtAgain: whoever does not know whether it was kept hands it in again,
// also after somebody worked on it, also when its key was forgotten.
func broughtAgain(t *testing.T, b Backend) {
	reserved(t, b, 2026, 5)
	for i, key := range []string{"", "k"} {
		n := feedback.MakeNumber(2026, int64(i+1))
		e := brought(string(n), key, n)
		_, _, err := b.Insert(within(t), e)
		check(t, "first", err)
		s := get(t, b, n)
		s.State = feedback.Accepted
		check(t, "replace", b.Replace(within(t), s, 1))
		for range 2 {
			kept, _, err := b.Insert(within(t), e)
			if err != nil || kept.Submission.Number != n {
				t.Errorf("again: %s, %v", kept.Submission.Number, err)
			}
			check(t, "sweep", b.Sweep(within(t), noon().AddDate(0, 0, 7)))
		}
		if got := get(t, b, n); got.State != feedback.Accepted || got.Rev != 2 {
			t.Errorf("%s was written over: %s rev %d", n, got.State, got.Rev)
		}
	}
	counts(t, b, feedback.Query{}, 2)
}

func broughtTaken(t *testing.T, b Backend) {
	first := file(t, b, sample("first"))
	for _, key := range []string{"", "k"} {
		_, _, err := b.Insert(within(t), brought("second", key, first.Number))
		wantErr(t, "number taken", err, feedback.ErrConflict)
	}
	same(t, "the first", get(t, b, first.Number), first)
	kept, fresh, err := b.Insert(within(t), keyed("second", "k"))
	check(t, "its key is free", err)
	if !fresh || kept.Submission.Number == first.Number {
		t.Errorf("fresh %v, number %s", fresh, kept.Submission.Number)
	}
}

func broughtAtOnce(t *testing.T, b Backend) {
	reserved(t, b, 2026, 20)
	var c tally
	together(60, func(i int) {
		n := feedback.MakeNumber(2026, int64(i%20+1))
		key := ""
		if i%2 == 0 {
			key = string(n)
		}
		kept, _, err := b.Insert(within(t), brought(string(n), key, n))
		c.add(of(err))
		if err == nil && kept.Submission.Number != n {
			t.Errorf("%s filed under %s", n, kept.Submission.Number)
		}
	})
	same(t, "outcomes", c.n, map[string]int{"kept": 60})
	counts(t, b, feedback.Query{}, 20)
}

package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
)

func intake(t *testing.T, open Open) {
	t.Run("numbers run on", func(t *testing.T) { numbersRunOn(t, open(t)) })
	t.Run("years apart", func(t *testing.T) { yearsApart(t, open(t)) })
	t.Run("number and revision are the store's", func(t *testing.T) { ownNumber(t, open(t)) })
	t.Run("by code", func(t *testing.T) { byCode(t, open(t)) })
	t.Run("code taken", func(t *testing.T) { codeTaken(t, open(t)) })
	t.Run("key", func(t *testing.T) { keyTwice(t, open(t)) })
	t.Run("key ran out", func(t *testing.T) { keyRanOut(t, open(t)) })
	t.Run("key swept", func(t *testing.T) { keySwept(t, open(t)) })
	t.Run("key of a refused one", func(t *testing.T) { keyOfRefused(t, open(t)) })
	t.Run("caller left", func(t *testing.T) { callerLeft(t, open(t)) })
	t.Run("64 at once", func(t *testing.T) { manyAtOnce(t, open(t)) })
	t.Run("one key 32 times at once", func(t *testing.T) { oneKeyAtOnce(t, open(t)) })
	t.Run("many keys twice at once", func(t *testing.T) { keysAtOnce(t, open(t)) })
	t.Run("ping", func(t *testing.T) { check(t, "ping", open(t).Ping(within(t))) })
}

func numbersRunOn(t *testing.T, b Backend) {
	for i := range 20 {
		got := file(t, b, sample(fmt.Sprint("run ", i)))
		if want := feedback.MakeNumber(2026, int64(i+1)); got.Number != want || got.Rev != 1 {
			t.Fatalf("submission %d: number %s rev %d, want %s rev 1", i, got.Number, got.Rev, want)
		}
	}
}

// yearsApart: the year is Beijing's, in which New Year comes at 16:00 UTC.
func yearsApart(t *testing.T, b Backend) {
	eve := time.Date(2025, 12, 31, 15, 59, 59, 999e6, time.UTC)
	want := map[time.Time][]feedback.Number{
		eve:                       {"2025-000001", "2025-000002"},
		eve.Add(time.Millisecond): {"2026-000001", "2026-000002"},
		eve.AddDate(2, 0, 0):      {"2027-000001", "2027-000002"},
	}
	for round := range 2 {
		for at, numbers := range want {
			s := sample(fmt.Sprint(at, round))
			s.Received = at
			if got := file(t, b, s).Number; got != numbers[round] {
				t.Errorf("received %s: number %s, want %s", at, got, numbers[round])
			}
		}
	}
}

func ownNumber(t *testing.T, b Backend) {
	s := sample("own")
	s.Number, s.Rev = "2019-000777", 40
	got := file(t, b, s)
	s.Number, s.Rev = "2026-000001", 1
	same(t, "answered", got, s)
	same(t, "kept", get(t, b, s.Number), s)
}

func byCode(t *testing.T, b Backend) {
	want := file(t, b, sample("a"))
	file(t, b, sample("b"))
	got, err := b.ByCode(within(t), digest("code a"))
	check(t, "by code", err)
	same(t, "by code", got, want)
	for _, mac := range [][]byte{nil, {}, digest("no such"), digest("code a")[:31]} {
		_, err := b.ByCode(within(t), mac)
		wantErr(t, fmt.Sprintf("by code %x", mac), err, feedback.ErrNotFound)
	}
}

// codeTaken: a code stands for one submission; a failed neighbour does not
// keep others out.
func codeTaken(t *testing.T, b Backend) {
	file(t, b, sample("first"))
	twin := sample("twin")
	twin.CodeMAC = digest("code first")
	var c tally
	together(9, func(i int) {
		s := twin
		if i > 0 {
			s = sample(fmt.Sprint("neighbour ", i))
		}
		_, _, err := b.Insert(within(t), entry(s))
		c.add(of(err))
	})
	same(t, "outcomes", c.n, map[string]int{"kept": 8, "conflict": 1})
	counts(t, b, feedback.Query{}, 9)
}

func keyTwice(t *testing.T, b Backend) {
	first := keyed("first", "k")
	kept, fresh, err := b.Insert(within(t), first)
	check(t, "first", err)
	if !fresh {
		t.Error("first: not fresh")
	}
	again := keyed("again", "k")
	again.Now = first.KeyUntil // the last moment still counts
	got, fresh, err := b.Insert(within(t), again)
	check(t, "again", err)
	if fresh {
		t.Error("again: taken for new")
	}
	same(t, "earlier submission", got.Submission, kept.Submission)
	same(t, "earlier body", got.Body, first.Body)
	same(t, "earlier seal", got.Sealed, first.Sealed)
	other, fresh, err := b.Insert(within(t), keyed("other", "k2"))
	check(t, "other key", err)
	if !fresh || other.Submission.Number != "2026-000002" {
		t.Errorf("other key: fresh %v, number %s; want the next number", fresh, other.Submission.Number)
	}
	// What is answered later is what is kept then.
	s := get(t, b, kept.Submission.Number)
	s.State = feedback.Accepted
	check(t, "replace", b.Replace(within(t), s, 1))
	got, _, err = b.Insert(within(t), again)
	check(t, "again after a change", err)
	if got.Submission.Rev != 2 || got.Submission.State != feedback.Accepted {
		t.Errorf("again after a change: rev %d, state %s", got.Submission.Rev, got.Submission.State)
	}
}

func keyRanOut(t *testing.T, b Backend) {
	first := keyed("first", "k")
	_, _, err := b.Insert(within(t), first)
	check(t, "first", err)
	later := keyed("later", "k")
	later.Now = first.KeyUntil.Add(time.Millisecond)
	later.KeyUntil = later.Now.Add(time.Hour)
	kept, fresh, err := b.Insert(within(t), later)
	check(t, "later", err)
	if !fresh || kept.Submission.Number != "2026-000002" {
		t.Errorf("after its time: fresh %v, number %s; want a new one", fresh, kept.Submission.Number)
	}
	got, fresh, err := b.Insert(within(t), later)
	check(t, "later again", err)
	if fresh || got.Submission.Number != "2026-000002" || string(got.Sealed) != "sealed later" {
		t.Errorf("the key stands for %s (fresh %v, %s)", got.Submission.Number, fresh, got.Sealed)
	}
	same(t, "the first", get(t, b, "2026-000001").Text, first.Submission.Text)
}

func keySwept(t *testing.T, b Backend) {
	first := keyed("first", "k")
	_, _, err := b.Insert(within(t), first)
	check(t, "first", err)
	check(t, "sweep in time", b.Sweep(within(t), first.KeyUntil))
	_, fresh, err := b.Insert(within(t), keyed("again", "k"))
	check(t, "again", err)
	if fresh {
		t.Error("sweep forgot a key before its time")
	}
	check(t, "sweep", b.Sweep(within(t), first.KeyUntil.Add(time.Millisecond)))
	_, fresh, err = b.Insert(within(t), keyed("anew", "k"))
	check(t, "anew", err)
	if !fresh {
		t.Error("sweep left a key that had run out")
	}
	counts(t, b, feedback.Query{}, 2)
}

// keyOfRefused: a key stands for nothing when what it came with was refused.
func keyOfRefused(t *testing.T, b Backend) {
	file(t, b, sample("first"))
	twin := keyed("twin", "k")
	twin.Submission.CodeMAC = digest("code first")
	_, _, err := b.Insert(within(t), twin)
	wantErr(t, "code taken", err, feedback.ErrConflict)
	kept, fresh, err := b.Insert(within(t), keyed("anew", "k"))
	check(t, "anew", err)
	if !fresh || string(kept.Sealed) != "sealed anew" {
		t.Errorf("anew: fresh %v, %s", fresh, kept.Sealed)
	}
	counts(t, b, feedback.Query{}, 2)
}

func callerLeft(t *testing.T, b Backend) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := b.Insert(ctx, entry(sample("left"))); err == nil {
		t.Error("insert for a caller who left: no error")
	}
	if _, err := b.Get(ctx, "2026-000001"); err == nil {
		t.Error("get for a caller who left: no error")
	}
	if got := file(t, b, sample("stays")).Number; got != "2026-000001" {
		t.Errorf("next number %s: the one who left has one", got)
	}
}

func manyAtOnce(t *testing.T, b Backend) {
	const n = 64
	var c tally
	together(n, func(i int) {
		s := sample(fmt.Sprint("crowd ", i))
		kept, fresh, err := b.Insert(within(t), entry(s))
		if err != nil || !fresh {
			t.Errorf("insert %d: fresh %v, %v", i, fresh, err)
			return
		}
		c.add(string(kept.Submission.Number))
		if got, err := b.Get(within(t), kept.Submission.Number); err != nil || got.Text != s.Text {
			t.Errorf("%s holds another's text (%v)", kept.Submission.Number, err)
		}
	})
	// Nothing failed, so there is no gap.
	for i := range int64(n) {
		if number := feedback.MakeNumber(2026, i+1); c.n[string(number)] != 1 {
			t.Errorf("number %s given %d times", number, c.n[string(number)])
		}
	}
}

func oneKeyAtOnce(t *testing.T, b Backend) {
	var c, numbers, seals tally
	together(32, func(i int) {
		kept, fresh, err := b.Insert(within(t), keyed(fmt.Sprint("twin ", i), "k"))
		c.add(fmt.Sprint(fresh, " ", of(err)))
		numbers.add(string(kept.Submission.Number))
		seals.add(string(kept.Sealed))
	})
	same(t, "outcomes", c.n, map[string]int{"true kept": 1, "false kept": 31})
	same(t, "numbers", numbers.n, map[string]int{"2026-000001": 32})
	if len(seals.n) != 1 {
		t.Errorf("%d different seals answered", len(seals.n))
	}
	counts(t, b, feedback.Query{}, 1)
}

func keysAtOnce(t *testing.T, b Backend) {
	const keys = 20
	var c, numbers tally
	together(3*keys, func(i int) {
		kept, fresh, err := b.Insert(within(t), keyed(fmt.Sprint("pair ", i), fmt.Sprint(i%keys)))
		c.add(fmt.Sprint(fresh, " ", of(err)))
		numbers.add(fmt.Sprint(i%keys, " ", kept.Submission.Number))
	})
	same(t, "outcomes", c.n, map[string]int{"true kept": keys, "false kept": 2 * keys})
	if len(numbers.n) != keys {
		t.Errorf("%d keys stand for %d numbers", keys, len(numbers.n))
	}
	counts(t, b, feedback.Query{}, keys)
}

// counts asks how many submissions match.
func counts(t testing.TB, b Backend, q feedback.Query, want int) {
	t.Helper()
	got, err := b.Count(t.Context(), q)
	check(t, "count", err)
	if got != want {
		t.Errorf("count %+v: %d, want %d", q, got, want)
	}
}

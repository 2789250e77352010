package storetest

import (
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/outbox"
)

func letters(t *testing.T, open Open) {
	t.Run("queued once", func(t *testing.T) { queuedOnce(t, open(t)) })
	t.Run("claimed in time", func(t *testing.T) { claimedInTime(t, open(t)) })
	t.Run("claimed once", func(t *testing.T) { claimedOnce(t, open(t)) })
	t.Run("replaced by revision", func(t *testing.T) { letterRevision(t, open(t)) })
	t.Run("listed", func(t *testing.T) { lettersListed(t, open(t)) })
	t.Run("purged", func(t *testing.T) { lettersPurged(t, open(t)) })
}

func letterOf(i int) outbox.Letter {
	l := outbox.New(fmt.Sprintf("2026-%06d/0", i), outbox.Received, noon().Add(time.Duration(i)*time.Minute))
	l.Number = feedback.MakeNumber(2026, int64(i))
	return l
}

func put(t testing.TB, b Backend, l outbox.Letter) outbox.Letter {
	t.Helper()
	kept, err := b.PutLetter(background(), l)
	check(t, "put letter", err)
	return kept
}

func queuedOnce(t *testing.T, b Backend) {
	full := letterOf(1)
	full.Event, full.Whom, full.Tries, full.Code, full.Lease = 3, "someone", 2, "450 4.2.0", "copy"
	full.First, full.Until, full.Ended, full.Rev = noon(), noon().Add(time.Second), noon().Add(time.Minute), 7
	same(t, "kept", put(t, b, full), full)
	other := full
	other.Number, other.Kind = "2026-000009", outbox.Reply
	same(t, "put again", put(t, b, other), full)
	got, err := b.Letter(within(t), full.ID)
	check(t, "letter", err)
	same(t, "letter", got, full)
	_, err = b.Letter(within(t), "none")
	wantErr(t, "no letter", err, feedback.ErrNotFound)
	var first tally
	together(12, func(i int) {
		l := letterOf(2)
		l.Number = feedback.MakeNumber(2026, int64(100+i))
		kept, err := b.PutLetter(background(), l)
		check(t, "put", err)
		first.add(string(kept.Number))
	})
	if len(first.n) != 1 {
		t.Errorf("one letter put at once is %v", first.n)
	}
}

func claim(t testing.TB, b Backend, by string, now time.Time, n int) []string {
	t.Helper()
	list, err := b.ClaimLetters(background(), by, now, now.Add(time.Minute), n)
	check(t, "claim", err)
	var ids []string
	for _, l := range list {
		if l.Lease != by || !l.Until.Equal(now.Add(time.Minute)) {
			t.Errorf("claimed letter is leased to %q until %s", l.Lease, l.Until)
		}
		kept, err := b.Letter(background(), l.ID)
		check(t, "letter", err)
		same(t, "claimed letter", l, kept)
		ids = append(ids, l.ID)
	}
	return ids
}

func claimedInTime(t *testing.T, b Backend) {
	for i := 1; i <= 4; i++ {
		put(t, b, letterOf(i))
	}
	done := letterOf(5)
	done.State, done.Next = outbox.Sent, noon()
	put(t, b, done)
	same(t, "too early", claim(t, b, "a", noon(), 10), []string(nil))
	now := noon().Add(3 * time.Minute)
	same(t, "the first two", claim(t, b, "a", now, 2), []string{letterOf(1).ID, letterOf(2).ID})
	same(t, "the next", claim(t, b, "b", now, 10), []string{letterOf(3).ID})
	same(t, "leased", claim(t, b, "c", now.Add(30*time.Second), 10), []string(nil))
	same(t, "lease is over", claim(t, b, "c", now.Add(time.Minute+time.Millisecond), 10),
		[]string{letterOf(1).ID, letterOf(2).ID, letterOf(3).ID, letterOf(4).ID})
}

func claimedOnce(t *testing.T, b Backend) {
	for i := 1; i <= 40; i++ {
		put(t, b, letterOf(i))
	}
	now := noon().Add(time.Hour)
	var got tally
	together(8, func(i int) {
		for range 20 {
			list, err := b.ClaimLetters(background(), fmt.Sprint("copy ", i), now, now.Add(time.Minute), 3)
			check(t, "claim", err)
			for _, l := range list {
				got.add(l.ID)
			}
		}
	})
	for id, n := range got.n {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	if len(got.n) != 40 {
		t.Errorf("%d of 40 letters were claimed", len(got.n))
	}
}

func letterRevision(t *testing.T, b Backend) {
	l := put(t, b, letterOf(1))
	l.State, l.Code, l.Ended = outbox.Sent, "250", noon()
	check(t, "replace", b.ReplaceLetter(within(t), l, 1))
	wantErr(t, "an old revision", b.ReplaceLetter(within(t), l, 1), feedback.ErrConflict)
	wantErr(t, "no letter", b.ReplaceLetter(within(t), letterOf(2), 1), feedback.ErrNotFound)
	got, err := b.Letter(within(t), l.ID)
	check(t, "letter", err)
	l.Rev = 2
	same(t, "replaced", got, l)
	var n tally
	together(8, func(int) { n.add(of(b.ReplaceLetter(background(), l, 2))) })
	same(t, "at once", n.n, map[string]int{"kept": 1, "conflict": 7})
}

func lettersListed(t *testing.T, b Backend) {
	want := map[outbox.State][]string{}
	for i := 9; i >= 1; i-- {
		l := letterOf(i)
		l.Queued = noon().Add(time.Duration(i/2) * time.Minute) // some at the same time
		l.State = outbox.States()[i%2]
		put(t, b, l)
		want[""] = append(want[""], l.ID)
		want[l.State] = append(want[l.State], l.ID)
	}
	for state, ids := range want {
		var got []string
		for q := (outbox.Query{State: state, Limit: 2}); ; {
			page, next, err := b.Letters(within(t), q)
			check(t, "list", err)
			for _, l := range page {
				got = append(got, l.ID)
			}
			if q.After = next; next == "" {
				break
			}
		}
		same(t, "letters "+string(state), got, ids)
	}
	counts, err := b.CountLetters(within(t))
	check(t, "count", err)
	same(t, "counts", counts, map[outbox.State]int{outbox.States()[0]: 4, outbox.States()[1]: 5})
	for _, q := range []outbox.Query{{}, {Limit: 201}, {Limit: 1, After: "x"}, {Limit: 1, After: "1_"}, {Limit: 1, After: "$gt_x"}} {
		if _, _, err := b.Letters(within(t), q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
}

func lettersPurged(t *testing.T, b Backend) {
	for i, ended := range []time.Time{{}, noon().Add(-time.Millisecond), noon()} {
		l := letterOf(i + 1)
		l.Ended = ended
		put(t, b, l)
	}
	check(t, "purge", b.PurgeLetters(within(t), noon()))
	page, _, err := b.Letters(within(t), outbox.Query{Limit: 10})
	check(t, "list", err)
	var got []string
	for _, l := range page {
		got = append(got, l.ID)
	}
	same(t, "left", got, []string{letterOf(3).ID, letterOf(1).ID})
}

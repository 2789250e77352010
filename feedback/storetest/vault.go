package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
)

func vault(t *testing.T, open Open) {
	t.Run("keep and take", func(t *testing.T) { keepAndTake(t, open(t)) })
	t.Run("taken once", func(t *testing.T) { takenOnce(t, open(t)) })
	t.Run("put and look", func(t *testing.T) { putAndLook(t, open(t)) })
	t.Run("swept", func(t *testing.T) { secretSwept(t, open(t)) })
	t.Run("mark", func(t *testing.T) { mark(t, open(t)) })
}

func keepAndTake(t *testing.T, b Backend) {
	until := noon().Add(time.Hour)
	for _, c := range []struct {
		name       string
		key, value []byte
	}{
		{"digest", digest("k"), []byte("value")},
		{"zeros", []byte{0, 0, 1}, []byte{0}},
		{"zeros, one less", []byte{0, 0}, nil},
		{"like text", []byte("$where"), []byte{}},
		{"every byte", digest("b"), bytes.Repeat([]byte{0, 1, 0x7f, 0x80, 0xff}, 100)},
	} {
		check(t, c.name+": keep", b.Keep(within(t), c.key, c.value, until))
		wantErr(t, c.name+": keep again", b.Keep(within(t), c.key, []byte("other"), until), feedback.ErrConflict)
		got, err := b.Take(within(t), c.key, until)
		check(t, c.name+": take in the last moment", err)
		if !bytes.Equal(got, c.value) {
			t.Errorf("%s: took %x, want %x", c.name, got, c.value)
		}
		_, err = b.Take(within(t), c.key, noon())
		wantErr(t, c.name+": take again", err, feedback.ErrNotFound)
		check(t, c.name+": keep anew", b.Keep(within(t), c.key, c.value, until))
		_, err = b.Take(within(t), c.key, until.Add(time.Millisecond))
		wantErr(t, c.name+": take too late", err, feedback.ErrNotFound)
		_, err = b.Take(within(t), c.key, noon())
		wantErr(t, c.name+": take after too late", err, feedback.ErrNotFound)
	}
}

func putAndLook(t *testing.T, b Backend) {
	key, until := digest("k"), noon().Add(time.Hour)
	_, err := b.Look(within(t), key, noon())
	wantErr(t, "look at nothing", err, feedback.ErrNotFound)
	for _, v := range [][]byte{[]byte("first"), {}, nil, {0, 0xff}} {
		check(t, "put", b.Put(within(t), key, v, until))
		for range 2 { // looking takes nothing away
			got, err := b.Look(within(t), key, until)
			check(t, "look in the last moment", err)
			if !bytes.Equal(got, v) {
				t.Errorf("saw %x, want %x", got, v)
			}
		}
	}
	_, err = b.Look(within(t), key, until.Add(time.Millisecond))
	wantErr(t, "look too late", err, feedback.ErrNotFound)
	wantErr(t, "keep over it", b.Keep(within(t), key, []byte("other"), until), feedback.ErrConflict)
	fresh := digest("many at once")
	var put tally
	together(8, func(i int) { put.add(of(b.Put(within(t), fresh, fmt.Append(nil, i), until))) })
	same(t, "put at once", put.n, map[string]int{"kept": 8})
	got, err := b.Take(within(t), fresh, noon())
	if err != nil || len(got) != 1 || got[0] < '0' || got[0] > '7' {
		t.Errorf("took %x, %v", got, err)
	}
}

func takenOnce(t *testing.T, b Backend) {
	for round := range 5 {
		key := digest(fmt.Sprint(round))
		var kept, took tally
		together(8, func(i int) { kept.add(of(b.Keep(within(t), key, []byte("v"), noon()))) })
		same(t, "kept", kept.n, map[string]int{"kept": 1, "conflict": 7})
		together(16, func(i int) {
			v, err := b.Take(within(t), key, noon())
			took.add(string(v) + " " + of(err))
		})
		same(t, "took", took.n, map[string]int{"v kept": 1, " not found": 15})
	}
}

func secretSwept(t *testing.T, b Backend) {
	check(t, "keep short", b.Keep(within(t), digest("short"), []byte("s"), noon()))
	check(t, "keep long", b.Keep(within(t), digest("long"), []byte("l"), noon().Add(time.Millisecond)))
	check(t, "sweep", b.Sweep(within(t), noon().Add(time.Millisecond)))
	_, err := b.Take(within(t), digest("short"), time.Time{})
	wantErr(t, "swept", err, feedback.ErrNotFound)
	_, err = b.Take(within(t), digest("long"), noon())
	check(t, "not swept", err)
}

func mark(t *testing.T, b Backend) {
	for _, c := range [][3]string{
		{"site.key", "one", "one"}, {"site.key", "two", "one"}, {"site", "three", "three"}, {"site.key", "", "one"},
		{"empty", "", ""}, {"empty", "late", ""},
	} {
		got, err := b.Mark(within(t), c[0], c[1])
		check(t, "mark", err)
		if got != c[2] {
			t.Errorf("mark %s = %q: answered %q, want %q", c[0], c[1], got, c[2])
		}
	}
	var answers tally
	together(16, func(i int) {
		got, err := b.Mark(within(t), "race", fmt.Sprint(i))
		if err != nil {
			t.Errorf("mark: %v", err)
		}
		answers.add(got)
	})
	if len(answers.n) != 1 {
		t.Errorf("one mark answered as %v", answers.n)
	}
}

package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
)

func news(t *testing.T, open Open) {
	t.Run("since, limit, order", func(t *testing.T) { newsInOrder(t, open(t)) })
	t.Run("follows changes", func(t *testing.T) { newsFollows(t, open(t)) })
	t.Run("changes", func(t *testing.T) { changesFollow(t, open(t)) })
	t.Run("published by item", func(t *testing.T) { byItem(t, open(t)) })
}

// shown is a submission that the public saw change at noon plus ms.
func shown(name string, ms int, v feedback.Visibility) feedback.Submission {
	s := sample(name)
	s.Visibility, s.PublishedAt = v, noon().AddDate(0, 0, -1)
	s.PublicAt = noon().Add(time.Duration(ms) * time.Millisecond)
	return s
}

func newsInOrder(t *testing.T, b Backend) {
	want := []feedback.News{}
	for i, ms := range []int{30, 10, 20, 10, 40, 10} {
		s := file(t, b, shown(fmt.Sprint("news ", i), ms, []feedback.Visibility{feedback.Published, feedback.Private}[i%2]))
		want = append(want, feedback.News{Number: s.Number, Rev: 1, At: s.PublicAt, Notice: s.Notice, Item: s.Item})
	}
	file(t, b, sample("never public"))
	slices.SortStableFunc(want, func(a, b feedback.News) int { return a.At.Compare(b.At) })
	for _, c := range []struct {
		since       time.Time
		limit, from int
	}{
		{time.Time{}, 100, 0},
		{time.Time{}, 2, 0},
		{noon(), 100, 0},
		{noon().Add(10 * time.Millisecond), 100, 0},
		{noon().Add(10*time.Millisecond + 1), 100, 3},
		{noon().Add(11 * time.Millisecond), 2, 3},
		{noon().Add(40 * time.Millisecond), 100, 5},
		{noon().Add(41 * time.Millisecond), 100, 6},
		{time.Time{}, 0, 0},
	} {
		got, err := b.News(within(t), c.since, c.limit)
		check(t, "news", err)
		left := want[c.from:]
		left = left[:min(c.limit, len(left))]
		if len(got)+len(left) > 0 {
			same(t, fmt.Sprintf("news since %s, at most %d", c.since, c.limit), got, left)
		}
	}
}

func newsFollows(t *testing.T, b Backend) {
	a, c := file(t, b, shown("a", 1, feedback.Published)), file(t, b, shown("c", 2, feedback.Published))
	a.PublicAt, a.Item = noon().Add(time.Second), "9"
	check(t, "replace", b.Replace(within(t), a, 1))
	c.Events = append(c.Events, feedback.Event{At: noon(), Act: feedback.ActNote})
	check(t, "replace", b.Replace(within(t), c, 1))
	got, err := b.News(within(t), noon(), 10)
	check(t, "news", err)
	same(t, "news", got, []feedback.News{
		{Number: c.Number, Rev: 2, At: c.PublicAt, Notice: c.Notice, Item: c.Item},
		{Number: a.Number, Rev: 2, At: a.PublicAt, Notice: a.Notice, Item: "9"},
	})
}

// changesFollow holds the order of writes to what was written: nothing is missed
// by somebody who goes on from the last place, and nothing stands there twice.
func changesFollow(t *testing.T, b Backend) {
	begun := time.Now().Add(-time.Second).Truncate(time.Millisecond)
	none, err := b.Changed(within(t), feedback.Change{}, 10)
	check(t, "changes of nothing", err)
	if len(none) != 0 {
		t.Errorf("changes of nothing: %v", none)
	}
	wrote := make(map[feedback.Number]int64)
	var last feedback.Submission
	for i := range 25 {
		last = file(t, b, sample(fmt.Sprint("change ", i)))
		wrote[last.Number] = 1
	}
	got := follow(t, b, feedback.Change{}, 4)
	if len(got) != len(wrote) {
		t.Errorf("%d changes, want %d", len(got), len(wrote))
	}
	place := got[len(got)-1]
	check(t, "replace", b.Replace(within(t), last, 1))
	wrote[last.Number] = 2
	for _, c := range follow(t, b, feedback.Change{At: place.At.Add(-time.Millisecond)}, 3) {
		if c.Number == last.Number && c.Rev != 2 {
			t.Errorf("after the replacing, %v", c)
		}
	}
	again := make(map[feedback.Number]int64)
	for _, c := range follow(t, b, feedback.Change{}, 4) {
		again[c.Number] = c.Rev
		if c.At.Before(begun) || c.At.After(time.Now().Add(time.Second)) {
			t.Errorf("%s was written at %s", c.Number, c.At)
		}
	}
	same(t, "changes", again, wrote)
	if list, err := b.Changed(within(t), feedback.Change{}, 0); err != nil || len(list) != 0 {
		t.Errorf("none asked for: %v, %v", list, err)
	}
}

// follow reads all changes after a place, a few at a time, and asks that they
// come in order.
func follow(t *testing.T, b Backend, place feedback.Change, n int) (all []feedback.Change) {
	t.Helper()
	for {
		page, err := b.Changed(within(t), place, n)
		check(t, "changes", err)
		for _, c := range page {
			if c.At.Before(place.At) || c.At.Equal(place.At) && c.Number <= place.Number {
				t.Errorf("%v stands after %v", c, place)
			}
			place = c
		}
		if all = append(all, page...); len(page) < n {
			return all
		}
	}
}

func byItem(t *testing.T, b Backend) {
	want := map[string]map[string]int{}
	for _, s := range world(t, b, 80) {
		if s.Visibility == feedback.Published {
			if want[s.Notice] == nil {
				want[s.Notice] = map[string]int{}
			}
			want[s.Notice][s.Item]++
		}
	}
	for _, notice := range append(notices(), "no such", "$exists") {
		got, err := b.PublicByItem(within(t), notice)
		check(t, "published by item", err)
		if !maps.Equal(got, want[notice]) {
			t.Errorf("notice %q: %v, want %v", notice, got, want[notice])
		}
	}
}

package storetest

import (
	"fmt"
	"strings"
	"testing"

	"rectify/feedback"
)

func tallied(t *testing.T, open Open) {
	t.Run("counts", func(t *testing.T) { countsUp(t, open(t).Tally()) })
	t.Run("together", func(t *testing.T) { countsTogether(t, open(t).Tally()) })
}

func countsUp(t *testing.T, c feedback.Tally) {
	none, err := c.Counts(within(t), []string{"a", "b"})
	check(t, "counts of nothing", err)
	if none == nil || len(none) != 0 {
		t.Errorf("never counted: %v", none)
	}
	odd := "$inc.n/'\" ％" + strings.Repeat("长", 20)
	for i, want := range []int64{1, 2, 5} {
		n, err := c.Add(within(t), "a", []int64{1, 1, 3}[i])
		check(t, "add", err)
		if n != want {
			t.Errorf("counted to %d, want %d", n, want)
		}
	}
	_, err = c.Add(within(t), odd, 7)
	check(t, "odd name", err)
	check(t, "raise", c.Raise(within(t), "b", 4))
	check(t, "raise again", c.Raise(within(t), "b", 4))
	check(t, "raise less", c.Raise(within(t), "a", 2))
	got, err := c.Counts(within(t), []string{"b", "a", odd, "a", "never"})
	check(t, "counts", err)
	same(t, "counts", got, map[string]int64{"a": 5, "b": 4, odd: 7})
	var told []string
	check(t, "each", c.Each(within(t), func(name string, n int64) error { told = append(told, fmt.Sprint(name, n)); return nil }))
	same(t, "each", told, []string{odd + "7", "a5", "b4"})
}

func countsTogether(t *testing.T, c feedback.Tally) {
	const n = 40
	answers := &tally{}
	together(n, func(int) {
		sum, err := c.Add(background(), "one", 1)
		answers.add(fmt.Sprint(sum, " ", of(err)))
	})
	got, err := c.Counts(within(t), []string{"one"})
	check(t, "counts", err)
	if got["one"] != n || len(answers.n) != n {
		t.Errorf("%d counted at once make %d; answers %v", n, got["one"], answers.n)
	}
}

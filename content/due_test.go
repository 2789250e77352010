package content_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content"
)

func TestDueOn(t *testing.T) {
	t.Parallel()
	today := content.Day{Year: 2023, Month: time.April, Date: 1}
	day := func(s string) content.Day {
		d, err := content.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		status content.Status
		due    content.Day
		want   content.DueClass
	}{
		{content.Active, day("2023-03-31"), content.DueLate},
		{content.Unstated, day("2023-03-31"), content.DueLate},
		{content.Active, today, content.DueSoon},
		{content.Active, day("2023-05-01"), content.DueSoon},
		{content.Active, day("2023-05-02"), content.DueLater},
		{content.Reopened, content.Day{}, content.DueNone},
		{content.Completed, day("2020-01-01"), content.DueMet},
		{content.Longterm, day("2020-01-01"), content.DueMet},
		{content.Completed, content.Day{}, content.DueMet},
	} {
		if got := (content.Ledger{Status: c.status, Due: c.due}).DueOn(today); got != c.want {
			t.Errorf("%q due %s: %s, want %s", c.status, c.due, got, c.want)
		}
	}
}

// The classes are a partition, and waiting never makes a leaf less late.
func TestDueClasses(t *testing.T) {
	t.Parallel()
	order := map[content.DueClass]int{content.DueLater: 0, content.DueSoon: 1, content.DueLate: 2}
	rapid.Check(t, func(r *rapid.T) {
		due := content.DayOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "due"), 0).UTC())
		today := content.DayOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "today"), 0).UTC())
		tomorrow := content.DayOf(today.Time().AddDate(0, 0, 1))
		var leaves []*content.Item
		for _, s := range content.Statuses() {
			l := content.Ledger{Status: s, Due: due}
			leaves = append(leaves, &content.Item{Ledger: l}, &content.Item{Ledger: content.Ledger{Status: s}})
			now, then := l.DueOn(today), l.DueOn(tomorrow)
			if now != content.DueMet && order[then] < order[now] {
				r.Fatalf("due %s is %s on %s and %s a day later", due, now, today, then)
			}
		}
		sum := 0
		counts := content.CountDue(leaves, today)
		for _, c := range content.DueClasses() {
			sum += counts[c]
		}
		if sum != len(leaves) {
			r.Fatalf("%d of %d leaves are counted", sum, len(leaves))
		}
	})
}

func TestAsOf(t *testing.T) {
	t.Parallel()
	early, late := content.Day{Year: 2024, Month: 1, Date: 2}, content.Day{Year: 2026, Month: 1, Date: 2}
	for _, c := range []struct{ archived, today, want content.Day }{
		{content.Day{}, late, late}, {early, late, early}, {late, early, early},
	} {
		if got := (&content.Notice{Archived: c.archived}).AsOf(c.today); got != c.want {
			t.Errorf("archived %s, today %s: as of %s", c.archived, c.today, got)
		}
	}
}

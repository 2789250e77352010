package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback/calendar"
)

// The official table of 2026 (国务院办公厅关于2026年部分节假日安排的通知): every
// holiday at both its ends, and every make-up working day.
func TestYear2026(t *testing.T) {
	c := calendar.New(nil)
	rest := []calendar.Day{
		"2026-01-01", "2026-01-03", "2026-02-15", "2026-02-23", "2026-04-04", "2026-04-06", "2026-05-01", "2026-05-05",
		"2026-06-19", "2026-06-21", "2026-09-25", "2026-09-27", "2026-10-01", "2026-10-07",
	}
	work := []calendar.Day{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2026-02-24", "2026-10-08"}
	for _, d := range rest {
		if working, provisional := c.IsWorking(d); working || provisional {
			t.Errorf("%s is worked: %v, provisional: %v", d, working, provisional)
		}
	}
	for _, d := range work {
		if working, provisional := c.IsWorking(d); !working || provisional {
			t.Errorf("%s is worked: %v, provisional: %v", d, working, provisional)
		}
	}
}

func TestAddWorking(t *testing.T) {
	c := calendar.New(nil)
	for _, x := range []struct {
		from        calendar.Day
		n           int
		want        calendar.Day
		provisional bool
	}{
		{"2026-11-23", 2, "2026-11-25", false}, // the day of receipt is day zero
		{"2026-11-20", 1, "2026-11-23", false}, // over a weekend
		{"2026-11-21", 1, "2026-11-23", false}, // from a Saturday
		{"2026-09-30", 1, "2026-10-08", false}, // over the National Day week
		{"2026-10-09", 1, "2026-10-10", false}, // a make-up Saturday
		{"2026-02-13", 2, "2026-02-24", false}, // over the Spring Festival, one make-up day before it
		{"2026-12-31", 1, "2027-01-01", true},  // the table of 2027 is not known: Monday to Friday, and said so
		{"2026-12-28", 3, "2026-12-31", false},
		{"2026-11-23", 0, "2026-11-23", false},
	} {
		got, provisional := c.AddWorking(x.from, x.n)
		if got != x.want || provisional != x.provisional {
			t.Errorf("%d working days after %s: %s, %v; want %s, %v", x.n, x.from, got, provisional, x.want, x.provisional)
		}
	}
}

// A body's own days stand over the official ones; a whole year may be made
// official by naming it.
func TestOwnDays(t *testing.T) {
	own := []calendar.Exception{{Day: "2027-01-01", Kind: calendar.Rest, Source: "国办通知"}, {Day: "2026-11-24", Kind: calendar.Rest, Note: "停电"}}
	c := calendar.New(own, 2027)
	if d, _ := c.AddWorking("2026-11-23", 1); d != "2026-11-25" {
		t.Errorf("over an own holiday: %s", d)
	}
	if d, provisional := c.AddWorking("2026-12-31", 1); d != "2027-01-04" || provisional {
		t.Errorf("into a year that the body's table holds: %s, %v", d, provisional)
	}
}

func TestMonthsAndMidnight(t *testing.T) {
	for from, want := range map[calendar.Day]calendar.Day{"2026-11-30": "2027-02-28", "2026-11-23": "2027-02-23", "2027-11-30": "2028-02-29", "": ""} {
		if got := calendar.AddMonths(from, 3); got != want {
			t.Errorf("three months after %s: %s, want %s", from, got, want)
		}
	}
	last := time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC)
	if calendar.On(last) != "2026-11-23" || calendar.On(last.Add(time.Second)) != "2026-11-24" {
		t.Error("the Beijing day does not turn at 16:00 UTC")
	}
	for _, bad := range []string{"", "2026-02-29", "2026-2-3", "26-01-01", "2026-13-01", "二〇二六"} {
		if d, err := calendar.Parse(bad); err == nil {
			t.Errorf("%q passes for the day %s", bad, d)
		}
	}
}

// Counting forth and back agree, whatever the years hold.
func TestCountingAgrees(t *testing.T) {
	c := calendar.New(nil)
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Day("2022-01-01").Add(rapid.IntRange(0, 5*365).Draw(t, "day"))
		n := rapid.IntRange(0, 80).Draw(t, "n")
		to, _ := c.AddWorking(from, n)
		if got := c.WorkingDaysBetween(from, to); got != n {
			t.Fatalf("from %s, %d working days lead to %s, which is %d away", from, n, to, got)
		}
		if working, _ := c.IsWorking(to); n > 0 && !working {
			t.Fatalf("%d working days after %s is %s, which is not worked", n, from, to)
		}
		if back := c.WorkingDaysBetween(to, from); back != -n {
			t.Fatalf("back from %s to %s: %d, want %d", to, from, back, -n)
		}
	})
}

// Every day of 2026, not only the ends: the days off of the official table on
// working weekdays, its make-up days on weekends, and nothing else.
func TestWholeYear2026(t *testing.T) {
	c := calendar.New(nil)
	off := [][2]calendar.Day{
		{"2026-01-01", "2026-01-03"}, {"2026-02-15", "2026-02-23"}, {"2026-04-04", "2026-04-06"}, {"2026-05-01", "2026-05-05"},
		{"2026-06-19", "2026-06-21"}, {"2026-09-25", "2026-09-27"}, {"2026-10-01", "2026-10-07"},
	}
	makeUp := map[calendar.Day]bool{
		"2026-01-04": true, "2026-02-14": true, "2026-02-28": true, "2026-05-09": true, "2026-09-20": true, "2026-10-10": true,
	}
	for d := calendar.Day("2026-01-01"); d.Year() == 2026; d = d.Add(1) {
		want := makeUp[d] || (d.Weekday() != time.Saturday && d.Weekday() != time.Sunday)
		for _, span := range off {
			want = want && (d < span[0] || d > span[1])
		}
		if working, provisional := c.IsWorking(d); working != want || provisional {
			t.Errorf("%s is worked: %v, provisional: %v; want %v", d, working, provisional, want)
		}
		if x, named := c.Why(d); named && x.Source == "" {
			t.Errorf("%s is %s without a source", d, x.Kind)
		}
	}
}

// A guess stays a guess: days of an unknown year that the body names itself
// are certain, the others are not, and neither makes the year official.
func TestUnknownYear(t *testing.T) {
	c := calendar.New([]calendar.Exception{{Day: "2027-01-01", Kind: calendar.Rest, Source: "本单位"}})
	if c.Official(2027) || c.Official(2021) || !c.Official(2022) || !c.Official(2026) {
		t.Error("years are official that are not, or the other way round")
	}
	if working, provisional := c.IsWorking("2027-01-01"); working || provisional {
		t.Error("an own day off is a guess")
	}
	if d, provisional := c.AddWorking("2026-12-31", 1); d != "2027-01-04" || !provisional {
		t.Errorf("over a weekend that nobody has confirmed: %s, %v", d, provisional)
	}
}

// Months that end early, years that leap, and steps back.
func TestAddMonths(t *testing.T) {
	for _, x := range []struct {
		from calendar.Day
		n    int
		want calendar.Day
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-12-31", 2, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", -1, "2025-12-15"}, {"2028-02-29", 12, "2029-02-28"}, {"2026-05-31", 0, "2026-05-31"}, {"2026-08-31", 3, "2026-11-30"},
	} {
		if got := calendar.AddMonths(x.from, x.n); got != x.want {
			t.Errorf("%s and %d months: %s, want %s", x.from, x.n, got, x.want)
		}
	}
	if d := calendar.Day("2026-03-01"); d.Add(-1) != "2026-02-28" || d.DaysUntil("2026-02-26") != -3 || calendar.Day("").Add(3) != "" {
		t.Error("days do not count back")
	}
}

package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback/calendar"
)

// notices are the tables of the State Council's notices for 2022 to 2026, typed
// from them by hand: days off (放假调休), then weekend days that are worked.
const notices = `
2022 01-01..01-03 01-31..02-06 04-03..04-05 04-30..05-04 06-03..06-05 09-10..09-12 10-01..10-07 | 01-29 01-30 04-02 04-24 05-07 10-08 10-09
2023 01-01..01-02 01-21..01-27 04-05 04-29..05-03 06-22..06-24 09-29..10-06 | 01-28 01-29 04-23 05-06 06-25 10-07 10-08
2024 01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07 | 02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12
2025 01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08 | 01-26 02-08 04-27 09-28 10-11
2026 01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07 | 01-04 02-14 02-28 05-09 09-20 10-10
`

// table is what the notices say of each day that they name: true for worked.
func table(t *testing.T) map[string]bool {
	t.Helper()
	days := make(map[string]bool)
	for line := range strings.SplitSeq(strings.TrimSpace(notices), "\n") {
		year, rest, _ := strings.Cut(line, " ")
		off, work, ok := strings.Cut(rest, " | ")
		if !ok {
			t.Fatalf("no days to be worked in %q", line)
		}
		for _, r := range strings.Fields(off) {
			from, to, _ := strings.Cut(r, "..")
			if to == "" {
				to = from
			}
			for d := day(t, year, from); !d.After(day(t, year, to)); d = d.AddDate(0, 0, 1) {
				days[d.Format(time.DateOnly)] = false
			}
		}
		for _, w := range strings.Fields(work) {
			days[day(t, year, w).Format(time.DateOnly)] = true
		}
	}
	return days
}

func day(t *testing.T, year, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, year+"-"+s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// worked is the plainest reading: what a notice names is as it says, everything
// else follows its weekday.
func worked(named map[string]bool, d time.Time) bool {
	if w, ok := named[d.Format(time.DateOnly)]; ok {
		return w
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// Each day of 20 years is as the notices say, or follows its weekday; it is
// certain exactly in the years of which there is a notice.
func TestEveryDayOfTwentyYears(t *testing.T) {
	named, c := table(t), calendar.New(nil)
	for d := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2037; d = d.AddDate(0, 0, 1) {
		working, provisional := c.IsWorking(calendar.Day(d.Format(time.DateOnly)))
		known := d.Year() >= 2022 && d.Year() <= 2026
		if working != worked(named, d) || provisional == known {
			t.Errorf("%s: worked %v, provisional %v", d.Format("2006-01-02 Mon"), working, provisional)
		}
	}
	for year := 2022; year <= 2026; year++ {
		if s := c.Table(year); !s.Official || s.Source != fmt.Sprintf("国务院办公厅关于%d年部分节假日安排的通知", year) || len(s.Days) < 15 {
			t.Errorf("%d: %+v", year, s)
		}
	}
}

// Going day by day, as one would with a finger on the paper, leads to the same
// day and the same count as the calendar, from any day of 20 years, over any
// tables that a body may have put in place of some years.
func TestCountingAsWithAFinger(t *testing.T) {
	named := table(t)
	rapid.Check(t, func(t *rapid.T) {
		named, c := own(t, named)
		from := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20*365).Draw(t, "from"))
		n := rapid.IntRange(0, 120).Draw(t, "n")
		at, left := from, n
		for left > 0 {
			if at = at.AddDate(0, 0, 1); worked(named, at) {
				left--
			}
		}
		start, want := calendar.Day(from.Format(time.DateOnly)), calendar.Day(at.Format(time.DateOnly))
		if got, _ := c.AddWorking(start, n); got != want {
			t.Fatalf("%d working days after %s: %s, by the finger %s", n, start, got, want)
		}
		if got := c.WorkingDaysBetween(start, want); got != n {
			t.Fatalf("from %s to %s: %d working days, by the finger %d", start, want, got, n)
		}
	})
}

// own draws tables of a body for some years, and what is then said of each day.
func own(t *rapid.T, named map[string]bool) (map[string]bool, *calendar.Calendar) {
	said := make(map[string]bool, len(named))
	for d, w := range named {
		said[d] = w
	}
	c := calendar.New(nil)
	for range rapid.IntRange(0, 3).Draw(t, "tables") {
		year := rapid.IntRange(2017, 2036).Draw(t, "year")
		for d := range said {
			if strings.HasPrefix(d, fmt.Sprint(year)) {
				delete(said, d)
			}
		}
		x := calendar.Table{Year: year, Official: rapid.Bool().Draw(t, "official")}
		seen := make(map[calendar.Day]bool)
		for range rapid.IntRange(0, 30).Draw(t, "days") {
			d := calendar.Day(fmt.Sprint(year, "-01-01")).Add(rapid.IntRange(0, 364).Draw(t, "day"))
			if seen[d] {
				continue
			}
			seen[d] = true
			kind := rapid.SampledFrom([]calendar.Kind{calendar.Rest, calendar.Work}).Draw(t, "kind")
			x.Days = append(x.Days, calendar.Exception{Day: d, Kind: kind})
			said[string(d)] = kind == calendar.Work
		}
		c = c.With(x)
	}
	return said, c
}

// A table takes the place of the whole year and of nothing else; what counts
// alike has one digest, whoever says it.
func TestTables(t *testing.T) {
	c := calendar.New(nil)
	fresh := c.With(calendar.Table{Year: 2026, Official: true, Source: "另一份通知", Days: []calendar.Exception{{Day: "2026-05-04", Kind: calendar.Rest, Note: "本单位停电"}}})
	for d, want := range map[calendar.Day]bool{"2026-10-01": true, "2026-05-04": false, "2026-10-10": false, "2025-10-01": false, "2025-10-11": true} {
		if got, provisional := fresh.IsWorking(d); got != want || provisional {
			t.Errorf("%s: worked %v, provisional %v", d, got, provisional)
		}
	}
	if c.Digest() == fresh.Digest() || c.Digest() != calendar.New(nil).Digest() {
		t.Error("the digest does not tell calendars apart, or not only those")
	}
	same := fresh.With(calendar.Table{Year: 2026, Official: true, Source: "第三个来源", Days: []calendar.Exception{{Day: "2026-05-04", Kind: calendar.Rest}}})
	if same.Digest() != fresh.Digest() {
		t.Error("another source of the same days is another calendar")
	}
	certain := c.With(calendar.Table{Year: 2027, Official: true})
	if certain.Digest() == c.Digest() {
		t.Error("a year that became certain leaves the digest as it was")
	}
	if again := c.With(c.Table(2025)); again.Digest() != c.Digest() || len(c.Years()) != 5 {
		t.Errorf("a table put back as it was read changes something; years %v", c.Years())
	}
}

// From the first of November on, next year's table is missed; this year's
// always.
func TestLacking(t *testing.T) {
	c := calendar.New(nil)
	for today, want := range map[calendar.Day]int{
		"2026-10-31": 0, "2026-11-01": 2027, "2026-12-31": 2027, "2027-01-01": 2027, "2025-11-01": 0, "2021-12-31": 2021, "2028-03-01": 2028,
	} {
		if got := c.Lacking(today); got != want {
			t.Errorf("on %s: %d is missed, want %d", today, got, want)
		}
	}
	if got := c.With(calendar.Table{Year: 2027, Official: true}).Lacking("2026-11-30"); got != 0 {
		t.Errorf("with the table of 2027 the year %d is missed", got)
	}
}

// A table that is only expected leaves its whole year provisional.
func TestExpectedTable(t *testing.T) {
	c := calendar.New(nil).With(calendar.Table{Year: 2027, Days: []calendar.Exception{{Day: "2027-01-01", Kind: calendar.Rest}}})
	for _, d := range []calendar.Day{"2027-01-01", "2027-01-04"} {
		if _, provisional := c.IsWorking(d); !provisional {
			t.Errorf("%s is certain", d)
		}
	}
}

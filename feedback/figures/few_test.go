package figures_test

import (
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

// No row of fewer than five stands by itself, the sum stays, and the rest is
// never one single kind that can be guessed.
func TestFew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var f figures.Figures
		sum, small, filled := 0, 0, 0
		for i := range rapid.IntRange(0, 8).Draw(t, "kinds") {
			n := rapid.IntRange(0, 12).Draw(t, "n")
			sum += n
			if n > 0 {
				filled++
			}
			if n > 0 && n < figures.Least {
				small++
			}
			key := string(rune('a' + i))
			f.Channels = append(f.Channels, figures.Count{Key: key, N: n})
			f.Kept = append(f.Kept, figures.Kept{Key: key, Due: n, InTime: n / 2, Late: n - n/2})
		}
		before := f.KeptInAll()
		got := f.Few()
		left, shown, rest := 0, 0, 0
		for i, c := range got.Channels {
			left += c.N
			switch {
			case c.Rest && i != len(got.Channels)-1:
				t.Fatal("the rest is not the last row")
			case c.Rest:
				rest = c.N
			case c.N > 0 && c.N < figures.Least:
				t.Fatalf("%d stands by itself", c.N)
			case c.N > 0:
				shown++
			}
		}
		if left != sum || (small > 0) != (rest > 0) {
			t.Fatalf("sum %d, want %d; %d small ones, rest %d", left, sum, small, rest)
		}
		if rest > 0 && shown > 0 && (rest < figures.Least || filled-shown < 2) {
			t.Fatalf("the rest of %d is one kind, or too few: %v", rest, got.Channels)
		}
		if got.KeptInAll() != before {
			t.Fatalf("kept %+v in all, want %+v", got.KeptInAll(), before)
		}
	})
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	const today = calendar.Day("2026-11-24")
	for key, want := range map[string][2]calendar.Day{
		"": {"2025-11-25", "2026-11-24"}, "2026": {"2026-01-01", "2026-12-31"}, "2024-q1": {"2024-01-01", "2024-03-31"},
		"2026-q4": {"2026-10-01", "2026-12-31"}, "2025-q2": {"2025-04-01", "2025-06-30"},
	} {
		p, ok := figures.ParsePeriod(key, today)
		if !ok || p.From != want[0] || p.To != want[1] || p.Key != key {
			t.Errorf("%q is %+v %v, want %v", key, p, ok, want)
		}
	}
	for _, key := range []string{"2027", "2027-q1", "2026-q0", "2026-q5", "2026-Q1", "2026q1", "1999", "+026", "０２６", "2026-q１", "last12", "2026-11", "-2026", "2026-q", " 2026"} {
		if p, ok := figures.ParsePeriod(key, today); ok {
			t.Errorf("%q is taken for %+v", key, p)
		}
	}
	if p, ok := figures.ParsePeriod("", "2024-02-29"); !ok || p.From != "2023-03-01" {
		t.Errorf("twelve months up to a leap day begin %s", p.From)
	}
}

package desk

import (
	"testing"

	"rectify/feedback/calendar"
)

func TestTypedDay(t *testing.T) {
	t.Parallel()
	const today = calendar.Day("2026-02-10")
	for typed, want := range map[string]calendar.Day{
		"2026-02-09": "2026-02-09", " 2026-2-9 ": "2026-02-09", "2026.2.9": "2026-02-09", "2026/02/09": "2026-02-09", "２０２６年２月９日": "2026-02-09",
		"20260209": "2026-02-09", "2-9": "2026-02-09", "2.10": "2026-02-10", "2月11日": "2025-02-11", "12-31": "2025-12-31",
		"": "", "昨天": "", "2-30": "", "2-29": "", "13-1": "", "2026-02-30": "", "9": "", "2026": "", "-1-1": "", "0": "",
	} {
		got, err := typedDay(typed, today)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, err, want)
		}
	}
}

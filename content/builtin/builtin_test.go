package builtin_test

import (
	"testing"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/library"
)

// The built-in notices are the sample of everything: they must be without any
// finding, and the large one must have the shape of the real notice.
func TestBuiltinNoticesAreSound(t *testing.T) {
	notices, found, err := library.Read(t.Context(), builtin.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Error(d)
	}
	bySlug := map[string]*content.Notice{}
	for _, n := range notices {
		bySlug[n.Slug] = n
	}
	large, small := bySlug["culture-tourism-2023"], bySlug["venue-safety-2026"]
	if large == nil || small == nil {
		t.Fatalf("have %d notices, want culture-tourism-2023 and venue-safety-2026", len(notices))
	}
	if got, want := large.Totals(), (content.Stated{Aspects: 3, Problems: 11, Findings: 25}); got != want {
		t.Errorf("large notice has %+v, want %+v", got, want)
	}
	if n := utf8.RuneCount(large.Source); n < 8000 {
		t.Errorf("large notice has %d characters, want at least 8000", n)
	}
	if large.Progress().Stated() {
		t.Error("the large notice states a status; most real ones, and this one, state none")
	}
	for _, s := range content.Statuses() {
		if s != content.Unstated && small.Progress().ByStatus[s] == 0 {
			t.Errorf("the small notice shows no leaf with status %q", s)
		}
	}
}

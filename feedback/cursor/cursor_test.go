package cursor_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// TestRoundTrip: the cursor of any submission is read as the place it was made of.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := feedback.Submission{
			Number: feedback.MakeNumber(rapid.IntRange(1000, 9999).Draw(t, "year"), rapid.Int64Range(1, cursor.MaxSerial).Draw(t, "nth")),
			Due:    rapid.SampledFrom([]calendar.Day{"", "2026-03-04", "2028-02-29"}).Draw(t, "due"),
		}
		if rapid.Bool().Draw(t, "published") {
			s.PublishedAt = time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "at")).UTC()
		}
		sort := rapid.SampledFrom([]feedback.Sort{feedback.ByDue, feedback.ByNewest, feedback.ByPublished, feedback.ByNumber}).Draw(t, "sort")
		want := cursor.After(sort, &s)
		got, place, err := cursor.Start(feedback.Query{Sort: sort, Limit: 1, After: want.String()})
		if err != nil || got != sort || place == nil || *place != want {
			t.Fatalf("%q read as %s %+v, %v; want %+v", want.String(), got, place, err, want)
		}
	})
}

// TestAnyText: whatever a caller carries back is read as a whole place or
// refused, and never makes trouble.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sort := rapid.SampledFrom([]feedback.Sort{feedback.ByDue, feedback.ByNewest, feedback.ByPublished, feedback.ByNumber}).Draw(t, "sort")
		text := rapid.StringMatching(`.+`).Draw(t, "text")
		_, place, err := cursor.Start(feedback.Query{Sort: sort, Limit: 1, After: text})
		if err == nil && place.String() != text {
			t.Fatalf("%q read as %q", text, place.String())
		}
		var v feedback.Invalid
		if err != nil && (!errors.As(err, &v) || v.Field != "after") {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// TestSerial: serials sort as numbers do and lead back to them.
func TestSerial(t *testing.T) {
	list := []feedback.Number{"1999-000001", "2025-999999999", "2026-000001", "2026-000002", "2026-999999", "2026-1000000", "2026-999999999", "2027-000001"}
	last := int64(0)
	for _, n := range list {
		serial, ok := cursor.Serial(n)
		if !ok || serial <= last || cursor.Number(serial) != n {
			t.Errorf("%s: serial %d (%v) after %d, back to %s", n, serial, ok, last, cursor.Number(serial))
		}
		last = serial
	}
	for _, n := range []feedback.Number{"", "2026", "2026-1", "2026-000000", "2026-0000001", "2026-1000000000", " 2026-000001", "２０２６-000001", "2026-00000a"} {
		if serial, ok := cursor.Serial(n); ok {
			t.Errorf("%q has serial %d", n, serial)
		}
	}
}

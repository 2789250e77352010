package mongostore

import (
	"slices"
	"testing"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
)

// A submission whose number was drawn early and that came into sight only when
// later ones were being told is told all the same, once; one with a number
// beyond the last that was told belongs to the next snapshot.
func TestLateArrival(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	keep := func(nth int64) {
		e := storetest.Piece(string(feedback.MakeNumber(2026, nth)))
		e.Submission.Number, e.Submission.Rev = feedback.MakeNumber(2026, nth), 1
		if err := s.Import(t.Context(), []feedback.Submission{e.Submission}); err != nil {
			t.Fatal(err)
		}
	}
	for nth := int64(1); nth <= 2*snapshotPage+10; nth++ {
		if nth != 3 && nth != 250 {
			keep(nth)
		}
	}
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var told []feedback.Number
	err = snap.Submissions(t.Context(), func(sub feedback.Submission) error {
		told = append(told, sub.Number)
		if len(told) == snapshotPage+100 {
			keep(3)
			keep(250)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := len(told)
	if n != 2*snapshotPage+10 || told[n-2] != "2026-000003" || told[n-1] != "2026-000250" {
		t.Errorf("told %d, the last two %v", n, told[n-2:])
	}
	slices.Sort(told)
	if len(slices.Compact(told)) != n {
		t.Error("some are told twice")
	}
}

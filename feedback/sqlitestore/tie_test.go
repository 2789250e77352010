package sqlitestore

import (
	"context"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
)

// A tie that is not what the document says is a misfit, whichever of the two was
// changed by hand; and a page by tie is found by it, not by a walk over all.
func TestTiesAreHeldToTheirDocuments(t *testing.T) {
	s := opened(t, t.TempDir())
	ctx := t.Context()
	at := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	kept, _, err := s.Insert(ctx, feedback.Entry{Now: at, Submission: feedback.Submission{
		ID: "a", Received: at, CodeMAC: []byte{1}, State: feedback.Received, Category: feedback.Opinion, Ties: []string{"from 2026-000009", "to han"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	misfits := func() (list []string) {
		t.Helper()
		if err := s.Misfits(ctx, func(n feedback.Number, column string) error { list = append(list, string(n)+" "+column); return nil }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := misfits(); len(got) != 0 {
		t.Fatalf("at first: %v", got)
	}
	for _, x := range []struct{ by, back string }{
		{"DELETE FROM tie WHERE name = 'to han'", "INSERT INTO tie SELECT 'to han', serial FROM submission"},
		{"INSERT INTO tie SELECT 'to li', serial FROM submission", "DELETE FROM tie WHERE name = 'to li'"},
		{"INSERT INTO tie VALUES ('to li', 2026000000777)", "DELETE FROM tie WHERE name = 'to li'"},
	} {
		change := func(query string) {
			t.Helper()
			if err := s.change(ctx, func(ctx context.Context, tx *tx) error { _, err := tx.exec(ctx, query); return err }); err != nil {
				t.Fatal(err)
			}
		}
		change(x.by)
		if got := misfits(); len(got) != 1 {
			t.Errorf("%s: %v", x.by, got)
		}
		change(x.back)
	}
	if got := misfits(); len(got) != 0 {
		t.Errorf("at last: %v", got)
	}
	list, _, err := s.List(ctx, feedback.Query{Tie: "to han", Limit: 5})
	if err != nil || len(list) != 1 || list[0].Number != kept.Submission.Number || !slices.Equal(list[0].Ties, kept.Submission.Ties) {
		t.Errorf("by tie: %v, %v", list, err)
	}
}

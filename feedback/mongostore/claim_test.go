package mongostore

import (
	"errors"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
)

// TestUnfinishedClaim finds a claim whose maker died before filing what it
// claimed: the sender who asks again gets that very submission, and only one.
func TestUnfinishedClaim(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	f := left(t, s, "died")
	again := storetest.Piece("died")
	again.Submission.Text, again.Submission.CodeMAC = "again", []byte("another code")
	for range 2 {
		kept, fresh, err := s.Insert(t.Context(), again)
		if err != nil || fresh || kept.Submission.Text != "died" || string(kept.Sealed) != "sealed died" {
			t.Fatalf("asked again: fresh %v, %q, %v", fresh, kept.Submission.Text, err)
		}
	}
	// And the one who was not dead, only slow.
	if err := s.file(t.Context(), []*filing{f}); err != nil || f.out.err != nil || !f.out.fresh {
		t.Fatalf("late: %+v, %v", f.out, err)
	}
	if times, kept := storetest.Texts(t, s); len(kept) != 1 || times["died"] != 1 {
		t.Errorf("kept: %v", times)
	}
}

// TestClaimOnStrangersNumber: a claim never shows a submission that is not its
// own, even if the series of numbers went back.
func TestClaimOnStrangersNumber(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	left(t, s, "died")
	if _, err := s.series.DeleteMany(t.Context(), is("_id", 2026)); err != nil {
		t.Fatal(err)
	}
	if kept, _, err := s.Insert(t.Context(), storetest.Piece("stranger")); err != nil || kept.Submission.Number != "2026-000001" {
		t.Fatalf("stranger: %s, %v", kept.Submission.Number, err)
	}
	if _, _, err := s.Insert(t.Context(), storetest.Piece("died")); !errors.Is(err, feedback.ErrConflict) {
		t.Fatalf("asked again: %v, want a conflict", err)
	}
	if kept, fresh, err := s.Insert(t.Context(), storetest.Piece("died")); err != nil || !fresh || kept.Submission.Text != "died" {
		t.Fatalf("asked once more: fresh %v, %v", fresh, err)
	}
}

// left does the first half of an insert: it draws a number and makes the claim.
func left(t *testing.T, s *Store, text string) *filing {
	t.Helper()
	f := &filing{entry: storetest.Piece(text), out: &outcome{}}
	if err := s.number(t.Context(), []*filing{f}); err != nil {
		t.Fatal(err)
	}
	if on, err := s.claim(t.Context(), []*filing{f}); err != nil || len(on) != 1 {
		t.Fatalf("claim: %d, %v", len(on), err)
	}
	return f
}

// What an idempotency key holds of a submission goes with it.
func TestErasureReachesClaims(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	e := storetest.Piece("erase me")
	kept, _, err := s.Insert(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	sub := kept.Submission
	sub.Text, sub.ErasedAt = "", e.Now
	if err := s.Replace(t.Context(), sub, 1); err != nil {
		t.Fatal(err)
	}
	var c claim
	if err := s.claims.FindOne(t.Context(), is("_id", e.Key)).Decode(&c); err != nil || strings.Contains(c.Doc, "erase me") {
		t.Errorf("the claim holds %s, %v", c.Doc, err)
	}
}

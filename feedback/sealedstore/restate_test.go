package sealedstore_test

import (
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sealedstore"
)

// What was sealed before open questions stood in clear is found by them after
// Restate, and only what has one is written anew.
func TestRestate(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		s, ctx := sealedstore.New(inner, ring(t), true), t.Context()
		at := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
		var kept []feedback.Submission
		for i, asked := range []bool{true, false} {
			sub := feedback.Submission{ID: "one", Rev: 1, State: feedback.Accepted, Received: at, CodeMAC: []byte{byte(i)}, Text: "话"}
			if asked {
				sub.Enquiries = []feedback.Enquiry{{At: at, By: "han", Text: "是哪一天？"}}
			}
			e, _, err := s.Insert(ctx, feedback.Entry{Submission: sub, Now: at})
			check(t, err)
			old, err := inner.Get(ctx, e.Submission.Number)
			check(t, err)
			was := e.Submission
			was.Enquiries, was.Text, was.Sealed = nil, "", old.Sealed
			check(t, inner.Rewrite(ctx, was)) // as a program of before wrote it
			kept = append(kept, e.Submission)
		}
		waiting := func() int {
			n, err := s.Count(ctx, feedback.Query{Asked: true})
			check(t, err)
			return n
		}
		if n := waiting(); n != 0 {
			t.Fatalf("%d are found before", n)
		}
		for range 2 {
			check(t, s.Restate(ctx))
			if n := waiting(); n != 1 {
				t.Errorf("%d are found after", n)
			}
		}
		for _, want := range kept {
			got, err := s.Get(ctx, want.Number)
			check(t, err)
			if got.Rev != 1 || got.Text != want.Text || len(got.Enquiries) != len(want.Enquiries) {
				t.Errorf("%+v", got)
			}
		}
		check(t, s.Verify(ctx, func(f sealedstore.Fault) { t.Errorf("%s: %v", f.Number, f.Err) }))
	})
}

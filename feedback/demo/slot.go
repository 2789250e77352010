package demo

import (
	"context"

	"rectify/feedback"
)

// slot is a store of one submission, the one whose life is made up just now. It
// numbers as stores do, and knows of the others which can be merged into.
type slot struct {
	feedback.Store // nothing else of it is used

	now    feedback.Submission
	last   map[int]int64                      // number last given, by year
	others map[feedback.Number]feedback.State // that a merge may name
	latest map[*topic]feedback.Number         // the last of them about each topic
}

// Insert implements feedback.Store.
func (s *slot) Insert(_ context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	year := feedback.NumberYear(e.Submission.Received)
	s.last[year]++
	e.Submission.Number, e.Submission.Rev = feedback.MakeNumber(year, s.last[year]), 1
	s.now = e.Submission
	return e, true, nil
}

// Get implements feedback.Store.
func (s *slot) Get(_ context.Context, n feedback.Number) (feedback.Submission, error) {
	if n == s.now.Number {
		return s.now, nil
	}
	if state, ok := s.others[n]; ok {
		return feedback.Submission{Number: n, State: state}, nil
	}
	return feedback.Submission{}, feedback.ErrNotFound
}

// Count implements feedback.Store for how many were merged into one: while it
// lives none are.
func (s *slot) Count(context.Context, feedback.Query) (int, error) { return 0, nil }

// Replace implements feedback.Store.
func (s *slot) Replace(_ context.Context, next feedback.Submission, rev int64) error {
	if s.now.Rev != rev {
		return feedback.ErrConflict
	}
	next.Rev = rev + 1
	s.now = next
	return nil
}

// remember keeps what later ones about the same topic may be merged into.
func (s *slot) remember(t *topic) {
	switch {
	case s.now.State == feedback.Merged, s.now.State == feedback.Rejected, s.now.Withdrawn(), s.now.Erased(), s.now.Category == feedback.Clue:
		return
	}
	delete(s.others, s.latest[t])
	s.latest[t], s.others[s.now.Number] = s.now.Number, s.now.State
}

package sealedstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rectify/feedback"
	"rectify/feedback/backup"
)

// restated notes that every open submission was written since open questions
// to senders stand in clear.
const restated = "open questions stand in clear"

// Restate writes those open submissions anew that have an open question to their
// sender which does not stand in clear yet: once in a store's life. Cut off, it
// begins again at the next call.
func (s *Store) Restate(ctx context.Context) error {
	marks, err := s.Marks(ctx)
	if err != nil {
		return fmt.Errorf("restate: %w", err)
	}
	if slices.ContainsFunc(marks, func(m backup.Mark) bool { return m.Name == restated }) {
		return nil
	}
	q := feedback.Query{States: feedback.OpenStates(), Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	for {
		page, next, err := s.Inner.List(ctx, q)
		if err != nil {
			return fmt.Errorf("restate: %w", err)
		}
		for i := range page {
			sub, err := s.open(&page[i])
			if errors.Is(err, feedback.ErrSeal) {
				continue // verify names it; the site must start all the same
			}
			if err == nil && sub.OpenEnquiry() != nil {
				err = s.again(ctx, &page[i])
			}
			if err != nil {
				return fmt.Errorf("restate: %w", err)
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	if _, err := s.Mark(ctx, restated, "done"); err != nil {
		return fmt.Errorf("restate: %w", err)
	}
	return nil
}

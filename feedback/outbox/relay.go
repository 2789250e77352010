package outbox

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
)

// relay tells the senders of everything that was merged into s of its replies,
// and says so when all of them know: whoever dies in between leaves it to be
// done again, and nobody is told twice.
func (q *Queue) relay(ctx context.Context, s *feedback.Submission) error {
	query := feedback.Query{Tie: feedback.TieInto(s.Number), Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	for {
		page, next, err := q.Store.List(ctx, query)
		if err != nil {
			return fmt.Errorf("look for merged ones: %w", err)
		}
		for i := range page {
			for _, event := range s.Relay {
				if err := q.share(ctx, page[i].Number, feedback.Shared{From: s.Number, Event: event}); err != nil {
					return err
				}
			}
		}
		if query.After = next; next == "" {
			break
		}
	}
	_, err := q.Office.Do(ctx, s.Number, s.Rev, feedback.Relayed{Events: s.Relay}, feedback.Program())
	if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrMove) {
		return nil // somebody else did it, or it changed: the next look sees
	}
	return err
}

// share tells one of them, whatever staff or its sender do meanwhile. What is
// full, or was told, or is merged no more, is left as it is.
func (q *Queue) share(ctx context.Context, n feedback.Number, a feedback.Shared) error {
	for range shareTries {
		s, err := q.Store.Get(ctx, n)
		if err != nil {
			return fmt.Errorf("tell %s: %w", n, err)
		}
		_, err = q.Office.Do(ctx, n, s.Rev, a, feedback.Program())
		switch {
		case errors.Is(err, feedback.ErrConflict):
			continue
		case errors.Is(err, feedback.ErrMove), errors.Is(err, feedback.ErrFull):
			return nil
		}
		return err
	}
	return fmt.Errorf("tell %s: %w", n, feedback.ErrConflict)
}

// shareTries bounds how often one is tried that others change at the same time.
const shareTries = 5

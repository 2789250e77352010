package sealedstore

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
)

// Fault is one submission that is not as the program left it.
type Fault struct {
	Number feedback.Number
	Err    error // ErrAltered, ErrBare, or another feedback.ErrSeal
}

// Verify opens everything, and holds what stands in clear, and what a store made
// of that for its queries, to what was sealed.
func (s *Store) Verify(ctx context.Context, told func(Fault)) (err error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("verify seals: %w", err)
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	err = snap.Submissions(ctx, func(kept feedback.Submission) error {
		if err := s.verify(&kept); errors.Is(err, feedback.ErrSeal) {
			told(Fault{kept.Number, err})
		} else if err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("verify seals: %w", err)
	}
	return s.Misfits(ctx, func(n feedback.Number, column string) error {
		told(Fault{n, fmt.Errorf("%s: column %s %w", n, column, ErrAltered)})
		return nil
	})
}

func (s *Store) verify(kept *feedback.Submission) error {
	sub, err := s.open(kept)
	if err != nil || kept.Sealed == nil {
		return err
	}
	if field := difference(kept, &sub); field != "" {
		return fmt.Errorf("%s: %s %w", kept.Number, field, ErrAltered)
	}
	return nil
}

// Bare is the store as the rest of verify reads it, after Verify named what does
// not open: such a submission is answered without its content, instead of
// failing the page.
type Bare struct{ *Store }

// List implements feedback.Store.
func (b Bare) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	page, next, err := b.Inner.List(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for i := range page {
		if sub, err := b.open(&page[i]); err == nil {
			page[i] = sub
		} else if !errors.Is(err, feedback.ErrSeal) {
			return nil, "", err
		}
	}
	return page, next, nil
}

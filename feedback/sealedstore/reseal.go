package sealedstore

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/seal"
)

// Use is how many submissions lie under which key.
type Use struct {
	Keys map[seal.KeyID]int
	Bare int // in clear
}

// Used counts what lies under which key.
func (s *Store) Used(ctx context.Context) (Use, error) {
	u := Use{Keys: make(map[seal.KeyID]int)}
	err := s.walk(ctx, func(kept *feedback.Submission) error {
		if id, ok := seal.KeyOf(kept.Sealed); ok {
			u.Keys[id]++
		} else {
			u.Bare++
		}
		return nil
	})
	return u, err
}

// Reseal seals everything with key that lies under another or in clear, one
// submission after the other, while the site runs. Cut off, it goes on from
// where it was when it is called again; a submission that is changed meanwhile
// is sealed by that change. Told is called after each page with how many were
// sealed anew and how many were looked at.
func (s *Store) Reseal(ctx context.Context, key seal.KeyID, told func(sealed, seen int)) error {
	sealed, seen := 0, 0
	return s.walk(ctx, func(kept *feedback.Submission) error {
		if seen++; seen%feedback.MaxPage == 0 {
			told(sealed, seen)
		}
		if id, ok := seal.KeyOf(kept.Sealed); ok && id == key {
			return nil
		}
		sealed++
		return s.again(ctx, kept)
	})
}

// again seals one submission anew, whatever happens to it meanwhile.
func (s *Store) again(ctx context.Context, kept *feedback.Submission) error {
	for {
		plain, err := s.open(kept)
		if err != nil {
			return fmt.Errorf("seal anew: %w", err)
		}
		out, err := s.seal(&plain)
		if err != nil {
			return err
		}
		err = s.Rewrite(ctx, out)
		if !errors.Is(err, feedback.ErrConflict) {
			return err
		}
		now, err := s.Inner.Get(ctx, kept.Number)
		if err != nil {
			return err
		}
		kept = &now
	}
}

// walk goes over all submissions as they are kept, by number.
func (s *Store) walk(ctx context.Context, each func(kept *feedback.Submission) error) error {
	q := feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	for {
		page, next, err := s.Inner.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page {
			if err := each(&page[i]); err != nil {
				return err
			}
		}
		if q.After = next; next == "" {
			return nil
		}
	}
}

// Retire says for good that nothing lies under a key, and that no copy of the
// site needs it. The caller has counted, and takes it out of the file after.
func Retire(ctx context.Context, id seal.KeyID, marks Marks) error {
	if _, err := marks.Mark(ctx, keyNote+id.String()+gone, "retired"); err != nil {
		return fmt.Errorf("retire key %s: %w", id, err)
	}
	return nil
}

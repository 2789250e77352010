package sealedstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/backup"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
	"rectify/feedback/translog"
)

// Inner is the store that keeps shells, with all that it does beside.
type Inner interface {
	feedback.Store
	feedback.Series
	feedback.Vault
	feedback.Briefs
	staff.Store
	backup.Store
	mailroom.Store
	outbox.Store
	subscribe.Store
	io.Closer
	Log() translog.Store
	Audit() audit.Store
	Tally() feedback.Tally

	// Rewrite keeps s in the place of the same submission at the same revision,
	// which stays as it is. ErrConflict: the kept revision is another one by
	// now. ErrNotFound: no such number.
	Rewrite(ctx context.Context, s feedback.Submission) error

	// Misfits tells the submissions of which a field that queries look at is not
	// what the document beside it says: it was changed by hand.
	Misfits(ctx context.Context, each func(n feedback.Number, field string) error) error
}

var _ feedback.Store = (*Store)(nil)

// Store is a feedback.Store whose submissions lie sealed in another.
type Store struct {
	Inner
	ring   feedback.Sealer
	strict bool
}

// New seals what is kept in inner. Strict says that everything in it was sealed
// before: what is not was put there by somebody else, and is refused.
func New(inner Inner, ring feedback.Sealer, strict bool) *Store {
	return &Store{Inner: inner, ring: ring, strict: strict}
}

// Insert implements feedback.Store.
func (s *Store) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	plain, promised := e.Submission, e.Submission.Number
	plain.Number, plain.Rev = "", 1 // the store gives it
	var err error
	if e.Submission, err = s.seal(&plain); err != nil {
		return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", err)
	}
	e.Submission.Number = promised
	kept, fresh, err := s.Inner.Insert(ctx, e)
	if err != nil {
		return feedback.Entry{}, false, err
	}
	if fresh {
		plain.Number, plain.Rev = kept.Submission.Number, kept.Submission.Rev
		kept.Submission = plain
		return kept, true, nil
	}
	kept.Submission, err = s.open(&kept.Submission)
	return kept, false, err
}

// Get implements feedback.Store.
func (s *Store) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	kept, err := s.Inner.Get(ctx, n)
	if err != nil {
		return kept, err
	}
	return s.open(&kept)
}

// ByCode implements feedback.Store.
func (s *Store) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	kept, err := s.Inner.ByCode(ctx, mac)
	if err != nil {
		return kept, err
	}
	return s.open(&kept)
}

// Replace implements feedback.Store.
func (s *Store) Replace(ctx context.Context, sub feedback.Submission, rev int64) error {
	sub.Rev = rev + 1
	out, err := s.seal(&sub)
	if err != nil {
		return fmt.Errorf("replace %s: %w", sub.Number, err)
	}
	return s.Inner.Replace(ctx, out, rev)
}

// List implements feedback.Store. One submission that does not open fails its
// page: nothing is left out in silence.
func (s *Store) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	page, next, err := s.Inner.List(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for i := range page {
		if page[i], err = s.open(&page[i]); err != nil {
			return nil, "", fmt.Errorf("list submissions: %w", err)
		}
	}
	return page, next, nil
}

// Import implements backup.Target. What comes sealed is kept as it comes; what
// is from before sealing is sealed on its way in.
func (s *Store) Import(ctx context.Context, list []feedback.Submission) error {
	out := make([]feedback.Submission, len(list))
	bare := false
	for i := range list {
		out[i] = list[i]
		if list[i].Sealed != nil {
			continue
		}
		bare = true
		var err error
		if out[i], err = s.seal(&list[i]); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	err := s.Inner.Import(ctx, out)
	if bare && errors.Is(err, feedback.ErrConflict) {
		// No two seals are alike, so the same is not seen to be the same.
		return s.importNew(ctx, list, out)
	}
	return err
}

// importNew leaves out what is there already.
func (s *Store) importNew(ctx context.Context, list, out []feedback.Submission) error {
	var fresh []feedback.Submission
	for i := range list {
		have, err := s.Get(ctx, list[i].Number)
		switch {
		case errors.Is(err, feedback.ErrNotFound):
			fresh = append(fresh, out[i])
		case err != nil:
			return err
		case list[i].Sealed != nil:
			fresh = append(fresh, out[i]) // the store itself compares
		case !reflect.DeepEqual(have, list[i]):
			return fmt.Errorf("import %s: %w", list[i].Number, feedback.ErrConflict)
		}
	}
	return s.Inner.Import(ctx, fresh)
}

package mongostore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/cursor"
	"rectify/feedback/staff"
)

var _ backup.Store = (*Store)(nil)

// snapshotPage is how many submissions are read at once.
const snapshotPage = 200

// snapshot reads a store that others may be writing to. There is no moment at
// which all of it was so, and none is needed: what belongs together stands in
// one document, numbers only grow, and whatever points to a submission was
// written after it. So submissions are read by number; then, once more, numbers
// that came into sight late; and what is about submissions only after that.
type snapshot struct {
	s    *Store
	told cursor.Set
}

// Snapshot implements backup.Source.
func (s *Store) Snapshot(ctx context.Context) (backup.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return &snapshot{s: s}, nil
}

// Close implements backup.Snapshot.
func (s *snapshot) Close() error { return nil }

// Submissions implements backup.Snapshot.
func (s *snapshot) Submissions(ctx context.Context, each func(feedback.Submission) error) error {
	tell := func(r *record) error {
		if !s.told.Add(r.Serial) {
			return nil
		}
		sub, err := r.whole()
		if err != nil {
			return err
		}
		return each(sub)
	}
	last, err := s.walk(ctx, options.Find(), tell)
	if err != nil {
		return err
	}
	var late []int64
	_, err = s.walk(ctx, options.Find().SetProjection(is("_id", 1)), func(r *record) error {
		if r.Serial <= last && !s.told.Has(r.Serial) {
			late = append(late, r.Serial)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, serial := range late {
		rec, err := s.s.record(ctx, is("_id", serial))
		if err == nil {
			err = tell(&rec)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// walk goes over all submissions by number, a page at a time, and answers the
// last number.
func (s *snapshot) walk(ctx context.Context, how *options.FindOptions, each func(*record) error) (last int64, err error) {
	for {
		page, err := s.page(ctx, last, how)
		if err != nil {
			return last, err
		}
		for i := range page {
			if err := each(&page[i]); err != nil {
				return last, err
			}
			last = page[i].Serial
		}
		if len(page) < snapshotPage {
			return last, nil
		}
	}
}

func (s *snapshot) page(ctx context.Context, after int64, how *options.FindOptions) ([]record, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return s.s.find(ctx, is("_id", is("$gt", after)), how.SetSort(is("_id", 1)).SetLimit(snapshotPage))
}

// Claims implements backup.Snapshot. They live for a day, so all of them have
// room in memory.
func (s *snapshot) Claims(ctx context.Context, each func(backup.Claim) error) error {
	var list []claim
	if err := s.s.everything(ctx, s.s.claims, &list, options.Find().SetProjection(is("doc", 0))); err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b claim) int { return bytes.Compare(a.Key, b.Key) })
	for _, c := range list {
		if !s.told.Has(c.Serial) {
			continue // never came to be filed, or was filed later
		}
		err := each(backup.Claim{Key: c.Key, Number: cursor.Number(c.Serial), Body: c.Body, Sealed: c.Sealed, Until: instant(c.Until)})
		if err != nil {
			return err
		}
	}
	return nil
}

// Accounts implements backup.Snapshot.
func (s *snapshot) Accounts(ctx context.Context, each func(staff.Account) error) error {
	list, err := s.s.Accounts(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b staff.Account) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range list {
		if err := each(a); err != nil {
			return err
		}
	}
	return nil
}

// Series implements backup.Snapshot.
func (s *snapshot) Series(ctx context.Context, each func(backup.Series) error) error {
	type kept struct {
		Year int   `bson:"_id"`
		Last int64 `bson:"last"`
	}
	var list []kept
	if err := s.s.everything(ctx, s.s.series, &list); err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b kept) int { return cmp.Compare(a.Year, b.Year) })
	for _, n := range list {
		if err := each(backup.Series(n)); err != nil {
			return err
		}
	}
	return nil
}

// Marks implements backup.Snapshot.
func (s *snapshot) Marks(ctx context.Context, each func(backup.Mark) error) error {
	list, err := s.s.Marks(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := each(m); err != nil {
			return err
		}
	}
	return nil
}

// everything reads a small collection whole.
func (s *Store) everything(ctx context.Context, in *mongo.Collection, list any, how ...*options.FindOptions) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := in.Find(ctx, bson.D{}, how...)
	if err != nil {
		return err
	}
	return found.All(ctx, list)
}

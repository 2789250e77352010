package mongostore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
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

// Blank implements backup.Target.
func (s *Store) Blank(ctx context.Context) (bool, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for _, in := range []*mongo.Collection{s.submissions, s.series, s.accounts} {
		err := in.FindOne(ctx, bson.D{}, options.FindOne().SetProjection(is("_id", 1))).Err()
		if err == nil {
			return false, nil
		}
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return false, fmt.Errorf("look for content: %w", err)
		}
	}
	return true, nil
}

// Marks implements backup.Target.
func (s *Store) Marks(ctx context.Context) ([]backup.Mark, error) {
	var kept []struct {
		Name  string `bson:"_id"`
		Value string `bson:"value"`
	}
	if err := s.everything(ctx, s.marks, &kept); err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	list := make([]backup.Mark, 0, len(kept))
	for _, m := range kept {
		list = append(list, backup.Mark(m))
	}
	slices.SortFunc(list, func(a, b backup.Mark) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Import implements backup.Target. On an error some of the list may be kept.
func (s *Store) Import(ctx context.Context, list []feedback.Submission) error {
	docs := make([]any, len(list))
	recs := make([]record, len(list))
	for i := range list {
		serial, ok := cursor.Serial(list[i].Number)
		if !ok {
			return fmt.Errorf("import %q: %w", list[i].Number, feedback.ErrConflict)
		}
		rec, err := recordOf(serial, &list[i])
		if err != nil {
			return fmt.Errorf("import %s: %w", list[i].Number, err)
		}
		docs[i], recs[i] = rec, rec
	}
	err := s.bring(ctx, s.submissions, docs, func(ctx context.Context, i int) error {
		var have record
		err := notFound(s.submissions.FindOne(ctx, is("_id", recs[i].Serial)).Decode(&have))
		return same(err, have.Rev == recs[i].Rev && have.Doc == recs[i].Doc && bytes.Equal(have.Sealed, recs[i].Sealed))
	})
	if err != nil {
		return fmt.Errorf("import submissions: %w", err)
	}
	return nil
}

// bring writes documents that may be there; same tells whether the one that is
// in the way of the ith is the ith.
func (s *Store) bring(ctx context.Context, in *mongo.Collection, docs []any, same func(ctx context.Context, i int) error) error {
	if len(docs) == 0 {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	refused, err := insertAll(ctx, in, docs)
	if err != nil {
		return err
	}
	for i := range refused {
		if err := same(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// same answers ErrConflict for what is in the way and is something else, which
// may stand under another key.
func same(err error, equal bool) error {
	if errors.Is(err, feedback.ErrNotFound) || (err == nil && !equal) {
		return feedback.ErrConflict
	}
	return err
}

// ImportClaims implements backup.Target.
func (s *Store) ImportClaims(ctx context.Context, list []backup.Claim) error {
	claims := make([]any, len(list))
	for i, c := range list {
		serial, _ := cursor.Serial(c.Number)
		rec, err := s.record(ctx, is("_id", serial)) // what the claim stands for, as claim.go wants it
		if err != nil {
			return fmt.Errorf("import idempotency keys: %w", err)
		}
		claims[i] = claim{Key: c.Key, Serial: serial, Body: c.Body, Sealed: c.Sealed, Until: millis(c.Until), Doc: rec.Doc, Whole: rec.Sealed}
	}
	err := s.bring(ctx, s.claims, claims, func(ctx context.Context, i int) error {
		var have claim
		err := notFound(s.claims.FindOne(ctx, is("_id", list[i].Key)).Decode(&have))
		return same(err, cursor.Number(have.Serial) == list[i].Number && bytes.Equal(have.Body, list[i].Body) && bytes.Equal(have.Sealed, list[i].Sealed))
	})
	if err != nil {
		return fmt.Errorf("import idempotency keys: %w", err)
	}
	return nil
}

// ImportAccounts implements backup.Target.
func (s *Store) ImportAccounts(ctx context.Context, list []staff.Account) error {
	people := make([]any, len(list))
	docs := make([]string, len(list))
	for i, a := range list {
		p, err := personOf(a, a.Rev)
		if err != nil {
			return fmt.Errorf("import accounts: %w", err)
		}
		people[i], docs[i] = p, p.Doc
	}
	err := s.bring(ctx, s.accounts, people, func(ctx context.Context, i int) error {
		var have person
		err := notFound(s.accounts.FindOne(ctx, is("_id", list[i].Name)).Decode(&have))
		return same(err, have.Doc == docs[i])
	})
	if err != nil {
		return fmt.Errorf("import accounts: %w", err)
	}
	return nil
}

// ImportSeries implements backup.Target.
func (s *Store) ImportSeries(ctx context.Context, list []backup.Series) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for _, n := range list {
		move := change("$max", "last", n.Last)
		_, err := s.series.UpdateOne(ctx, is("_id", n.Year), move, options.Update().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) { // someone was first: now it is there
			_, err = s.series.UpdateOne(ctx, is("_id", n.Year), move)
		}
		if err != nil {
			return fmt.Errorf("import number series: %w", err)
		}
	}
	return nil
}

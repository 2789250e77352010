package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
)

// tallies is the collection of counts, one document each.
type tallies struct {
	*Store
	in *mongo.Collection
}

var _ feedback.Tally = tallies{}

// Tally is where the store counts.
func (s *Store) Tally() feedback.Tally { return tallies{s, s.db.Collection("tallies")} }

// counted is one count as it is kept.
type counted struct {
	Name string `bson:"_id"`
	N    int64  `bson:"n"`
}

// Add implements feedback.Tally.
func (s tallies) Add(ctx context.Context, name string, n int64) (int64, error) {
	return s.update(ctx, name, is("$inc", is("n", n)))
}

// Raise implements feedback.Tally.
func (s tallies) Raise(ctx context.Context, name string, n int64) error {
	_, err := s.update(ctx, name, is("$max", is("n", n)))
	return err
}

func (s tallies) update(ctx context.Context, name string, how bson.D) (int64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for try := (tries{}); ; {
		var kept counted
		err := s.in.FindOneAndUpdate(ctx, is("_id", name), how, options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&kept)
		if err == nil {
			return kept.N, nil
		}
		if !mongo.IsDuplicateKeyError(err) { // two that counted the first at once
			return 0, fmt.Errorf("count: %w", err)
		}
		if err = try.again(ctx, err); err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
	}
}

// Counts implements feedback.Tally.
func (s tallies) Counts(ctx context.Context, names []string) (map[string]int64, error) {
	counts := make(map[string]int64)
	if len(names) == 0 {
		return counts, nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	err := s.each(ctx, is("_id", is("$in", names)), func(name string, n int64) error { counts[name] = n; return nil })
	return counts, err
}

// Each implements feedback.Tally.
func (s tallies) Each(ctx context.Context, tell func(name string, n int64) error) error {
	return s.each(ctx, bson.D{}, tell)
}

func (s tallies) each(ctx context.Context, which bson.D, tell func(name string, n int64) error) error {
	found, err := s.in.Find(ctx, which, options.Find().SetSort(is("_id", 1)))
	if err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	defer func() { _ = found.Close(ctx) }()
	for found.Next(ctx) {
		var kept counted
		if err := found.Decode(&kept); err != nil {
			return fmt.Errorf("counts: %w", err)
		}
		if err := tell(kept.Name, kept.N); err != nil {
			return err
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	return nil
}

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Get implements feedback.Store.
func (s *Store) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	serial, ok := cursor.Serial(n)
	if !ok {
		return feedback.Submission{}, fmt.Errorf("get submission: %w", feedback.ErrNotFound)
	}
	return s.one(ctx, is("_id", serial))
}

// ByCode implements feedback.Store.
func (s *Store) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	if len(mac) == 0 {
		return feedback.Submission{}, fmt.Errorf("get submission: %w", feedback.ErrNotFound)
	}
	return s.one(ctx, is("code_mac", mac))
}

func (s *Store) one(ctx context.Context, filter bson.D) (feedback.Submission, error) {
	rec, err := s.record(ctx, filter)
	if err != nil {
		return feedback.Submission{}, err
	}
	return rec.submission()
}

func (s *Store) record(ctx context.Context, filter bson.D) (rec record, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := notFound(s.submissions.FindOne(ctx, filter).Decode(&rec)); err != nil {
		return rec, fmt.Errorf("get submission: %w", err)
	}
	return rec, nil
}

// Replace implements feedback.Store.
func (s *Store) Replace(ctx context.Context, sub feedback.Submission, rev int64) error {
	sub.Rev = rev + 1
	return s.put(ctx, "replace", sub, rev)
}

// Rewrite implements sealedstore.Inner.
func (s *Store) Rewrite(ctx context.Context, sub feedback.Submission) error {
	return s.put(ctx, "rewrite", sub, sub.Rev)
}

// put writes sub over its document, if that has still revision rev.
func (s *Store) put(ctx context.Context, what string, sub feedback.Submission, rev int64) error {
	serial, ok := cursor.Serial(sub.Number)
	if !ok {
		return fmt.Errorf("%s submission: %w", what, feedback.ErrNotFound)
	}
	rec, err := recordOf(serial, &sub)
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, sub.Number, err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	if sub.Erased() { // first of all what an idempotency key still holds of it: cut off here, it is erased again
		copied := bson.D{{Key: "doc", Value: rec.Doc}, {Key: "whole", Value: rec.Sealed}}
		if _, err := s.claims.UpdateMany(ctx, is("serial", serial), is("$set", copied)); err != nil {
			return fmt.Errorf("%s %s: %w", what, sub.Number, err)
		}
	}
	if err := swap(ctx, s.submissions, is("_id", serial), rev, rec.changed()); err != nil {
		return fmt.Errorf("%s %s: %w", what, sub.Number, err)
	}
	return nil
}

// swap writes fields if the one document that which names has revision rev.
func swap(ctx context.Context, in *mongo.Collection, which bson.D, rev int64, fields bson.D) error {
	done, err := in.UpdateOne(ctx, append(which[:1:1], bson.E{Key: "rev", Value: rev}), is("$set", fields))
	switch {
	case mongo.IsDuplicateKeyError(err):
		return fmt.Errorf("%w: receipt code: %w", feedback.ErrConflict, err)
	case err != nil:
		return err
	case done.MatchedCount == 1:
		return nil
	}
	err = notFound(in.FindOne(ctx, which, options.FindOne().SetProjection(is("_id", 1))).Err())
	if err == nil {
		return feedback.ErrConflict
	}
	return err
}

// Sweep implements feedback.Store. It works in small steps, so that no other
// write waits for long.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	past := is("until", is("$lt", millis(now)))
	err := errors.Join(sweep(ctx, s.claims, past), sweep(ctx, s.secrets, past), sweep(ctx, s.briefs, past))
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// sweep removes all documents that are past, a few at a time.
func sweep(ctx context.Context, in *mongo.Collection, past bson.D) error {
	const step = 500
	for {
		n, err := sweepStep(ctx, in, past, step)
		if err != nil || n < step {
			return err
		}
	}
}

func sweepStep(ctx context.Context, in *mongo.Collection, past bson.D, step int) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := in.Find(ctx, past, options.Find().SetLimit(int64(step)).SetProjection(is("_id", 1)))
	if err != nil {
		return 0, err
	}
	var some []struct {
		ID any `bson:"_id"`
	}
	if err := found.All(ctx, &some); err != nil || len(some) == 0 {
		return 0, err
	}
	which := bson.A{}
	for _, d := range some {
		which = append(which, d.ID)
	}
	// What is past is asked again: a key may have come to new life meanwhile.
	_, err = in.DeleteMany(ctx, append(is("_id", is("$in", which)), past...))
	return len(some), err
}

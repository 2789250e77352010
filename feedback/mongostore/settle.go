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
)

// settlePause is the time between two looks at what stands in the way.
const settlePause = 5 * time.Millisecond

// file writes the records and says of each what became of it. When the
// connection breaks the same records are sent once more: their numbers were
// drawn once, so whichever of them were written before are found and not doubled.
func (s *Store) file(ctx context.Context, filings []*filing) error {
	records := make([]any, len(filings))
	for i, f := range filings {
		records[i] = f.rec
	}
	refused, err := s.insertAll(ctx, records)
	if mongo.IsNetworkError(err) && ctx.Err() == nil {
		refused, err = s.insertAll(ctx, records)
	}
	if err != nil {
		return fmt.Errorf("write submissions: %w", err)
	}
	for i, f := range filings {
		why, met := refused[i]
		switch {
		case !met:
			*f.out = outcome{entry: f.entry, fresh: true}
		case why.HasErrorCode(duplicateKey):
			*f.out = s.settle(ctx, f)
		default:
			*f.out = outcome{err: fmt.Errorf("write submission: %w", why)}
		}
	}
	return nil
}

const duplicateKey = 11000

// insertAll writes records in any order and answers why single ones were
// refused. On an error it is not known which of them were written.
func (s *Store) insertAll(ctx context.Context, records []any) (map[int]mongo.WriteError, error) {
	_, err := s.submissions.InsertMany(ctx, records, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil || len(bulk.WriteErrors) == 0 {
		return nil, err
	}
	refused := map[int]mongo.WriteError{}
	for _, w := range bulk.WriteErrors {
		refused[w.Index] = w.WriteError
	}
	return refused, nil
}

// settle finds out what a record met. Only what a majority has is seen, so what
// stands in the way may come into sight late, or be gone again: it looks and
// tries until one or the other is certain.
func (s *Store) settle(ctx context.Context, f *filing) outcome {
	for {
		out, certain := s.met(ctx, f)
		if certain {
			return out
		}
		_, err := s.submissions.InsertOne(ctx, f.rec)
		switch {
		case err == nil:
			return outcome{entry: f.entry, fresh: true}
		case !mongo.IsDuplicateKeyError(err):
			return outcome{err: fmt.Errorf("write submission: %w", err)}
		}
		select {
		case <-ctx.Done():
			return outcome{err: fmt.Errorf("write submission: %w", ctx.Err())}
		case <-time.After(settlePause):
		}
	}
}

// met looks for the record that stands in the way of f: itself, written before
// the connection broke; an earlier one under the same key; or a stranger.
func (s *Store) met(ctx context.Context, f *filing) (out outcome, certain bool) {
	for _, look := range []struct {
		field string
		value any
	}{
		{"_id", f.rec.Serial}, {"key", f.rec.Key}, {"code_mac", f.rec.CodeMAC},
	} {
		if look.field == "key" && len(f.rec.Key) == 0 {
			continue
		}
		var other record
		err := notFound(s.submissions.FindOne(ctx, is(look.field, look.value)).Decode(&other))
		switch {
		case errors.Is(err, feedback.ErrNotFound):
			continue
		case err != nil:
			return outcome{err: fmt.Errorf("write submission: %w", err)}, true
		case other.ID == f.rec.ID && other.Serial == f.rec.Serial:
			return outcome{entry: f.entry, fresh: true}, true
		case look.field == "key" && other.Until < millis(f.entry.Now):
			if err := s.forget(ctx, other); err != nil {
				return outcome{err: err}, true
			}
			return outcome{}, false
		case look.field == "key":
			return earlier(other, f.entry), true
		}
		return outcome{err: fmt.Errorf("%w: %s is another's", feedback.ErrConflict, look.field)}, true
	}
	return outcome{}, false
}

// find reads records in no order.
func (s *Store) find(ctx context.Context, filter bson.D, opts ...*options.FindOptions) ([]record, error) {
	found, err := s.submissions.Find(ctx, filter, opts...)
	if err != nil {
		return nil, err
	}
	var list []record
	return list, found.All(ctx, &list)
}

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

// file writes the records and says of each what became of it.
func (s *Store) file(ctx context.Context, filings []*filing) error {
	if len(filings) == 0 {
		return nil
	}
	records := make([]any, len(filings))
	for i, f := range filings {
		records[i] = f.rec
	}
	refused, err := insertAll(ctx, s.submissions, records)
	if err != nil {
		return fmt.Errorf("write submissions: %w", err)
	}
	for i, f := range filings {
		if refused[i] {
			*f.out = s.settle(ctx, f)
			if len(f.entry.Key) > 0 {
				*f.out = s.freed(ctx, f.claim(), *f.out)
			}
		} else {
			*f.out = outcome{entry: f.entry, fresh: true}
		}
	}
	return nil
}

// insertAll writes documents in any order and answers which were refused. On
// an error it is not known which of them were written.
//
// When the connection breaks they are sent once more: their ids were drawn
// once, so one that was written before is refused and not doubled.
func insertAll(ctx context.Context, in *mongo.Collection, documents []any) (refused map[int]bool, err error) {
	models := make([]mongo.WriteModel, len(documents))
	for i, d := range documents {
		models[i] = mongo.NewInsertOneModel().SetDocument(d)
	}
	// Not InsertMany, though on the wire it is the same: this tells how many
	// the server says it wrote.
	write := func() (*mongo.BulkWriteResult, error) {
		return in.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	}
	done, err := write()
	if mongo.IsNetworkError(err) && ctx.Err() == nil {
		done, err = write()
	}
	var bulk mongo.BulkWriteException
	if err != nil && (!errors.As(err, &bulk) || bulk.WriteConcernError != nil) {
		return nil, err
	}
	refused = map[int]bool{}
	for _, w := range bulk.WriteErrors {
		refused[w.Index] = true
	}
	if done.InsertedCount != int64(len(models)-len(refused)) {
		return nil, fmt.Errorf("%d of %d written, %d refused: %w", done.InsertedCount, len(models), len(refused), err)
	}
	return refused, nil
}

// settle finds out what a refused record met, or why it is refused. Only what
// a majority has is seen, so what stands in the way may come into sight late:
// it looks and tries until one or the other is certain.
func (s *Store) settle(ctx context.Context, f *filing) outcome {
	for try := (tries{}); ; {
		out, certain := s.met(ctx, f)
		if certain {
			return out
		}
		_, err := s.submissions.InsertOne(ctx, f.rec)
		if err == nil {
			return outcome{entry: f.entry, fresh: true}
		}
		if err := try.again(ctx, err); err != nil {
			return outcome{err: fmt.Errorf("write submission: %w", err)}
		}
	}
}

// met looks for the record that stands in the way of f: itself, written before
// the connection broke or by someone who found its claim; or a stranger with
// its receipt code, or with its number because the series went back.
func (s *Store) met(ctx context.Context, f *filing) (out outcome, certain bool) {
	for _, look := range []bson.D{is("_id", f.rec.Serial), is("code_mac", f.rec.CodeMAC)} {
		var other record
		err := notFound(s.submissions.FindOne(ctx, look).Decode(&other))
		switch {
		case errors.Is(err, feedback.ErrNotFound):
			continue
		case err != nil:
			return outcome{err: fmt.Errorf("write submission: %w", err)}, true
		case other.ID == f.rec.ID && other.Serial == f.rec.Serial:
			return outcome{entry: f.entry, fresh: true}, true
		}
		return outcome{err: fmt.Errorf("%w: %s is another's", feedback.ErrConflict, look[0].Key)}, true
	}
	return outcome{}, false
}

// tries bounds how often a refused write is looked into and tried again.
type tries struct{ strange int }

// again pauses before the next try, or answers why there is none: err if the
// server did not refuse it but may have done it, or refused it several times
// for another reason than a duplicate.
func (t *tries) again(ctx context.Context, err error) error {
	const pause, most = 5 * time.Millisecond, 4
	if err != nil && !mongo.IsDuplicateKeyError(err) {
		t.strange++
	}
	if err != nil && (!wasRefused(err) || t.strange > most) {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// wasRefused reports whether the server said of one write that it did not do
// it. FerretDB refuses one of two that meet in a unique index as a deadlock.
func wasRefused(err error) bool {
	var w mongo.WriteException
	return errors.As(err, &w) && len(w.WriteErrors) > 0 && w.WriteConcernError == nil
}

// find reads records.
func (s *Store) find(ctx context.Context, filter bson.D, opts ...*options.FindOptions) ([]record, error) {
	found, err := s.submissions.Find(ctx, filter, opts...)
	if err != nil {
		return nil, err
	}
	var list []record
	return list, found.All(ctx, &list)
}

package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/batch"
	"rectify/feedback/cursor"
)

// outcome is what became of one entry of a batch.
type outcome struct {
	entry feedback.Entry
	fresh bool
	err   error
}

// Insert implements feedback.Store. It wraps feedback.ErrConflict when another
// submission has the same receipt code.
//
// Numbers are drawn before the submissions that bear them are written. So a
// number is left out when an insert fails after that, or when two processes
// are handed the same key at the same moment; otherwise there is no gap.
func (s *Store) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if len(e.Key) > 0 {
		done, err := s.turns.take(ctx, string(e.Key))
		if err != nil {
			return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", err)
		}
		defer done()
	}
	out, err := s.inserts.Do(ctx, e)
	if errors.Is(err, batch.ErrBusy) {
		err = fmt.Errorf("%w: %w", feedback.ErrBusy, err)
	}
	if err == nil {
		err = out.err
	}
	if err != nil {
		return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", err)
	}
	return out.entry, out.fresh, nil
}

// filing is an entry on its way through one batch.
type filing struct {
	entry feedback.Entry
	rec   record
	out   *outcome
}

// commit files one batch: known keys are answered, the rest is numbered and
// written in one go.
func (s *Store) commit(ctx context.Context, entries []feedback.Entry) ([]outcome, error) {
	outcomes := make([]outcome, len(entries))
	known, err := s.known(ctx, entries)
	if err != nil {
		return nil, err
	}
	var fresh []*filing
	for i, e := range entries {
		if rec, ok := known[string(e.Key)]; ok {
			outcomes[i] = earlier(rec, e)
			continue
		}
		fresh = append(fresh, &filing{entry: e, out: &outcomes[i]})
	}
	if len(fresh) == 0 {
		return outcomes, nil
	}
	if err := s.number(ctx, fresh); err != nil {
		return nil, err
	}
	return outcomes, s.file(ctx, fresh)
}

// known answers the records that live under the keys of entries, and forgets
// the keys whose time has run out.
func (s *Store) known(ctx context.Context, entries []feedback.Entry) (map[string]record, error) {
	asked := map[string]feedback.Entry{}
	keys := bson.A{}
	for _, e := range entries {
		if len(e.Key) > 0 {
			asked[string(e.Key)] = e
			keys = append(keys, e.Key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := s.find(ctx, is("key", is("$in", keys)))
	if err != nil {
		return nil, fmt.Errorf("idempotency keys: %w", err)
	}
	known := map[string]record{}
	for _, rec := range found {
		if rec.Until >= millis(asked[string(rec.Key)].Now) {
			known[string(rec.Key)] = rec
		} else if err := s.forget(ctx, rec); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// forget takes the key off a record, if it is still the same use of it.
func (s *Store) forget(ctx context.Context, rec record) error {
	_, err := s.submissions.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: rec.Serial}, {Key: "key", Value: rec.Key}, {Key: "key_until", Value: rec.Until}},
		is("$unset", keyFields()))
	if err != nil {
		return fmt.Errorf("forget idempotency key: %w", err)
	}
	return nil
}

// earlier answers what was filed under the key before.
func earlier(rec record, asked feedback.Entry) outcome {
	kept := feedback.Entry{Now: asked.Now, Key: asked.Key, Body: rec.Body, Sealed: rec.Sealed, KeyUntil: instant(rec.Until)}
	var err error
	kept.Submission, err = rec.submission()
	return outcome{entry: kept, err: err}
}

// number gives every filing its number and makes its record.
func (s *Store) number(ctx context.Context, filings []*filing) error {
	years := map[int]int64{}
	for _, f := range filings {
		years[feedback.NumberYear(f.entry.Submission.Received)]++
	}
	next := map[int]int64{}
	for year, n := range years {
		last, err := s.draw(ctx, year, n)
		if err != nil {
			return err
		}
		next[year] = last - n + 1
	}
	for _, f := range filings {
		year := feedback.NumberYear(f.entry.Submission.Received)
		if err := f.make(cursor.SerialOf(year, next[year])); err != nil {
			return err
		}
		next[year]++
	}
	return nil
}

func (f *filing) make(serial int64) (err error) {
	e := &f.entry
	e.Submission.Number, e.Submission.Rev = cursor.Number(serial), 1
	if f.rec, err = recordOf(serial, &e.Submission); err != nil {
		return err
	}
	if len(e.Key) > 0 {
		f.rec.Key, f.rec.Body, f.rec.Sealed, f.rec.Until = e.Key, e.Body, e.Sealed, millis(e.KeyUntil)
	}
	return nil
}

// draw takes the next n numbers of a year and answers the last of them.
func (s *Store) draw(ctx context.Context, year int, n int64) (int64, error) {
	after := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
	for {
		var kept struct{ Last int64 }
		err := s.series.FindOneAndUpdate(ctx, is("_id", year), change("$inc", "last", n), after).Decode(&kept)
		switch {
		case mongo.IsDuplicateKeyError(err) && ctx.Err() == nil:
			continue // the first number of a year, drawn twice at once
		case err != nil:
			return 0, fmt.Errorf("number series: %w", err)
		case kept.Last > cursor.MaxSerial:
			return 0, fmt.Errorf("number series of %d is used up", year)
		}
		return kept.Last, nil
	}
}

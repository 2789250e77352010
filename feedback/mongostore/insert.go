package mongostore

import (
	"context"
	"errors"
	"fmt"

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
// Numbers are drawn before the submissions that bear them are written, where
// the entry does not bring one. So a
// number is left out when an insert fails after that, or when two processes
// are handed the same key at the same moment; otherwise there is no gap.
func (s *Store) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if _, ok := cursor.Serial(e.Number); !ok && e.Number != "" {
		return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", feedback.Invalid{Field: "number", Rule: "unknown"})
	}
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
	old   *claim // what the key stood for until its time ran out
	rec   record
	out   *outcome
}

// commit files one batch: known keys are answered, the rest is numbered, takes
// its keys, and is written in one go.
func (s *Store) commit(ctx context.Context, entries []feedback.Entry) ([]outcome, error) {
	outcomes := make([]outcome, len(entries))
	known, err := s.known(ctx, entries)
	if err != nil {
		return nil, err
	}
	var fresh []*filing
	for i, e := range entries {
		f := &filing{entry: e, old: known[string(e.Key)], out: &outcomes[i]}
		if f.old != nil && f.old.Until >= millis(e.Now) {
			*f.out = s.earlier(ctx, f.old, e)
			continue
		}
		fresh = append(fresh, f)
	}
	if len(fresh) == 0 {
		return outcomes, nil
	}
	if err := s.number(ctx, fresh); err != nil {
		return nil, err
	}
	if fresh, err = s.claim(ctx, fresh); err != nil {
		return nil, err
	}
	return outcomes, s.file(ctx, fresh)
}

// number gives every filing its number, unless it brought one, and makes its record.
func (s *Store) number(ctx context.Context, filings []*filing) error {
	years := map[int]int64{}
	for _, f := range filings {
		if f.entry.Number == "" {
			years[f.year()]++
		}
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
		serial, reserved := cursor.Serial(f.entry.Number)
		if !reserved {
			serial = cursor.SerialOf(f.year(), next[f.year()])
			next[f.year()]++
		}
		if err := f.make(serial); err != nil {
			return err
		}
	}
	return nil
}

// year is the one in whose series the entry is numbered.
func (f *filing) year() int { return feedback.NumberYear(f.entry.Submission.Received) }

func (f *filing) make(serial int64) (err error) {
	f.entry.Submission.Number, f.entry.Submission.Rev = cursor.Number(serial), 1
	f.rec, err = recordOf(serial, &f.entry.Submission)
	return err
}

// Reserve implements feedback.Series.
func (s *Store) Reserve(ctx context.Context, year int, n int64) (int64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if n > 0 {
		last, err := s.draw(ctx, year, n)
		return last - n + 1, err
	}
	var kept struct{ Last int64 }
	err := notFound(s.series.FindOne(ctx, is("_id", year)).Decode(&kept))
	if err != nil && !errors.Is(err, feedback.ErrNotFound) {
		return 0, fmt.Errorf("number series: %w", err)
	}
	return kept.Last + 1, nil
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

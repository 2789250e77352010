package sqlitestore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// filed is what Insert answers.
type filed struct {
	entry feedback.Entry
	fresh bool
}

// Insert implements feedback.Store. It wraps feedback.ErrConflict when another
// submission has the same receipt code.
func (s *Store) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	e.Submission.Rev = 1
	// The document is written out here, not inside the shared transaction: that
	// is the one place where nobody works beside anybody.
	values, err := columns(&e.Submission)
	if err != nil {
		return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", err)
	}
	f, err := write(ctx, s, func(ctx context.Context, t *tx) (filed, error) { return t.insert(ctx, e, values) })
	if err != nil {
		return feedback.Entry{}, false, fmt.Errorf("insert submission: %w", err)
	}
	return f.entry, f.fresh, nil
}

func (t *tx) insert(ctx context.Context, e feedback.Entry, values []any) (filed, error) {
	if e.Key != nil {
		earlier, err := t.earlier(ctx, e)
		if err == nil {
			return filed{entry: earlier}, nil
		}
		if !errors.Is(err, feedback.ErrNotFound) {
			return filed{}, err
		}
	}
	serial, err := t.place(ctx, &e, values)
	if err != nil {
		return filed{}, err
	}
	if e.Key != nil {
		_, err := t.exec(ctx, "INSERT INTO intake_key (key, serial, body, sealed, until) VALUES (?, ?, ?, ?, ?)",
			e.Key, serial, e.Body, e.Sealed, millis(e.KeyUntil))
		if err != nil {
			return filed{}, fmt.Errorf("idempotency key: %w", err)
		}
	}
	return filed{entry: e, fresh: true}, nil
}

// place writes the row of a submission under the number that its entry brings,
// or under the next of its year, and answers its serial.
func (t *tx) place(ctx context.Context, e *feedback.Entry, values []any) (int64, error) {
	if e.Number == "" {
		serial, taken, err := t.nextSerial(ctx, feedback.NumberYear(e.Submission.Received))
		if err != nil {
			return 0, err
		}
		e.Submission.Number = cursor.Number(serial)
		if err := t.insertRow(ctx, serial, values); err != nil {
			return 0, err
		}
		taken()
		return serial, nil
	}
	serial, ok := cursor.Serial(e.Number)
	if !ok {
		return 0, feedback.Invalid{Field: "number", Rule: "unknown"}
	}
	e.Submission.Number = e.Number
	var id string
	err := t.row(ctx, "SELECT json_extract(doc, '$.id') FROM submission WHERE serial = ?", []any{serial}, &id)
	if errors.Is(err, feedback.ErrNotFound) {
		return serial, t.insertRow(ctx, serial, values)
	}
	if err == nil && id != e.Submission.ID {
		err = fmt.Errorf("%w: %s is another's", feedback.ErrConflict, e.Number)
	}
	return serial, err
}

const selectRow = "SELECT " + kept + " FROM submission WHERE serial = ?"

// Reserve implements feedback.Series.
func (s *Store) Reserve(ctx context.Context, year int, n int64) (int64, error) {
	first, err := write(ctx, s, func(ctx context.Context, t *tx) (int64, error) {
		serial, _, err := t.nextSerial(ctx, year)
		if err != nil {
			return 0, err
		}
		first := serial - cursor.SerialOf(year, 0)
		if n > cursor.MaxSerial-first+1 {
			return 0, fmt.Errorf("number series of %d is used up", year)
		}
		if n > 0 {
			t.series[year] = first + n - 1
		}
		return first, nil
	})
	if err != nil {
		return 0, fmt.Errorf("reserve numbers: %w", err)
	}
	return first, nil
}

// earlier answers the entry that has the same key, or feedback.ErrNotFound; a
// key whose time is over is forgotten here.
func (t *tx) earlier(ctx context.Context, e feedback.Entry) (feedback.Entry, error) {
	var serial, until int64
	found := feedback.Entry{Now: e.Now, Key: e.Key}
	err := t.row(ctx, "SELECT serial, body, sealed, until FROM intake_key WHERE key = ?", []any{e.Key},
		&serial, &found.Body, &found.Sealed, &until)
	if err != nil {
		return feedback.Entry{}, err
	}
	if until < millis(e.Now) {
		if _, err := t.exec(ctx, "DELETE FROM intake_key WHERE key = ?", e.Key); err != nil {
			return feedback.Entry{}, err
		}
		return feedback.Entry{}, feedback.ErrNotFound
	}
	found.KeyUntil = instant(until)
	var d document
	if err := t.row(ctx, selectRow, []any{serial}, d.into()...); err != nil {
		return feedback.Entry{}, err
	}
	found.Submission, err = d.submission()
	return found, err
}

const insertRow = `INSERT INTO submission (serial, rev, state, visibility, notice, item, channel, category, owner,
  due, submitted, owed, published_at, public_at, code_mac, suspect, likeness, doc, sealed, asked, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (t *tx) insertRow(ctx context.Context, serial int64, values []any) error {
	_, err := t.exec(ctx, insertRow, slices.Concat([]any{serial}, values, []any{time.Now().UnixMilli()})...)
	if taken(err) {
		return fmt.Errorf("%w: number or receipt code: %w", feedback.ErrConflict, err)
	}
	return err
}

// columns are the values of a row after serial, in the order of insertRow and
// updateRow.
func columns(s *feedback.Submission) ([]any, error) {
	bare := *s
	bare.Sealed = nil
	doc, err := json.Marshal(&bare)
	if err != nil {
		return nil, fmt.Errorf("write document: %w", err)
	}
	mac := s.CodeMAC
	if mac == nil {
		mac = []byte{}
	}
	return []any{
		s.Rev, string(s.State), string(s.Visibility), s.Notice, s.Item, string(s.Channel), string(s.Category), s.Owner,
		cursor.Due(s.Due), s.Submitted(), s.Owing(), millis(s.PublishedAt), millis(s.PublicAt), mac, s.Suspected(), s.Likeness, string(doc), s.Sealed, s.OpenEnquiry() != nil,
	}, nil
}

// millis is an instant as the store keeps it: Unix milliseconds, 0 for never.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant is the reverse of millis.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// document is what a row holds of a submission. Number and revision are those
// of the columns, whatever the document says.
type document struct {
	serial, rev int64
	doc         []byte
}

func (d document) submission() (feedback.Submission, error) {
	var s feedback.Submission
	if err := json.Unmarshal(d.doc, &s); err != nil {
		return s, fmt.Errorf("read document %s: %w", cursor.Number(d.serial), err)
	}
	s.Number, s.Rev = cursor.Number(d.serial), d.rev
	return s, nil
}

// Get implements feedback.Store.
func (s *Store) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	serial, ok := cursor.Serial(n)
	if !ok {
		return feedback.Submission{}, fmt.Errorf("get submission: %w", feedback.ErrNotFound)
	}
	return s.one(ctx, selectRow, serial)
}

// ByCode implements feedback.Store.
func (s *Store) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	if len(mac) == 0 {
		return feedback.Submission{}, fmt.Errorf("get submission: %w", feedback.ErrNotFound)
	}
	return s.one(ctx, "SELECT serial, rev, doc FROM submission WHERE code_mac = ?", mac)
}

func (s *Store) one(ctx context.Context, query string, arg any) (feedback.Submission, error) {
	var d document
	err := s.read(ctx, func(db *sql.DB) error {
		return notFound(db.QueryRowContext(ctx, query, arg).Scan(&d.serial, &d.rev, &d.doc))
	})
	if err != nil {
		return feedback.Submission{}, fmt.Errorf("get submission: %w", err)
	}
	return d.submission()
}

const updateRow = `UPDATE submission SET rev = ?, state = ?, visibility = ?, notice = ?, item = ?, channel = ?,
  category = ?, owner = ?, due = ?, submitted = ?, owed = ?, published_at = ?, public_at = ?, code_mac = ?,
  suspect = ?, likeness = ?, doc = ?
  WHERE serial = ? AND rev = ?`

// Replace implements feedback.Store.
func (s *Store) Replace(ctx context.Context, sub feedback.Submission, rev int64) error {
	serial, ok := cursor.Serial(sub.Number)
	if !ok {
		return fmt.Errorf("replace submission: %w", feedback.ErrNotFound)
	}
	sub.Rev = rev + 1
	values, err := columns(&sub)
	if err != nil {
		return fmt.Errorf("replace %s: %w", sub.Number, err)
	}
	err = s.change(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, updateRow, append(values, serial, rev)...)
		if taken(err) {
			return fmt.Errorf("%w: receipt code: %w", feedback.ErrConflict, err)
		}
		if err != nil || n == 1 {
			return err
		}
		var one int
		err = t.row(ctx, "SELECT 1 FROM submission WHERE serial = ?", []any{serial}, &one)
		if err == nil {
			return feedback.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("replace %s: %w", sub.Number, err)
	}
	return nil
}

// Sweep implements feedback.Store.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	for _, query := range []string{
		"DELETE FROM intake_key WHERE key IN (SELECT key FROM intake_key WHERE until < ? LIMIT ?)",
		"DELETE FROM secret WHERE key IN (SELECT key FROM secret WHERE until < ? LIMIT ?)",
	} {
		if err := s.purge(ctx, query, now); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

// Ping implements feedback.Store: it writes and syncs.
func (s *Store) Ping(ctx context.Context) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "UPDATE pulse SET n = n + 1")
		return err
	})
	if err != nil {
		return fmt.Errorf("ping store: %w", err)
	}
	return nil
}

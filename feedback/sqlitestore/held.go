package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/mailroom"
)

var _ mailroom.Store = (*Store)(nil)

const heldRow = "SELECT id, rev, at, open, raw, doc FROM held"

func heldOf(scan func(into ...any) error) (mailroom.Record, error) {
	var r mailroom.Record
	var at int64
	err := scan(&r.ID, &r.Rev, &at, &r.Open, (*string)(&r.Raw), &r.Doc)
	r.At = instant(at)
	return r, err
}

// PutHeld implements mailroom.Store.
func (s *Store) PutHeld(ctx context.Context, r mailroom.Record) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO held (id, rev, at, open, raw, doc) VALUES (?, 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			r.ID, millis(r.At), r.Open, string(r.Raw), r.Doc)
		return err
	})
	if err != nil {
		return fmt.Errorf("put held mail: %w", err)
	}
	return nil
}

// HeldByID implements mailroom.Store.
func (s *Store) HeldByID(ctx context.Context, id string) (r mailroom.Record, err error) {
	err = s.read(ctx, func(db *sql.DB) error {
		r, err = heldOf(db.QueryRowContext(ctx, heldRow+" WHERE id = ?", id).Scan)
		return notFound(err)
	})
	if err != nil {
		return r, fmt.Errorf("held mail: %w", err)
	}
	return r, nil
}

// ReplaceHeld implements mailroom.Store.
func (s *Store) ReplaceHeld(ctx context.Context, r mailroom.Record, rev int64) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, "UPDATE held SET rev = ?, open = ?, raw = ?, doc = ? WHERE id = ? AND rev = ?", rev+1, r.Open, string(r.Raw), r.Doc, r.ID, rev)
		if err != nil || n == 1 {
			return err
		}
		var there int
		if err := t.row(ctx, "SELECT 1 FROM held WHERE id = ?", []any{r.ID}, &there); err != nil {
			return err
		}
		return feedback.ErrConflict
	})
	if err != nil {
		return fmt.Errorf("replace held mail: %w", err)
	}
	return nil
}

// HeldPage implements mailroom.Store.
func (s *Store) HeldPage(ctx context.Context, q mailroom.Query) (page []mailroom.Record, next string, err error) {
	at, id, err := q.Start()
	if err != nil {
		return nil, "", err
	}
	args := []any{!q.Closed}
	query := heldRow + " INDEXED BY held_at WHERE open = ?"
	if q.After != "" {
		query += " AND (at, id) < (?, ?)"
		args = append(args, at, id)
	}
	err = s.rows(ctx, query+" ORDER BY at DESC, id DESC LIMIT ?", append(args, q.Limit+1), func(rows *sql.Rows) error {
		r, err := heldOf(rows.Scan)
		page = append(page, r)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("held mail: %w", err)
	}
	page, next = mailroom.End(page, q.Limit)
	return page, next, nil
}

// CountHeld implements mailroom.Store.
func (s *Store) CountHeld(ctx context.Context) (n int, err error) {
	err = s.rows(ctx, "SELECT count(*) FROM held INDEXED BY held_at WHERE open = 1", nil, func(r *sql.Rows) error { return r.Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count held mail: %w", err)
	}
	return n, nil
}

// PurgeHeld implements mailroom.Store.
func (s *Store) PurgeHeld(ctx context.Context, before time.Time) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM held WHERE open = 0 AND at < ?", millis(before))
		return err
	})
	if err != nil {
		return fmt.Errorf("purge held mail: %w", err)
	}
	return nil
}

package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"rectify/feedback"
)

const keepBrief = "INSERT INTO brief (kind, id, grp, rev, until, doc) VALUES (?, ?, ?, ?, ?, ?)"

// PutBrief implements feedback.Briefs.
func (s *Store) PutBrief(ctx context.Context, b feedback.Brief) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, keepBrief+" ON CONFLICT (kind, id) DO UPDATE SET grp = excluded.grp, rev = rev + 1, until = excluded.until, doc = excluded.doc",
			b.Kind, b.ID, b.Group, 1, millis(b.Until), some(b.Doc))
		return err
	})
	if err != nil {
		return fmt.Errorf("put brief: %w", err)
	}
	return nil
}

// SwapBrief implements feedback.Briefs.
func (s *Store) SwapBrief(ctx context.Context, b feedback.Brief, rev int64) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		if rev == 0 {
			_, err := t.exec(ctx, keepBrief, b.Kind, b.ID, b.Group, 1, millis(b.Until), some(b.Doc))
			if taken(err) {
				return feedback.ErrConflict
			}
			return err
		}
		n, err := t.exec(ctx, "UPDATE brief SET grp = ?, rev = ?, until = ?, doc = ? WHERE kind = ? AND id = ? AND rev = ?",
			b.Group, rev+1, millis(b.Until), some(b.Doc), b.Kind, b.ID, rev)
		if err == nil && n == 0 {
			return feedback.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("swap brief: %w", err)
	}
	return nil
}

// Brief implements feedback.Briefs.
func (s *Store) Brief(ctx context.Context, kind, id string, now time.Time) (feedback.Brief, error) {
	list, err := s.briefs(ctx, "SELECT kind, id, grp, rev, until, doc FROM brief WHERE kind = ? AND id = ? AND until >= ?", kind, id, millis(now))
	if err == nil && len(list) == 0 {
		err = feedback.ErrNotFound
	}
	if err != nil {
		return feedback.Brief{}, fmt.Errorf("brief: %w", err)
	}
	return list[0], nil
}

// ListBriefs implements feedback.Briefs.
func (s *Store) ListBriefs(ctx context.Context, kind, group string, now time.Time) ([]feedback.Brief, error) {
	query, args := "SELECT kind, id, grp, rev, until, doc FROM brief WHERE kind = ?", []any{kind}
	if group != "" {
		query, args = query+" AND grp = ?", append(args, group)
	}
	list, err := s.briefs(ctx, query+" AND until >= ? ORDER BY id LIMIT ?", append(args, millis(now), feedback.MaxBriefs)...)
	if err != nil {
		return nil, fmt.Errorf("list briefs: %w", err)
	}
	return list, nil
}

func (s *Store) briefs(ctx context.Context, query string, args ...any) (list []feedback.Brief, err error) {
	err = s.rows(ctx, query, args, func(r *sql.Rows) error {
		var b feedback.Brief
		var until int64
		err := r.Scan(&b.Kind, &b.ID, &b.Group, &b.Rev, &until, &b.Doc)
		b.Until = instant(until)
		list = append(list, b)
		return err
	})
	return list, err
}

// DropBrief implements feedback.Briefs.
func (s *Store) DropBrief(ctx context.Context, kind, id string) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM brief WHERE kind = ? AND id = ?", kind, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop brief: %w", err)
	}
	return nil
}

// some is a document as the schema takes it: never NULL.
func some(doc []byte) []byte {
	if doc == nil {
		return []byte{}
	}
	return doc
}

package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"rectify/feedback"
)

// tallies is the table of counts.
type tallies struct{ *Store }

var _ feedback.Tally = tallies{}

// Tally is where the store counts.
func (s *Store) Tally() feedback.Tally { return tallies{s} }

// Add implements feedback.Tally.
func (s tallies) Add(ctx context.Context, name string, n int64) (int64, error) {
	sum, err := write(ctx, s.Store, func(ctx context.Context, t *tx) (int64, error) {
		if _, err := t.exec(ctx, "INSERT INTO tally (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n", name, n); err != nil {
			return 0, err
		}
		var sum int64
		err := t.row(ctx, "SELECT n FROM tally WHERE name = ?", []any{name}, &sum)
		return sum, err
	})
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return sum, nil
}

// Raise implements feedback.Tally.
func (s tallies) Raise(ctx context.Context, name string, n int64) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO tally (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = max(n, excluded.n)", name, n)
		return err
	})
	if err != nil {
		return fmt.Errorf("raise count: %w", err)
	}
	return nil
}

// Counts implements feedback.Tally.
func (s tallies) Counts(ctx context.Context, names []string) (map[string]int64, error) {
	counts := make(map[string]int64)
	if len(names) == 0 {
		return counts, nil
	}
	list, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("counts: %w", err)
	}
	err = s.each(ctx, func(name string, n int64) error { counts[name] = n; return nil },
		"SELECT name, n FROM tally WHERE name IN (SELECT value FROM json_each(?))", string(list))
	return counts, err
}

// Each implements feedback.Tally.
func (s tallies) Each(ctx context.Context, tell func(name string, n int64) error) error {
	return s.each(ctx, tell, "SELECT name, n FROM tally ORDER BY name")
}

func (s tallies) each(ctx context.Context, tell func(name string, n int64) error, query string, args ...any) error {
	err := s.read(ctx, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var n int64
			if err := rows.Scan(&name, &n); err != nil {
				return err
			}
			if err := tell(name, n); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	return nil
}

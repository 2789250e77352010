package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/cursor"
	"rectify/feedback/staff"
)

// Blank implements backup.Target.
func (s *Store) Blank(ctx context.Context) (bool, error) {
	var full bool
	err := s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM submission) OR EXISTS (SELECT 1 FROM series) OR EXISTS (SELECT 1 FROM account)").Scan(&full)
	})
	if err != nil {
		return false, fmt.Errorf("look for content: %w", err)
	}
	return !full, nil
}

// Marks implements backup.Target.
func (s *Store) Marks(ctx context.Context) ([]backup.Mark, error) {
	var list []backup.Mark
	err := s.rows(ctx, "SELECT name, value FROM mark ORDER BY name", nil, func(r *sql.Rows) error {
		var m backup.Mark
		err := r.Scan(&m.Name, &m.Value)
		list = append(list, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return list, nil
}

// docColumn is where among its columns a row has its document.
const docColumn = 16

// Import implements backup.Target: all of the list or, on an error, none of it.
func (s *Store) Import(ctx context.Context, list []feedback.Submission) error {
	rows := make([][]any, len(list))
	for i := range list {
		values, err := columns(&list[i]) // outside the shared transaction
		if err != nil {
			return fmt.Errorf("import %s: %w", list[i].Number, err)
		}
		rows[i] = values
	}
	return s.together(ctx, "submissions", len(list), func(ctx context.Context, t *tx, i int) error {
		serial, ok := cursor.Serial(list[i].Number)
		if !ok {
			return fmt.Errorf("%w: number %q", feedback.ErrConflict, list[i].Number)
		}
		var rev int64
		var doc, sealed []byte
		found, err := t.there(ctx, "SELECT rev, doc, sealed FROM submission WHERE serial = ?", serial, &rev, &doc, &sealed)
		if err != nil || found {
			return same(err, rev == list[i].Rev && string(doc) == rows[i][docColumn] && bytes.Equal(sealed, list[i].Sealed))
		}
		return t.insertRow(ctx, serial, rows[i])
	})
}

// ImportClaims implements backup.Target.
func (s *Store) ImportClaims(ctx context.Context, list []backup.Claim) error {
	return s.together(ctx, "idempotency keys", len(list), func(ctx context.Context, t *tx, i int) error {
		c := list[i]
		serial, ok := cursor.Serial(c.Number)
		if !ok {
			return fmt.Errorf("%w: number %q", feedback.ErrConflict, c.Number)
		}
		var have int64
		var body, sealed []byte
		found, err := t.there(ctx, "SELECT serial, body, sealed FROM intake_key WHERE key = ?", c.Key, &have, &body, &sealed)
		if err != nil || found {
			return same(err, have == serial && bytes.Equal(body, c.Body) && bytes.Equal(sealed, c.Sealed))
		}
		_, err = t.exec(ctx, "INSERT INTO intake_key (key, serial, body, sealed, until) VALUES (?, ?, ?, ?, ?)", c.Key, serial, c.Body, c.Sealed, millis(c.Until))
		return err
	})
}

// ImportAccounts implements backup.Target.
func (s *Store) ImportAccounts(ctx context.Context, list []staff.Account) error {
	return s.together(ctx, "accounts", len(list), func(ctx context.Context, t *tx, i int) error {
		a := list[i]
		doc, err := json.Marshal(a)
		if err != nil {
			return err
		}
		var rev int64
		var kept []byte
		found, err := t.there(ctx, "SELECT rev, doc FROM account WHERE name = ?", a.Name, &rev, &kept)
		if err != nil || found {
			return same(err, rev == a.Rev && bytes.Equal(kept, doc))
		}
		_, err = t.exec(ctx, "INSERT INTO account (name, rev, doc) VALUES (?, ?, ?)", a.Name, a.Rev, string(doc))
		return err
	})
}

// ImportSeries implements backup.Target.
func (s *Store) ImportSeries(ctx context.Context, list []backup.Series) error {
	return s.together(ctx, "number series", len(list), func(ctx context.Context, t *tx, i int) error {
		_, err := t.exec(ctx, "INSERT INTO series (year, last) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)", list[i].Year, list[i].Last)
		return err
	})
}

// together writes n things in one transaction, behind a savepoint: a shared
// transaction must keep nothing of a job that fails.
func (s *Store) together(ctx context.Context, what string, n int, do func(ctx context.Context, t *tx, i int) error) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) (err error) {
		if err := t.w.exec(ctx, "SAVEPOINT import"); err != nil {
			return err
		}
		for i := 0; i < n && err == nil; i++ {
			err = do(ctx, t, i)
		}
		if err != nil {
			if undo := t.w.exec(context.WithoutCancel(ctx), "ROLLBACK TO import"); undo != nil {
				return undo
			}
		}
		if end := t.w.exec(context.WithoutCancel(ctx), "RELEASE import"); err == nil {
			err = end
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("import %s: %w", what, err)
	}
	return nil
}

// there reads a row into values and reports whether there is one.
func (t *tx) there(ctx context.Context, query string, key any, into ...any) (bool, error) {
	err := t.row(ctx, query, []any{key}, into...)
	if err == nil {
		return true, nil
	}
	return false, ignoreMissing(err)
}

func ignoreMissing(err error) error {
	if errors.Is(err, feedback.ErrNotFound) {
		return nil
	}
	return err
}

// same answers ErrConflict for what is there and is something else.
func same(err error, equal bool) error {
	if err == nil && !equal {
		return feedback.ErrConflict
	}
	return err
}

package sqlitestore

import (
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

var _ backup.Store = (*Store)(nil)

// snapshot is one read transaction on a connection of its own: the file as it
// was at one moment, while others go on writing.
type snapshot struct {
	db *sql.DB
	tx *sql.Tx
}

// Snapshot implements backup.Source. While it is open the log of the file
// grows with what is written.
func (s *Store) Snapshot(ctx context.Context) (backup.Snapshot, error) {
	db, err := sql.Open("sqlite", dsn(s.path, common, readerOnly))
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(context.WithoutCancel(ctx), nil) // it ends at Close; every query has its own context
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", errors.Join(err, db.Close()))
	}
	snap := &snapshot{db: db, tx: tx}
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT n FROM pulse").Scan(&n); err != nil { // the first reading fixes the moment
		return nil, fmt.Errorf("snapshot: %w", errors.Join(err, snap.Close()))
	}
	return snap, nil
}

// Close implements backup.Snapshot.
func (s *snapshot) Close() error { return errors.Join(s.tx.Rollback(), s.db.Close()) }

func (s *snapshot) rows(ctx context.Context, query string, each func(r *sql.Rows) error) (err error) {
	r, err := s.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for r.Next() {
		if err := each(r); err != nil {
			return err
		}
	}
	return r.Err()
}

// Submissions implements backup.Snapshot.
func (s *snapshot) Submissions(ctx context.Context, each func(feedback.Submission) error) error {
	return s.rows(ctx, "SELECT serial, rev, doc, sealed FROM submission ORDER BY serial", func(r *sql.Rows) error {
		var d document
		if err := r.Scan(&d.serial, &d.rev, &d.doc, &d.sealed); err != nil {
			return err
		}
		sub, err := d.whole()
		if err != nil {
			return err
		}
		return each(sub)
	})
}

// Claims implements backup.Snapshot.
func (s *snapshot) Claims(ctx context.Context, each func(backup.Claim) error) error {
	return s.rows(ctx, "SELECT key, serial, body, sealed, until FROM intake_key ORDER BY key", func(r *sql.Rows) error {
		var c backup.Claim
		var serial, until int64
		if err := r.Scan(&c.Key, &serial, &c.Body, &c.Sealed, &until); err != nil {
			return err
		}
		c.Number, c.Until = cursor.Number(serial), instant(until)
		return each(c)
	})
}

// Accounts implements backup.Snapshot.
func (s *snapshot) Accounts(ctx context.Context, each func(staff.Account) error) error {
	return s.rows(ctx, "SELECT rev, doc FROM account ORDER BY name", func(r *sql.Rows) error {
		var a staff.Account
		var rev int64
		var doc []byte
		if err := r.Scan(&rev, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal(doc, &a); err != nil {
			return err
		}
		a.Rev = rev
		return each(a)
	})
}

// Series implements backup.Snapshot.
func (s *snapshot) Series(ctx context.Context, each func(backup.Series) error) error {
	return s.rows(ctx, "SELECT year, last FROM series ORDER BY year", func(r *sql.Rows) error {
		var n backup.Series
		if err := r.Scan(&n.Year, &n.Last); err != nil {
			return err
		}
		return each(n)
	})
}

// Marks implements backup.Snapshot.
func (s *snapshot) Marks(ctx context.Context, each func(backup.Mark) error) error {
	return s.rows(ctx, "SELECT name, value FROM mark ORDER BY name", func(r *sql.Rows) error {
		var m backup.Mark
		if err := r.Scan(&m.Name, &m.Value); err != nil {
			return err
		}
		return each(m)
	})
}

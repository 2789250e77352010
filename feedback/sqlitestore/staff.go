package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// AddAccount implements staff.Store.
func (s *Store) AddAccount(ctx context.Context, a staff.Account) error {
	a.Rev = 1
	doc, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	err = s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO account (name, rev, doc) VALUES (?, 1, ?)", a.Name, string(doc))
		if taken(err) {
			return feedback.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	return nil
}

// ReplaceAccount implements staff.Store.
func (s *Store) ReplaceAccount(ctx context.Context, a staff.Account, rev int64) error {
	a.Rev = rev + 1
	doc, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("replace account: %w", err)
	}
	err = s.change(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, "UPDATE account SET rev = ?, doc = ? WHERE name = ? AND rev = ?", a.Rev, string(doc), a.Name, rev)
		if err != nil || n == 1 {
			return err
		}
		var one int
		if err := t.row(ctx, "SELECT 1 FROM account WHERE name = ?", []any{a.Name}, &one); err != nil {
			return err
		}
		return feedback.ErrConflict
	})
	if err != nil {
		return fmt.Errorf("replace account: %w", err)
	}
	return nil
}

// Account implements staff.Store.
func (s *Store) Account(ctx context.Context, name string) (staff.Account, error) {
	accounts, err := s.accounts(ctx, "SELECT rev, doc FROM account WHERE name = ?", name)
	if err == nil && len(accounts) == 0 {
		err = fmt.Errorf("account: %w", feedback.ErrNotFound)
	}
	if err != nil {
		return staff.Account{}, err
	}
	return accounts[0], nil
}

// Accounts implements staff.Store.
func (s *Store) Accounts(ctx context.Context) ([]staff.Account, error) {
	return s.accounts(ctx, "SELECT rev, doc FROM account ORDER BY name")
}

func (s *Store) accounts(ctx context.Context, query string, args ...any) ([]staff.Account, error) {
	var accounts []staff.Account
	err := s.rows(ctx, query, args, func(r *sql.Rows) error {
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
		accounts = append(accounts, a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return accounts, nil
}

// AddSession implements staff.Store; ErrConflict when the digest is there.
func (s *Store) AddSession(ctx context.Context, n staff.Session) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO session (digest, account, started, seen, csrf) VALUES (?, ?, ?, ?, ?)",
			n.Digest, n.Account, millis(n.Started), millis(n.Seen), n.CSRF)
		if taken(err) {
			return feedback.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

// Session implements staff.Store.
func (s *Store) Session(ctx context.Context, digest []byte) (staff.Session, error) {
	n := staff.Session{Digest: digest}
	var started, seen int64
	err := s.read(ctx, func(db *sql.DB) error {
		row := db.QueryRowContext(ctx, "SELECT account, started, seen, csrf FROM session WHERE digest = ?", digest)
		return notFound(row.Scan(&n.Account, &started, &seen, &n.CSRF))
	})
	if err != nil {
		return staff.Session{}, fmt.Errorf("session: %w", err)
	}
	n.Started, n.Seen = instant(started), instant(seen)
	return n, nil
}

// Sessions implements staff.Store.
func (s *Store) Sessions(ctx context.Context, account string) ([]staff.Session, error) {
	var list []staff.Session
	err := s.rows(ctx, "SELECT digest, started, seen, csrf FROM session WHERE account = ?", []any{account}, func(r *sql.Rows) error {
		n := staff.Session{Account: account}
		var started, seen int64
		if err := r.Scan(&n.Digest, &started, &seen, &n.CSRF); err != nil {
			return err
		}
		n.Started, n.Seen = instant(started), instant(seen)
		list = append(list, n)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return list, nil
}

// TouchSession implements staff.Store. The time never moves back: two copies
// of the site may touch in any order.
func (s *Store) TouchSession(ctx context.Context, digest []byte, seen time.Time) error {
	return s.run(ctx, "touch session", "UPDATE session SET seen = max(seen, ?) WHERE digest = ?", millis(seen), digest)
}

// EndSession implements staff.Store.
func (s *Store) EndSession(ctx context.Context, digest []byte) error {
	return s.run(ctx, "end session", "DELETE FROM session WHERE digest = ?", digest)
}

// EndSessions implements staff.Store.
func (s *Store) EndSessions(ctx context.Context, name string, before time.Time) error {
	if name != "" {
		return s.run(ctx, "end sessions", "DELETE FROM session WHERE account = ?", name)
	}
	return s.run(ctx, "end sessions", "DELETE FROM session WHERE seen < ?", millis(before))
}

// run is a write of one statement that asks nothing back.
func (s *Store) run(ctx context.Context, what, query string, args ...any) error {
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

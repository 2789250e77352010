package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
)

// Keep implements feedback.Vault.
func (s *Store) Keep(ctx context.Context, key, value []byte, until time.Time) error {
	if value == nil {
		value = []byte{}
	}
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO secret (key, value, until) VALUES (?, ?, ?)", key, value, millis(until))
		if taken(err) {
			return feedback.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep secret: %w", err)
	}
	return nil
}

// Put implements feedback.Vault.
func (s *Store) Put(ctx context.Context, key, value []byte, until time.Time) error {
	if value == nil {
		value = []byte{}
	}
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "INSERT INTO secret (key, value, until) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until",
			key, value, millis(until))
		return err
	})
	if err != nil {
		return fmt.Errorf("put secret: %w", err)
	}
	return nil
}

// Look implements feedback.Vault.
func (s *Store) Look(ctx context.Context, key []byte, now time.Time) ([]byte, error) {
	var value []byte
	err := s.read(ctx, func(db *sql.DB) error {
		return notFound(db.QueryRowContext(ctx, "SELECT value FROM secret WHERE key = ? AND until >= ?", key, millis(now)).Scan(&value))
	})
	if err != nil {
		return nil, fmt.Errorf("look at secret: %w", err)
	}
	return value, nil
}

// Take implements feedback.Vault.
func (s *Store) Take(ctx context.Context, key []byte, now time.Time) ([]byte, error) {
	value, err := write(ctx, s, func(ctx context.Context, t *tx) ([]byte, error) {
		var value []byte
		var until int64
		err := t.row(ctx, "SELECT value, until FROM secret WHERE key = ?", []any{key}, &value, &until)
		if err != nil {
			return nil, err
		}
		if _, err := t.exec(ctx, "DELETE FROM secret WHERE key = ?", key); err != nil {
			return nil, err
		}
		if until < millis(now) {
			return nil, nil // too late; removing it is still right
		}
		return append([]byte{}, value...), nil
	})
	if err == nil && value == nil {
		err = feedback.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("take secret: %w", err)
	}
	return value, nil
}

// Mark implements feedback.Vault.
func (s *Store) Mark(ctx context.Context, name, value string) (string, error) {
	kept, err := s.marked(ctx, name)
	if err == nil || !errors.Is(err, feedback.ErrNotFound) {
		return kept, err
	}
	kept, err = write(ctx, s, func(ctx context.Context, t *tx) (string, error) {
		if _, err := t.exec(ctx, "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", name, value); err != nil {
			return "", err
		}
		var kept string
		err := t.row(ctx, "SELECT value FROM mark WHERE name = ?", []any{name}, &kept)
		return kept, err
	})
	if err != nil {
		return "", fmt.Errorf("mark %s: %w", name, err)
	}
	return kept, nil
}

func (s *Store) marked(ctx context.Context, name string) (string, error) {
	var kept string
	err := s.read(ctx, func(db *sql.DB) error {
		return notFound(db.QueryRowContext(ctx, "SELECT value FROM mark WHERE name = ?", name).Scan(&kept))
	})
	if err != nil {
		return "", fmt.Errorf("mark %s: %w", name, err)
	}
	return kept, nil
}

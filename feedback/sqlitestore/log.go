package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback"
	"rectify/feedback/translog"
)

var _ translog.Store = Log{}

// Log is the public log in the same file. It implements translog.Store.
type Log struct{ s *Store }

// Log answers the public log that is kept here.
func (s *Store) Log() translog.Store { return Log{s} }

// Size implements translog.Store.
func (l Log) Size(ctx context.Context) (int64, error) {
	var n int64
	err := l.s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT ifnull(max(idx) + 1, 0) FROM log_entry").Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("size of log: %w", err)
	}
	return n, nil
}

// Append implements translog.Store; here all entries are kept or none.
func (l Log) Append(ctx context.Context, entries []translog.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if len(entries) > translog.MaxAppend {
		return fmt.Errorf("append to log: %d entries, at most %d", len(entries), translog.MaxAppend)
	}
	err := l.s.change(ctx, func(ctx context.Context, t *tx) error {
		return t.whole(ctx, func() error { return t.appendLog(ctx, entries) })
	})
	if err != nil {
		return fmt.Errorf("append to log: %w", err)
	}
	return nil
}

func (t *tx) appendLog(ctx context.Context, entries []translog.Entry) error {
	var size int64
	if err := t.row(ctx, "SELECT ifnull(max(idx) + 1, 0) FROM log_entry", nil, &size); err != nil {
		return err
	}
	for i, e := range entries {
		if e.Index != size+int64(i) {
			return fmt.Errorf("index %d at size %d: %w", e.Index, size, translog.ErrTaken)
		}
		_, err := t.exec(ctx, "INSERT INTO log_entry (idx, ref, at, leaf) VALUES (?, ?, ?, ?)", e.Index, e.Ref, e.At, e.Leaf)
		if taken(err) {
			return fmt.Errorf("%s: %w", e.Ref, translog.ErrTaken)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// whole runs several statements of one job as one: what they did is undone when
// one fails, and the transaction around them goes on.
func (t *tx) whole(ctx context.Context, do func() error) error {
	if err := t.w.exec(ctx, "SAVEPOINT job"); err != nil {
		return err
	}
	err := do()
	if err != nil {
		if undo := t.w.exec(ctx, "ROLLBACK TO job"); undo != nil {
			return errors.Join(undo, err)
		}
	}
	return errors.Join(err, t.w.exec(ctx, "RELEASE job"))
}

// Entries implements translog.Store.
func (l Log) Entries(ctx context.Context, from int64, limit int) ([]translog.Entry, error) {
	return l.entries(ctx, "SELECT idx, ref, at, leaf FROM log_entry WHERE idx >= ? ORDER BY idx LIMIT ?", from, max(limit, 0))
}

// ByRef implements translog.Store.
func (l Log) ByRef(ctx context.Context, r translog.Refs) ([]translog.Entry, error) {
	order := "ref"
	if r.Down {
		order = "ref DESC"
	}
	return l.entries(ctx, "SELECT idx, ref, at, leaf FROM log_entry WHERE ref >= ? AND ref < ? ORDER BY "+order+" LIMIT ?", r.From, r.To, max(r.Limit, 0))
}

func (l Log) entries(ctx context.Context, query string, args ...any) ([]translog.Entry, error) {
	var list []translog.Entry
	err := l.s.rows(ctx, query, args, func(r *sql.Rows) error {
		var e translog.Entry
		err := r.Scan(&e.Index, &e.Ref, &e.At, &e.Leaf)
		list = append(list, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return list, nil
}

// Hashes implements translog.Store.
func (l Log) Hashes(ctx context.Context, ids []int64) ([]tlog.Hash, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	byID := make(map[int64]tlog.Hash, len(ids))
	query := "SELECT id, hash FROM log_hash WHERE id IN (?" + strings.Repeat(", ?", len(ids)-1) + ")"
	err := l.s.rows(ctx, query, args, func(r *sql.Rows) error {
		var id int64
		var raw []byte
		if err := r.Scan(&id, &raw); err != nil {
			return err
		}
		if len(raw) != tlog.HashSize {
			return fmt.Errorf("hash %d: %d bytes", id, len(raw))
		}
		byID[id] = tlog.Hash(raw)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		h, ok := byID[id]
		if !ok {
			return nil, fmt.Errorf("read log: hash %d: %w", id, translog.ErrNotFound)
		}
		out[i] = h
	}
	return out, nil
}

// Advance implements translog.Store: hashes and head are one change.
func (l Log) Advance(ctx context.Context, was int64, hashes []tlog.Hash, h translog.Head) error {
	err := l.s.change(ctx, func(ctx context.Context, t *tx) error {
		return t.whole(ctx, func() error { return t.advance(ctx, was, hashes, h) })
	})
	if err != nil {
		return fmt.Errorf("advance log: %w", err)
	}
	return nil
}

func (t *tx) advance(ctx context.Context, was int64, hashes []tlog.Hash, h translog.Head) error {
	var last int64
	if err := t.row(ctx, "SELECT ifnull(max(size), 0) FROM log_head", nil, &last); err != nil {
		return err
	}
	if last != was || h.Size <= was {
		return fmt.Errorf("head of %d after %d, last is %d: %w", h.Size, was, last, translog.ErrTaken)
	}
	first := tlog.StoredHashCount(was)
	for i, hash := range hashes {
		id := first + int64(i)
		_, err := t.exec(ctx, "INSERT INTO log_hash (id, hash) VALUES (?, ?)", id, hash[:])
		if taken(err) {
			var kept []byte
			if err := t.row(ctx, "SELECT hash FROM log_hash WHERE id = ?", []any{id}, &kept); err != nil {
				return err
			}
			if bytes.Equal(kept, hash[:]) {
				continue
			}
			return fmt.Errorf("hash %d is there with another value: %w", id, feedback.ErrConflict)
		}
		if err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, "INSERT INTO log_head (size, root, at, note) VALUES (?, ?, ?, ?)", h.Size, h.Root[:], millis(h.At), h.Note)
	return err
}

// Head implements translog.Store.
func (l Log) Head(ctx context.Context, most int64) (translog.Head, error) {
	list, err := l.heads(ctx, "SELECT size, root, at, note FROM log_head WHERE size <= ? ORDER BY size DESC LIMIT 1", most)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("head: %w", translog.ErrNotFound)
	}
	if err != nil {
		return translog.Head{}, err
	}
	return list[0], nil
}

// Heads implements translog.Store.
func (l Log) Heads(ctx context.Context, from int64, limit int) ([]translog.Head, error) {
	return l.heads(ctx, "SELECT size, root, at, note FROM log_head WHERE size >= ? ORDER BY size LIMIT ?", from, max(limit, 0))
}

func (l Log) heads(ctx context.Context, query string, args ...any) ([]translog.Head, error) {
	var list []translog.Head
	err := l.s.rows(ctx, query, args, func(r *sql.Rows) error {
		var h translog.Head
		var root []byte
		var at int64
		if err := r.Scan(&h.Size, &root, &at, &h.Note); err != nil {
			return err
		}
		copy(h.Root[:], root)
		h.At = instant(at)
		list = append(list, h)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read heads: %w", err)
	}
	return list, nil
}

// Cosign implements translog.Store.
func (l Log) Cosign(ctx context.Context, c translog.Cosignature) error {
	const query = `INSERT INTO log_cosignature (size, witness, at, line) VALUES (?, ?, ?, ?)
  ON CONFLICT (size, witness) DO UPDATE SET at = excluded.at, line = excluded.line`
	err := l.s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, query, c.Size, c.Witness, millis(c.At), c.Line)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep cosignature: %w", err)
	}
	return nil
}

// Cosignatures implements translog.Store.
func (l Log) Cosignatures(ctx context.Context, from int64, down bool, limit int) ([]translog.Cosignature, error) {
	query := "SELECT size, witness, at, line FROM log_cosignature WHERE size >= ? ORDER BY size, witness LIMIT ?"
	if down {
		query = "SELECT size, witness, at, line FROM log_cosignature WHERE size >= ? ORDER BY size DESC, witness DESC LIMIT ?"
	}
	var list []translog.Cosignature
	err := l.s.rows(ctx, query, []any{from, max(limit, 0)}, func(r *sql.Rows) error {
		var c translog.Cosignature
		var at int64
		err := r.Scan(&c.Size, &c.Witness, &at, &c.Line)
		c.At = instant(at)
		list = append(list, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read cosignatures: %w", err)
	}
	return list, nil
}

package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"rectify/feedback/batch"
)

// ErrReadOnly is the answer to a write into a store that was only looked at.
var ErrReadOnly = errors.New("store was opened to be looked at")

// Schema is how the schema of a store stands to the one that this program makes.
type Schema struct {
	Version, Known int
	Missing        []string // tables and indexes that should be there
}

// Look opens the store in dir to be read, without changing a byte of it: nothing
// is made, brought up to date or repaired. Where the versions differ there is no
// store to ask, and the schema says so. fs.ErrNotExist: there is none.
func Look(ctx context.Context, dir string) (*Store, Schema, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, Schema{}, fmt.Errorf("look at store: %w", err)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, Schema{}, fmt.Errorf("look at store: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path, common, readerOnly)+"&"+readAs(path))
	if err != nil {
		return nil, Schema{}, fmt.Errorf("look at store: %w", err)
	}
	s := &Store{path: path, h: &handles{readers: db}}
	s.writes = batch.New(func(context.Context, []job) ([]outcome, error) { return nil, ErrReadOnly }, batch.Options{Max: 1, Queue: 1})
	schema, err := compared(ctx, db)
	if err != nil {
		return nil, schema, fmt.Errorf("look at store %s: %w", path, errors.Join(err, s.Close()))
	}
	if schema.Version != schema.Known {
		return nil, schema, s.Close()
	}
	return s, schema, nil
}

// readAs is how a file is opened that must not change. Without a log beside it
// nobody has it open, and SQLite need not make one to read it.
func readAs(path string) string {
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		return "immutable=1"
	}
	return "mode=ro"
}

// compared holds the schema of a file to the one that the steps make.
func compared(ctx context.Context, db *sql.DB) (s Schema, err error) {
	todo, err := steps()
	if err != nil {
		return s, err
	}
	s.Known = len(todo)
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&s.Version); err != nil || s.Version != s.Known {
		return s, err
	}
	fresh, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return s, err
	}
	fresh.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, fresh.Close()) }()
	for _, step := range todo {
		if _, err := fresh.ExecContext(ctx, step); err != nil {
			return s, err
		}
	}
	want, err := things(ctx, fresh)
	if err != nil {
		return s, err
	}
	have, err := things(ctx, db)
	for _, name := range want {
		if !slices.Contains(have, name) {
			s.Missing = append(s.Missing, name)
		}
	}
	return s, err
}

// things are the tables and indexes of a file by name.
func things(ctx context.Context, db *sql.DB) (list []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, rows.Err()
}

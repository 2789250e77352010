package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// writer is the one connection that writes. Only one goroutine uses it at a
// time. Its statements are prepared once.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openWriter(ctx context.Context, path string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, common, writerOnly))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &writer{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (w *writer) close() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

func (w *writer) exec(ctx context.Context, query string) error {
	_, err := w.conn.ExecContext(ctx, query)
	return err
}

// rollback leaves no transaction open; without one it does nothing.
func (w *writer) rollback() {
	_ = w.exec(context.Background(), "ROLLBACK")
}

// prepared answers the statement for a query, prepared at first use.
func (w *writer) prepared(query string) (*sql.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	w.stmts[query] = st
	return st, nil
}

// prove makes everything that can be read now durable by writing it once more
// and syncing that. After a failed sync the system may call lost pages clean,
// so a later sync of the log alone proves nothing; folding the log into the
// database does. Strict fails when another process keeps it from doing so;
// otherwise a sync of the log must do, which is enough unless a sync failed.
func (w *writer) prove(ctx context.Context, strict bool) error {
	var busy, frames, folded int
	if err := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(FULL)").Scan(&busy, &frames, &folded); err != nil {
		return fmt.Errorf("fold the log: %w", err)
	}
	if busy == 0 && frames == folded {
		return nil
	}
	if strict {
		return fmt.Errorf("fold the log: another process is reading (%d of %d)", folded, frames)
	}
	if err := w.exec(ctx, "UPDATE pulse SET n = n + 1"); err != nil {
		return fmt.Errorf("sync the log: %w", err)
	}
	return nil
}

// code is SQLite's extended result code, 0 for errors of anything else.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// local reports whether an error concerns one statement only: SQLite has
// undone that statement, and the transaction around it may go on.
func local(err error) bool {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE:
		return true
	}
	return false
}

// taken reports whether a value that must be unique is there already.
func taken(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// harmless reports whether a failed commit left the files as they were: the
// lock was held elsewhere, or the disk had no room. After any other failure
// what lies in the files is in doubt.
func harmless(err error) bool {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL:
		return true
	}
	return local(err)
}

func splitPragmas(list string) []string { return strings.Split(list, ",") }

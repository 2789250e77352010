package sqlitestore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// File is the name of the database in the data folder.
const File = "rectify.db"

// The schema as it grew: the nth file makes version n out of the one before,
// and the first one version 1 out of an empty file. The file's user_version
// counts them. A file that was once released is never changed.
//
//go:embed steps/*.sql
var schema embed.FS

// steps are the changes of the schema in the order of their numbers.
func steps() ([]string, error) {
	list, err := schema.ReadDir("steps")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(list))
	for _, f := range list {
		number, _, _ := strings.Cut(f.Name(), "-")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(steps) || steps[n-1] != "" {
			return nil, fmt.Errorf("schema: %d steps, and one is called %s", len(list), f.Name())
		}
		src, err := schema.ReadFile("steps/" + f.Name())
		if err != nil {
			return nil, err
		}
		steps[n-1] = string(src)
	}
	return steps, nil
}

// ErrSchema means that the file was written by a newer program, or is no file
// of this program at all.
var ErrSchema = errors.New("database schema not known")

// Pragmas of every connection. A commit waits for the disk (synchronous=FULL);
// another process may hold the write lock for a moment (busy_timeout, ms); the
// log is folded back every 16 MB, because every fold costs two more syncs.
const (
	common     = "busy_timeout(5000),foreign_keys(1),cache_size(-16000),temp_store(memory)"
	writerOnly = "journal_mode(wal),synchronous(full),wal_autocheckpoint(4000),journal_size_limit(67108864)"
	readerOnly = "query_only(1)"
)

// handles are the connections to one opened file.
type handles struct {
	writer  *writer
	readers *sql.DB
}

// Open opens or makes the store in dir, which is made with mode 0700 if it is
// not there; its files have mode 0600. Everything found in it is durable when
// Open returns, also what a program wrote that died before its sync. ErrSchema
// names both versions when the file is newer than the program.
func Open(ctx context.Context, dir string) (*Store, error) {
	path, err := prepare(dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	h, err := openHandles(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := h.writer.prove(ctx, false); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, errors.Join(err, h.close()))
	}
	return newStore(path, h), nil
}

// prepare makes folder and file before SQLite does, so that neither is ever
// readable by others; the log files take their mode from the file.
func prepare(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(abs, File)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	// The names themselves must survive a power cut, not only the contents.
	return path, errors.Join(syncFolder(abs), syncFolder(filepath.Dir(abs)))
}

func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	f, err := os.Open(dir)
	if errors.Is(err, os.ErrPermission) {
		return nil // a parent that we may not read was not made by us
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func openHandles(ctx context.Context, path string) (*handles, error) {
	w, err := openWriter(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := w.migrate(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	readers, err := sql.Open("sqlite", dsn(path, common, readerOnly))
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n)
	return &handles{writer: w, readers: readers}, nil
}

func (h *handles) close() error {
	return errors.Join(h.readers.Close(), h.writer.close())
}

// dsn names the file so that no character of the path is taken for a parameter.
func dsn(path string, pragmas ...string) string {
	q := url.Values{}
	for _, list := range pragmas {
		for _, p := range splitPragmas(list) {
			q.Add("_pragma", p)
		}
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// migrate brings the file to the schema of this program, in one transaction, and
// refuses one that it does not know.
func (w *writer) migrate(ctx context.Context) error {
	if err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer w.rollback()
	var version, tables int
	if err := w.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	todo, err := steps()
	if err != nil {
		return err
	}
	switch {
	case version == len(todo):
		return nil
	case version < 0 || version > len(todo):
		return fmt.Errorf("%w: file has version %d, program knows up to %d", ErrSchema, version, len(todo))
	case version == 0 && tables > 0:
		return fmt.Errorf("%w: file has version 0 with %d tables", ErrSchema, tables)
	}
	for _, step := range todo[version:] {
		if err := w.exec(ctx, step); err != nil {
			return fmt.Errorf("make schema: %w", err)
		}
	}
	if err := w.exec(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(todo))); err != nil {
		return err
	}
	return w.exec(ctx, "COMMIT")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/feedback"
	"rectify/feedback/mongostore"
	"rectify/feedback/sealedstore"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
	"rectify/site/body"
)

// store is everything that a store of feedback does.
type store interface{ sealedstore.Inner }

// database is the name of the MongoDB database where the URI names none.
const database = "rectify"

// open opens the store that was asked for.
func (s stored) open(ctx context.Context) (store, error) {
	if s.Mongo == "" {
		return sqlitestore.Open(ctx, s.Data)
	}
	return mongostore.Open(ctx, s.Mongo, s.database())
}

// database is the one that the URI names.
func (s stored) database() string {
	if u, err := url.Parse(s.Mongo); err == nil && strings.Trim(u.Path, "/") != "" {
		return strings.Trim(u.Path, "/")
	}
	return database
}

// keyMark is the mark of a store that says which master key it began with.
const keyMark = "key fingerprint"

// errOtherKey means that a key file is not the one that the store began with.
var errOtherKey = errors.New("does not belong to this store")

// keyPath is the file of the master key.
func (s stored) keyPath() string {
	if s.KeyFile != "" {
		return s.KeyFile
	}
	return filepath.Join(s.Data, "master.key")
}

// keys reads the master key, or makes it at the first start, and holds it to
// the store: with another key no receipt code would ever be found again.
func (s stored) keys(ctx context.Context, vault feedback.Vault) (feedback.Keys, error) {
	path := s.keyPath()
	k, err := readKey(path)
	if err != nil {
		return k, err
	}
	kept, err := vault.Mark(ctx, keyMark, k.Fingerprint())
	if err != nil {
		return k, fmt.Errorf("key: %w", err)
	}
	if kept != k.Fingerprint() {
		return k, fmt.Errorf("key file %s: %w; every copy of a site needs the key file of the first (--key-file)", path, errOtherKey)
	}
	return k, nil
}

// notices answers the folder of notices: the one asked for, or the built-in one.
func notices(dir string) (fs.FS, error) {
	if dir == "" {
		return builtin.FS(), nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("notices: %s is no folder: %w", dir, errUsage)
	}
	return os.DirFS(dir), nil
}

// settings reads site.yaml; without one the body is unset, which check names.
func settings(fsys fs.FS) (*body.Body, []content.Diagnostic, error) {
	src, err := fs.ReadFile(fsys, body.File)
	if errors.Is(err, fs.ErrNotExist) {
		b, _ := body.Parse(nil)
		return b, []content.Diagnostic{{File: body.File, Severity: content.Warning, Code: "no-settings"}}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("settings: %w", err)
	}
	b, found := body.Parse(src)
	return b, found, nil
}

// logger writes to standard error, as JSON where nobody is looking.
func logger() *slog.Logger {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, nil))
}

// keeper makes what signs staff in.
func keeper(s store) (*staff.Keeper, error) { return staff.NewKeeper(s, s, time.Now) }

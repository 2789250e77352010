// Package backup copies a store as a whole into one sealed file and out of it
// into a store of the same or another kind: submissions, what keeps a repeated
// request from being filed twice, accounts, number series and marks. Sessions
// and secrets kept for an hour are left out: who was signed in signs in again.
//
// It sees stores through the interfaces of store.go; it must not know what is
// in the sections that others add, nor any driver.
//
// Start reading at this file, then store.go, sections.go and restore.go; the
// file itself is the sister room archive.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"rectify/feedback"
	"rectify/feedback/backup/archive"
)

// Key draws the key of backups from the master key. So a backup is as secret as
// the store's own key file, which is not in it.
func Key(k feedback.Keys) archive.Key {
	return archive.Key{Name: k.Fingerprint(), Secret: k.Derive("backup", nil)}
}

// Write writes all that is in s, and the sections of others, to w. The site may
// run meanwhile; what Snapshot says holds.
func Write(ctx context.Context, w io.Writer, k feedback.Keys, now time.Time, s Source, others ...archive.Section) (m archive.Manifest, err error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return archive.Write(ctx, w, Key(k), now, append(outward(snap), others...))
}

// File makes the file at path, readable by its owner only. It stands there
// whole or not at all; an older one stays until then.
func File(path string, write func(w io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new") // mode 0600
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the name durable, where the system can.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	_ = f.Sync() // not every system can do that for folders
	return f.Close()
}

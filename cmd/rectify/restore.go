package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rectify/feedback/audit"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/sealedstore"
)

// restoreCmd reads a backup into an empty store.
type restoreCmd struct {
	stored
	Content string `help:"Empty folder for the notices; without it they stand where serve looks for them." type:"path" placeholder:"DIR"`
	DryRun  bool   `help:"Check the whole file, say what it holds and restore nothing."`
	File    string `arg:"" type:"existingfile" help:"Backup to restore."`
}

// Run restores all of the file; run again after a power cut it goes on.
func (c *restoreCmd) Run(ctx context.Context) error {
	keys, err := c.masterKey()
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	// First without a store: a file that is no good makes not even a folder.
	m, err := backup.Check(ctx, f, keys, append(append((&place{}).parts(), mailParts(nil)...), backup.LogPart(nil), backup.AuditPart(nil), backup.BlobsPart(nil))...)
	if err != nil {
		return fmt.Errorf("restore %s: %w", c.File, err)
	}
	if c.DryRun {
		return summary("backup.sound", c.File, m)
	}
	if c.Content != "" {
		if err := os.MkdirAll(c.Content, 0o700); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	opened, err := c.openTarget(ctx)
	if err != nil {
		return err
	}
	p, err := openPlace(ctx, c.stored, c.Content)
	if err != nil {
		return errors.Join(err, opened.Close())
	}
	m, err = func() (m archive.Manifest, err error) {
		if err := ownKey(ctx, opened, keys); err != nil {
			return m, err
		}
		files, done, err := c.blobs(opened)
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, done()) }()
		return backup.Restore(ctx, f, keys, opened, append(append(p.parts(), mailParts(opened)...), backup.LogPart(opened.Log()), backup.AuditPart(opened.Audit()), backup.BlobsPart(files))...)
	}()
	if err == nil {
		err = atConsole(ctx, opened, audit.Backup, "", "restore "+m.ID())
	}
	if err = errors.Join(err, p.Close(), opened.Close()); err != nil {
		return err
	}
	if err := c.forget(); err != nil {
		return err
	}
	return summary("backup.restored", c.File, m)
}

// openTarget opens the store; where it has keys already, what a backup from
// before sealing holds in clear is sealed on its way in.
func (c *restoreCmd) openTarget(ctx context.Context) (store, error) {
	st, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	ring, err := sealedstore.FindRing(ctx, c.keysetPath(), st)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return st, nil
	case err != nil:
		return nil, errors.Join(err, st.Close())
	}
	return sealedstore.New(st, ring, false), nil
}

// forget takes away what a site drew from the data that stood here before: the
// search index and the index of notices. Both are made anew at the next start.
func (c *restoreCmd) forget() error {
	drawn, err := filepath.Glob(filepath.Join(c.Data, "search*"))
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, path := range append(drawn, filepath.Join(c.Data, "notices")) {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

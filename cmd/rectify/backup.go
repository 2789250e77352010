package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/site/i18n"
)

// backupCmd writes everything that a site keeps into one file.
type backupCmd struct {
	stored
	Content string `help:"Folder of notices, where the site is served with one." type:"path" placeholder:"DIR"`
	File    string `arg:"" type:"path" help:"File to write; sealed with the master key, which is not in it."`
}

// Run writes the file. The site may run meanwhile.
func (c *backupCmd) Run(ctx context.Context) error {
	if err := c.there(); err != nil {
		return err
	}
	keys, err := c.masterKey()
	if err != nil {
		return err
	}
	opened, err := c.open(ctx)
	if err != nil {
		return err
	}
	p, err := openPlace(ctx, c.stored, c.Content)
	if err != nil {
		return errors.Join(err, opened.Close())
	}
	m, err := c.write(ctx, opened, p, keys)
	if err = errors.Join(err, p.Close(), opened.Close()); err != nil {
		return err
	}
	return summary("backup.made", c.File, m)
}

func (c *backupCmd) write(ctx context.Context, from store, p *place, keys feedback.Keys) (m archive.Manifest, err error) {
	if err := errors.Join(backup.Whole(ctx, from), ownKey(ctx, from, keys)); err != nil {
		return m, err
	}
	log, err := backup.Log(ctx, from.Log()) // before anything else, for its reasons
	if err != nil {
		return m, err
	}
	files, done, err := c.blobs(from)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, done()) }()
	others := []archive.Section{log, backup.Audit(from.Audit()), backup.Blobs(files)}
	for _, s := range append(p.parts(), mailParts(from)...) {
		others = append(others, s.Section)
	}
	err = backup.File(c.File, func(w io.Writer) (err error) {
		m, err = backup.Write(ctx, w, keys, time.Now(), from, others...)
		return err
	})
	if err == nil {
		err = atConsole(ctx, from, audit.Backup, "", "backup")
	}
	return m, err
}

// atConsole notes what was done by a command.
func atConsole(ctx context.Context, st store, act audit.Act, object, reason string) error {
	return (&audit.Chain{Store: st.Audit(), Now: time.Now}).Add(ctx, audit.Console, act, object, reason)
}

// there refuses to make an empty embedded store only to back it up.
func (s stored) there() error {
	if s.Mongo != "" {
		return nil
	}
	if _, err := os.Stat(s.Data); err != nil {
		return fmt.Errorf("--data: %w: %w", err, errUsage)
	}
	return nil
}

// masterKey reads the key file, and makes none: a backup under a key that was
// drawn just now would be of use to nobody.
func (s stored) masterKey() (feedback.Keys, error) {
	path := cmp.Or(s.KeyFile, filepath.Join(s.Data, "master.key"))
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return feedback.Keys{}, fmt.Errorf("key file %s is not there; backups are sealed with the master key of the site, name its file (--key-file)", path)
	}
	return readKey(path)
}

// ownKey holds the key to the store, if the store has one.
func ownKey(ctx context.Context, s backup.Target, keys feedback.Keys) error {
	marks, err := s.Marks(ctx)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if m.Name == "key fingerprint" && m.Value != keys.Fingerprint() {
			return fmt.Errorf("the key file does not belong to this store: its key is %s, the file's is %s (--key-file)", m.Value, keys.Fingerprint())
		}
	}
	return nil
}

// summary says what a backup holds.
func summary(code, file string, m archive.Manifest) error {
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	lang := language()
	fmt.Println(words.Text(lang, code, file, m.Made.Local().Format("2006-01-02 15:04:05")))
	for _, s := range m.Sections {
		fmt.Println(words.Text(lang, "backup.section."+s.Name, s.Records))
	}
	return nil
}

package library

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rectify/content"
)

// indexFile holds what was read of every notice, so that the next start reads
// only what changed. It can be deleted at any time.
const indexFile = "index.gob"

// settled is how old a file must be when it is read for its time to be trusted:
// two changes within one tick of a file system's clock look the same.
const settled = 2 * time.Second

// index is the form on disk.
type index struct {
	Build string
	Rows  []indexRow
}

type indexRow struct {
	Notice  *content.Notice
	Loaded  time.Time
	Version int
	File    stamp
	Found   []finding
	Asked   []asked
}

// finding is a warning in a form that gob can write: values of any kind by
// their words.
type finding struct {
	content.Diagnostic
	Words []string
}

// readIndex answers what the last run read, or nothing: a file that is not
// there, of another build or damaged only costs time.
func (l *Library) readIndex() *Snapshot {
	s := &Snapshot{slugs: map[string]*Entry{}}
	if l.opts.Keep == "" || l.opts.Build == "" {
		return s
	}
	src, err := os.ReadFile(filepath.Join(l.opts.Keep, indexFile))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.opts.Log.Warn("index of notices not read", "err", err)
		}
		return s
	}
	var x index
	if err := gob.NewDecoder(bytes.NewReader(src)).Decode(&x); err != nil || x.Build != l.opts.Build {
		return s
	}
	for _, r := range x.Rows {
		e := &Entry{Notice: r.Notice, Loaded: r.Loaded, Version: r.Version, lib: l, file: r.File, asked: r.Asked}
		for _, f := range r.Found {
			for _, w := range f.Words {
				f.Args = append(f.Args, w)
			}
			e.found = append(e.found, f.Diagnostic)
		}
		s.slugs[e.Notice.Slug] = e
		s.entries = append(s.entries, e)
	}
	return s
}

// writeIndex keeps what was read. A failure costs only time at the next start.
func (l *Library) writeIndex(s *Snapshot) {
	if l.opts.Keep == "" || l.opts.Build == "" {
		return
	}
	x := index{Build: l.opts.Build}
	now := time.Now() // the clock that files have, not the site's
	for _, e := range s.entries {
		if e.Stale || e.src != nil || (e.file.Digest == "" && now.Sub(e.file.Mod) < settled) {
			continue
		}
		r := indexRow{Notice: e.Notice, Loaded: e.Loaded, Version: e.Version, File: e.file, Asked: e.asked}
		for _, d := range e.found {
			f := finding{Diagnostic: d}
			for _, a := range d.Args {
				f.Words = append(f.Words, word(a))
			}
			f.Args = nil
			r.Found = append(r.Found, f)
		}
		x.Rows = append(x.Rows, r)
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(x)
	if err == nil {
		err = l.write(filepath.Join(l.opts.Keep, indexFile), b.Bytes())
	}
	if err != nil {
		l.opts.Log.Warn("index of notices not kept", "err", err)
	}
}

func word(v any) string { return fmt.Sprint(v) }

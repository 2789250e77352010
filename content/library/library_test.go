package library_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"rectify/content"
	"rectify/content/library"
)

// sample is a small sound notice; title sets versions of it apart.
func sample(title string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`---
title: ` + title + `
issuer: 临水市文化和旅游局
date: 2026-11-06
published: 2026-11-09T09:30:00+08:00
contacts: {phone: [0600-555-0142]}
---

## 一、整改情况

#### 1.灯坏了

{#1-1}
##### ①门口的灯坏了

一是换灯。已经换好。
`)}
}

func open(t *testing.T, fsys fs.FS, keep string, log *slog.Logger) *library.Library {
	t.Helper()
	l, err := library.Open(t.Context(), library.Options{FS: fsys, Keep: keep, Log: log, Now: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func title(l *library.Library, slug string) string {
	e, ok := l.Snapshot().Notice(slug)
	if !ok {
		return ""
	}
	if e.Stale {
		return e.Notice.Title + " (stale)"
	}
	return e.Notice.Title
}

func reload(t *testing.T, l *library.Library) []string {
	t.Helper()
	changed, err := l.Reload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// A broken file leaves the version before it, says so with file and line, and
// gives way to the next good one.
func TestBrokenFileLeavesTheLastGoodVersion(t *testing.T) {
	var said bytes.Buffer
	fsys := fstest.MapFS{"lights.md": sample("甲")}
	l := open(t, fsys, t.TempDir(), slog.New(slog.NewTextHandler(&said, nil)))
	if got := title(l, "lights"); got != "甲" {
		t.Fatalf("at first %q", got)
	}
	fsys["lights.md"] = &fstest.MapFile{Data: bytes.Replace(sample("乙").Data, []byte("{#1-1}"), []byte("{#1-1 wings=\"2\"}"), 1)}
	if changed := reload(t, l); len(changed) != 1 || title(l, "lights") != "甲 (stale)" {
		t.Errorf("broken: %q, changed %v", title(l, "lights"), changed)
	}
	if ds := l.Diagnostics(); !content.HasErrors(ds) || ds[0].File != "lights.md" || ds[0].Line == 0 {
		t.Errorf("diagnostics %v", ds)
	}
	if !strings.Contains(said.String(), "unknown-attribute") || !strings.Contains(said.String(), "lights.md") {
		t.Errorf("the log says %s", said.String())
	}
	fsys["lights.md"] = sample("丙")
	reload(t, l)
	if got := title(l, "lights"); got != "丙" {
		t.Errorf("mended: %q", got)
	}
	delete(fsys, "lights.md")
	if changed := reload(t, l); len(changed) != 1 || title(l, "lights") != "" {
		t.Errorf("removed: %q, changed %v", title(l, "lights"), changed)
	}
}

// The last good version outlives the program; a notice that never was good
// does not appear.
func TestLastGoodVersionOutlivesTheProgram(t *testing.T) {
	keep := t.TempDir()
	open(t, fstest.MapFS{"lights.md": sample("甲")}, keep, nil)
	broken := fstest.MapFS{"lights.md": {Data: []byte("kein Kopf")}, "other.md": {Data: []byte("\xff")}}
	l := open(t, broken, keep, nil)
	if got := title(l, "lights"); got != "甲 (stale)" {
		t.Errorf("after a restart with a broken file: %q", got)
	}
	if n := len(l.Snapshot().Entries()); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
}

// What did not change is neither read nor rendered again.
func TestUnchangedNoticesStay(t *testing.T) {
	fsys := fstest.MapFS{"a.md": sample("甲"), "b.md": sample("乙"), "README.md": {Data: []byte("# x")}, "site.yaml": {Data: []byte("name: x")}}
	l := open(t, fsys, "", nil)
	before, _ := l.Snapshot().Notice("a")
	fsys["b.md"] = sample("丙")
	if changed := reload(t, l); len(changed) != 1 || changed[0] != "b" {
		t.Errorf("changed %v, want b alone", changed)
	}
	if after, _ := l.Snapshot().Notice("a"); after != before {
		t.Error("an unchanged notice was made anew")
	}
	if n := len(l.Snapshot().Entries()); n != 2 {
		t.Errorf("%d notices, want 2", n)
	}
}

// Notices that do not go together are left out; the rest stays.
func TestSetErrors(t *testing.T) {
	lost := sample("甲")
	lost.Data = bytes.Replace(lost.Data, []byte("issuer:"), []byte("supersedes: nowhere\nissuer:"), 1)
	l := open(t, fstest.MapFS{"a.md": lost, "b.md": sample("乙")}, "", nil)
	if title(l, "a") != "" || title(l, "b") != "乙" || !content.HasErrors(l.Diagnostics()) {
		t.Errorf("a %q, b %q, %v", title(l, "a"), title(l, "b"), l.Diagnostics())
	}
}

// Readers see one whole library while another is read.
func TestReloadBesideReaders(t *testing.T) {
	fsys := fstest.MapFS{"a.md": sample("甲"), "b.md": sample("乙")}
	l := open(t, fsys, t.TempDir(), nil)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if s := l.Snapshot(); len(s.Entries()) != 2 {
					t.Errorf("%d notices", len(s.Entries()))
				}
			}
		})
	}
	for range 20 {
		reload(t, l)
	}
	stop()
	wg.Wait()
}

package library_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// shut is a folder in which one file cannot be opened.
type shut struct {
	fstest.MapFS
	name string
}

func (s *shut) Open(name string) (fs.File, error) {
	if name == s.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("input/output error")}
	}
	return s.MapFS.Open(name)
}

func (s *shut) ReadDir(name string) ([]fs.DirEntry, error) { return s.MapFS.ReadDir(name) }

func superseding(title, slug string) *fstest.MapFile {
	f := sample(title)
	f.Data = bytes.Replace(f.Data, []byte("issuer:"), []byte("supersedes: "+slug+"\nissuer:"), 1)
	return f
}

// A disk that fails leaves what was read before, and the other notices.
func TestUnreadableFileLeavesTheLastGoodVersion(t *testing.T) {
	fsys := &shut{MapFS: fstest.MapFS{"a.md": sample("甲"), "b.md": sample("乙")}}
	l := open(t, fsys, "", nil)
	fsys.name = "a.md"
	reload(t, l)
	if title(l, "a") != "甲 (stale)" || title(l, "b") != "乙" {
		t.Errorf("a %q, b %q", title(l, "a"), title(l, "b"))
	}
	if ds := l.Diagnostics(); len(ds) != 1 || ds[0].Code != "unreadable" || ds[0].File != "a.md" {
		t.Errorf("diagnostics %v", ds)
	}
	fsys.name = ""
	if reload(t, l); title(l, "a") != "甲" {
		t.Errorf("readable again: %q", title(l, "a"))
	}
}

// A folder that is gone is an error of Reload, and the library stays as it was.
func TestFolderGone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", sample("甲").Data)
	l := open(t, os.DirFS(dir), "", nil)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Reload(t.Context()); err == nil || title(l, "a") != "甲" {
		t.Errorf("Reload says %v, the library shows %q", err, title(l, "a"))
	}
}

// What is wrong only beside the other notices does not take the last good
// version down either, in this run or in the next one.
func TestSetErrorLeavesTheLastGoodVersion(t *testing.T) {
	for name, x := range map[string]struct{ before, after fstest.MapFS }{
		"unknown": {fstest.MapFS{"a.md": sample("甲")}, fstest.MapFS{"a.md": superseding("新", "nowhere")}},
		"circle": {
			fstest.MapFS{"a.md": sample("甲"), "b.md": superseding("乙", "a")},
			fstest.MapFS{"a.md": superseding("新", "b"), "b.md": superseding("乙", "a")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			keep := t.TempDir()
			fsys := fstest.MapFS{}
			for k, f := range x.before {
				fsys[k] = f
			}
			l := open(t, fsys, keep, nil)
			for k, f := range x.after {
				fsys[k] = f
			}
			reload(t, l)
			if got := title(l, "a"); got != "甲 (stale)" {
				t.Errorf("a is %q", got)
			}
			if got := title(open(t, fsys, keep, nil), "a"); got != "甲 (stale)" {
				t.Errorf("after a restart a is %q", got)
			}
		})
	}
}

// Taking away an old notice does not take down the one that replaced it.
func TestSupersededNoticeTakenAway(t *testing.T) {
	fsys := fstest.MapFS{"old.md": sample("旧"), "new.md": superseding("新", "old")}
	l := open(t, fsys, "", nil)
	delete(fsys, "old.md")
	if changed := reload(t, l); !slices.Contains(changed, "old") || title(l, "new") != "新 (stale)" {
		t.Errorf("changed %v, new is %q", changed, title(l, "new"))
	}
	fsys["old.md"] = sample("旧")
	if reload(t, l); title(l, "new") != "新" {
		t.Errorf("with the old one back, new is %q", title(l, "new"))
	}
}

// A warning stays known while its file stays as it is.
func TestWarningsOutliveAReload(t *testing.T) {
	f := sample("甲")
	f.Data = bytes.Replace(f.Data, []byte("contacts: {phone: [0600-555-0142]}\n"), nil, 1)
	l := open(t, fstest.MapFS{"a.md": f}, "", nil)
	if ds := l.Diagnostics(); len(ds) != 1 || ds[0].Code != "no-contacts" {
		t.Fatalf("at first %v", ds)
	}
	if reload(t, l); len(l.Diagnostics()) != 1 {
		t.Errorf("after a reload %v", l.Diagnostics())
	}
}

// What was kept and is now broken itself is not shown; a folder that cannot be
// written costs nothing but the keeping.
func TestKeptVersionIsJudgedToo(t *testing.T) {
	keep := t.TempDir()
	write(t, keep, "a.md", []byte("half a noti"))
	if l := open(t, fstest.MapFS{"a.md": {Data: []byte("broken")}}, keep, nil); title(l, "a") != "" {
		t.Errorf("shows %q", title(l, "a"))
	}
	file := filepath.Join(keep, "a.md")
	if l := open(t, fstest.MapFS{"b.md": sample("乙")}, file, nil); title(l, "b") != "乙" {
		t.Errorf("without a folder to keep in: %q", title(l, "b"))
	}
}

func write(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

package shelf_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

func TestDir(t *testing.T) {
	shelftest.Run(t, func(t *testing.T) shelftest.Place {
		dir := t.TempDir()
		return func(t *testing.T) shelf.Shelf { return open(t, dir) }
	})
}

func open(t *testing.T, dir string) *shelf.Dir {
	t.Helper()
	d, err := shelf.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(data), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, s shelf.Shelf) []string {
	t.Helper()
	files, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range files {
		list = append(list, f.Name)
	}
	return list
}

// T48: links lead nowhere outside, neither for reading nor for writing.
func TestLinksDoNotLeadOut(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, outside, "secret", "x")
	write(t, dir, "in.md", "inside")
	for name, to := range map[string]string{
		"out.md": filepath.Join(outside, "secret"), "folder": outside, "up.md": "../" + filepath.Base(outside) + "/secret", "near.md": "in.md",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	d := open(t, dir)
	if got := names(t, d); len(got) != 2 || got[0] != "in.md" || got[1] != "near.md" {
		t.Errorf("list: %v", got)
	}
	for _, name := range []string{"out.md", "folder/secret", "up.md"} {
		if data, err := d.Read(t.Context(), name); err == nil {
			t.Errorf("%s read: %q", name, data)
		}
		if data, err := fs.ReadFile(d.FS(), name); err == nil {
			t.Errorf("%s read through FS: %q", name, data)
		}
		_ = d.Put(t.Context(), name, []byte("overwritten"), shelf.Any)
		_ = d.Remove(t.Context(), name, shelf.Any)
	}
	if err := d.Put(t.Context(), "folder/new.md", []byte("x"), shelf.None); err == nil {
		t.Error("written through a link")
	}
	if got, err := os.ReadFile(filepath.Join(outside, "secret")); err != nil || string(got) != "x" {
		t.Errorf("outside: %q, %v", got, err)
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Errorf("outside: %v, %v", left, err)
	}
}

// What a writer that died left behind, and what is hidden, does not count.
func TestHiddenFilesDoNotCount(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.md", ".a.md.new", "b.md.new", ".git/config", "sub/.c", "sub/d"} {
		write(t, dir, name, name)
	}
	d := open(t, dir)
	if got := names(t, d); len(got) != 2 || got[0] != "a.md" || got[1] != "sub/d" {
		t.Errorf("list: %v", got)
	}
	if err := d.Put(t.Context(), "a.md", []byte("new"), shelf.Digest([]byte("a.md"))); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, ".a.md.new")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left beside the file: %v", err)
	}
}

func TestModes(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	write(t, dir, "shared.md", "x")
	if err := os.Chmod(filepath.Join(dir, "shared.md"), 0o664); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"own/new.md": 0o600, "shared.md": 0o664} {
		if err := d.Put(t.Context(), name, []byte("y"), shelf.Any); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "own")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info, err)
	}
}

// A file edited by hand is seen, even within one step of the clock and with the
// same length; one that nobody touched is not read again.
func TestDigestsAreKept(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", "one")
	d := open(t, dir)
	for _, text := range []string{"two", "six", "ten"} {
		write(t, dir, "a.md", text)
		files, err := d.List(t.Context(), "")
		if err != nil || files[0].Digest != shelf.Digest([]byte(text)) {
			t.Errorf("%s: %v, %v", text, files, err)
		}
	}
	old := time.Now().Add(-time.Hour)
	stamp := func() {
		if err := os.Chtimes(filepath.Join(dir, "a.md"), old, old); err != nil {
			t.Fatal(err)
		}
	}
	stamp()
	before, err := d.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a.md", "xxx") // a change that hides itself shows that nothing was read
	stamp()
	if after, err := d.List(t.Context(), ""); err != nil || after[0] != before[0] {
		t.Errorf("read again: %v, %v", after, err)
	}
	write(t, dir, "a.md", "xxx")
	if after, err := d.List(t.Context(), ""); err != nil || after[0] == before[0] {
		t.Errorf("not read again: %v, %v", after, err)
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := shelf.OpenDir(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open: %v", err)
	}
}

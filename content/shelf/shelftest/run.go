// Package shelftest holds every kind of shelf to the same rules.
//
// It knows the interface and no implementation but Memory, which is for tests.
//
// Start reading at run.go; races.go has what happens at the same time.
package shelftest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rectify/content/shelf"
)

// Place is where a shelf under test stands: opening it again must show what was
// kept before.
type Place func(t *testing.T) shelf.Shelf

// Run runs every test; place makes a new, empty place each time it is called.
func Run(t *testing.T, place func(t *testing.T) Place) {
	for name, test := range map[string]func(*testing.T, Place){
		"put and read":       putAndRead,
		"compare":            compare,
		"remove":             removal,
		"hostile names":      hostileNames,
		"folders and files":  foldersAndFiles,
		"list":               list,
		"reopened":           reopened,
		"revision":           revision,
		"big":                big,
		"cancelled":          cancelled,
		"one winner":         oneWinner,
		"one winner at None": oneFirst,
		"one remover":        oneRemover,
		"never half":         neverHalf,
		"two openings":       twoOpenings,
	} {
		t.Run(name, func(t *testing.T) { test(t, place(t)) })
	}
}

func put(t *testing.T, s shelf.Shelf, name, data, was string) {
	t.Helper()
	if err := s.Put(t.Context(), name, []byte(data), was); err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, s shelf.Shelf, name, data string) {
	t.Helper()
	got, err := s.Read(t.Context(), name)
	if err != nil || string(got) != data {
		t.Errorf("%s holds %.40q, %v, want %.40q", name, got, err, data)
	}
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func digest(data string) string { return shelf.Digest([]byte(data)) }

func putAndRead(t *testing.T, open Place) {
	s := open(t)
	put(t, s, "a.md", "one", shelf.None)
	wants(t, s, "a.md", "one")
	put(t, s, "versions/厅/3.md", "deep", shelf.None)
	wants(t, s, "versions/厅/3.md", "deep")
	put(t, s, "empty", "", shelf.None)
	wants(t, s, "empty", "")
	put(t, s, "a.md", "two", shelf.Any)
	wants(t, s, "a.md", "two")
	put(t, s, "b.md", "new", shelf.Any)
	wants(t, s, "b.md", "new")
	_, err := s.Read(t.Context(), "c.md")
	is(t, err, shelf.ErrNotFound)
	binary := string([]byte{0, 255, 13, 10, 0xfe})
	put(t, s, "seal.bin", binary, shelf.None)
	wants(t, s, "seal.bin", binary)
}

func compare(t *testing.T, open Place) {
	s, ctx := open(t), t.Context()
	is(t, s.Put(ctx, "a.md", []byte("x"), digest("y")), shelf.ErrConflict)
	_, err := s.Read(ctx, "a.md")
	is(t, err, shelf.ErrNotFound)
	put(t, s, "a.md", "one", shelf.None)
	is(t, s.Put(ctx, "a.md", []byte("x"), shelf.None), shelf.ErrConflict)
	is(t, s.Put(ctx, "a.md", []byte("x"), digest("two")), shelf.ErrConflict)
	wants(t, s, "a.md", "one")
	put(t, s, "a.md", "two", digest("one"))
	put(t, s, "a.md", "two", digest("two")) // the same again
	wants(t, s, "a.md", "two")
	is(t, s.Put(ctx, "a.md", []byte("x"), "$gt"), shelf.ErrConflict)
}

func removal(t *testing.T, open Place) {
	s, ctx := open(t), t.Context()
	is(t, s.Remove(ctx, "a/b.md", shelf.Any), shelf.ErrNotFound)
	put(t, s, "a/b.md", "one", shelf.None)
	is(t, s.Remove(ctx, "a/b.md", digest("two")), shelf.ErrConflict)
	is(t, s.Remove(ctx, "a/b.md", shelf.None), shelf.ErrConflict)
	is(t, s.Remove(ctx, "a", shelf.Any), shelf.ErrNotFound) // a folder
	wants(t, s, "a/b.md", "one")
	is(t, s.Remove(ctx, "a/b.md", digest("one")), nil)
	_, err := s.Read(ctx, "a/b.md")
	is(t, err, shelf.ErrNotFound)
	is(t, s.Remove(ctx, "a/b.md", digest("one")), shelf.ErrNotFound)
	put(t, s, "a", "a file where the folder was", shelf.None)
	is(t, s.Remove(ctx, "a", shelf.Any), nil)
	put(t, s, "a/b.md", "back", shelf.None)
	wants(t, s, "a/b.md", "back")
}

// hostileNames: nothing stands outside the shelf, or is read there (T48, T54).
func hostileNames(t *testing.T, open Place) {
	s, ctx := open(t), t.Context()
	for _, name := range []string{
		"", ".", "..", "../x.md", "a/../../x.md", "/etc/passwd", "a//b", "a/", "./a", `a\..\b`, `C:\x`, "C:x", "a\x00b",
		".lock", ".hidden/a.md", "a/.b", "a.md.new", "b.new/c", "con?", "*", "\xff", strings.Repeat("长", 70),
	} {
		is(t, s.Put(ctx, name, []byte("x"), shelf.Any), shelf.ErrName)
		is(t, s.Remove(ctx, name, shelf.Any), shelf.ErrName)
		_, err := s.Read(ctx, name)
		is(t, err, shelf.ErrName)
	}
	for _, prefix := range []string{"../", "/", "../../etc/", ".", "a\x00", "\xff", "x/../"} {
		if files, err := s.List(ctx, prefix); err != nil || len(files) != 0 {
			t.Errorf("list %q: %v, %v", prefix, files, err)
		}
	}
	for _, name := range []string{"$set", "a.$gt", "{}", "_id", "通报 2026.md", "a'b;c.md", "new", "a.news"} { // odd and allowed
		put(t, s, name, name, shelf.None)
		wants(t, s, name, name)
	}
}

func foldersAndFiles(t *testing.T, open Place) {
	s, ctx := open(t), t.Context()
	put(t, s, "a/b/c.md", "one", shelf.None)
	for _, was := range []string{shelf.None, shelf.Any, digest("one")} {
		is(t, s.Put(ctx, "a", []byte("x"), was), shelf.ErrConflict)
		is(t, s.Put(ctx, "a/b", []byte("x"), was), shelf.ErrConflict)
		is(t, s.Put(ctx, "a/b/c.md/d", []byte("x"), was), shelf.ErrConflict)
	}
	for _, name := range []string{"a", "a/b", "a/b/c.md/d"} {
		_, err := s.Read(ctx, name)
		is(t, err, shelf.ErrNotFound)
	}
	wants(t, s, "a/b/c.md", "one")
}

func list(t *testing.T, open Place) {
	s := open(t)
	names := []string{"a.md", "a/1.md", "a/10.md", "a/2.md", "ab/1.md", "b", "z/厅/1", "厅.md"}
	for _, n := range slices.Backward(names) {
		put(t, s, n, "of "+n, shelf.None)
	}
	for prefix, want := range map[string][]string{
		"": names, "a": names[:5], "a/": names[1:4], "a/1": names[1:3], "z/厅/": names[6:7], "c": nil, "a.md/": nil, "a//": nil,
	} {
		files, err := s.List(t.Context(), prefix)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, f.Name)
			if f.Digest != digest("of "+f.Name) || f.Size != int64(len("of "+f.Name)) {
				t.Errorf("%s has digest %s and %d bytes", f.Name, f.Digest, f.Size)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("list %q: %v, want %v", prefix, got, want)
		}
	}
	put(t, s, "b", "OF b", shelf.Any) // as long as before
	files, err := s.List(t.Context(), "b")
	if err != nil || len(files) != 1 || files[0].Digest != digest("OF b") {
		t.Errorf("after a change: %v, %v", files, err)
	}
}

func reopened(t *testing.T, open Place) {
	s := open(t)
	put(t, s, "a/b.md", "one", shelf.None)
	put(t, s, "gone", "x", shelf.None)
	is(t, s.Remove(t.Context(), "gone", shelf.Any), nil)
	s = open(t)
	wants(t, s, "a/b.md", "one")
	put(t, s, "a/b.md", "two", digest("one"))
	if files, err := s.List(t.Context(), ""); err != nil || len(files) != 1 {
		t.Errorf("list: %v, %v", files, err)
	}
}

func revision(t *testing.T, open Place) {
	s, ctx := open(t), t.Context()
	seen := map[string]string{}
	look := func(after string, changed bool) {
		t.Helper()
		rev, err := s.Rev(ctx)
		if err != nil || len(rev) > 100 {
			t.Fatalf("%q, %v", rev, err)
		}
		before, known := seen[rev]
		if known == changed {
			t.Errorf("after %s: revision %q was that after %q", after, rev, before)
		}
		seen[rev] = after
	}
	look("nothing", true)
	look("nothing again", false)
	for range 20 { // quicker than any clock of a file system
		put(t, s, "a.md", "one", shelf.Any)
		look("one", true)
		put(t, s, "a.md", "two", shelf.Any)
		look("two", true)
	}
	put(t, s, "b/c.md", "x", shelf.None)
	look("a second file", true)
	is(t, s.Put(ctx, "a.md", []byte("x"), shelf.None), shelf.ErrConflict)
	wants(t, s, "a.md", "two")
	look("a lost race", false)
	is(t, s.Remove(ctx, "b/c.md", shelf.Any), nil)
	rev, err := s.Rev(ctx)
	if err != nil || seen[rev] == "a lost race" {
		t.Errorf("after a removal: %q, %v", rev, err)
	}
}

func big(t *testing.T, open Place) {
	s := open(t)
	data := bytes.Repeat([]byte("0123456789abcdef"), shelf.MaxBytes/16)
	is(t, s.Put(t.Context(), "big", data, shelf.None), nil)
	got, err := s.Read(t.Context(), "big")
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	is(t, s.Put(t.Context(), "big", append(data, 'x'), shelf.Any), shelf.ErrSize)
	is(t, s.Put(t.Context(), "bigger", append(data, 'x'), shelf.None), shelf.ErrSize)
	files, err := s.List(t.Context(), "")
	if err != nil || len(files) != 1 || files[0].Size != shelf.MaxBytes || files[0].Digest != shelf.Digest(data) {
		t.Errorf("list: %v, %v", files, err)
	}
}

func cancelled(t *testing.T, open Place) {
	s := open(t)
	put(t, s, "a.md", "one", shelf.None)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	is(t, s.Put(ctx, "a.md", []byte("x"), shelf.Any), context.Canceled)
	is(t, s.Remove(ctx, "a.md", shelf.Any), context.Canceled)
	_, err := s.Read(ctx, "a.md")
	is(t, err, context.Canceled)
	_, err = s.List(ctx, "")
	is(t, err, context.Canceled)
	_, err = s.Rev(ctx)
	is(t, err, context.Canceled)
	wants(t, s, "a.md", "one")
}

package mongoshelf

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

func TestShelf(t *testing.T) {
	uri := server(t)
	name := database(t, uri)
	shelftest.Run(t, func(t *testing.T) shelftest.Place {
		collection := "notices_" + rand.Text()[:8]
		return func(t *testing.T) shelf.Shelf { return connected(t, uri, name).Shelf(collection) }
	})
}

// server is the URI of the server to test against.
func server(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("RECTIFY_TEST_MONGO")
	switch {
	case uri == "" && os.Getenv("RECTIFY_REQUIRE_MONGO") == "1":
		t.Fatal("RECTIFY_TEST_MONGO is not set, and RECTIFY_REQUIRE_MONGO says that it must be")
	case uri == "":
		t.Skip("shelf in MongoDB not tested: RECTIFY_TEST_MONGO names no server")
	}
	return uri
}

func connected(t testing.TB, uri, name string) *Client {
	t.Helper()
	c, err := Connect(context.Background(), uri, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// database is the name of a new database, which is dropped after the test.
func database(t testing.TB, uri string) string {
	t.Helper()
	name := "rectify_test_" + rand.Text()[:12]
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := connected(t, uri, name).db.Drop(ctx); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return name
}

func fresh(t *testing.T) *Shelf {
	uri := server(t)
	return connected(t, uri, database(t, uri)).Shelf("notices")
}

func put(t *testing.T, s *Shelf, name, data string) {
	t.Helper()
	if err := s.Put(t.Context(), name, []byte(data), shelf.Any); err != nil {
		t.Fatal(err)
	}
}

func rev1(t *testing.T, s *Shelf) string {
	t.Helper()
	r, err := s.Rev(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A writer that dies between writing and counting does not hide its change,
// and what it left is cleared when it cannot be alive any more.
func TestWriterThatDied(t *testing.T) {
	s, ctx := fresh(t), t.Context()
	put(t, s, "a.md", "one")
	w := word{ID: "dead", At: time.Now()}
	if err := s.mark(ctx, is("$push", is("under", w))); err != nil {
		t.Fatal(err)
	}
	before := rev1(t, s) // a reader that looks after the word and before the write
	if err := s.swap(ctx, file{Name: "a.md", Digest: shelf.Digest([]byte("two")), Size: 3, Data: []byte("two")}, shelf.Digest([]byte("one"))); err != nil {
		t.Fatal(err)
	}
	after := rev1(t, s)
	if after == before || rev1(t, s) != after {
		t.Errorf("revision %q before, %q after", before, after)
	}
	w.At = time.Now().Add(-2 * abandoned)
	if err := s.mark(ctx, is("$set", is("under", []word{w}))); err != nil {
		t.Fatal(err)
	}
	rev1(t, s) // clears
	if r := rev1(t, s); r != "2" {
		t.Errorf("cleared: revision %q", r)
	}
}

// The shelf as a folder is what the library wants of one, and stays as it was.
func TestFS(t *testing.T) {
	s := fresh(t)
	large := string(bytes.Repeat([]byte("x"), early+1))
	all := map[string]string{"a.md": "one", "site.yaml": "name: x", "files/图/1.pdf": large, "files/图/2.pdf": "small", "files/b": ""}
	for name, data := range all {
		put(t, s, name, data)
	}
	fsys, err := s.FS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "a.md", "site.yaml", "files/图/1.pdf", "files/图/2.pdf", "files/b"); err != nil {
		t.Error(err)
	}
	put(t, s, "a.md", "two")
	put(t, s, "files/图/1.pdf", large+"y")
	put(t, s, "new.md", "new")
	if got, err := fs.ReadFile(fsys, "a.md"); err != nil || string(got) != "one" {
		t.Errorf("a.md is %q, %v", got, err)
	}
	if _, err := fs.ReadFile(fsys, "files/图/1.pdf"); !errors.Is(err, shelf.ErrConflict) {
		t.Errorf("large file that changed: %v", err)
	}
	if _, err := fs.Stat(fsys, "new.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("later file: %v", err)
	}
	if fsys, err = s.FS(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := fs.ReadFile(fsys, "a.md"); err != nil || string(got) != "two" {
		t.Errorf("a.md is %q, %v", got, err)
	}
}

// Shelves in one database do not see each other.
func TestShelvesApart(t *testing.T) {
	uri := server(t)
	c := connected(t, uri, database(t, uri))
	a, b := c.Shelf("notices"), c.Shelf("drafts")
	put(t, a, "a.md", "one")
	if files, err := b.List(t.Context(), ""); err != nil || len(files) != 0 || rev1(t, b) == rev1(t, a) {
		t.Errorf("%v, %v", files, err)
	}
}

// TestNoServer fails soon where nobody listens.
func TestNoServer(t *testing.T) {
	if _, err := Connect(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300", "x"); err == nil {
		t.Error("connect: no error")
	}
}

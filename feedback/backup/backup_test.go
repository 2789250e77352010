package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/storetest"
)

// backend is a store that can be closed.
type backend interface {
	storetest.Backend
	io.Closer
}

func ended(t testing.TB, b backend, err error) storetest.Backend {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func onDisk(t testing.TB) storetest.Backend {
	s, err := sqlitestore.Open(context.Background(), t.TempDir())
	return ended(t, s, err)
}

func onMongo(t testing.TB) storetest.Backend {
	t.Helper()
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	s, err := mongostore.Open(context.Background(), uri, name)
	return ended(t, s, err)
}

func keys(t testing.TB, b byte) feedback.Keys {
	t.Helper()
	k, err := feedback.NewKeys(bytes.Repeat([]byte{b}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func now() time.Time { return time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC) }

func written(t testing.TB, b storetest.Backend) ([]byte, archive.Manifest) {
	t.Helper()
	var out bytes.Buffer
	m, err := backup.Write(context.Background(), &out, keys(t, 1), now(), b)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

func restored(t testing.TB, src []byte, b storetest.Backend) error {
	_, err := backup.Restore(context.Background(), bytes.NewReader(src), keys(t, 1), b)
	return err
}

// A backup of any kind of store, restored into any kind, answers as the first
// did, and a backup of that has the same content.
func TestRestoreAnywhere(t *testing.T) {
	kinds := map[string]func(testing.TB) storetest.Backend{"disk": onDisk, "mongo": onMongo}
	for from, openFrom := range kinds {
		for to, openTo := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := openFrom(t), openTo(t)
				storetest.Fill(t, a)
				src, m := written(t, a)
				if err := restored(t, src, b); err != nil {
					t.Fatal(err)
				}
				_, again := written(t, b)
				if m.ID() != again.ID() {
					t.Errorf("content of the second backup:\n%+v\nof the first:\n%+v", again, m)
				}
				// What a store keeps of its own restore is in no backup; all else is alike.
				c := onDisk(t)
				if err := restored(t, src, c); err != nil {
					t.Fatal(err)
				}
				storetest.Alike(t, c, b)
			})
		}
	}
}

// refusedBy asks for an error and that the store is as empty as before.
func refusedBy(t *testing.T, err, want error, b storetest.Backend) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
	if ok, err := b.Blank(t.Context()); !ok || err != nil {
		t.Errorf("something was restored (%v)", err)
	}
	if list, err := b.Marks(t.Context()); len(list) != 0 || err != nil {
		t.Errorf("marks are left: %v, %v", list, err)
	}
}

func TestNothingOfABadBackup(t *testing.T) {
	a := onDisk(t)
	storetest.Fill(t, a)
	src, _ := written(t, a)
	b := onDisk(t)
	for _, n := range []int{0, 5, 40, len(src) / 2, len(src) - 1} {
		err := restored(t, src[:n], b)
		if n < 40 {
			refusedBy(t, err, archive.ErrNone, b)
		} else {
			refusedBy(t, err, archive.ErrDamaged, b)
		}
	}
	bad := bytes.Clone(src)
	bad[len(bad)-30] ^= 1
	refusedBy(t, restored(t, bad, b), archive.ErrDamaged, b)
	_, err := backup.Restore(t.Context(), bytes.NewReader(src), keys(t, 2), b)
	refusedBy(t, err, archive.ErrKey, b)
	newer := bytes.Replace(src, []byte("backup 1 "), []byte("backup 2 "), 1)
	refusedBy(t, restored(t, newer, b), archive.ErrFormat, b)
	if err := restored(t, src, b); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// Records that are sound JSON and no submission are found before anything changes.
func TestUnsoundRecords(t *testing.T) {
	for name, c := range map[string]struct {
		section, record string
		want            error
	}{
		"number":         {"submissions", `{"id":"a","number":"../../x","rev":1}`, archive.ErrDamaged},
		"revision":       {"submissions", `{"id":"a","number":"2026-000001","rev":0}`, archive.ErrDamaged},
		"unknown field":  {"submissions", `{"id":"a","number":"2026-000001","rev":1,"later":2}`, archive.ErrFormat},
		"two values":     {"accounts", `{"name":"a","rev":1} {}`, archive.ErrDamaged},
		"kind":           {"accounts", `[]`, archive.ErrDamaged},
		"account":        {"accounts", `{"name":"","rev":1}`, archive.ErrDamaged},
		"orphan":         {"claims", `{"key":"AA==","number":"2026-000001"}`, archive.ErrDamaged},
		"series":         {"series", `{"year":0,"last":1}`, archive.ErrDamaged},
		"mark":           {"marks", `{"name":""}`, archive.ErrDamaged},
		"unknown":        {"tomorrow", `{}`, archive.ErrFormat},
		"same two times": {"submissions", "{\"id\":\"a\",\"number\":\"2026-000001\",\"rev\":1}", archive.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			s := archive.Section{Name: c.section, Write: func(_ context.Context, put func([]byte) error) error {
				return errors.Join(put([]byte(c.record)), put([]byte(c.record)))
			}}
			if _, err := archive.Write(t.Context(), &out, backup.Key(keys(t, 1)), now(), []archive.Section{s}); err != nil {
				t.Fatal(err)
			}
			b := onDisk(t)
			refusedBy(t, restored(t, out.Bytes(), b), c.want, b)
		})
	}
}

func TestOnlyIntoAnEmptyStore(t *testing.T) {
	a := onDisk(t)
	storetest.Fill(t, a)
	src, _ := written(t, a)
	if err := restored(t, src, a); !errors.Is(err, backup.ErrNotBlank) {
		t.Errorf("into itself: %v", err)
	}
	b := onDisk(t)
	if err := errors.Join(restored(t, src, b), backup.Whole(t.Context(), b)); err != nil {
		t.Fatal(err)
	}
	if err := restored(t, src, b); !errors.Is(err, backup.ErrNotBlank) {
		t.Errorf("a second time: %v", err)
	}
	c := onDisk(t)
	if _, err := c.Mark(t.Context(), "key fingerprint", "another"); err != nil {
		t.Fatal(err)
	}
	if err := restored(t, src, c); err == nil || !strings.Contains(err.Error(), "key fingerprint") {
		t.Errorf("into the store of another key: %v", err)
	}
	d := onDisk(t)
	full := backup.Part{Section: archive.Section{Name: "notices"}, Blank: func(context.Context) (bool, error) { return false, nil }}
	_, err := backup.Restore(t.Context(), bytes.NewReader(src), keys(t, 1), d, full)
	refusedBy(t, err, backup.ErrNotBlank, d)
}

// cut is a store that fails after some imports.
type cut struct {
	storetest.Backend
	left int
}

var errCut = errors.New("power cut")

func (c *cut) Import(ctx context.Context, list []feedback.Submission) error {
	if c.left--; c.left < 0 {
		return errCut
	}
	return c.Backend.Import(ctx, list)
}

// A restore that was cut off leaves the store marked, and goes on when it is
// run again; with another backup it does not.
func TestRestoreGoesOn(t *testing.T) {
	for name, open := range map[string]func(testing.TB) storetest.Backend{"disk": onDisk, "mongo": onMongo} {
		t.Run(name, func(t *testing.T) {
			a, b := onDisk(t), open(t)
			storetest.Fill(t, a)
			var big []feedback.Submission
			for i := range 1100 { // more than is imported at once
				e := storetest.Piece("more " + strings.Repeat("长", i%7) + time.Duration(i).String())
				e.Submission.Number, e.Submission.Rev = feedback.MakeNumber(2020, int64(i+1)), 1
				big = append(big, e.Submission)
			}
			if err := a.Import(t.Context(), big); err != nil {
				t.Fatal(err)
			}
			src, m := written(t, a)
			if err := restored(t, src, &cut{b, 1}); !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			if err := backup.Whole(t.Context(), b); !errors.Is(err, backup.ErrUnfinished) {
				t.Errorf("half a store passes for whole: %v", err)
			}
			var out bytes.Buffer
			if _, err := backup.Write(t.Context(), &out, keys(t, 1), now().Add(time.Hour), a); err != nil {
				t.Fatal(err)
			}
			if err := restored(t, out.Bytes(), b); !errors.Is(err, backup.ErrNotBlank) {
				t.Errorf("another backup on top: %v", err)
			}
			if err := errors.Join(restored(t, src, b), backup.Whole(t.Context(), b)); err != nil {
				t.Fatal(err)
			}
			if _, again := written(t, b); again.ID() != m.ID() {
				t.Errorf("content:\n%+v\nwant:\n%+v", again, m)
			}
		})
	}
}

// Nothing that a person wrote stands in the file in clear, and nobody else may
// read it (T83).
func TestFileTellsNothing(t *testing.T) {
	s := onDisk(t)
	e := storetest.Piece("MARKER-TEXT 标记文字")
	e.Submission.Contact = feedback.Contact{Name: "MARKER-NAME 证人甲", Phone: "13900001234", Email: "marker@example.cn"}
	if _, _, err := s.Insert(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "backup")
	write := func(w io.Writer) error {
		_, err := backup.Write(t.Context(), w, keys(t, 1), now(), s)
		return err
	}
	if err := backup.File(path, write); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"MARKER", "标记文字", "证人甲", "13900001234", "marker@", "submission", e.Submission.ID} {
		if bytes.Contains(src, []byte(word)) {
			t.Errorf("%q stands in the file", word)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := backup.File(path, func(w io.Writer) error { return errors.Join(write(w), errCut) }); !errors.Is(err, errCut) {
		t.Error(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, src) {
		t.Errorf("a backup that failed took the place of a good one: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

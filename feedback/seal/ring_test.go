package seal_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/seal"
)

func ring(t testing.TB) *seal.Ring {
	t.Helper()
	r, err := seal.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sealed(t testing.TB, r *seal.Ring, plain, ad string) []byte {
	t.Helper()
	b, err := r.Seal([]byte(plain), []byte(ad))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantOpen(t testing.TB, r *seal.Ring, b []byte, ad, want string) {
	t.Helper()
	if got, err := r.Open(b, []byte(ad)); err != nil || string(got) != want {
		t.Errorf("open: %q, %v; want %q", got, err, want)
	}
}

func again(t testing.TB, r *seal.Ring) *seal.Ring {
	t.Helper()
	r, err := seal.OpenRing(r.Path())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What was sealed opens with its own associated data, and with no byte changed.
func TestBinds(t *testing.T) {
	r := ring(t)
	b := sealed(t, r, "电话13900001234", "record 1")
	if bytes.Contains(b, []byte("13900001234")) {
		t.Error("stands in clear")
	}
	wantOpen(t, r, b, "record 1", "电话13900001234")
	if _, err := r.Open(b, []byte("record 2")); !errors.Is(err, feedback.ErrSeal) {
		t.Errorf("under another record: %v", err)
	}
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 1
		if _, err := r.Open(bad, []byte("record 1")); !errors.Is(err, feedback.ErrSeal) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	for _, bad := range [][]byte{nil, {}, {1}, b[:5], b[:len(b)-1]} {
		if _, err := r.Open(bad, []byte("record 1")); !errors.Is(err, feedback.ErrSeal) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

// A key takes over while another copy runs on the same file; the old one opens
// what it sealed until it is taken away (T86).
func TestRotate(t *testing.T) {
	r := ring(t)
	first, old := r.Primary(), sealed(t, r, "before", "x")
	running := again(t, r)
	next, err := r.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := r.Prepare(); err != nil || twice != next {
		t.Errorf("prepared again: %s, %v; want %s", twice, err, next)
	}
	if r.Primary() != first {
		t.Error("a key that waits seals")
	}
	if err := r.Promote(); err != nil {
		t.Fatal(err)
	}
	if err := r.Promote(); err == nil {
		t.Error("promoted what does not wait")
	}
	young := sealed(t, r, "after", "x")
	if id, ok := seal.KeyOf(young); !ok || id != next || r.Primary() != next {
		t.Errorf("sealed with %s, want %s", id, next)
	}
	wantOpen(t, running, young, "x", "after") // reads the file again
	wantOpen(t, running, old, "x", "before")
	for deadline := time.Now().Add(10 * time.Second); ; {
		if id, _ := seal.KeyOf(sealed(t, running, "later", "x")); id == next {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the running copy goes on with the old key")
		}
	}
	if err := running.Remove(first); err != nil {
		t.Fatal(err)
	}
	if _, err := again(t, r).Open(old, []byte("x")); !errors.Is(err, seal.ErrNoKey) || !errors.Is(err, feedback.ErrSeal) || !strings.Contains(err.Error(), first.String()) {
		t.Errorf("sealed with a key that is gone: %v", err)
	}
	if err := r.Remove(next); !errors.Is(err, seal.ErrChanged) {
		t.Errorf("changed over another's change: %v", err)
	}
	if err := again(t, r).Remove(next); err == nil {
		t.Error("took the key away that seals")
	}
}

func TestStaleSealsNothing(t *testing.T) {
	r := ring(t)
	b := sealed(t, r, "a", "")
	r.Stale(true)
	if _, err := r.Seal([]byte("b"), nil); !errors.Is(err, seal.ErrStale) {
		t.Errorf("seal: %v", err)
	}
	wantOpen(t, r, b, "", "a")
	r.Stale(false)
	sealed(t, r, "b", "")
}

// The file is its owner's alone, is never made over another, and is never made
// by reading (F50).
func TestFile(t *testing.T) {
	r := ring(t)
	if info, err := os.Stat(r.Path()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(r.Path())); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := seal.Create(r.Path()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("made over another: %v", err)
	}
	if _, err := seal.OpenRing(r.Path() + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("not there: %v", err)
	}
	if err := os.Chmod(r.Path(), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenRing(r.Path()); !errors.Is(err, seal.ErrMode) || !strings.Contains(err.Error(), "chmod 600 "+r.Path()) {
		t.Errorf("others may read it: %v", err)
	}
	if err := os.Chmod(r.Path(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]string{"empty": "", "words": "keys", "other": "{}", "no keys": `{"primaryKeyId":1,"key":[]}`} {
		path := filepath.Join(t.TempDir(), "keyset.json")
		if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenRing(path); err == nil {
			t.Errorf("%s: taken for a keyset", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	r := ring(f)
	f.Add(sealed(f, r, "plain", "ad"), []byte("ad"))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, b, ad []byte) {
		plain, err := r.Open(b, ad)
		if err != nil && !errors.Is(err, feedback.ErrSeal) {
			t.Errorf("another error: %v", err)
		}
		if err == nil && (string(plain) != "plain" || string(ad) != "ad") {
			t.Errorf("opened to %q", plain)
		}
	})
}

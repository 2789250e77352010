package translog_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/sqlitestore"
	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

// made is a log with several heads.
type made struct {
	store translog.Store
	log   *translog.Log
	list  []translog.Entry
	heads []translog.Head
	head  translog.Head
}

// world is a log of n entries in heads of ever more.
func world(t testing.TB, n int, names ...string) *made {
	t.Helper()
	s, err := sqlitestore.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &made{store: s.Log(), log: storetest.NewLog(t, s.Log())}
	for at, step := 0, 1; at < n; at, step = at+step, step*3 {
		var part []translog.Entry
		for i := at; i < min(n, at+step); i++ {
			part = append(part, storetest.Line(fmt.Sprint(names, i)))
		}
		if err := w.log.Add(t.Context(), part); err != nil {
			t.Fatal(err)
		}
		h, err := w.log.Integrate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.heads, w.head = append(w.heads, h), h
	}
	for at := 0; at < n; at += translog.MaxAppend {
		part, err := w.store.Entries(t.Context(), int64(at), translog.MaxAppend)
		if err != nil {
			t.Fatal(err)
		}
		w.list = append(w.list, part...)
	}
	return w
}

func (w *made) prove(t testing.TB, index int64) []tlog.Hash {
	t.Helper()
	p, err := translog.Prove(t.Context(), w.store, w.head.Size, index)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// files are everything that the log serves of one head.
func (w *made) files(t testing.TB, h translog.Head) map[string][]byte {
	t.Helper()
	files := map[string][]byte{"checkpoint": h.Note}
	for level := -1; level < 3; level++ {
		have := h.Size >> (8 * max(level, 0))
		for n := int64(0); n<<8 < have; n++ {
			x := tlog.Tile{H: 8, L: level, N: n, W: int(min(256, have-n<<8))}
			data, err := translog.Tile(t.Context(), w.store, x, h.Size)
			if err != nil {
				t.Fatal(err)
			}
			files[translog.TilePath(x)] = data
		}
	}
	return files
}

func remote(t testing.TB, files map[string][]byte) *translog.Remote {
	return &translog.Remote{Verifier: verifier(t, storetest.LogKey(t)), Fetch: func(_ context.Context, path string, most int) ([]byte, error) {
		data, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		if len(data) > most {
			return nil, errors.New("too long")
		}
		return data, nil
	}}
}

func wantBad(t *testing.T, what string, err error, want translog.Problem) {
	t.Helper()
	var b translog.Bad
	if !errors.As(err, &b) || b.Problem != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

// TestRemote reads whole logs of many sizes from their files alone.
func TestRemote(t *testing.T) {
	for _, n := range []int{1, 2, 255, 256, 257, 700} {
		w := world(t, n)
		r := remote(t, w.files(t, w.head))
		h, err := r.Latest(t.Context())
		if err != nil || h.Root != w.head.Root {
			t.Fatalf("%d: %v", n, err)
		}
		var seen int64
		err = r.Walk(t.Context(), h, func(index int64, leaf translog.Leaf) error {
			if index != seen || leaf.String() != w.list[index].Leaf {
				t.Errorf("entry %d is %s", index, leaf)
			}
			seen++
			return nil
		})
		if err != nil || seen != int64(n) {
			t.Errorf("%d: walked %d, %v", n, seen, err)
		}
		for _, old := range w.heads {
			if err := r.Continues(t.Context(), old, h); err != nil {
				t.Errorf("%d goes on from %d: %v", n, old.Size, err)
			}
		}
		for _, index := range []int64{0, int64(n) / 2, int64(n) - 1} {
			p, err := r.ProveRemote(t.Context(), h, index)
			if err != nil {
				t.Errorf("%d: %v", n, err)
			}
			if err := translog.Included(h, index, w.list[index].Leaf, p); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		}
		if _, err := r.ProveRemote(t.Context(), h, int64(n)); !errors.Is(err, translog.ErrNotFound) {
			t.Errorf("%d: proof past the end: %v", n, err)
		}
	}
}

// T105: two trees under one key, a smaller tree later, the same size with
// another root.
func TestTwoTrees(t *testing.T) {
	one, two := world(t, 300, "one"), world(t, 300, "two")
	longer := world(t, 500, "two")
	wantBad(t, "same size, other root", remote(t, two.files(t, two.head)).Continues(t.Context(), one.head, two.head), translog.Forked)
	wantBad(t, "longer, another tree", remote(t, longer.files(t, longer.head)).Continues(t.Context(), one.head, longer.head), translog.Forked)
	wantBad(t, "smaller", remote(t, one.files(t, one.heads[2])).Continues(t.Context(), one.head, one.heads[2]), translog.Smaller)
	fault, err := translog.Against(t.Context(), two.store, one.head)
	if err != nil || fault == nil || fault.Problem != translog.Forked {
		t.Errorf("kept log against another's head: %v, %v", fault, err)
	}
	fault, err = translog.Against(t.Context(), one.store, longer.head)
	if err != nil || fault == nil || fault.Problem != translog.CutTail {
		t.Errorf("kept log against a longer head: %v, %v", fault, err)
	}
}

// Every served file is needed as it is: with one byte changed the log is refused.
func TestBentFiles(t *testing.T) {
	w := world(t, 300)
	good := w.files(t, w.head)
	for path := range good {
		for _, at := range []int{0, len(good[path]) / 2, len(good[path]) - 1} {
			files := maps.Clone(good)
			files[path] = append([]byte{}, good[path]...)
			files[path][at] ^= 1
			r := remote(t, files)
			h, err := r.Latest(t.Context())
			if err == nil {
				err = r.Walk(t.Context(), h, nil)
			}
			var b translog.Bad
			if !errors.As(err, &b) {
				t.Errorf("%s changed at %d: %v", path, at, err)
			}
		}
		for name, data := range map[string][]byte{"cut": good[path][:len(good[path])-1], "longer": append(append([]byte{}, good[path]...), 0), "empty": {}, "huge": make([]byte, 1<<20)} {
			files := maps.Clone(good)
			files[path] = data
			r := remote(t, files)
			h, err := r.Latest(t.Context())
			if err == nil {
				err = r.Walk(t.Context(), h, nil)
			}
			if err == nil {
				t.Errorf("%s %s is taken", path, name)
			}
		}
	}
}

// A tile that the tree does not have yet is not served.
func TestTilesInBounds(t *testing.T) {
	w := world(t, 300)
	for _, path := range []string{"tile/0/001.p/45", "tile/0/001", "tile/1/000.p/2", "tile/2/000.p/1", "tile/entries/001.p/45", "tile/entries/x999/999",
		"tile/0/x072/x057/x594/x037/x927/936.p/1", "tile/entries/x072/x057/x594/x037/x927/936.p/1", "tile/0/x036/x028/x797/x018/x963/968.p/3"} {
		x, err := translog.ParseTilePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := translog.Tile(t.Context(), w.store, x, w.head.Size); !errors.Is(err, translog.ErrTile) {
			t.Errorf("%s: %v, want ErrTile", path, err)
		}
	}
}

// A log whose rows were changed under its head is not signed any further.
func TestNothingIsSignedOverAFork(t *testing.T) {
	w := world(t, 20)
	other := world(t, 20, "other")
	mixed := &swapped{Store: w.store, other: other.store}
	l := &translog.Log{Store: mixed, Key: storetest.LogKey(t), Now: time.Now}
	if err := l.Add(t.Context(), []translog.Entry{storetest.Line("one more")}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Integrate(t.Context()); !errors.Is(err, translog.ErrFork) {
		t.Errorf("signed over foreign hashes: %v", err)
	}
	stranger, err := translog.NewKey("linshui.example/log", []byte(strings.Repeat("x", 32)))
	if err != nil {
		t.Fatal(err)
	}
	l = &translog.Log{Store: w.store, Key: stranger, Now: time.Now}
	if _, err := l.Integrate(t.Context()); !errors.Is(err, translog.ErrFork) {
		t.Errorf("signed after a head of another key: %v", err)
	}
}

// swapped answers the hashes of another log.
type swapped struct {
	translog.Store
	other translog.Store
}

func (s *swapped) Hashes(ctx context.Context, ids []int64) ([]tlog.Hash, error) {
	return s.other.Hashes(ctx, ids)
}

package spool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/storetest"
)

// How a far store is.
const (
	up   = iota
	down // fails at once, and did nothing
	lost // does it, but the answer does not arrive
	hung // does nothing and does not answer
)

var errAway = errors.New("connection refused")

// far is a real store behind a network that the test rules.
type far struct {
	*sqlitestore.Store
	mode   atomic.Int32
	before func() // called before an insert is done
	after  func() // called after numbers were taken, before that is known here
}

func newFar(t testing.TB) *far {
	t.Helper()
	s, err := sqlitestore.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &far{Store: s}
}

// way is the network: an error means that nothing went through.
func (f *far) way(ctx context.Context) error {
	switch f.mode.Load() {
	case down:
		return errAway
	case hung:
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func (f *far) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if err := f.way(ctx); err != nil {
		return feedback.Entry{}, false, err
	}
	if f.before != nil {
		f.before()
	}
	kept, fresh, err := f.Store.Insert(ctx, e)
	if f.mode.Load() == lost {
		return feedback.Entry{}, false, errAway
	}
	return kept, fresh, err
}

func (f *far) Reserve(ctx context.Context, year int, n int64) (int64, error) {
	if err := f.way(ctx); err != nil {
		return 0, err
	}
	first, err := f.Store.Reserve(ctx, year, n)
	if f.after != nil {
		f.after()
	}
	return first, err
}

func (f *far) Ping(ctx context.Context) error {
	if err := f.way(ctx); err != nil {
		return err
	}
	return f.Store.Ping(ctx)
}

func (f *far) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	if err := f.way(ctx); err != nil {
		return feedback.Submission{}, err
	}
	return f.Store.Get(ctx, n)
}

// world is a spool before a far store.
type world struct {
	t    testing.TB
	far  *far
	dir  string
	opts Options
	now  atomic.Int64
	s    *Store
	stop func()

	mu   sync.Mutex
	late map[feedback.Number]bool
}

func noon() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }

func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, far: newFar(t), dir: filepath.Join(t.TempDir(), "spool"), late: map[feedback.Number]bool{}}
	w.at(noon())
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w.opts = Options{
		Sealer: keys, Now: func() time.Time { return time.UnixMilli(w.now.Load()).UTC() }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Patience: 200 * time.Millisecond,
		Filed: func(_ context.Context, list []feedback.Submission) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, s := range list {
				w.late[s.Number] = true
			}
			return nil
		},
	}
	for _, f := range change {
		f(&w.opts)
	}
	w.open()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) at(t time.Time) { w.now.Store(t.UnixMilli()) }

// open starts the spool as the program does.
func (w *world) open() {
	w.t.Helper()
	w.opts.Dir = w.dir
	s, err := Open(w.far, w.opts)
	if err != nil {
		w.t.Fatal(err)
	}
	w.s = s
	w.stop = func() {
		if err := s.Close(); err != nil {
			w.t.Error(err)
		}
	}
	if w.far.mode.Load() != up {
		return
	}
	for range 100 {
		if err = s.round(context.Background()); err == nil {
			return // numbers are reserved
		}
	}
	w.t.Fatalf("round: %v", err)
}

// close ends the spool without filing anything.
func (w *world) close() {
	w.stop()
	w.stop = func() {}
}

// crash starts anew on the folder as it is now, or as an image of it shows it.
func (w *world) crash(image string) {
	w.t.Helper()
	w.close()
	if image != "" {
		w.dir = image
	}
	w.open()
}

// image copies the folder, as kill -9 at this moment would leave it.
func (w *world) image() string {
	dir := filepath.Join(w.t.TempDir(), "image")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(w.dir, journalName))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, journalName), src, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// round lets Run do its work once.
func (w *world) round() {
	w.t.Helper()
	if err := w.s.round(context.Background()); err != nil {
		w.t.Fatalf("round: %v", err)
	}
}

// back brings the store back and files what waits.
func (w *world) back() {
	w.t.Helper()
	w.far.mode.Store(up)
	for range 100 {
		if err := w.s.round(context.Background()); err == nil && w.s.Waiting() == 0 {
			return
		}
		w.at(w.opts.Now().Add(time.Second)) // what failed by itself is tried later
	}
	w.t.Fatalf("%d still wait", w.s.Waiting())
}

// piece is an entry of its own for every text; key may be empty.
func piece(text, key string) feedback.Entry {
	e := storetest.Piece(text)
	sum := sha256.Sum256([]byte(key))
	if e.Key = sum[:]; key == "" {
		e.Key, e.Body, e.Sealed = nil, nil, nil
	}
	return e
}

// insert hands in one entry that must be taken.
func (w *world) insert(text, key string) feedback.Entry {
	w.t.Helper()
	kept, _, err := w.s.Insert(context.Background(), piece(text, key))
	if err != nil {
		w.t.Fatalf("insert %q: %v", text, err)
	}
	return kept
}

// holds asks that the store has exactly these texts, each once under its number.
func (w *world) holds(want map[feedback.Number]string) {
	w.t.Helper()
	times, kept := storetest.Texts(w.t, w.far.Store)
	for n, text := range want {
		if kept[n] != text || times[text] != 1 {
			w.t.Errorf("%s holds %q, want %q, which is there %d times", n, kept[n], text, times[text])
		}
	}
	if len(kept) != len(want) {
		w.t.Errorf("%d are kept, want %d: %v", len(kept), len(want), fmt.Sprint(kept))
	}
}

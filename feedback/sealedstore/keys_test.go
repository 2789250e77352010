package sealedstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/seal"
	"rectify/feedback/sealedstore"
)

// A new key takes over while others write; cut off, it goes on; after that
// nothing needs the old one, and without it all is read (T86, F09).
func TestReseal(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		r := ring(t)
		s := sealedstore.New(inner, r, false)
		filed(t, inner, "bare")
		for i := range 250 {
			filed(t, s, strings.Repeat("x", i+1))
		}
		first := r.Primary()
		_, err := r.Prepare()
		check(t, err)
		check(t, r.Promote())
		cut, stop := context.WithCancel(t.Context())
		if err := s.Reseal(cut, r.Primary(), func(int, int) { stop() }); !errors.Is(err, context.Canceled) {
			t.Fatalf("cut off: %v", err)
		}
		if u, err := s.Used(t.Context()); err != nil || u.Keys[first] == 0 || u.Keys[r.Primary()] == 0 {
			t.Errorf("half way: %+v, %v", u, err)
		}
		var others sync.WaitGroup
		others.Go(func() {
			for range 3 {
				for i := range 30 {
					n := feedback.MakeNumber(feedback.NumberYear(filedAt(t, s)), int64(i+2))
					sub, err := s.Get(context.Background(), n)
					if err == nil {
						sub.Owner = "someone"
						err = s.Replace(context.Background(), sub, sub.Rev)
					}
					if err != nil {
						t.Errorf("change beside: %v", err)
					}
				}
			}
		})
		check(t, s.Reseal(t.Context(), r.Primary(), func(int, int) {}))
		others.Wait()
		u, err := s.Used(t.Context())
		if err != nil || len(u.Keys) != 1 || u.Keys[r.Primary()] < 251 || u.Bare != 0 {
			t.Errorf("after: %+v, %v", u, err)
		}
		check(t, r.Remove(first))
		alone, err := seal.OpenRing(r.Path())
		check(t, err)
		strict, n := sealedstore.New(inner, alone, true), 0
		for q := (feedback.Query{Sort: feedback.ByNumber, Limit: 200}); ; {
			page, next, err := strict.List(t.Context(), q)
			check(t, err)
			n += len(page)
			if q.After = next; next == "" {
				break
			}
		}
		if n < 251 {
			t.Errorf("%d read with the new key alone", n)
		}
	})
}

func filedAt(t testing.TB, s feedback.Store) (at time.Time) {
	page, _, err := s.List(context.Background(), feedback.Query{Sort: feedback.ByNumber, Limit: 1})
	if err != nil || len(page) != 1 {
		t.Errorf("first: %v", err)
		return at
	}
	return page[0].Received
}

// A lost, wrong or old keyset file is told, with the key that is missing and
// what to do; no new one is ever made over it (T86).
func TestLostKeys(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		dir := t.TempDir()
		path := filepath.Join(dir, "keyset.json")
		open := func(path string) (*seal.Ring, error) { return sealedstore.OpenRing(t.Context(), path, inner) }
		r, err := open(path)
		check(t, err)
		if _, err := open(path); err != nil {
			t.Errorf("opened again: %v", err)
		}
		s := sealedstore.New(inner, r, true)
		sub := filed(t, s, "one")
		missing := func(what, path string, id seal.KeyID) {
			t.Helper()
			_, err := open(path)
			var m sealedstore.Missing
			if !errors.As(err, &m) || len(m.IDs) != 1 || m.IDs[0] != id || !strings.Contains(err.Error(), id.String()) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", what, err)
			}
		}
		lost := filepath.Join(dir, "lost.json")
		missing("lost", lost, r.Primary())
		if _, err := os.Stat(lost); !os.IsNotExist(err) {
			t.Errorf("a new file was made: %v", err)
		}
		wrong := filepath.Join(dir, "wrong.json")
		_, err = seal.Create(wrong)
		check(t, err)
		missing("wrong", wrong, r.Primary())

		old := filepath.Join(dir, "old.json")
		src, err := os.ReadFile(path)
		check(t, err)
		check(t, os.WriteFile(old, src, 0o600))
		copied, err := open(old)
		check(t, err)
		_, err = r.Prepare()
		check(t, err)
		check(t, r.Promote())
		check(t, sealedstore.Note(t.Context(), r, inner))
		missing("old", old, r.Primary())
		if err := sealedstore.CheckRing(t.Context(), copied, inner); err == nil {
			t.Error("a running copy with an old file passes")
		}
		if err := sealedstore.New(inner, copied, true).Replace(t.Context(), sub, 1); !errors.Is(err, seal.ErrStale) {
			t.Errorf("a running copy with an old file goes on writing: %v", err)
		}
		first := r.IDs()[0]
		check(t, s.Reseal(t.Context(), r.Primary(), func(int, int) {}))
		check(t, sealedstore.Retire(t.Context(), first, inner))
		check(t, r.Remove(first))
		if _, err := open(path); err != nil {
			t.Errorf("without the retired key: %v", err)
		}
	})
}

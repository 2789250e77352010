// Package blobtest is the suite that every feedback.Blobs passes.
//
// It knows what feedback promises of blobs and nothing of how they are kept:
// what a cut-off write leaves behind is made by whoever knows, through Backend.
//
// Start reading at Run.
package blobtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
)

// Backend is what is tested, over an empty place of its own.
type Backend struct {
	Blobs feedback.Blobs
	Again func(t *testing.T) feedback.Blobs // the same place, opened anew
	// Half leaves behind what a Put of id does that is killed before its end,
	// in every way it can; some of it looks like more than the last.
	Half func(t *testing.T, id feedback.BlobID, data []byte)
	// Left counts what Half left behind.
	Left func(t *testing.T) int
	// Shorten takes the end of a blob away, as a broken disk may.
	Shorten func(t *testing.T, id feedback.BlobID)
}

// Run runs the suite; open is called for each test.
func Run(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*testing.T, Backend){
		"keep": keep, "cut": cut, "half": half, "at once": atOnce, "each": each, "delete": remove, "ids": ids, "sealed": sealed,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// ID draws an id.
func ID(t testing.TB) feedback.BlobID {
	t.Helper()
	id, err := feedback.NewBlobID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Bytes are n random bytes.
func Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

func put(t *testing.T, to feedback.Blobs, id feedback.BlobID, data []byte) {
	t.Helper()
	if err := to.Put(t.Context(), id, data); err != nil {
		t.Fatalf("put %d bytes: %v", len(data), err)
	}
}

func has(t *testing.T, in feedback.Blobs, id feedback.BlobID, want []byte) {
	t.Helper()
	got, err := in.Get(t.Context(), id)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
	}
}

func hasNot(t *testing.T, in feedback.Blobs, id feedback.BlobID) {
	t.Helper()
	if got, err := in.Get(t.Context(), id); !errors.Is(err, feedback.ErrNotFound) || got != nil {
		t.Errorf("%d bytes, %v; want ErrNotFound", len(got), err)
	}
}

func told(t *testing.T, in feedback.Blobs) []feedback.BlobInfo {
	t.Helper()
	var list []feedback.BlobInfo
	if err := in.Each(t.Context(), func(b feedback.BlobInfo) error { list = append(list, b); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// Blobs of every size come back as they were, also after a restart.
func keep(t *testing.T, b Backend) {
	all := make(map[feedback.BlobID][]byte)
	for _, n := range []int{0, 1, 255<<10 - 1, 255 << 10, 255<<10 + 1, 1 << 20, 10 << 20, feedback.MaxBlob} {
		id, data := ID(t), Bytes(n)
		put(t, b.Blobs, id, data)
		put(t, b.Blobs, id, data)
		all[id] = data
		if err := b.Blobs.Put(t.Context(), id, Bytes(9)); !errors.Is(err, feedback.ErrConflict) {
			t.Errorf("another under the same id: %v", err)
		}
	}
	if err := b.Blobs.Put(t.Context(), ID(t), make([]byte, feedback.MaxBlob+1)); err == nil {
		t.Error("more than a blob may have is kept")
	}
	for _, blobs := range []feedback.Blobs{b.Blobs, b.Again(t)} {
		for id, data := range all {
			has(t, blobs, id, data)
		}
		if n := len(told(t, blobs)); n != len(all) {
			t.Errorf("%d are told, want %d", n, len(all))
		}
	}
	hasNot(t, b.Blobs, ID(t))
}

// A Put whose caller leaves keeps all or nothing, and can be made again.
func cut(t *testing.T, b Backend) {
	data := Bytes(1 << 20)
	for i := range 20 {
		id := ID(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*2*time.Millisecond)
		err := b.Blobs.Put(ctx, id, data)
		cancel()
		if err == nil {
			has(t, b.Blobs, id, data)
		} else if got, err := b.Blobs.Get(t.Context(), id); err == nil && !bytes.Equal(got, data) || err != nil && !errors.Is(err, feedback.ErrNotFound) {
			t.Errorf("after %d ms: %d bytes, %v", 2*i, len(got), err)
		}
		put(t, b.Blobs, id, data)
		has(t, b.Blobs, id, data)
	}
}

// Half a blob is none, is in nobody's way, and is tidied up; a damaged one is an
// error, never fewer bytes.
func half(t *testing.T, b Backend) {
	id, whole, data := ID(t), ID(t), Bytes(700<<10)
	put(t, b.Blobs, whole, data)
	b.Half(t, id, data)
	hasNot(t, b.Blobs, id)
	if b.Left(t) == 0 {
		t.Fatal("nothing was left behind")
	}
	if list := told(t, b.Blobs); len(list) != 1 || list[0].ID != whole || list[0].Size < int64(len(data)) {
		t.Errorf("told: %v", list)
	}
	if err := b.Blobs.Tidy(t.Context(), time.Now().Add(-time.Hour)); err != nil || b.Left(t) == 0 {
		t.Errorf("what may still be under way was tidied up (%v)", err)
	}
	put(t, b.Blobs, id, data)
	again := b.Again(t)
	if err := again.Tidy(t.Context(), time.Now().Add(time.Hour)); err != nil || b.Left(t) != 0 {
		t.Errorf("%d left, %v", b.Left(t), err)
	}
	has(t, again, id, data)
	has(t, again, whole, data)
	if b.Shorten == nil {
		return
	}
	b.Shorten(t, whole)
	if got, err := again.Get(t.Context(), whole); err == nil || got != nil {
		t.Errorf("%d bytes of a damaged blob", len(got))
	}
}

// Many at once do not get into one another's way; of two that put different
// bytes under one id one gets a conflict.
func atOnce(t *testing.T, b Backend) {
	var group sync.WaitGroup
	shared := ID(t)
	var mu sync.Mutex
	var won []byte
	lost := 0
	for i := range 16 {
		group.Go(func() {
			id, data := ID(t), Bytes(400<<10+i)
			if err := b.Blobs.Put(t.Context(), id, data); err != nil {
				t.Error(err)
			}
			err := b.Blobs.Put(t.Context(), shared, data)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = data
			} else if lost++; !errors.Is(err, feedback.ErrConflict) {
				t.Errorf("one id: %v", err)
			}
			if got, err := b.Blobs.Get(t.Context(), id); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	group.Wait()
	if lost != 15 {
		t.Errorf("%d of 16 got a conflict, want 15", lost)
	}
	has(t, b.Blobs, shared, won)
	same, data := ID(t), Bytes(600<<10)
	for range 8 {
		group.Go(func() {
			if err := b.Blobs.Put(t.Context(), same, data); err != nil {
				t.Errorf("the same at once: %v", err)
			}
		})
	}
	group.Wait()
	has(t, b.Blobs, same, data)
}

// All are told, once and in order, however many; and an error of the listener
// or the end of the context ends it.
func each(t *testing.T, b Backend) {
	n := 10_500 // some pages of any store
	if testing.Short() {
		n = 1_200
	}
	began := time.Now().Add(-time.Minute)
	want := make([]feedback.BlobID, n)
	for i := range want {
		want[i] = ID(t)
	}
	var group sync.WaitGroup
	for w := range 32 {
		group.Go(func() {
			for i := w; i < n; i += 32 {
				if err := b.Blobs.Put(t.Context(), want[i], []byte(want[i])); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	slices.Sort(want)
	list := told(t, b.Blobs)
	if len(list) != n {
		t.Fatalf("%d are told, want %d", len(list), n)
	}
	for i, info := range list {
		if info.ID != want[i] || info.Size != 32 || info.At.Before(began) || info.At.After(time.Now().Add(time.Minute)) {
			t.Fatalf("%d: %+v, want %s", i, info, want[i])
		}
	}
	errEnough, seen := errors.New("enough"), 0
	err := b.Blobs.Each(t.Context(), func(feedback.BlobInfo) error {
		if seen++; seen == 3 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || seen != 3 {
		t.Errorf("%v after %d", err, seen)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Blobs.Each(gone, func(feedback.BlobInfo) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("gone: %v", err)
	}
}

func remove(t *testing.T, b Backend) {
	one, two, data := ID(t), ID(t), Bytes(600<<10)
	put(t, b.Blobs, one, data)
	put(t, b.Blobs, two, data)
	for range 2 {
		if err := b.Blobs.Delete(t.Context(), one); err != nil {
			t.Error(err)
		}
		hasNot(t, b.Blobs, one)
	}
	if err := b.Blobs.Delete(t.Context(), ID(t)); err != nil {
		t.Error(err)
	}
	again := b.Again(t)
	hasNot(t, again, one)
	has(t, again, two, data)
	if n := len(told(t, again)); n != 1 || b.Left(t) != 0 {
		t.Errorf("%d are told, %d left behind", n, b.Left(t))
	}
	other := Bytes(5)
	put(t, again, one, other) // the id is free again
	has(t, again, one, other)
}

// What is no id leads nowhere (T48, T54).
func ids(t *testing.T, b Backend) {
	for _, id := range []feedback.BlobID{"", "x", "../../../../etc/passwd", "..", feedback.BlobID(fmt.Sprintf("%032d", 0)) + "\x00", "AB" + ID(t)[2:], "$ne", ID(t) + "0"} {
		if err := b.Blobs.Put(t.Context(), id, []byte("x")); err == nil {
			t.Errorf("kept as %q", id)
		}
		hasNot(t, b.Blobs, id)
	}
	if n := len(told(t, b.Blobs)); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

// Sealed blobs tell nothing, do not open in another's place (T84), and are
// otherwise like any.
func sealed(t *testing.T, b Backend) {
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{3}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	blobs := feedback.SealedBlobs{Blobs: b.Blobs, Sealer: keys.Sealer("blob")}
	one, two, data := ID(t), ID(t), []byte("MARKER 证词")
	put(t, blobs, one, data)
	put(t, blobs, one, data)
	has(t, blobs, one, data)
	if err := blobs.Put(t.Context(), one, []byte("other")); !errors.Is(err, feedback.ErrConflict) {
		t.Errorf("another under the same id: %v", err)
	}
	raw, err := b.Blobs.Get(t.Context(), one)
	if err != nil || bytes.Contains(raw, []byte("MARKER")) {
		t.Errorf("kept in clear: %v", err)
	}
	put(t, b.Blobs, two, raw)
	if got, err := blobs.Get(t.Context(), two); !errors.Is(err, feedback.ErrSeal) || got != nil {
		t.Errorf("moved: %q, %v", got, err)
	}
	raw[len(raw)/2] ^= 1
	flipped := ID(t)
	put(t, b.Blobs, flipped, raw)
	if _, err := blobs.Get(t.Context(), flipped); !errors.Is(err, feedback.ErrSeal) {
		t.Errorf("altered: %v", err)
	}
}

package sealedstore_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"rectify/feedback"
	"rectify/feedback/blobdir"
	"rectify/feedback/mongostore"
	"rectify/feedback/seal"
	"rectify/feedback/sealedstore"
)

// Files are sealed anew in their place, a second run finds nothing to do, and
// the new key alone opens them.
func TestResealFiles(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		files := filesOf(t, inner)
		r := ring(t)
		first := r.Primary()
		sealed := feedback.SealedBlobs{Blobs: files, Sealer: r}
		want := map[feedback.BlobID][]byte{}
		for _, n := range []int{0, 5, 300 << 10} {
			id, err := feedback.NewBlobID(rand.Reader)
			check(t, err)
			want[id] = bytes.Repeat([]byte("像"), n)
			check(t, sealed.Put(t.Context(), id, want[id]))
		}
		_, err := r.Prepare()
		check(t, err)
		check(t, r.Promote())
		for range 2 {
			check(t, sealedstore.ResealFiles(t.Context(), files, r, r.Primary()))
		}
		use := sealedstore.Use{Keys: map[seal.KeyID]int{}}
		check(t, use.UsedBy(t.Context(), files))
		if len(use.Keys) != 1 || use.Keys[r.Primary()] != 3 {
			t.Errorf("used: %v", use.Keys)
		}
		check(t, r.Remove(first))
		for id, data := range want {
			got, err := sealed.Get(t.Context(), id)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: %d bytes, %v", id, len(got), err)
			}
			check(t, files.Delete(t.Context(), id))
			if err := files.Overwrite(t.Context(), id, data); !errors.Is(err, feedback.ErrNotFound) {
				t.Errorf("over what is gone: %v", err)
			}
		}
		n := 0
		check(t, files.Each(t.Context(), func(feedback.BlobInfo) error { n++; return nil }))
		if n != 0 {
			t.Errorf("%d blobs left", n)
		}
	})
}

func filesOf(t *testing.T, inner sealedstore.Inner) sealedstore.Files {
	t.Helper()
	if m, ok := inner.(*mongostore.Store); ok {
		return m.Blobs()
	}
	d, err := blobdir.Open(t.TempDir())
	check(t, err)
	t.Cleanup(func() { check(t, d.Close()) })
	return d
}

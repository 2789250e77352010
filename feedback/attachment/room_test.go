package attachment_test

import (
	"errors"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/blobdir"
)

// T56: files of all senders together stay within the bound; room that is given
// back is seen at the next count.
func TestRoom(t *testing.T) {
	t.Parallel()
	d, err := blobdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	r := &attachment.Room{Blobs: d, Most: feedback.MaxAttachmentBytes + 100, Now: func() time.Time { return now }}
	check := func(what string, want error) {
		t.Helper()
		if err := r.Check(t.Context()); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	check("empty", nil)
	const id = feedback.BlobID("00112233445566778899aabbccddeeff")
	if err := d.Put(t.Context(), id, make([]byte, 101)); err != nil {
		t.Fatal(err)
	}
	check("not noted yet", nil)
	r.Took(101)
	check("full", feedback.ErrBusy)
	if err := d.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	check("still believed full", feedback.ErrBusy)
	now = now.Add(11 * time.Minute)
	check("counted anew", nil)
	if err := d.Put(t.Context(), id, make([]byte, 101)); err != nil {
		t.Fatal(err)
	}
	now = now.Add(11 * time.Minute)
	check("counted full", feedback.ErrBusy)
	var none *attachment.Room
	none.Took(1)
	if err := none.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

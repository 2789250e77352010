package feedback_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

func file(b byte) feedback.Attachment {
	return feedback.Attachment{
		Blob: feedback.BlobID(strings.Repeat(string([]byte{'0', b}), 16)), Name: "现场.jpg", Kind: feedback.Picture, Type: "image/jpeg",
		Size: 3, Digest: feedback.DigestOf([]byte("abc")), Width: 2, Height: 1, Warnings: []string{"place-removed"},
	}
}

// Attachments are kept with a submission; what only staff decide does not come
// in with them.
func TestAttachmentsAreFiled(t *testing.T) {
	t.Parallel()
	in, store := intake(t)
	a := file('1')
	a.Cleared, a.Gone, a.By, a.At = true, true, "clerk", time.Unix(1, 0)
	x, faults := feedback.Incoming{Text: "灯坏了", Key: "0123456789abcdef", Attachments: []feedback.Attachment{a, file('2')}}.Check()
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	first, err := in.Submit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := store.Get(t.Context(), first.Number)
	if err != nil || len(kept.Attachments) != 2 {
		t.Fatalf("%+v, %v", kept.Attachments, err)
	}
	if k := kept.Attachments[0]; k.Cleared || k.Gone || k.By != "" || !k.At.Equal(kept.Received) || k.Blob != a.Blob || k.Name != a.Name || k.Warnings[0] != "place-removed" {
		t.Errorf("%+v", k)
	}
	// Sent once more the files have other blobs, and it is the same request still.
	x.Attachments = []feedback.Attachment{file('3'), file('4')}
	again, err := in.Submit(t.Context(), x)
	if err != nil || !again.Repeated || again.Number != first.Number || again.Code != first.Code {
		t.Errorf("%+v, %v", again, err)
	}
	x.Attachments[0].Digest = feedback.DigestOf([]byte("another"))
	if _, err := in.Submit(t.Context(), x); !errors.Is(err, feedback.ErrKeyReused) {
		t.Errorf("another file under the same key: %v", err)
	}
}

func TestAttachmentBounds(t *testing.T) {
	t.Parallel()
	check := func(list ...feedback.Attachment) string {
		_, faults := feedback.Incoming{Text: "x", Attachments: list}.Check()
		if len(faults) == 0 {
			return ""
		}
		return faults[0].Field + " " + faults[0].Rule
	}
	if got := check(file('1'), file('2'), file('3'), file('4'), file('5')); got != "" {
		t.Errorf("five: %q", got)
	}
	if got := check(file('1'), file('2'), file('3'), file('4'), file('5'), file('6')); got != "files too-many" {
		t.Errorf("six: %q", got)
	}
	if got := check(file('1'), file('1')); got != "files unknown" {
		t.Errorf("one twice: %q", got)
	}
	for name, spoil := range map[string]func(*feedback.Attachment){
		"blob":   func(a *feedback.Attachment) { a.Blob = "../../x" },
		"name":   func(a *feedback.Attachment) { a.Name = strings.Repeat("a", 121) },
		"kind":   func(a *feedback.Attachment) { a.Kind = "svg" },
		"size":   func(a *feedback.Attachment) { a.Size = -1 },
		"digest": func(a *feedback.Attachment) { a.Digest = "abc" },
		"many":   func(a *feedback.Attachment) { a.Warnings = make([]string, 17) },
	} {
		a := file('1')
		spoil(&a)
		if got := check(a); got != "files unknown" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestBlobID(t *testing.T) {
	t.Parallel()
	id, err := feedback.NewBlobID(strings.NewReader("0123456789abcdef"))
	if err != nil || id != "30313233343536373839616263646566" || !id.Valid() {
		t.Errorf("%q, %v", id, err)
	}
	if _, err := feedback.NewBlobID(strings.NewReader("short")); err == nil {
		t.Error("an id out of too few bytes")
	}
}

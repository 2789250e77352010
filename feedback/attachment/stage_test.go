package attachment_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/blobdir"
)

// stage is one over a folder, with a clock of its own.
func stage(t *testing.T) (*attachment.Stage, *time.Time) {
	t.Helper()
	d, err := blobdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{5}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	return &attachment.Stage{
		Workshop: shop(), Blobs: feedback.SealedBlobs{Blobs: d, Sealer: keys.Sealer("blob")},
		Keys: keys, Now: func() time.Time { return now }, Rand: rand.Reader,
	}, &now
}

func added(t *testing.T, s *attachment.Stage, names ...string) (list []feedback.Attachment) {
	t.Helper()
	for _, name := range names {
		a, err := s.Add(t.Context(), name, []byte("内容 "+name))
		if err != nil || !a.Sound() {
			t.Fatalf("%+v, %v", a, err)
		}
		list = append(list, a)
	}
	return list
}

// A form with a fault comes back with its files.
func TestStage(t *testing.T) {
	t.Parallel()
	s, now := stage(t)
	list := added(t, s, "一.txt", "二.txt", "二.txt", strings.Repeat("长", 200), "五")
	if list[1].Blob == list[2].Blob {
		t.Error("two files share a blob")
	}
	field, err := s.Seal(list)
	if err != nil || len(field) > 8<<10 || strings.Contains(field, string(list[0].Blob)) {
		t.Fatalf("%d bytes, %v", len(field), err)
	}
	back, err := s.Open(field)
	if d := cmp.Diff(list, back); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if none, err := s.Open(""); none != nil || err != nil {
		t.Errorf("no field: %v, %v", none, err)
	}
	if field, err := s.Seal(nil); field != "" || err != nil {
		t.Errorf("no files: %q, %v", field, err)
	}
	if _, err := s.Seal(append(list, list[0])); err == nil {
		t.Error("six files")
	}
	flipped := []byte(field)
	flipped[len(flipped)/2] ^= 2
	for name, bad := range map[string]string{"flipped": string(flipped), "cut": field[:len(field)-4], "foreign": "AAAA", "no base64": "§", "long": strings.Repeat("A", 1<<20), "more": field + "A"} {
		if got, err := s.Open(bad); !errors.Is(err, attachment.ErrForgotten) || got != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	*now = now.Add(attachment.FormLife + time.Second)
	if _, err := s.Open(field); !errors.Is(err, attachment.ErrForgotten) {
		t.Errorf("too old: %v", err)
	}
}

// The same field sent twice makes two submissions that share nothing.
func TestOwn(t *testing.T) {
	t.Parallel()
	s, _ := stage(t)
	list := added(t, s, "一", "二")
	one, err1 := s.Own(t.Context(), list)
	two, err2 := s.Own(t.Context(), list)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if one[i].Blob == two[i].Blob || one[i].Blob == list[i].Blob || one[i].Digest != list[i].Digest || one[i].Name != list[i].Name {
			t.Errorf("%+v and %+v", one[i], two[i])
		}
		got, err := s.Blobs.Get(t.Context(), one[i].Blob)
		if err != nil || feedback.DigestOf(got) != one[i].Digest {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := s.Drop(t.Context(), list[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Own(t.Context(), list); !errors.Is(err, attachment.ErrForgotten) {
		t.Errorf("dropped: %v", err)
	}
}

// pages is a store of some submissions.
type pages []feedback.Submission

func (p pages) List(_ context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	at := 0
	if q.After != "" {
		at = slices.IndexFunc(p, func(s feedback.Submission) bool { return string(s.Number) == q.After })
	}
	if at+2 < len(p) {
		return p[at : at+2], string(p[at+2].Number), nil
	}
	return p[at:], "", nil
}

// F03: what nothing refers to goes after a day, what something refers to stays;
// what is missing or broken is named.
func TestSweepAndVerify(t *testing.T) {
	t.Parallel()
	s, now := stage(t)
	list := added(t, s, "一", "二", "三", "四", "五")
	gone := list[3]
	gone.Gone = true
	store := pages{
		{Number: "2026-000001", Attachments: list[0:1]}, {Number: "2026-000002"}, {Number: "2026-000003", Attachments: []feedback.Attachment{list[1], gone}},
		{Number: "2026-000004"}, {Number: "2026-000005", Attachments: list[2:3]},
	}
	ctx := t.Context()
	if n, err := attachment.Sweep(ctx, store, s.Blobs, now.Add(attachment.StageLife-time.Minute)); n != 0 || err != nil {
		t.Errorf("too early: %d, %v", n, err)
	}
	letter := func(_ context.Context, tell func(feedback.BlobID) error) error { return tell(list[4].Blob) }
	if n, err := attachment.Sweep(ctx, store, s.Blobs, now.Add(attachment.StageLife+time.Minute), letter); n != 1 || err != nil {
		t.Errorf("%d swept, %v", n, err)
	}
	if _, err := s.Blobs.Get(ctx, list[4].Blob); err != nil {
		t.Errorf("what somebody else needs: %v", err)
	}
	away := func(context.Context, func(feedback.BlobID) error) error { return feedback.ErrBusy }
	if n, err := attachment.Sweep(ctx, store, s.Blobs, now.Add(attachment.StageLife+time.Minute), away); n != 0 || !errors.Is(err, feedback.ErrBusy) {
		t.Errorf("%d swept without knowing what is needed, %v", n, err)
	}
	if n, err := attachment.Sweep(ctx, store, s.Blobs, now.Add(attachment.StageLife+time.Minute)); n != 1 || err != nil {
		t.Errorf("%d swept, %v", n, err)
	}
	for i, a := range list {
		if _, err := s.Blobs.Get(ctx, a.Blob); (err == nil) != (i < 3) {
			t.Errorf("%d: %v", i, err)
		}
	}
	var told []string
	missing := func(n feedback.Number, a feedback.Attachment) error {
		told = append(told, string(n)+" "+a.Name)
		return nil
	}
	broken := func(n feedback.Number, a feedback.Attachment, err error) error {
		told = append(told, string(n)+" "+err.Error())
		return nil
	}
	if err := errors.Join(feedback.MissingBlobs(ctx, store, s.Blobs, missing), feedback.BrokenBlobs(ctx, store, s.Blobs, broken)); err != nil || told != nil {
		t.Errorf("%v, %v", told, err)
	}
	if err := s.Drop(ctx, list[1]); err != nil {
		t.Fatal(err)
	}
	store[0].Attachments[0].Digest = strings.Repeat("0", 64)
	if err := feedback.MissingBlobs(ctx, store, s.Blobs, missing); err != nil || len(told) != 1 || told[0] != "2026-000003 二.txt" {
		t.Errorf("%v, %v", told, err)
	}
	told = nil
	if err := feedback.BrokenBlobs(ctx, store, s.Blobs, broken); err != nil || len(told) != 2 {
		t.Errorf("%v, %v", told, err)
	}
}

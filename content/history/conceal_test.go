package history_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"rectify/content/history"
	"rectify/content/shelf/shelftest"
)

// A concealed text is gone from the shelf; number, digest and note stay, and the
// history goes on around it.
func TestConceal(t *testing.T) {
	t.Parallel()
	ctx, place := t.Context(), shelftest.NewMemory()
	a := &history.Archive{Shelf: place}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	const secret = "王某某"
	for i, text := range []string{"甲。", "甲，" + secret + "。", "甲。乙。"} {
		src := "---\ntitle: t\n---\n\n#### 1.灯坏了\n\n" + text + "\n"
		if _, err := a.Append(ctx, history.Version{Slug: "lights", At: day.AddDate(0, 0, i), Note: "改", Source: []byte(src)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, x := range map[string]struct {
		n      int
		reason string
		want   error
	}{"the newest": {3, "姓名", history.ErrShown}, "without a reason": {2, " ", history.ErrReason}, "none such": {9, "姓名", history.ErrNotFound}} {
		if err := a.Conceal(ctx, "lights", x.n, x.reason, false, day); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 2 { // the same again is no fault
		if err := a.Conceal(ctx, "lights", 2, "含个人姓名", false, day); err != nil {
			t.Fatal(err)
		}
	}
	v, err := a.Version(ctx, "lights", 2)
	if !errors.Is(err, history.ErrConcealed) || v.Concealed.Reason != "含个人姓名" || v.Digest == "" || v.Source != nil {
		t.Errorf("%+v, %v", v, err)
	}
	files, err := place.List(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if data, err := place.Read(ctx, f.Name); err != nil || bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s still holds it (%v)", f.Name, err)
		}
	}
	all, err := a.Versions(ctx, "lights")
	if err != nil || len(all) != 3 {
		t.Errorf("%d versions, %v", len(all), err)
	}
	fresh := &history.Archive{Shelf: place} // remembers nothing
	line, _, err := fresh.Leaf(ctx, "lights", "1")
	if err != nil || line.Reworded() != 3 {
		t.Errorf("timeline %+v, %v", line, err)
	}
	if err := a.Conceal(ctx, "lights", 3, "通报已撤下", true, day); err != nil {
		t.Errorf("the newest of a notice that was taken down: %v", err)
	}
}

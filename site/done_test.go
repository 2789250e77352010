package site

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"testing"
	"testing/fstest"
	"time"

	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/shelf/shelftest"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

func lampsWith(statuses ...string) string {
	src := "---\ntitle: 关于灯光检查整改情况的通报\nissuer: 临水市文化和旅游局\ndate: 2026-01-10\npublished: 2026-01-10T09:00:00+08:00\ncontacts: {phone: [0600-555-0142]}\n---\n\n{#a1}\n## （一）灯光不够亮\n"
	for i, s := range statuses {
		src += fmt.Sprintf("\n{#%d status=%q}\n### %d.灯坏了%d\n\n一是修好了灯。\n", i+1, s, i+1, i+1)
	}
	return src
}

// A leaf is done since the first version from which on every one says so; a leaf
// that was taken up again in between counts from when it was done again.
func TestDoneSince(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	archive := &history.Archive{Shelf: shelftest.NewMemory()}
	day := func(n int) time.Time { return time.Date(2026, 1, 10+n, 1, 0, 0, 0, time.UTC) }
	var last string
	for i, statuses := range [][]string{
		{"completed", "active", "completed", "active"}, {"completed", "completed", "reopened", "active"}, {"completed", "completed", "completed", "active"},
	} {
		last = lampsWith(statuses...)
		if _, err := archive.Append(ctx, history.Version{Slug: "lamps-2026", At: day(10 * i), Source: []byte(last)}); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := library.Open(ctx, library.Options{FS: fstest.MapFS{"lamps-2026.md": &fstest.MapFile{Data: []byte(last)}}, Archive: archive, Now: func() time.Time { return day(30) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(lib.Snapshot().Entries()) != 1 {
		t.Fatalf("not published: %v", lib.Diagnostics())
	}
	d := &doneLeaves{library: lib, archive: archive, log: slog.New(slog.DiscardHandler)}
	want := map[figures.Place]calendar.Day{
		{Notice: "lamps-2026", Item: "1"}: "2026-01-10", {Notice: "lamps-2026", Item: "2"}: "2026-01-20", {Notice: "lamps-2026", Item: "3"}: "2026-01-30",
	}
	for range 2 {
		if got := d.since(ctx); !maps.Equal(got, want) {
			t.Errorf("done since %v, want %v", got, want)
		}
	}
	d = &doneLeaves{library: lib, log: slog.New(slog.DiscardHandler)}
	for p, since := range d.since(ctx) {
		if since != "2026-01-10" {
			t.Errorf("without versions %v is done since %s", p, since)
		}
	}
}

package library_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

// counted is a folder that counts what is read of it.
type counted struct {
	fs.FS
	reads *atomic.Int64
}

func (c counted) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".md") {
		c.reads.Add(1)
	}
	return c.FS.Open(name)
}

func onDisk(t *testing.T, content, keep string, archive *history.Archive) (*library.Library, *atomic.Int64) {
	t.Helper()
	reads := &atomic.Int64{}
	l, err := library.Open(t.Context(), library.Options{
		FS: counted{os.DirFS(content), reads}, Keep: keep, Build: "test", Archive: archive, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l, reads
}

// old sets a file's time back, so that it is surely told from the next change.
func old(t *testing.T, path string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
}

// The next start reads only what changed; what it did not read it still shows
// whole.
func TestStartReadsOnlyWhatChanged(t *testing.T) {
	dir, keep := t.TempDir(), t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		write(t, dir, name+".md", sample(name).Data)
		old(t, filepath.Join(dir, name+".md"))
	}
	onDisk(t, dir, keep, nil)
	write(t, dir, "b.md", sample("乙").Data)
	l, reads := onDisk(t, dir, keep, nil)
	if reads.Load() != 1 || title(l, "b") != "乙" || title(l, "a") != "a" {
		t.Errorf("second start read %d files; a %q, b %q", reads.Load(), title(l, "a"), title(l, "b"))
	}
	e, _ := l.Snapshot().Notice("c")
	whole, err := e.Open()
	if err != nil || len(whole.Notice.Leaves()[0].Measures) != 1 || !strings.Contains(whole.Doc.Text, "已经换好") {
		t.Errorf("opened %+v, %v", whole, err)
	}
	if e.Notice.Source != nil || e.Notice.Leaves()[0].Body != nil {
		t.Error("the outline holds text")
	}
}

// Another build of the program reads everything again, and a damaged index
// costs nothing else.
func TestIndexOfAnotherBuild(t *testing.T) {
	dir, keep := t.TempDir(), t.TempDir()
	write(t, dir, "a.md", sample("甲").Data)
	old(t, filepath.Join(dir, "a.md"))
	onDisk(t, dir, keep, nil)
	index := filepath.Join(keep, "index.gob")
	src, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"cut": src[:len(src)/2], "empty": {}, "noise": bytes.Repeat([]byte{0xff}, 300),
		"other build": bytes.Replace(src, []byte("test"), []byte("tost"), 1),
	} {
		if err := os.WriteFile(index, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if l, reads := onDisk(t, dir, keep, nil); reads.Load() == 0 || title(l, "a") != "甲" {
			t.Errorf("%s: read %d files, a is %q", name, reads.Load(), title(l, "a"))
		}
	}
}

// An attachment that is gone since is found, though the notice's file is as it was.
func TestIndexAsksForAttachmentsAgain(t *testing.T) {
	dir, keep := t.TempDir(), t.TempDir()
	write(t, dir, "a.md", bytes.Replace(sample("甲").Data, []byte("issuer:"), []byte("attachments: [list.pdf]\nissuer:"), 1))
	write(t, dir, "list.pdf", []byte("%PDF"))
	old(t, filepath.Join(dir, "a.md"))
	if l, _ := onDisk(t, dir, keep, nil); title(l, "a") != "甲" {
		t.Fatalf("at first %v", l.Diagnostics())
	}
	if err := os.Remove(filepath.Join(dir, "list.pdf")); err != nil {
		t.Fatal(err)
	}
	l, _ := onDisk(t, dir, keep, nil)
	if ds := l.Diagnostics(); len(ds) != 1 || ds[0].Code != "attachment-missing" || title(l, "a") != "甲 (stale)" {
		t.Errorf("%v, a is %q", ds, title(l, "a"))
	}
}

// watched runs Watch over a folder and answers what was told.
func watched(t *testing.T, dir string, archive *history.Archive) (*library.Library, <-chan []string) {
	t.Helper()
	l, _ := onDisk(t, dir, t.TempDir(), archive)
	told := make(chan []string, 20)
	l.OnChange(func(slugs []string) { told <- slugs })
	d, err := shelf.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Watch(ctx, d.Rev, library.Wake(ctx, dir, slog.New(slog.DiscardHandler)))
	}()
	t.Cleanup(func() { cancel(); <-done; _ = d.Close() })
	return l, told
}

// heard waits until a slug is told of.
func heard(t *testing.T, told <-chan []string, slug string) {
	t.Helper()
	for {
		select {
		case slugs := <-told:
			if slices.Contains(slugs, slug) {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing is told of %s", slug)
		}
	}
}

// A file that is written in pieces is seen when it is whole, and every version
// that readers saw is kept with its number.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", sample("甲").Data)
	archive := &history.Archive{Shelf: shelftest.NewMemory()}
	l, told := watched(t, dir, archive)
	heard(t, told, "a") // its version is numbered

	next := sample("乙").Data
	for cut := 40; cut < len(next); cut += 100 {
		write(t, dir, "a.md", next[:cut])
		time.Sleep(5 * time.Millisecond)
	}
	write(t, dir, "a.md", next)
	for heard(t, told, "a"); title(l, "a") != "乙"; {
		heard(t, told, "a")
	}
	write(t, dir, "b.md", sample("新").Data)
	heard(t, told, "b")
	if err := os.Remove(filepath.Join(dir, "b.md")); err != nil {
		t.Fatal(err)
	}
	for heard(t, told, "b"); title(l, "b") != ""; {
		heard(t, told, "b")
	}
	versions, err := archive.Versions(t.Context(), "a")
	if err != nil || len(versions) < 2 || versions[0].N != 1 {
		t.Fatalf("versions %+v, %v", versions, err)
	}
	e, _ := l.Snapshot().Notice("a")
	if last := versions[len(versions)-1]; e.Version != last.N || e.Notice.Digest != last.Digest {
		t.Errorf("shows version %d, the archive's last is %d", e.Version, last.N)
	}
}

// A notice that is written with a pause in the middle is not published by half,
// however long the pause and however good the half.
func TestHalfWritten(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system does not tell who writes a file")
	}
	dir := t.TempDir()
	write(t, dir, "a.md", sample("甲").Data)
	archive := &history.Archive{Shelf: shelftest.NewMemory()}
	l, told := watched(t, dir, archive)
	heard(t, told, "a")

	half := sample("乙").Data
	f, err := os.Create(filepath.Join(dir, "a.md"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(half); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "b.md", sample("新").Data)
	heard(t, told, "b") // so the folder was read meanwhile
	if title(l, "a") != "甲" {
		t.Errorf("shows %q while it is written", title(l, "a"))
	}
	rest := "\n\n二是后来写完。\n"
	if _, err := f.WriteString(rest); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	heard(t, told, "a")
	last, err := archive.Last(t.Context(), "a")
	if err != nil || last.N != 2 || last.Digest != shelf.Digest(append(half, rest...)) {
		t.Errorf("kept %+v, %v", last, err)
	}
}

// A copy of the site that starts with an older folder shows it under its old
// number and writes no history; a file put back while it runs is a new version.
func TestOldFolderWritesNoHistory(t *testing.T) {
	archive := &history.Archive{Shelf: shelftest.NewMemory()}
	dir := t.TempDir()
	l, _ := onDisk(t, dir, "", archive)
	for _, title := range []string{"甲", "乙", "甲"} {
		write(t, dir, "a.md", sample(title).Data)
		reload(t, l)
	}
	if e, _ := l.Snapshot().Notice("a"); e.Version != 3 {
		t.Errorf("put back: version %d", e.Version)
	}
	other := t.TempDir()
	write(t, other, "a.md", sample("乙").Data)
	l, _ = onDisk(t, other, "", archive)
	reload(t, l)
	versions, err := archive.Versions(t.Context(), "a")
	if e, _ := l.Snapshot().Notice("a"); err != nil || e.Version != 2 || len(versions) != 3 {
		t.Errorf("old folder: version %d of %d, %v", e.Version, len(versions), err)
	}
}

// An archive that fails holds no notice back; the version is kept later.
func TestArchiveDown(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", sample("甲").Data)
	broken := &failing{Memory: shelftest.NewMemory()}
	broken.down.Store(true)
	l, _ := onDisk(t, dir, "", &history.Archive{Shelf: broken})
	reload(t, l)
	if e, _ := l.Snapshot().Notice("a"); e == nil || e.Version != 0 {
		t.Fatalf("entry %+v", e)
	}
	broken.down.Store(false)
	reload(t, l)
	if e, _ := l.Snapshot().Notice("a"); e.Version != 1 {
		t.Errorf("version %d once the archive is back", e.Version)
	}
}

type failing struct {
	*shelftest.Memory
	down atomic.Bool
}

func (f *failing) Put(ctx context.Context, name string, data []byte, was string) error {
	if f.down.Load() {
		return os.ErrDeadlineExceeded
	}
	return f.Memory.Put(ctx, name, data, was)
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Two copies of the site over one MongoDB: a notice that is pushed, changed or
// taken away is seen by both within two seconds, kept as one version each time,
// and found by the search of both.
func TestTwoCopiesAgree(t *testing.T) {
	uri := mongoURI(t)
	dir := folder(t)
	key := filepath.Join(t.TempDir(), "master.key")
	push := func(more ...string) {
		t.Helper()
		if code, out, errs := said(t, "", append([]string{"content", "push", dir, "--mongo", uri}, more...)...); code != 0 {
			t.Fatalf("push answers %d: %s%s", code, out, errs)
		}
	}
	push()
	copies := []*program{
		start(t, "--data", t.TempDir(), "--mongo", uri, "--key-file", key),
		start(t, "--data", t.TempDir(), "--mongo", uri, "--key-file", key),
	}
	both := func(what, path string, status int, word string) {
		t.Helper()
		began := time.Now()
		for _, p := range copies {
			until(t, func() bool {
				got, page := get(t, p.base+path)
				return got == status && strings.Contains(page, word)
			})
		}
		if took := time.Since(began); took > 2*time.Second && testing.Verbose() {
			t.Logf("%s: seen by both after %v", what, took)
		}
	}
	both("pushed", "/notices/culture-tourism-2023", 200, "整改进展情况的通报")
	change(t, filepath.Join(dir, "culture-tourism-2023.md"), "title: ", "title: 更正后的")
	push()
	both("changed", "/notices/culture-tourism-2023", 200, "更正后的")
	both("versions", "/notices/culture-tourism-2023/history", 200, "第2版")
	both("search", "/search?q=更正后的", 200, "/notices/culture-tourism-2023")
	if _, page := get(t, copies[0].base+"/notices/culture-tourism-2023/history"); strings.Contains(page, "第3版") {
		t.Error("the copies wrote one change twice")
	}
	if err := os.Remove(filepath.Join(dir, "venue-safety-2026.md")); err != nil {
		t.Fatal(err)
	}
	push("--delete")
	both("gone", "/notices/venue-safety-2026", 404, "")
}

// Two copies over one folder: an edit is seen by both, site.yaml included.
func TestFolderIsWatched(t *testing.T) {
	dir := folder(t)
	copies := []*program{start(t, "--data", t.TempDir(), "--content", dir), start(t, "--data", t.TempDir(), "--content", dir)}
	change(t, filepath.Join(dir, "culture-tourism-2023.md"), "title: ", "title: 更正后的")
	change(t, filepath.Join(dir, "site.yaml"), "临水市文化和旅游局", "临水市文旅局")
	for _, p := range copies {
		until(t, func() bool {
			_, page := get(t, p.base+"/notices/culture-tourism-2023")
			return strings.Contains(page, "更正后的")
		})
		until(t, func() bool { _, page := get(t, p.base+"/"); return strings.Contains(page, "临水市文旅局") })
	}
}

// Two programs on one data folder with a spool: the second says who works there.
func TestSpoolIsLocked(t *testing.T) {
	uri := mongoURI(t)
	data := t.TempDir()
	p := start(t, "--data", data, "--mongo", uri)
	code, _, errs := said(t, "", "serve", "--listen", "127.0.0.1:0", "--data", data, "--mongo", uri)
	if want := fmt.Sprintf("process %d", p.cmd.Process.Pid); code != 1 || !strings.Contains(errs, want) {
		t.Errorf("exit %d, said %q; want 1 and %q", code, errs, want)
	}
}

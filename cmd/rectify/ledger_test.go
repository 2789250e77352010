package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/content/history"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// A clerk takes the ledger out, edits it in a spreadsheet, looks at what would
// change, and takes it in; then the notice says what was edited and why.
func TestLedgerThereAndBack(t *testing.T) {
	dir := t.TempDir()
	const slug = "venue-safety-2026"
	file, table := filepath.Join(dir, slug+".md"), filepath.Join(dir, "台账.csv")
	before, err := os.ReadFile("../../content/builtin/" + slug + ".md")
	if err != nil {
		t.Fatal(err)
	}
	put(t, file, before)
	ledger := func(want int, args ...string) string {
		t.Helper()
		out, err := command(t.Context(), append([]string{"ledger", args[0], "--content", dir, "--notice", slug}, args[1:]...)...).CombinedOutput()
		code := 0
		if e, ok := err.(*exec.ExitError); ok { //nolint:errorlint // as os/exec documents it
			code = e.ExitCode()
		}
		if code != want {
			t.Fatalf("ledger %v: exit %d, want %d: %s", args, code, want, out)
		}
		return string(out)
	}
	holds := func(want []byte) {
		t.Helper()
		if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, want) {
			t.Fatalf("the notice is another one (%v)", err)
		}
	}
	ledger(0, "export", "--out", table)
	ledger(0, "import", table)
	holds(before)
	csv, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	put(t, table, bytes.Replace(csv, []byte(",公共服务科,"), []byte(",公共服务科、办公室,"), 1))
	if said := ledger(0, "import", table, "--dry-run"); !strings.Contains(said, "公共服务科 → 公共服务科、办公室") {
		t.Errorf("the dry run says %s", said)
	}
	ledger(1, "import", table)
	ledger(1, "import", table, "--minor")
	ledger(2, "import", table, "--minor", "--note", "都要")
	holds(before)
	ledger(0, "import", table, "--note", "增加责任单位")
	want := bytes.Replace(before, []byte(`owner="公共服务科"`), []byte(`owner="公共服务科、办公室"`), 1)
	want = bytes.Replace(want, []byte("\n---\n"), []byte("\nchange:\n  note: \"增加责任单位\"\n---\n"), 1)
	holds(want)
	put(t, table, bytes.Replace(csv, []byte(",办公室,"), []byte(",=1+1,"), 1))
	if said := ledger(1, "import", table, "--note", "公式"); !strings.Contains(said, "台账.csv:2:") {
		t.Errorf("the row is not named: %s", said)
	}
	holds(want)
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	ledger(2, "export", "--notice", "../etc")
	ledger(1, "export", "--notice", "nowhere")
}

// check says of a folder what its last versions say of it: a note that is left
// over, and none at all.
func TestCheckBesideVersions(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	const slug = "venue-safety-2026"
	src, err := os.ReadFile("../../content/builtin/" + slug + ".md")
	if err != nil {
		t.Fatal(err)
	}
	versions, err := shelf.OpenDir(mkdir(t, data, shelfVersions))
	if err != nil {
		t.Fatal(err)
	}
	defer versions.Close()
	noted := bytes.Replace(src, []byte("\n---\n"), []byte("\nchange: {note: 第一次更正}\n---\n"), 1)
	archive := &history.Archive{Shelf: versions}
	for _, v := range [][]byte{src, noted} {
		n, _ := parse.Notice(slug+".md", v)
		if _, _, err := history.Record(t.Context(), archive, n, history.Change{FromFolder: true}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for want, now := range map[string][]byte{
		"0个提醒":    noted,
		"第2版的一样":  bytes.Replace(noted, []byte("逐岗核对"), []byte("逐人核对"), 1),
		"没有写更正说明": bytes.Replace(src, []byte("逐岗核对"), []byte("逐人核对"), 1),
	} {
		put(t, filepath.Join(dir, slug+".md"), now)
		put(t, filepath.Join(dir, "site.yaml"), []byte("name: 甲\n"))
		cmd := command(t.Context(), "check", dir, "--versions", data)
		cmd.Env = append(cmd.Env, "LC_ALL=zh_CN.UTF-8")
		out, err := cmd.CombinedOutput()
		if said := string(out); err != nil || strings.Contains(said, "更正说明") == (want == "0个提醒") || want != "0个提醒" && !strings.Contains(said, want) {
			t.Errorf("%v, want %s: %s", err, want, said)
		}
	}
}

func mkdir(t *testing.T, parts ...string) string {
	t.Helper()
	dir := filepath.Join(parts...)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

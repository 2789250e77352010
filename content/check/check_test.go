package check_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"rectify/content"
	"rectify/content/library"
	"rectify/content/parse"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// Each archive in testdata is one rule: the sample notice with one thing
// broken, and all that check says about it.
func TestRules(t *testing.T) {
	for _, name := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want := fstest.MapFS{}, -1
			for i, f := range ar.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			_, found, err := library.Read(t.Context(), fsys)
			if err != nil || want < 0 {
				t.Fatal(want, err)
			}
			got := strings.Builder{}
			for _, d := range found {
				got.WriteString(strings.TrimSuffix(strings.TrimSpace(d.String()), " []") + "\n")
			}
			if *update {
				ar.Files[want].Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if have := string(ar.Files[want].Data); got.String() != have {
				t.Errorf("%sfound\n%swant\n%s", ar.Comment, got.String(), have)
			}
		})
	}
}

// A rule that no test breaks may have stopped to work. Every code that content
// can say must be wanted by an archive, or stand in the table below.
func TestEveryCodeIsTested(t *testing.T) {
	tested := map[string]bool{"unreadable": true} // library: TestUnreadableFile
	for _, x := range files() {
		tested[x.code] = true
	}
	said := regexp.MustCompile(` (?:error|warning) ([a-z-]+)`)
	for _, name := range archives(t) {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			for _, m := range said.FindAllStringSubmatch(string(f.Data), -1) {
				tested[m[1]] = true
			}
		}
	}
	for code := range codes(t) {
		if !tested[code] && !tested[code+"aspects"] && !tested[code+"phone"] {
			t.Errorf("no test breaks the rule %q", code)
		}
	}
}

// codes are those that the source names, found where diagnostics are made.
func codes(t *testing.T) map[string]bool {
	t.Helper()
	made := regexp.MustCompile(`(?:fault|warn|add|report|Report)\([^"\n]*"([a-z-]+)"|(?:Code:|code = |code, mark = ) ?"([a-z-]+)"`)
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := os.ReadFile(name)
		for _, m := range made.FindAllStringSubmatch(string(src), -1) {
			found[m[1]+m[2]] = true
		}
		return err
	})
	if err != nil || len(found) < 40 {
		t.Fatalf("%d codes found, %v", len(found), err)
	}
	return found
}

func archives(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 50 {
		t.Fatalf("%d archives, %v", len(names), err)
	}
	return names
}

type file struct{ name, src, code string }

// files break rules that an archive of text cannot hold.
func files() []file {
	return []file{
		{"a b.md", "---\ntitle: t\n---\n", "slug"},
		{"n.md", strings.Repeat("a", parse.MaxBytes+1), "size"},
		{"n.md", "---\ntitle: \xff\n---\n", "encoding"},
		{"n.md", "---\ntitle: a\x00b\n---\n", "encoding"},
		{"n.md", "---\ntitle: " + strings.Repeat("a", 300<<10) + "\n---\n", "yaml-size"},
	}
}

func TestFilesThatAreNoText(t *testing.T) {
	for _, x := range files() {
		_, found := parse.Notice(x.name, []byte(x.src))
		said := false
		for _, d := range found {
			said = said || d.Code == x.code && d.Severity == content.Error
		}
		if !said {
			t.Errorf("%s: found %v, want %s", x.name, found, x.code)
		}
	}
}

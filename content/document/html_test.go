package document_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rectify/content/document"
)

var update = flag.Bool("update", false, "write what was read as what is expected")

// shown writes a reading as a person would compare it.
func shown(d *document.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", d.Format, d.Encoding)
	for _, k := range slices.Sorted(maps.Keys(d.Meta)) {
		fmt.Fprintf(&b, "meta %s: %s\n", k, d.Meta[k])
	}
	for _, x := range d.Blocks {
		fmt.Fprintf(&b, "%d", x.Line)
		for _, flag := range []struct {
			on   bool
			word string
		}{{x.Kind == document.Table, "table"}, {x.Kind == document.Footnote, "footnote"}, {x.Heading > 0, fmt.Sprint("h", x.Heading)}, {x.Center, "center"}, {x.Right, "right"}, {x.Number != "", "number " + x.Number}} {
			if flag.on {
				b.WriteString(" " + flag.word)
			}
		}
		fmt.Fprintf(&b, ": %s\n", strings.ReplaceAll(x.Text, "\n", "⏎"))
		for _, row := range x.Rows {
			fmt.Fprintf(&b, "\t| %s\n", strings.ReplaceAll(strings.Join(row, " | "), "\n", "⏎"))
		}
	}
	for _, l := range d.Left {
		fmt.Fprintf(&b, "left %d %s: %s\n", l.Line, l.Reason, strings.ReplaceAll(strings.TrimSpace(l.Text), "\n", "⏎"))
	}
	for _, r := range d.Remarks {
		fmt.Fprintf(&b, "remark %d %s %v\n", r.Line, r.Code, r.Args)
	}
	return b.String()
}

// golden holds each file of a folder to what was once read from it and looked at.
func golden(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(context.Background(), filepath.Base(f), src)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if d.Format == document.Docx {
			nothingLost(t, wordTexts(t, src), d)
		} else {
			nothingLost(t, pageTexts(t, string(src)), d)
		}
		got, want := shown(d), f+".golden"
		if *update {
			if err := os.WriteFile(want, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		expected, err := os.ReadFile(want)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(expected) {
			t.Errorf("%s: got\n%s\nwant\n%s", f, got, expected)
		}
	}
}

func TestPages(t *testing.T) { golden(t, "testdata/pages/*.html") }

// The Word files and one page are LibreOffice's own, made from the sources
// beside them.
func TestOfficeFiles(t *testing.T) { golden(t, "testdata/word/*.docx") }

package parse_test

import (
	"strings"
	"testing"
	"time"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/render"
)

// FuzzNotice asks what must hold for any file whatever: the reading ends, does
// not panic, names lines that exist, and loses nothing where it finds no fault.
func FuzzNotice(f *testing.F) {
	for _, s := range seeds() {
		f.Add([]byte("---\ntitle: t\n---\n" + s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 64<<10 {
			return // the bound on length has a test of its own
		}
		start := time.Now()
		n, found := parse.Notice("n.md", src)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("read in %v", d)
		}
		last := lines(src)
		for _, d := range found {
			if d.Line < 0 || d.Line > last || d.File != "n.md" {
				t.Errorf("%v names a line beyond the last, %d", d, last)
			}
		}
		if content.HasErrors(found) {
			return
		}
		nothingLost(t, n)
		if _, err := render.Notice(n); err != nil {
			t.Error(err)
		}
	})
}

// lines counts as a person's editor does, one more for an empty last line.
func lines(src []byte) int {
	s := strings.ReplaceAll(strings.ReplaceAll(string(src), "\r\n", "\n"), "\r", "\n")
	return strings.Count(s, "\n") + 1
}

// nothingLost holds every line of the body that is not blank to stand in a
// heading, over one, or in a block, at the line that the block names.
func nothingLost(tb testing.TB, n *content.Notice) {
	tb.Helper()
	src := strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(string(n.Source), "\ufeff"), "\r\n", "\n"), "\r", "\n")
	all := strings.Split(strings.TrimSuffix(src, "\n"), "\n")
	has := make([]bool, len(all)+1)
	heading := func(line int) {
		has[line] = true
		if line >= 2 && strings.HasPrefix(all[line-2], "{") {
			has[line-1] = true
		}
	}
	text := func(blocks []content.Block) {
		for _, b := range blocks {
			for i, l := range strings.Split(b.Text, "\n") {
				if at := b.Line + i; at > len(all) || all[at-1] != l {
					tb.Errorf("a block says that line %d is %q", at, l)
				} else if has[at] && strings.TrimSpace(l) != "" {
					tb.Errorf("line %d stands in two places: %q", at, l)
				} else {
					has[at] = true
				}
			}
		}
	}
	text(n.Intro)
	for _, s := range n.Sections {
		if s.Line > 0 {
			heading(s.Line)
		}
		text(s.Body)
	}
	n.Items(func(it *content.Item) bool {
		heading(it.Line)
		text(it.Body)
		return true
	})
	start := bodyStart(all)
	for i, l := range all {
		if i >= start && strings.TrimSpace(l) != "" && !has[i+1] && !strings.HasPrefix(l, "# ") && !strings.HasPrefix(l, "{") {
			tb.Errorf("line %d is lost: %q", i+1, l)
		}
	}
}

func bodyStart(all []string) int {
	for i, l := range all {
		if i > 0 && l == "---" {
			return i + 1
		}
	}
	return 0
}

// seeds are bodies that once were, or could be, read in two ways.
func seeds() []string {
	return []string{
		"## 一、甲\n\n### （一）乙\n\n#### 1.丙\n\n##### ①丁\n\n一是做。二是做。\n",
		"```\n## 一、x\n```\n\n## 二、y\n",
		"``` go lang\n## 一、x\n\n## 二、y\n```\n",
		"~~~\n# a\n````\n~~~\n",
		"* a\n  ```\n## 一、b\n  ```\n",
		"> a ```\n\n## 一、x\n\n```\n",
		"{#3-1}\n\n##### ①x\n",
		"{.a\\}\n## 一、x\n}\n",
		"{#1 status=\"completed\"}\n#### 1.x\n",
		"1. a\n\n3. b\n\n    c\n",
		"a|b\n-|-\nc|d|e\n",
		"text\n\n  indented\n",
		".# special\n", "# \n", "#\tx\n", "## 一、x ##\n", "## 一、**x** `y`\n", "a\n===\n", "[a]: b\n", "<b>x</b>\n",
		"> > > > > > > > > > x\n", "- - - - - - - - - - x\n", "![甲](乙)\n", "[甲](乙.pdf)\n", "<https://例.cn>\n",
		"\\# 一\n", "## 一、a\\\n## 二、b\n", "&#x4e00;\n", "*a **b ~~c `d\n", "Table: 表\n\na|b\n-|-\nc|d\nTable: 表\n", "\u202e\n",
	}
}

package parse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/content"
	"rectify/content/parse"
)

const head = "---\ntitle: 甲的通报\n---\n"

func TestTreeAndIDs(t *testing.T) {
	for _, x := range []struct {
		name, body string
		want       string // id:level of every item, children in brackets
	}{
		{"all levels", "## 一、总\n\n### （一）甲\n\n#### 1.乙\n\n##### ①丙\n\n##### ②丁\n\n#### 2.戊\n", "a1:1[1:2[1-1:3 1-2:3] 2:2]"},
		{"fourth level of GB/T 9704", "## 一、总\n\n#### 1.乙\n\n##### （1）丙\n", "1:2[1-1:3]"},
		{"aspect skipped", "## 一、总\n\n#### 1.乙\n\n##### ①丙\n", "1:2[1-1:3]"},
		{"problem skipped", "## 一、总\n\n### （一）甲\n\n##### ①丙\n", "a1:1[a1-1:3]"},
		{"no section", "### （一）甲\n\n#### 1.乙\n", "a1:1[1:2]"},
		{"findings alone", "##### ①丙\n\n##### ②丁\n", "1:3 2:3"},
		{"full width", "## 一、总\n\n#### １．乙\n\n##### （１）丙\n", "1:2[1-1:3]"},
		{"depth of # does not matter", "## 一、总\n\n### 1.乙\n\n### ①丙\n", "1:2[1-1:3]"},
		{"numbers go on over aspects", "## 一、总\n\n### （一）甲\n\n#### 1.乙\n\n### （二）甲\n\n#### 2.乙\n", "a1:1[1:2] a2:1[2:2]"},
		{"numbers restart in another section", "## 一、总\n\n#### 1.乙\n\n## 二、分\n\n#### 1.乙\n\n#### 2.丙\n\n##### ①丁\n\n##### ②戊\n\n##### ③己\n",
			"1:2 2.1:2 2.2:2[2.2-1:3 2.2-2:3 2.2-3:3]"},
		{"the section's own number stands before", "## 二、总\n\n#### 1.乙\n\n## 四、分\n\n#### 1.乙\n", "1:2 4.1:2"},
		{"numbers begin anew under another aspect", "## 一、总\n\n### （一）甲\n\n#### 1.乙\n\n### （二）甲\n\n#### 1.乙\n\n##### ①丙\n\n#### 2.丁\n", "a1:1[1:2] a2:1[2.1:2[2.1-1:3] 2.2:2]"},
		{"given ids are kept", "## 一、总\n\n{#9}\n#### 1.乙\n", "9:2"},
	} {
		t.Run(x.name, func(t *testing.T) {
			n, found := parse.Notice("n.md", []byte(head+x.body))
			for _, d := range found {
				if d.Severity == content.Error {
					t.Error(d)
				}
			}
			var roots []*content.Item
			for _, s := range n.Sections {
				roots = append(roots, s.Items...)
			}
			if got := outline(roots); got != x.want {
				t.Errorf("tree is %s\nwant     %s", got, x.want)
			}
			nothingLost(t, n)
		})
	}
}

func outline(items []*content.Item) string {
	var parts []string
	for _, it := range items {
		s := fmt.Sprintf("%s:%d", it.ID, it.Level)
		if !it.Leaf() {
			s += "[" + outline(it.Children) + "]"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestLedger(t *testing.T) {
	n, found := parse.Notice("n.md", []byte(head+`## 一、总

{#1 status="active" label="正在整改" owner="办公室、财务科" due="2026-12-31" progress="60%" evidence="合同"}
#### 1.乙

#### 2.丙

{status="unstated" progress="0"}
#### 3.丁
`))
	if len(found) > 0 {
		t.Fatal(found)
	}
	got := n.Item("1").Ledger
	if got.Status != content.Active || got.Label != "正在整改" || got.Owner != "办公室、财务科" || got.Due.String() != "2026-12-31" ||
		got.Progress == nil || *got.Progress != 60 || got.Evidence != "合同" {
		t.Errorf("ledger is %+v", got)
	}
	// What is not stated stays unstated: no word of the text is ever a status.
	if l := n.Item("2").Ledger; l != (content.Ledger{}) {
		t.Errorf("ledger of a bare heading is %+v", l)
	}
	if l := n.Item("3").Ledger; l.Status != content.Unstated || l.Progress == nil || *l.Progress != 0 {
		t.Errorf("a stated nought is %+v", l)
	}
}

func TestMeasures(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       []string // line, mark, title, text
	}{
		{"paragraphs", "检查发现问题。\n\n一是定清单。逐岗核对。\n\n二是签责任书。全部签订。",
			[]string{"10 一是 [一是定清单。] 一是定清单。逐岗核对。", "12 二是 [二是签责任书。] 二是签责任书。全部签订。"}},
		{"run in", "一是查。每月一遍。二是改。编印要点。",
			[]string{"8 一是 [一是查。] 一是查。每月一遍。", "8 二是 [二是改。] 二是改。编印要点。"}},
		{"a sentence alone has no title", "一是查清底数。", []string{"8 一是 [] 一是查清底数。"}},
		{"long first sentence is no title", "一是" + strings.Repeat("长", 30) + "。后文。", []string{"8 一是 [] 一是" + strings.Repeat("长", 30) + "。后文。"}},
		{"stress around", "**一是查。**每月一遍。\n\n**二是改。**编印。",
			[]string{"8 一是 [一是查。] 一是查。每月一遍。", "10 二是 [二是改。] 二是改。编印。"}},
		{"out of turn is plain language", "二是好事。十是十。一是一，二是二。", []string{"8 一是 [] 一是一，二是二。"}},
		{"within a word", "统一是好事。", nil},
		{"none", "没有写措施。", nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			n, _ := parse.Notice("n.md", []byte(head+"## 一、总\n\n#### 1.乙\n\n"+x.text+"\n"))
			var got []string
			for _, m := range n.Item("1").Measures {
				got = append(got, fmt.Sprintf("%d %s [%s] %s", m.Line, m.Mark, m.Title, m.Text))
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("measures are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(x.want, "\n"))
			}
		})
	}
}

func TestLineEndingsAndBOM(t *testing.T) {
	plain := head + "## 一、总\n\n#### 1.乙\n\n一是甲。\n乙。\n"
	for name, src := range map[string]string{
		"LF": plain, "CRLF": strings.ReplaceAll(plain, "\n", "\r\n"), "CR": strings.ReplaceAll(plain, "\n", "\r"),
		"BOM": "\ufeff" + plain, "no last newline": strings.TrimSuffix(plain, "\n"),
	} {
		n, found := parse.Notice("n.md", []byte(src))
		if len(found) > 0 || n.Title != "甲的通报" || n.Item("1") == nil || n.Item("1").Line != 6 || string(n.Source) != src {
			t.Errorf("%s: %v, %+v", name, found, n.Item("1"))
		}
	}
}

// What a hostile or careless file costs is bounded, and it is told where.
func TestHostileFilesAreRefusedQuickly(t *testing.T) {
	const size = hostileBytes
	units := map[string]string{
		"brackets": "[", "images": "![", "carets": "^[", "links": "[a](", "stars": "*", "stars and letters": "*a ", "strong": "**a ",
		"tildes": "~~a ", "ticks": "`a``b", "less than": "<a ", "comments": "<!--", "quotes": ">", "spaced quotes": "> ", "quoted lines": "> a\n",
		"fences": "```a\n", "fences of two kinds": "```\n~~~\n", "fences in a quote": "> a```b\n", "nested list": "- ", "list and text": "* a\n\nb\n\n",
		"list in quote": "> * a\n>\n> b\n>\n", "two lists": "* a\n1. b\n", "list and rule": "* a\n* * *\n", "headings and lists": "# a\n* b\n",
		"table": "|a", "tables": "a|b\n-|-\n\n", "table rows": "a|b\n", "HTML": "<div>\n\n", "HTML in a quote": "> <div>\n>\n", "backslashes": "\\", "entities": "&amp;",
		"attribute lists": "{#a}\n", "open attribute list": "{.a .b", "headings": "# a\n\n", "lines": "a\n", "tabs": "\t", "break": "a  \n",
	}
	for name, unit := range units {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := []byte(head + strings.Repeat(unit, size/len(unit)) + "\n")
			start := time.Now()
			n, found := parse.Notice("n.md", src)
			// One second is the bound (threat T34); the race detector and other tests share the machine.
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("read in %v", d)
			}
			if !content.HasErrors(found) {
				nothingLost(t, n)
			}
		})
	}
}

func TestAliasBombIsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 12; i++ {
		ref := fmt.Sprintf("*a%d", i-1)
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Join(slices.Repeat([]string{ref}, 10), ","))
	}
	b.WriteString("subjects: *a11\n---\n## 一、总\n\n#### 1.乙\n")
	start := time.Now()
	n, found := parse.Notice("n.md", []byte(b.String()))
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("read in %v", d)
	}
	if len(n.Subjects) > 0 || !content.HasErrors(found) {
		t.Errorf("subjects %d, findings %v", len(n.Subjects), found)
	}
}

// Chinese in links and code is text like any other and none of it counts as lost.
func TestLinksWithChineseNamesAreSound(t *testing.T) {
	for _, text := range []string{"见[清单](清单.pdf)。", "见[清单.pdf](清单.pdf \"标题\")。", "见<https://例.example/甲>。", "**[甲](<乙.pdf>)**", "`码`与“引”", "``` go\n丙\n```",
		"甲|乙\n-|-\n丙|丁\nTable: 表题", "1. 甲\n2. 乙\n\n    丙", "> 甲\n> > 乙", "\\*甲\\*"} {
		n, found := parse.Notice("n.md", []byte(head+"#### 1.乙\n\n"+text+"\n"))
		if len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
		nothingLost(t, n)
	}
}

package parse

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/content"
)

// fragments are what documents are made of, the ugly ones too. Each may be
// followed by a blank line or by the next fragment at once.
func fragments() []string {
	return []string{
		"一段文字。", "第一行\n第二行", "  缩进的段落", "\u3000\u3000全角缩进", "    四格", "\t制表",
		"{#3-1}", "{#3-1 status=\"active\"}", "{.a}", "{文字}", "{#a \\}",
		"```", "~~~", "````", "``` go", "``` 一 二", "```{go}", "```{go} x", "  ```", "    ```", "~~~\n# 栏\n~~~", "```\n## 一、栏内\n\n##### ①栏内\n```",
		"* 项", "- 项\n- 项", "1. 项\n2. 项", "* 项\n  ```\n  # 内\n  ```", "* 项\n\n    # 内", "  * 内项", "* 项\n## 一、紧跟",
		"> 引", "> # 引内", "> ```", "> 引 ```", "> * 项\n> ## 一、内", ">",
		"甲|乙\n-|-\n丙|丁", "甲|乙\n-|-\n丙|丁|戊", "|甲|", "-|-", "Table: 表题", "***", "---", "===",
		"[甲](乙.pdf)", "[甲]: 乙", "![图](图.png)", "<b>粗</b>", "<div>", "<!-- 注 -->", "**粗*斜~~删`码", "\\", "&#x4e00;", "甲\\", "甲  ",
	}
}

func drawHeading(t *rapid.T) string {
	list := rapid.SampledFrom([]string{"", "", "{#7}\n", "{#7 owner=\"甲\"}\n", "{#7 owner=甲}\n", "{#7} \n"}).Draw(t, "list")
	level := rapid.IntRange(0, 7).Draw(t, "level")
	gap := rapid.SampledFrom([]string{" ", " ", "", "  ", "\t"}).Draw(t, "gap")
	text := rapid.SampledFrom([]string{"一、甲", "（一）乙", "1.丙", "①丁", "二、戊 ##", "**粗** `码`", "", "# #", "\\", "甲\\#", "{#9}", "2.己 {#9}"}).Draw(t, "text")
	return list + strings.Repeat("#", level) + gap + text
}

func drawBody(t *rapid.T) string {
	var b strings.Builder
	for range rapid.IntRange(1, 12).Draw(t, "n") {
		if rapid.Bool().Draw(t, "heading") {
			b.WriteString(drawHeading(t))
		} else {
			b.WriteString(rapid.SampledFrom(fragments()).Draw(t, "fragment"))
		}
		b.WriteString(rapid.SampledFrom([]string{"\n", "\n\n", "\n\n\n", "\n \n"}).Draw(t, "end"))
	}
	return b.String()
}

// The page is gomarkdown's reading and the ledger has its lines from ours:
// where no fault is told, both must have seen the same headings.
func TestBothReadingsSeeTheSameHeadings(t *testing.T) {
	sound := 0
	rapid.Check(t, func(t *rapid.T) {
		body := drawBody(t)
		n, found := Notice("n.md", []byte("---\ntitle: t\n---\n"+body))
		for _, d := range found {
			if last := strings.Count(body, "\n") + 3; d.Line < 0 || d.Line > last {
				t.Fatalf("%v names a line beyond the last, %d", d, last)
			}
		}
		if content.HasErrors(found) {
			return
		}
		sound++
		ours, _ := scan(strings.Split(strings.TrimSuffix(body, "\n"), "\n"))
		theirs := read([]byte(body))
		if len(ours) != len(theirs) {
			t.Fatalf("%d headings by lines, %d by gomarkdown", len(ours), len(theirs))
		}
		for i := range ours {
			if ours[i].level != theirs[i].level || !sameText(ours[i].text, theirs[i].text) {
				t.Fatalf("heading %d is %q by lines, %q by gomarkdown", i, ours[i].text, theirs[i].text)
			}
		}
		if got := headingsOf(n); len(got) != len(theirs) {
			t.Fatalf("the notice has %d headings, the document %d", len(got), len(theirs))
		}
	})
	if sound == 0 {
		t.Error("no document without a fault was drawn: the property was never asked")
	}
}

// headingsOf are the headings that became a part of the notice.
func headingsOf(n *content.Notice) []string {
	var all []string
	for _, s := range n.Sections {
		if s.Line > 0 {
			all = append(all, s.Heading)
		}
	}
	n.Items(func(it *content.Item) bool {
		all = append(all, it.Heading)
		return true
	})
	return all
}

// A heading inside a code fence is a heading to neither reading.
func TestFencedHeadingIsNone(t *testing.T) {
	for _, fence := range []string{"```", "~~~", "````", "``` go", "``` go lang", "```{.go}", "  ```"} {
		marker := strings.TrimSpace(strings.TrimLeft(fence, " ")[:3])
		if strings.HasPrefix(fence, "````") {
			marker = "````"
		}
		body := "## 一、甲\n\n#### 1.乙\n\n" + fence + "\n## 二、栏内\n\n#### 2.栏内\n" + marker + "\n\n#### 3.丙\n"
		ours, _ := scan(strings.Split(body, "\n"))
		theirs := read([]byte(body))
		if len(ours) != 3 || len(theirs) != 3 {
			t.Errorf("fence %q: %d headings by lines, %d by gomarkdown, want 3", fence, len(ours), len(theirs))
		}
	}
}

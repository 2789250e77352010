package format_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/format"
	"rectify/content/parse"
	"rectify/content/render"
)

// nasty is text that Markdown would take for markup, YAML for structure.
func nasty() []string {
	return []string{
		"# 井号", "#", "- 项", "+ 项", "* 项", "> 引", "1. 项", "1) 项", "12.", "|甲|乙|", "|---|", "---|---", "```", "``` go", "~~~", "~~删~~", "~约~。", "    四格", "\t制表",
		"*强*", "**粗**", "_斜_", "__粗__", "a_b_c@x.example", "甲_乙_。", "[甲](乙)", "[甲][乙]", "[甲]: 乙", "![图](图)", "<b>", "<!-- 注 -->", "<山东省>", "<a@b.c>", "&lt;", "&amp;", "&#60;", "&", "\\", "\\*", "甲\\",
		"{#3-1}", "{.a}", "{甲}", ".# 甲", "===", "---", "***", "- - -", "$甲$", "^上^", "Table: 表题", "Figure: 图", "甲  ", "http://a.example/b_c?d=e&f=g", "：", ": 定义", "!--- 甲", "a|b", "8:30~12:00", "甲`码`乙", "“引”", "一是查。二是改。", "一、甲", "（一）乙", "①丙", "2023年", "甲#", "null", "~", "yes", "0123", "'甲'", "\"甲\"", "甲: 乙", "甲 #乙", "%甲", "@甲", "&甲", "*甲", "!甲", "1.5", "\u3000\u3000甲",
	}
}

func draw(t *rapid.T, label string) string {
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, label) {
		b.WriteString(rapid.OneOf(rapid.SampledFrom(nasty()), rapid.StringOfN(rapid.RuneFrom([]rune("甲乙。，：#*_[]()<>&\\`~|{}!-+.1 aA^$=\"'")), 1, 8, -1), rapid.String()).Draw(t, "part"))
	}
	return b.String()
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || format.Hidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// Whatever a paragraph says, the page says the same and nothing of it is markup.
func TestTextIsOnlyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := draw(t, "text")
		md := format.Text(plain)
		if md == "" {
			if squeeze(plain) != "" {
				t.Fatalf("%q is written as nothing", plain)
			}
			return
		}
		n, found := parse.Notice("n.md", []byte("---\ntitle: t\n---\n\n#### 1.甲\n\n前。\n\n"+md+"\n\n后。\n"))
		if len(found) > 0 || len(n.Sections) != 1 || len(n.Sections[0].Items) != 1 {
			t.Fatalf("%q written as %q: %v", plain, md, found)
		}
		body := n.Sections[0].Items[0].Body
		if len(body) != 3 || body[1].Text != md {
			t.Fatalf("%q written as %q is %d blocks", plain, md, len(body))
		}
		n.Sections[0].Items[0].Measures = nil
		doc, err := render.Notice(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(doc.Items["1"].Body); strings.Count(got, "<") != 6 {
			t.Fatalf("%q written as %q is markup: %s", plain, md, got)
		}
		if got := squeeze(doc.Items["1"].Plain); got != "前。"+squeeze(plain)+"后。" {
			t.Fatalf("%q written as %q says %q", plain, md, got)
		}
	})
}

// A table keeps its cells whatever they say.
func TestTableKeepsItsCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows [][]string
		want := ""
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			var row []string
			for range rapid.IntRange(1, 4).Draw(t, "cells") {
				cell := ""
				if rapid.IntRange(0, 4).Draw(t, "empty") > 0 {
					cell = draw(t, "cell")
				}
				row = append(row, cell)
				want += squeeze(cell)
			}
			rows = append(rows, row)
		}
		n, found := parse.Notice("n.md", []byte("---\ntitle: t\n---\n\n#### 1.甲\n\n"+format.Table(rows)+"\n"))
		if len(found) > 0 {
			t.Fatalf("%q: %v", format.Table(rows), found)
		}
		doc, err := render.Notice(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := squeeze(doc.Items["1"].Plain); got != want {
			t.Fatalf("%q says %q, want %q", format.Table(rows), got, want)
		}
	})
}

func drawText(t *rapid.T, label string) string {
	s := strings.TrimSpace(strings.Join(strings.Fields(draw(t, label)), " "))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if format.Hidden(r) {
			return -1
		}
		return r
	}, s))
}

func drawDay(t *rapid.T, label string) content.Day {
	if rapid.Bool().Draw(t, label) {
		return content.Day{}
	}
	return content.DayOf(time.Date(2000, 1, rapid.IntRange(1, 20000).Draw(t, label), 0, 0, 0, 0, time.UTC))
}

func drawBlocks(t *rapid.T) []content.Block {
	var all []content.Block
	for range rapid.IntRange(0, 3).Draw(t, "blocks") {
		if s := format.Text(draw(t, "text")); s != "" {
			all = append(all, content.Block{Text: s})
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "table") == 0 {
		all = append(all, content.Block{Text: format.Table([][]string{{"甲", drawText(t, "cell")}, {"丙", "丁"}})})
	}
	return all
}

// title is a heading's words: not empty, and never a number themselves.
func title(t *rapid.T) string {
	return strings.TrimSpace("题" + drawText(t, "title"))
}

func attribute(t *rapid.T, label string) string {
	s := drawText(t, label)
	if !format.Attribute(s) {
		return ""
	}
	return s
}

func drawItem(t *rapid.T, level content.Level, ordinal int) *content.Item {
	forms := map[content.Level]string{content.Aspect: "（%s）", content.Problem: "%d.", content.Finding: "（%d）"}
	number := ""
	if level == content.Aspect {
		number = fmt.Sprintf(forms[level], []string{"一", "二", "三", "四"}[ordinal-1])
	} else {
		number = fmt.Sprintf(forms[level], ordinal)
	}
	it := &content.Item{Level: level, Number: number, Ordinal: ordinal, Heading: number + title(t), Body: drawBlocks(t)}
	if level < content.Finding {
		for i := range rapid.IntRange(0, 2).Draw(t, "children") {
			it.Children = append(it.Children, drawItem(t, level+1, i+1))
		}
	}
	it.Title = strings.TrimSuffix(strings.TrimPrefix(it.Heading, number), "。")
	if it.Leaf() {
		l := &it.Ledger
		l.Status = rapid.SampledFrom(content.Statuses()).Draw(t, "status")
		l.Label, l.Owner, l.Evidence, l.Due = attribute(t, "label"), attribute(t, "owner"), attribute(t, "evidence"), drawDay(t, "due")
		if rapid.Bool().Draw(t, "has") {
			p := rapid.IntRange(0, 100).Draw(t, "progress")
			l.Progress = &p
		}
	}
	return it
}

func drawNotice(t *rapid.T) *content.Notice {
	n := &content.Notice{
		Slug: "n", Title: drawText(t, "t"), Issuer: drawText(t, "i"), Date: drawDay(t, "d"), Number: drawText(t, "n"), Index: drawText(t, "x"),
		Inspection: content.Inspection{Body: drawText(t, "b"), Round: drawText(t, "r"), Kind: drawText(t, "k"), From: drawDay(t, "f"), To: drawDay(t, "o"), HandedOver: drawDay(t, "h"), RectifyFrom: drawDay(t, "rf"), RectifyTo: drawDay(t, "rt"), LookedBack: drawDay(t, "lb")},
		Contacts:   content.Contacts{Post: drawText(t, "p"), Postcode: drawText(t, "pc"), Hours: drawText(t, "hours")},
		Stated:     content.Stated{Aspects: rapid.IntRange(0, 9).Draw(t, "a"), Findings: rapid.IntRange(0, 99).Draw(t, "ff")},
		Supersedes: drawText(t, "s"), Archived: drawDay(t, "ar"), Change: content.Change{Note: drawText(t, "cn"), By: drawText(t, "cb"), Minor: rapid.Bool().Draw(t, "cm")}, Supervision: content.Period{From: drawDay(t, "sf"), To: drawDay(t, "st")}, Intro: drawBlocks(t),
	}
	if rapid.Bool().Draw(t, "published") {
		n.Published = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "when"), 0).In(time.FixedZone("", 8*3600))
	}
	for _, into := range []*[]string{&n.Subjects, &n.Contacts.Phone, &n.Contacts.Email} {
		for range rapid.IntRange(0, 2).Draw(t, "list") {
			if s := drawText(t, "entry"); s != "" {
				*into = append(*into, s)
			}
		}
	}
	if f := drawText(t, "file"); f != "" {
		n.Attachments = append(n.Attachments, content.Attachment{File: f, Title: drawText(t, "title")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "sections") {
		s := content.Section{ID: fmt.Sprintf("s%d", i+1), Number: []string{"一、", "二、", "三、"}[i], Body: drawBlocks(t)}
		s.Title = title(t)
		s.Heading = s.Number + s.Title
		level := content.Level(rapid.IntRange(1, 3).Draw(t, "level"))
		for k := range rapid.IntRange(0, 2).Draw(t, "items") {
			s.Items = append(s.Items, drawItem(t, level, k+1))
		}
		n.Sections = append(n.Sections, s)
	}
	if k := len(n.Sections); k > 0 && rapid.Bool().Draw(t, "foot") {
		if foot := drawBlocks(t); len(foot) > 0 {
			n.Sections = append(n.Sections, content.Section{ID: fmt.Sprintf("s%d", k+1), Body: foot})
		}
	}
	return n
}

// What was written is read back equal, but for where it stands in the file and
// what parse itself draws from it.
func TestParseReadsBackWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawNotice(t)
		src, err := format.Notice(want)
		if err != nil {
			t.Fatal(err)
		}
		got, found := parse.Notice("n.md", src)
		for _, d := range found {
			if d.Severity == content.Error && d.Code != "duplicate-id" {
				t.Fatalf("%v\n%s", d, src)
			}
		}
		bare(got)
		bare(want)
		got.Source, got.Digest = nil, ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", diff, src)
		}
	})
}

func bare(n *content.Notice) {
	blocks := func(all []content.Block) {
		for i := range all {
			all[i].Line = 0
		}
	}
	blocks(n.Intro)
	for i := range n.Sections {
		n.Sections[i].Line = 0
		blocks(n.Sections[i].Body)
	}
	for it := range n.Items {
		it.Line, it.ID, it.Measures = 0, "", nil
		blocks(it.Body)
	}
}

func TestUnwritableIsSaid(t *testing.T) {
	for name, it := range map[string]*content.Item{
		"quote in a value": {Level: content.Problem, Heading: "1.甲", Ledger: content.Ledger{Owner: `甲"乙`}},
		"brace in a value": {Level: content.Problem, Heading: "1.甲", Ledger: content.Ledger{Label: `甲}`}},
		"two lines":        {Level: content.Problem, Heading: "1.甲", Ledger: content.Ledger{Evidence: "甲\n乙"}},
		"no heading":       {Level: content.Problem},
	} {
		n := &content.Notice{Slug: "n", Sections: []content.Section{{ID: "s1", Items: []*content.Item{it}}}}
		if src, err := format.Notice(n); err == nil {
			t.Errorf("%s: written as %s", name, src)
		}
	}
}

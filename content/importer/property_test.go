package importer_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/parse"
)

// fragments are what documents are made of, the ugly ones too.
func fragments() []string {
	return []string{
		"中共临水市水务局党组", "中共临水市水务局党组关于巡察整改进展情况的通报", "关于巡察整改情况的报告", "根据市委统一部署，2025年3月3日至4月30日，市委第二巡察组开展了常规巡察。",
		"5月20日，反馈了巡察意见。", "反馈的3个方面11个问题细化为25个具体问题。", "已完成19项，正在推进6项，完成率76%。",
		"整改状态：完成", "责任单位：办公室；整改时限：2025年9月30日", "整改措施：", "反馈问题：不到位。", "（责任单位：办公室）", "整改状态：\"完成\"", "责任单位：甲}乙",
		"一是查。二是改。", "欢迎监督。电话0600-555-0142；电子邮箱a_b@x.example。", "联系电话：", "公示期为2025年11月10日至11月16日，共7天。",
		"2025年11月6日", "二〇二五年十一月六日", "编辑：甲", "发布日期：2025-11-10 09:30", "索引号：113799-2025-1", "临水〔2025〕1号", "附件：清单",
		"关于“甲。乙”的问题。整改。", "针对“甲”问题，一是乙。", "“未闭合。文字", "下一步打算", "具体问题整改情况", "组织领导",
		"①甲；②乙。", "甲；", "乙；", "# 井", "{#1}", "```", "---", "1. 甲", "|甲|乙|", "<b>甲</b>", "[甲](乙)", "\\", "甲\u200b乙", "\u3000\u3000甲", "甲\n乙", "2023.3.15", "1.5倍", "（见附件）",
	}
}

func drawText(t *rapid.T) string {
	number := rapid.SampledFrom([]string{"", "", "一、", "二、", "（一）", "（二）", "(三)", "1.", "2．", "3、", "4. ", "①", "②", "（1）", "(2)", "一、\n", "5."}).Draw(t, "number")
	text := rapid.OneOf(rapid.SampledFrom(fragments()), rapid.StringOfN(rapid.RuneFrom([]rune("甲乙问题。，；：“”（）年月日0123一二是#*_[]<>|`~\\{}\"至 -@.")), 0, 20, -1), rapid.String()).Draw(t, "text")
	return number + text
}

func drawDocument(t *rapid.T) *document.Document {
	d := &document.Document{Name: rapid.SampledFrom([]string{"甲.txt", "a b.docx", "readme.md", ".txt", ""}).Draw(t, "name"), Format: rapid.SampledFrom([]document.Format{document.Text, document.Docx, document.Markdown}).Draw(t, "format"), Meta: map[string]string{}}
	line := 0
	for range rapid.IntRange(1, 24).Draw(t, "n") {
		line += rapid.IntRange(1, 2).Draw(t, "gap")
		b := document.Block{Line: line}
		if rapid.IntRange(0, 7).Draw(t, "table") > 0 {
			b.Text = drawText(t)
		} else {
			b.Kind = document.Table
			head := rapid.SampledFrom([][]string{{"序号", "反馈问题", "整改情况"}, {"序号", "存在问题", "整改状态", "责任单位"}, {"甲", "乙"}, {"联系电话", "0600-555-0142"}, {""}}).Draw(t, "head")
			b.Rows = append(b.Rows, head)
			for range rapid.IntRange(0, 3).Draw(t, "rows") {
				var row []string
				for range rapid.IntRange(1, 4).Draw(t, "cells") {
					row = append(row, rapid.OneOf(rapid.SampledFrom([]string{"", "1", "2", "完成", "（一）甲方面", "1.甲"}), rapid.Custom(drawText)).Draw(t, "cell"))
				}
				b.Rows = append(b.Rows, row)
			}
		}
		d.Blocks = append(d.Blocks, b)
	}
	return d
}

// Whatever the document, nothing of it is lost, and its notice is read back as
// it was drawn, with no fault in how it is written.
func TestNothingIsLost(t *testing.T) {
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		r, err := importer.Import(d, importer.Options{Now: published})
		if errors.Is(err, importer.ErrEmpty) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		asked++
		whole(t, d, r)
		n, found := parse.Notice(r.Notice.Slug+".md", r.Markdown)
		for _, x := range found {
			if x.Severity == content.Error {
				t.Fatalf("%v\n%s", x, r.Markdown)
			}
			if x.Code == "id-number" && !strings.Contains(said(r), "number-twice") {
				t.Fatalf("%v\n%s", x, r.Markdown)
			}
		}
		if a, b := tree(r.Notice), tree(n); a != b {
			t.Fatalf("the draft is\n%s\nread back it is\n%s\n%s", a, b, r.Markdown)
		}
		if !content.ValidSlug(r.Notice.Slug) {
			t.Fatalf("slug %q", r.Notice.Slug)
		}
		last := strings.Count(string(r.Markdown), "\n")
		for _, f := range r.Findings {
			if f.Markdown > last || f.Source > d.Blocks[len(d.Blocks)-1].Line {
				t.Fatalf("%+v names a line beyond the last", f)
			}
		}
	})
	if asked == 0 {
		t.Error("no document with text was drawn: the property was never asked")
	}
}

// FuzzImport asks the same of any text at all.
func FuzzImport(f *testing.F) {
	for _, x := range fixtures(f) {
		if strings.HasSuffix(x.file, ".txt") {
			f.Add(string(x.src))
		}
	}
	f.Add(strings.Join(fragments(), "\n"))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 32<<10 {
			return // the bounds have a test of their own
		}
		d := plain("a.txt", strings.ToValidUTF8(text, "\ufffd"))
		start := time.Now()
		r, err := importer.Import(d, importer.Options{})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			return
		}
		whole(t, d, r)
		_, found := parse.Notice("a.md", r.Markdown)
		for _, x := range found {
			if x.Severity == content.Error && x.Code != "too-complex" {
				t.Errorf("%v\n%s", x, r.Markdown)
			}
		}
	})
}

// A document at the bounds is read within seconds; one beyond them is refused.
func TestBounds(t *testing.T) {
	many := func(n int, text func(int) string) *document.Document {
		d := &document.Document{Name: "a.docx", Format: document.Docx}
		for i := range n {
			d.Blocks = append(d.Blocks, document.Block{Line: i + 1, Text: text(i)})
		}
		return d
	}
	long := strings.Repeat("甲乙丙丁，", 100_000)
	var rows [][]string
	rows = append(rows, []string{"序号", "反馈问题", "整改状态"})
	for range 900 {
		rows = append(rows, []string{"", "不到位", "完成"})
	}
	for name, x := range map[string]struct {
		d    *document.Document
		want error
	}{
		"two megabytes in a line":  {many(1, func(int) string { return long }), nil},
		"quotations never closed":  {many(200, func(int) string { return "1." + strings.Repeat("“甲。", 500) }), nil},
		"brackets":                 {many(200, func(int) string { return "（一）" + strings.Repeat("（", 2000) }), nil},
		"days":                     {many(2000, func(int) string { return strings.Repeat("2025年1月1日至", 20) }), nil},
		"plans":                    {many(3000, func(int) string { return strings.Repeat("将正式对外开放，", 20) }), nil},
		"percentages":              {many(500, func(int) string { return strings.Repeat("已完成1项76%", 60) }), nil},
		"labels":                   {many(500, func(int) string { return strings.Repeat("电话：邮编：", 100) }), nil},
		"fields":                   {many(1000, func(int) string { return strings.Repeat("整改状态：完成；", 50) }), nil},
		"rows of a ledger":         {&document.Document{Name: "a.docx", Blocks: []document.Block{{Line: 1, Kind: document.Table, Rows: rows}}}, nil},
		"lines":                    {many(90_000, func(int) string { return "甲乙丙" }), nil},
		"items to the bound":       {many(importer.MaxItems, func(i int) string { return []string{"（一）关于甲的问题", "1.不到位", "①不够"}[i%3] }), nil},
		"too many items":           {many(importer.MaxItems+1, func(i int) string { return []string{"（一）关于甲的问题", "1.不到位", "①不够"}[i%3] }), importer.ErrTooLarge},
		"too much text":            {many(5, func(int) string { return long }), importer.ErrTooLarge},
		"too many lines":           {many(150_000, func(int) string { return "甲" }), importer.ErrTooLarge},
		"no text":                  {many(3, func(int) string { return " \u200b" }), importer.ErrEmpty},
		"nothing":                  {&document.Document{}, importer.ErrEmpty},
		"a table without any text": {&document.Document{Blocks: []document.Block{{Kind: document.Table, Rows: [][]string{{""}, {}}}}}, importer.ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r, err := importer.Import(x.d, importer.Options{Now: published})
			// Ten seconds are the bound (threat T50); the race detector and other tests share the machine.
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if !errors.Is(err, x.want) || (err == nil) != (x.want == nil) {
				t.Fatalf("error %v, want %v", err, x.want)
			}
			if err == nil && len(r.Markdown) > 4*importer.MaxText {
				t.Errorf("%d bytes were made of it", len(r.Markdown))
			}
		})
	}
}

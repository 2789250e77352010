package sheet_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/parse"
	"rectify/content/sheet"
)

// sample has every kind of attribute list: full, empty, none, odd spaces.
const sample = `---
title: 关于灯光检查整改情况的通报
issuer: 临水市文化和旅游局
date: 2026-11-06
published: 2026-11-09T09:30:00+08:00
---

## 一、具体问题

#### 1.灯坏了没有人修

{#1-1 status="completed" label="已完成"  owner="办公室、市图书馆" due="2026-12-01" progress="100%" evidence="owner=验收单；第 2 页"}
##### ①门口的灯坏了

一是换灯，“马上”换。已经换好3盏。

二是查线；已经查完。

{#1-2}
##### ②楼道的灯坏了

正在查。

##### ③院里的灯坏了

=没有动

#### 2.窗坏了

没有动。
`

func read(t testing.TB, src string) *content.Notice {
	t.Helper()
	n, found := parse.Notice("lights.md", []byte(src))
	if content.HasErrors(found) {
		t.Fatal(found)
	}
	return n
}

func notices(t testing.TB) []*content.Notice {
	t.Helper()
	all := []*content.Notice{read(t, sample), read(t, strings.ReplaceAll(sample, "\n", "\r\n"))}
	names, err := fs.Glob(builtin.FS(), "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(builtin.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := parse.Notice(path.Base(name), src)
		all = append(all, n)
	}
	return all
}

func export(t testing.TB, n *content.Notice) [][]string {
	t.Helper()
	out, err := sheet.Export(n)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// write makes a file of rows as a spreadsheet program would.
func write(rows [][]string, sep rune, quoteAll, crlf bool) string {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteRune(sep)
			}
			if quoteAll || strings.ContainsAny(cell, "\"\n\r") || strings.ContainsRune(cell, sep) || strings.TrimSpace(cell) != cell {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		if crlf {
			b.WriteByte('\r')
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func encode(t testing.TB, text, as string) []byte {
	t.Helper()
	wide := func(high bool) []byte {
		out := make([]byte, 0, 2*len(text))
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			if high {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
	switch as {
	case "utf-8":
		return []byte(text)
	case "bom":
		return []byte("\ufeff" + text)
	case "utf-16le":
		return wide(false)
	case "utf-16be":
		return wide(true)
	case "utf-16le without mark":
		return wide(false)[2:]
	}
	out, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

var encodings = []string{"utf-8", "bom", "utf-16le", "utf-16be", "utf-16le without mark", "gb18030"}

func column(rows [][]string, name string) int { return slices.Index(rows[0], name) }

// What was only exported changes nothing, byte for byte.
func TestUnchangedChangesNothing(t *testing.T) {
	for _, n := range notices(t) {
		out, err := sheet.Export(n)
		if err != nil {
			t.Fatal(err)
		}
		src, changes, problems := sheet.Apply(n, out)
		if !bytes.Equal(src, n.Source) || len(changes) > 0 || len(problems) > 0 {
			t.Errorf("%s: %v %v", n.Slug, changes, problems)
		}
	}
}

// Whatever a spreadsheet program does to a table that nobody edited, nothing
// changes.
func TestSpreadsheetsChangeNothing(t *testing.T) {
	all := notices(t)
	rapid.Check(t, func(r *rapid.T) {
		n := all[rapid.IntRange(0, len(all)-1).Draw(r, "notice")]
		rows := export(t, n)
		respell(r, rows)
		if rapid.Bool().Draw(r, "reorder rows") {
			rest := rapid.Permutation(rows[1:]).Draw(r, "rows")
			copy(rows[1:], slices.Clone(rest))
		}
		rows = rearrange(r, rows)
		var file []byte
		sep := rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(r, "separator")
		text := write(rows, sep, rapid.Bool().Draw(r, "quoted"), rapid.Bool().Draw(r, "crlf"))
		if rapid.IntRange(0, 4).Draw(r, "says its separator") == 0 {
			text = "sep=" + string(sep) + "\r\n" + text
		}
		file = encode(t, text, rapid.SampledFrom(encodings).Draw(r, "encoding"))
		src, changes, problems := sheet.Apply(n, file)
		if !bytes.Equal(src, n.Source) || len(changes) > 0 || content.HasErrors(problems) {
			r.Fatalf("%v %v\n%s", changes, problems, text)
		}
	})
}

// respell writes days, percentages and ids as spreadsheets do.
func respell(r *rapid.T, rows [][]string) {
	due, progress, id := column(rows, "整改时限"), column(rows, "进度"), 0
	dayForm := rapid.IntRange(0, 6).Draw(r, "days")
	percentForm := rapid.IntRange(0, 2).Draw(r, "percent")
	idForm := rapid.IntRange(0, 9).Draw(r, "ids")
	for _, row := range rows[1:] {
		var y, m, d int
		if _, err := fmt.Sscanf(row[due], "%d-%d-%d", &y, &m, &d); err == nil {
			row[due] = []string{
				row[due], fmt.Sprintf("%d/%d/%d", y, m, d), fmt.Sprintf("%d-%d-%d", y, m, d), fmt.Sprintf("%d年%d月%d日", y, m, d),
				fmt.Sprintf("%d/%d/%d 0:00", y, m, d), fmt.Sprintf("%d/%d/%d", m, d, y), fmt.Sprintf("%02d.%02d.%02d", d, m, y%100),
			}[dayForm]
		}
		var p int
		if _, err := fmt.Sscanf(row[progress], "%d%%", &p); err == nil {
			row[progress] = []string{row[progress], fmt.Sprint(float64(p) / 100), fmt.Sprint(p)}[percentForm]
		}
		var a, b int
		if k, _ := fmt.Sscanf(row[id], "%d-%d", &a, &b); k == 2 && a <= 12 && b <= 28 && a > 0 {
			month := []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}[a-1]
			row[id] = []string{row[id], fmt.Sprintf("%d月%d日", a, b), fmt.Sprintf("2026/%d/%d", a, b), fmt.Sprintf("%d-%s", b, month),
				fmt.Sprintf("%d/%d/26", a, b), fmt.Sprintf("%02d/%02d/2026", a, b), fmt.Sprintf("%02d.%02d.26", b, a), fmt.Sprintf("26/%d/%d", a, b), fmt.Sprintf("%02d-%s-26", b, month), fmt.Sprintf("%s-%02d", month, b)}[idForm]
		}
	}
}

// rearrange moves columns, drops read-only ones and adds empty ones at the ends.
func rearrange(r *rapid.T, rows [][]string) [][]string {
	width := len(rows[0])
	order := make([]int, width)
	for i := range order {
		order[i] = i
	}
	if rapid.Bool().Draw(r, "reorder columns") {
		order = rapid.Permutation(order).Draw(r, "columns")
	}
	if rapid.Bool().Draw(r, "drop the long text") {
		order = slices.DeleteFunc(slices.Clone(order), func(i int) bool { return rows[0][i] == "整改情况" })
	}
	spare := rapid.IntRange(0, 3).Draw(r, "empty columns")
	out := make([][]string, 0, len(rows)+3)
	for _, row := range rows {
		var line []string
		for _, i := range order {
			line = append(line, row[i])
		}
		out = append(out, append(line, make([]string, spare)...))
	}
	for range rapid.IntRange(0, 3).Draw(r, "empty rows") {
		out = append(out, make([]string, len(order)+spare))
	}
	return out
}

// Random edits change exactly those cells and keep every byte around them.
func TestEditsChangeExactlyThoseCells(t *testing.T) {
	all := notices(t)
	rapid.Check(t, func(r *rapid.T) {
		n := all[rapid.IntRange(0, len(all)-1).Draw(r, "notice")]
		rows := export(t, n)
		want := make(map[string]string)
		for range rapid.IntRange(1, 6).Draw(r, "edits") {
			i := rapid.IntRange(1, len(rows)-1).Draw(r, "row")
			edit(r, rows, i, want)
		}
		src, changes, problems := sheet.Apply(n, encode(t, write(rows, ',', false, true), rapid.SampledFrom(encodings).Draw(r, "encoding")))
		if content.HasErrors(problems) {
			r.Fatalf("%v", problems)
		}
		again, found := parse.Notice(n.Slug+".md", src)
		if content.HasErrors(found) {
			r.Fatalf("%v", found)
		}
		before, after := export(t, n), export(t, again)
		differ := 0
		for i := range after {
			for k := range after[i] {
				cell := fmt.Sprint(after[i][0], " ", after[0][k])
				if w, ok := want[cell]; ok && after[i][k] != w {
					r.Fatalf("%s is %q, want %q", cell, after[i][k], w)
				} else if !ok && after[i][k] != before[i][k] {
					r.Fatalf("%s was not edited and is %q", cell, after[i][k])
				}
				if after[i][k] != before[i][k] {
					differ++
				}
			}
		}
		if differ != len(changes) {
			r.Fatalf("%d cells differ, %d changes told: %v", differ, len(changes), changes)
		}
		sameRest(r, string(n.Source), string(src))
	})
}

func edit(r *rapid.T, rows [][]string, i int, want map[string]string) {
	name := rapid.SampledFrom([]string{"整改状态", "文件用语", "责任单位", "整改时限", "进度", "佐证"}).Draw(r, "column")
	typed, kept := "", ""
	switch name {
	case "整改状态":
		s := rapid.SampledFrom(content.Statuses()).Draw(r, "status")
		typed, kept = s.Code(), s.Code()
	case "整改时限":
		m, d := rapid.IntRange(1, 12).Draw(r, "month"), rapid.IntRange(1, 28).Draw(r, "day")
		typed, kept = fmt.Sprintf("2027/%d/%d", m, d), fmt.Sprintf("2027-%02d-%02d", m, d)
	case "进度":
		p := rapid.IntRange(0, 100).Draw(r, "progress")
		typed, kept = fmt.Sprint(p, "%"), fmt.Sprint(p, "%")
	default:
		typed = strings.Trim(rapid.StringOf(rapid.RuneFrom([]rune("办公室=+-@' ，；,;.①0a（）"))).Draw(r, "text"), " ")
		kept = typed
		if typed != "" && strings.ContainsAny(typed[:1], "=+-@'") {
			typed = "'" + typed
			kept = typed
		}
	}
	if rapid.IntRange(0, 6).Draw(r, "empty") == 0 {
		typed, kept = "", ""
		if name == "整改状态" {
			kept = "unstated"
		}
	}
	rows[i][column(rows, name)] = typed
	want[fmt.Sprint(rows[i][0], " ", name)] = kept
}

// sameRest holds all lines but attribute lists against each other.
func sameRest(r *rapid.T, before, after string) {
	rest := func(s string) string {
		var b strings.Builder
		for line := range strings.Lines(s) {
			if !strings.HasPrefix(line, "{#") {
				b.WriteString(line)
			}
		}
		return b.String()
	}
	if rest(before) != rest(after) {
		r.Fatalf("more than attribute lists changed")
	}
}

func TestApplyInPlace(t *testing.T) {
	n := read(t, sample)
	for _, x := range []struct{ name, row, column, cell, from, to string }{
		{"a value", "1-1", "责任单位", "机关党委", `owner="办公室、市图书馆" due`, `owner="机关党委" due`},
		{"gone", "1-1", "文件用语", "", `status="completed" label="已完成"  owner`, `status="completed"  owner`},
		{"the first gone", "1-1", "整改状态", "", `{#1-1 status="completed" label`, `{#1-1 label`},
		{"the last gone", "1-1", "佐证", "", ` evidence="owner=验收单；第 2 页"}`, `}`},
		{"one more", "1-2", "整改状态", "正在整改", `{#1-2}`, `{#1-2 status="active"}`},
		{"one of the middle gone", "1-1", "进度", "", ` progress="100%" evidence`, ` evidence`},
		{"as the attribute beside says", "1-1", "责任单位", "验收单", `owner="办公室、市图书馆"`, `owner="验收单"`},
		{"no list yet", "1-3", "整改时限", "2027年1月5日", "##### ③", "{#1-3 due=\"2027-01-05\"}\n##### ③"},
		{"a problem without findings", "2", "责任单位", "'=甲", "#### 2.", "{#2 owner=\"=甲\"}\n#### 2."},
	} {
		t.Run(x.name, func(t *testing.T) {
			rows := export(t, n)
			for _, row := range rows {
				if row[0] == x.row {
					row[column(rows, x.column)] = x.cell
				}
			}
			src, changes, problems := sheet.Apply(n, []byte(write(rows, ',', false, true)))
			if want := strings.Replace(sample, x.from, x.to, 1); string(src) != want || len(changes) != 1 || content.HasErrors(problems) {
				t.Errorf("%v %v\n%s", changes, problems, src)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	n := read(t, sample)
	for _, x := range []struct {
		name string
		edit func(rows [][]string) [][]string
		code string
		row  int
	}{
		{"an edited heading", set("1-2", "具体问题", "②楼道的灯都坏了"), "sheet-read-only", 3},
		{"an edited text", set("1-1", "整改情况", "一是换灯。"), "sheet-read-only", 2},
		{"an unknown id", set("1-2", "编号", "9-9"), "sheet-unknown-id", 3},
		{"an id of an item that is no leaf", set("1-2", "编号", "1"), "sheet-unknown-id", 3},
		{"no id", set("1-2", "编号", ""), "sheet-no-id", 3},
		{"twice", set("1-2", "编号", "1-1"), "sheet-twice", 3},
		{"a status of their own", set("1-2", "整改状态", "快好了"), "sheet-status", 3},
		{"a formula (T57)", set("1-2", "责任单位", `=HYPERLINK("http://evil.example")`), "sheet-formula", 3},
		{"another formula (T57)", set("1-2", "佐证", "@SUM(A1)"), "sheet-formula", 3},
		{"a full-width formula (T57)", set("1-2", "佐证", "＝1"), "sheet-formula", 3},
		{"a broken formula", set("1-2", "佐证", "#REF!"), "sheet-broken", 3},
		{"a narrow column", set("1-2", "整改时限", "########"), "sheet-broken", 3},
		{"no such day", set("1-2", "整改时限", "2026/2/30"), "sheet-day", 3},
		{"a day of some country", set("1-2", "整改时限", "3/4/2026"), "sheet-day", 3},
		{"too much", set("1-2", "进度", "120%"), "sheet-progress", 3},
		{"a half of a percent", set("1-2", "进度", "0.605"), "sheet-progress", 3},
		{"one or all", set("1-2", "进度", "1"), "sheet-one", 3},
		{"a quote", set("1-2", "佐证", `"甲"`), "sheet-sign", 3},
		{"a brace", set("1-2", "佐证", `甲}`), "sheet-sign", 3},
		{"two lines", set("1-2", "佐证", "甲\n乙"), "sheet-line", 3},
		{"a book", set("1-2", "佐证", strings.Repeat("长", 501)), "sheet-long", 3},
		{"nothing", func([][]string) [][]string { return nil }, "sheet-empty", 0},
		{"no head", func(rows [][]string) [][]string { return rows[1:] }, "sheet-no-head", 1},
		{"a column twice", func(rows [][]string) [][]string {
			for i := range rows {
				rows[i] = append(rows[i], rows[i][5])
			}
			return rows
		}, "sheet-column-twice", 1},
		{"row numbers as a spreadsheet has them", func(rows [][]string) [][]string {
			rows[2][4] = "?"
			return slices.Insert(rows, 1, []string{""}, []string{"", ""})
		}, "sheet-status", 5},
	} {
		t.Run(x.name, func(t *testing.T) {
			src, changes, problems := sheet.Apply(n, []byte(write(x.edit(export(t, n)), ',', false, true)))
			if src != nil || changes != nil {
				t.Errorf("applied all the same: %v", changes)
			}
			if i := slices.IndexFunc(problems, func(d content.Diagnostic) bool { return d.Severity == content.Error }); i < 0 || problems[i].Code != x.code || problems[i].Line != x.row {
				t.Errorf("%v, want %s in row %d", problems, x.code, x.row)
			}
		})
	}
}

func set(id, name, cell string) func([][]string) [][]string {
	return func(rows [][]string) [][]string {
		for _, row := range rows {
			if row[0] == id {
				row[column(rows, name)] = cell
				break
			}
		}
		return rows
	}
}

// Readers see the label: one that no longer fits the status is warned of.
func TestLabelKept(t *testing.T) {
	n := read(t, sample)
	_, changes, problems := sheet.Apply(n, []byte("编号,整改状态\n1-1,unfinished\n"))
	if len(changes) != 1 || !slices.ContainsFunc(problems, func(d content.Diagnostic) bool { return d.Code == "sheet-label-kept" && d.Line == 2 }) {
		t.Errorf("%v %v", changes, problems)
	}
}

// Rows and columns that are not there change nothing, and it is said.
func TestPartOfTheTable(t *testing.T) {
	n := read(t, sample)
	src, changes, problems := sheet.Apply(n, []byte("编号;备注;责任单位\n1-2;我的;机关党委\n"))
	if len(changes) != 1 || !strings.Contains(string(src), `{#1-2 owner="机关党委"}`) || content.HasErrors(problems) || len(problems) != 2 {
		t.Errorf("%v %v", changes, problems)
	}
}

// Two countries read 2-3 as another day: the texts beside it decide, and where
// there are none nothing is guessed.
func TestIDTakenForADay(t *testing.T) {
	n := read(t, strings.Replace(sample, "#### 2.窗坏了\n\n没有动。\n", "#### 2.窗坏了\n\n##### ①东窗\n\n没有动。\n\n##### ②西窗\n\n没有动。\n", 1))
	table := "编号,具体问题,责任单位\n1-Feb,②楼道的灯坏了,甲\n"
	if _, changes, problems := sheet.Apply(n, []byte(table)); len(changes) != 1 || changes[0].ID != "1-2" {
		t.Errorf("%v %v", changes, problems)
	}
	table = "编号,责任单位\n1-Feb,甲\n"
	if _, changes, problems := sheet.Apply(n, []byte(table)); len(changes) > 0 || !content.HasErrors(problems) {
		t.Errorf("guessed: %v", changes)
	}
}

// T57: no cell of an export begins as a formula, and the text comes back whole.
func TestExportHoldsNoFormula(t *testing.T) {
	for _, evil := range []string{`=HYPERLINK(1)`, "+1", "-1", "@SUM", "＝1", "'=1", "''"} {
		n := read(t, strings.Replace(sample, `owner="办公室、市图书馆"`, `owner="`+evil+`"`, 1))
		rows := export(t, n)
		for _, row := range rows[1:] {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(string([]rune(cell)[:1]), "=+-@\t\r＝＋－＠") {
					t.Errorf("a cell begins as a formula: %q", cell)
				}
			}
		}
		if n.Leaves()[0].Ledger.Owner != evil {
			t.Fatalf("the notice has %q", n.Leaves()[0].Ledger.Owner)
		}
		out, err := sheet.Export(n)
		if err != nil {
			t.Fatal(err)
		}
		if src, changes, problems := sheet.Apply(n, out); !bytes.Equal(src, n.Source) {
			t.Errorf("%q: %v %v", evil, changes, problems)
		}
	}
}

func FuzzApply(f *testing.F) {
	n := read(f, sample)
	out, err := sheet.Export(n)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out)
	for _, as := range encodings {
		f.Add(encode(f, "编号,责任单位\n1-2,甲\n", as))
	}
	f.Add([]byte("sep=;\n编号;进度\n\"1-2\n;60%"))
	f.Add([]byte{0xFF, 0xFE, 0, 0xD8})
	f.Fuzz(func(t *testing.T, table []byte) {
		src, changes, problems := sheet.Apply(n, table)
		switch {
		case content.HasErrors(problems) != (src == nil):
			t.Fatalf("errors %v and source %q", problems, src)
		case src != nil && len(changes) == 0 && !bytes.Equal(src, n.Source):
			t.Fatal("no change is told, and the bytes are others")
		}
		if src == nil {
			return
		}
		again, found := parse.Notice("lights.md", src)
		if content.HasErrors(found) {
			t.Fatalf("%v", found)
		}
		if _, more, problems := sheet.Apply(again, table); len(more) > 0 || content.HasErrors(problems) {
			t.Fatalf("applied twice it changes more: %v %v", more, problems)
		}
	})
}

package importer_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/check"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/parse"
)

// kinds are the forms in which the same notice is kept: text, and what
// LibreOffice makes of it.
func kinds() []string { return []string{".txt", ".docx", ".html"} }

func clean(t *testing.T, r *importer.Result) *content.Notice {
	t.Helper()
	n, found := parse.Notice(r.Notice.Slug+".md", r.Markdown)
	if !content.HasErrors(found) {
		found = append(found, check.Notice(n, "n.md", nil)...)
	}
	for _, d := range found {
		t.Errorf("check: %v", d)
	}
	return n
}

// The notice that ships with the program, written as a body would have it, is
// drawn again as it is published, out of every format.
func TestNoticeInEveryFormat(t *testing.T) {
	src, err := fs.ReadFile(builtin.FS(), "culture-tourism-2023.md")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := parse.Notice("culture-tourism-2023.md", src)
	for _, kind := range kinds() {
		t.Run(kind, func(t *testing.T) {
			name := "culture-tourism-2023" + kind
			src, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			d := read(t, name, src)
			r := draw(t, d)
			whole(t, d, r)
			sound(t, r)
			n := clean(t, r)
			if got := n.Totals(); got != (content.Stated{Aspects: 3, Problems: 11, Findings: 25}) || n.Stated != got {
				t.Errorf("counted %+v, stated %+v", got, n.Stated)
			}
			if n.Slug != want.Slug || n.Title != want.Title || n.Issuer != want.Issuer || n.Date != want.Date || fmt.Sprint(n.Contacts) != fmt.Sprint(want.Contacts) {
				t.Errorf("the envelope is %q %q %v %+v", n.Title, n.Issuer, n.Date, n.Contacts)
			}
			if in := n.Inspection; in.Body != want.Inspection.Body || in.From != want.Inspection.From || in.To != want.Inspection.To || in.HandedOver != want.Inspection.HandedOver || in.Round != want.Inspection.Round {
				t.Errorf("the inspection is %+v", in)
			}
			if got, want := words(n), words(want); got != want {
				t.Errorf("the notice is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// words are the headings with their ids and the text under each.
func words(n *content.Notice) string {
	var b strings.Builder
	text := func(all []content.Block) {
		for _, x := range all {
			b.WriteString(x.Text + "\n")
		}
	}
	text(n.Intro)
	for _, s := range n.Sections {
		b.WriteString(s.Heading + "\n")
		text(s.Body)
		for _, it := range s.Items {
			var item func(*content.Item)
			item = func(it *content.Item) {
				b.WriteString(it.ID + " " + it.Heading + "\n")
				text(it.Body)
				for _, c := range it.Children {
					item(c)
				}
			}
			item(it)
		}
	}
	return b.String()
}

// The real notice stands outside of the repository; where it is at hand, it is
// held to what egov.md counted in it.
func TestRealNotice(t *testing.T) {
	files, err := filepath.Glob("../../../shared/notices/liaocheng-culture-tourism-2023-03-15.*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the real notice is not here; the one in testdata stands for it")
	}
	for _, file := range files {
		t.Run(filepath.Ext(file), func(t *testing.T) { realNotice(t, file) })
	}
}

func realNotice(t *testing.T, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := read(t, filepath.Base(file), src)
	r := draw(t, d)
	whole(t, d, r)
	sound(t, r)
	n := clean(t, r)
	if got := n.Totals(); got != (content.Stated{Aspects: 3, Problems: 11, Findings: 25}) || n.Stated != got || len(n.Leaves()) != 25 {
		t.Errorf("counted %+v, stated %+v", got, n.Stated)
	}
	for _, x := range [][2]string{
		{n.Slug, "liaocheng-culture-tourism-2023-03-15"}, {n.Issuer, "中共聊城市文化和旅游局党组"},
		{n.Title, "中共聊城市文化和旅游局党组关于十四届市委第一轮巡察整改进展情况的通报"}, {n.Date.String(), "2023-03-15"},
		{n.Inspection.From.String(), "2022-06-22"}, {n.Inspection.To.String(), "2022-08-22"}, {n.Inspection.HandedOver.String(), "2022-10-12"},
		{n.Inspection.Body, "市县第二专项巡察组"}, {n.Inspection.Round, "十四届市委第一轮巡察"},
		{fmt.Sprint(n.Contacts.Phone), "[0635-8680859]"}, {n.Contacts.Post, "聊城市东昌府区湖南路摩天轮南三楼聊城市文化和旅游局机关党委收"},
		{fmt.Sprint(n.Contacts.Email), "[wljgdw@lc.shandong.cn]"},
	} {
		if x[0] != x[1] {
			t.Errorf("%q, want %q", x[0], x[1])
		}
	}
	for _, l := range n.Leaves() {
		if l.Ledger.Status != content.Unstated {
			t.Errorf("%s has a status that nobody stated", l.ID)
		}
	}
	var against []string
	for _, f := range r.Findings {
		if f.Severity == importer.Contradiction {
			against = append(against, fmt.Sprint(f.Code, " ", f.Args[0]))
		}
	}
	if want := "[plan-before-date 2023年3月7日 planned-and-done 试运营开放]"; fmt.Sprint(against) != want {
		t.Errorf("contradictions are %v", against)
	}
	for _, l := range r.Unplaced {
		if l.Reason != document.ReasonStyle {
			t.Errorf("left out: %+v", l)
		}
	}
}

// A Word file of LibreOffice with numbers that Word itself counts and with a
// ledger as a table.
func TestWordLedger(t *testing.T) {
	src, err := os.ReadFile("testdata/water-ledger.docx")
	if err != nil {
		t.Fatal(err)
	}
	d := read(t, "water-ledger.docx", src)
	r := draw(t, d)
	whole(t, d, r)
	sound(t, r)
	var got []string
	for _, l := range clean(t, r).Leaves() {
		got = append(got, fmt.Sprint(l.ID, " ", l.Heading, " ", l.Ledger.Label, " ", l.Ledger.Owner, " ", l.Ledger.Due, " ", len(l.Measures)))
	}
	if want := "1 1.学习不到位的问题    0\n2 2.研究不够的问题    0\n3 3.工程监管有漏洞 已完成 建管科 2025-09-30 2\n4 4.窗口效率不高 长期坚持 服务中心  0"; strings.Join(got, "\n") != want {
		t.Errorf("the ledger is\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

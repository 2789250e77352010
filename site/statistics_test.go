package site_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// recount makes the public figures of the world anew.
func (w *world) recount() {
	w.t.Helper()
	must(w.t, w.site.CountOnce(context.Background()))
}

// filed files n submissions.
func (w *world) filed(n int, change func(*feedback.Incoming)) []feedback.Number {
	w.t.Helper()
	var list []feedback.Number
	for i := range n {
		in := opinion(fmt.Sprint("灯不亮，第", i, "盏。"))
		if change != nil {
			change(&in)
		}
		list = append(list, w.file(in).Number)
	}
	return list
}

// Before anything was read the page says so kindly; on an empty store it says
// that nothing came yet, and what to do.
func TestStatisticsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	b.get("/statistics").want(t, "not read yet", http.StatusOK).has(t, "not read yet", "正在统计")
	if a := b.get("/statistics.csv?table=channel").want(t, "table, not read yet", http.StatusServiceUnavailable); a.header.Get("Retry-After") == "" {
		t.Error("when to come again is not said")
	}
	w.recount()
	b.get("/statistics").want(t, "empty", http.StatusOK).has(t, "empty", "还没有收到意见", `href="/feedback/new"`).hasNot(t, "empty", "正在统计", "<svg class=\"bars\"", "NaN")
	w.filed(1, nil)
	w.recount()
	b.get("/statistics?period=2026-q1").want(t, "a quarter without", http.StatusOK).has(t, "a quarter without", "这段时间没有收到意见", "（2026年第1季度）")
}

// The page shows what was counted, each picture with its table, its time, and a
// file that holds the same numbers.
func TestStatisticsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.filed(7, nil)
	w.filed(6, func(in *feedback.Incoming) { in.Category = feedback.Question })
	w.filed(2, func(in *feedback.Incoming) { in.Category = feedback.Praise })
	w.clock.days(20)
	w.recount()
	b := w.visitor()
	a := b.get("/statistics").want(t, "figures", http.StatusOK)
	a.has(t, "figures", "最近12个月", "15件", "其余（不足5件合并）", "数据截至", "到期应答复6件，按期答复0.0%", `<table>`, "其中逾期6件")
	a.hasNot(t, "figures", "NaN", "⟦", "style=")
	links := regexp.MustCompile(`href="(/statistics\.csv\?[^"]+)" download`).FindAllStringSubmatch(a.body, -1)
	if len(links) < 5 || strings.Count(a.body, `role="img"`) != len(links) || strings.Count(a.body, "<table>") != len(links) {
		t.Errorf("%d files, %d pictures, %d tables", len(links), strings.Count(a.body, `role="img"`), strings.Count(a.body, "<table>"))
	}
	for _, m := range links {
		path := strings.ReplaceAll(m[1], "&amp;", "&")
		got := b.get(path).want(t, path, http.StatusOK)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
		must(t, err)
		for _, row := range rows[1:] {
			if row[len(row)-1] != "2026-12-14T10:00:00+08:00" || row[len(row)-2] != "2025-12-15/2026-12-14" {
				t.Errorf("%s: a row does not say what it is of: %q", path, row)
			}
			if !strings.Contains(a.body, row[0]) {
				t.Errorf("%s: %q stands in the file and not on the page", path, row[0])
			}
		}
	}
	b.get("/statistics.csv").want(t, "all tables", http.StatusOK).has(t, "all tables", "\ufeff表,行,列,值,", "channel,网页,件,15,", "kept,共,到期,6,")
	// What the page was made of changed: so does the page.
	w.filed(1, nil)
	w.recount()
	b.get("/statistics").has(t, "after one more", "16件")
}

// Nothing about fewer than five is told by itself, clues stand by no notice, and
// what is refused as spam is counted nowhere.
func TestStatisticsFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.filed(6, nil)
	w.filed(3, func(in *feedback.Incoming) { in.Category, in.Notice, in.Item = feedback.Clue, slug, leaf })
	for _, n := range w.filed(2, nil) {
		w.act(n, actor("mo", feedback.Moderator), feedback.Reject{Reason: feedback.RejectSpam})
	}
	w.recount()
	b := w.visitor()
	b.get("/statistics").has(t, "spam", "另有2件作为广告或无关内容不予受理").hasNot(t, "clues", "问题线索　3件")
	for _, table := range []string{"notice", "item", "category"} {
		a := b.get("/statistics.csv?table="+table).want(t, table, http.StatusOK)
		a.hasNot(t, table, ",3,", ",2,", ",1,")
		if table != "category" && strings.Contains(a.body, leaf) {
			t.Errorf("%s: a leaf of which there are only clues is named", table)
		}
	}
}

// Periods and tables that there are none of are not found; the last twelve
// months have one address.
func TestStatisticsAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.filed(6, nil)
	w.recount()
	b := w.visitor()
	for _, q := range []string{"period=2027", "period=2026-q5", "period=1066", "period=%27", "period=" + strings.Repeat("9", 200), "period=last"} {
		b.get("/statistics?"+q).want(t, q, http.StatusNotFound)
		b.get("/statistics.csv?table=channel&"+q).want(t, "table "+q, http.StatusNotFound)
	}
	for _, q := range []string{"table=nothing", "table=../now", "table=all"} {
		b.get("/statistics.csv?"+q).want(t, q, http.StatusNotFound)
	}
	if a := b.get("/statistics?period=").want(t, "the form's default", http.StatusSeeOther); a.where() != "/statistics" {
		t.Errorf("leads to %s", a.where())
	}
	for _, q := range []string{"2026", "2026-q4", "2025"} {
		b.get("/statistics?"+url.Values{"period": {q}}.Encode()).want(t, q, http.StatusOK).has(t, q, `<option value="`+"2026-q4"+`"`)
	}
	b.get("/statistics", "Accept-Language", "en").want(t, "English", http.StatusOK).has(t, "English", "Figures on opinions", "Last 12 months").hasNot(t, "English", "⟦")
}

// A running site counts by itself and drops the page that it had.
func TestStatisticsFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.filed(6, nil)
	b := w.visitor()
	b.get("/statistics").has(t, "before", "正在统计")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go w.site.Recount(ctx)
	for end := time.Now().Add(20 * time.Second); !strings.Contains(b.get("/statistics").body, "6件"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the page never shows what was filed")
		}
	}
}

package site_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/outbox"
)

// counted makes figures and topics of the world anew.
func (w *world) counted() {
	w.t.Helper()
	w.recount()
	must(w.t, w.site.TopicsOnce(w.t.Context()))
}

// complaints files letters in words of their own, about lamps and lifts.
func (w *world) complaints(n int, change func(*feedback.Incoming)) (list []feedback.Number) {
	w.t.Helper()
	pieces := []string{"路灯漆黑", "电梯停运", "楼道堆物", "车位紧张", "垃圾满溢", "施工噪音"}
	for i := range n {
		in := opinion(fmt.Sprintf("%s，%s，第%d次反映。", pieces[i%len(pieces)], pieces[(i*i+1)%len(pieces)], i))
		if change != nil {
			change(&in)
		}
		list = append(list, w.file(in).Number)
	}
	return list
}

func rowsOf(t *testing.T, a answer) map[string][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	must(t, err)
	m := make(map[string][]string)
	for _, r := range rows {
		m[r[0]] = r[1:]
	}
	return m
}

// The page says what a count of the store says, every picture has its table, its
// time and its file, and everything it leads to is there.
func TestInsight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("fang", feedback.Approver)
	b.get("/desk/insight").want(t, "not read yet", http.StatusOK).has(t, "not read yet", "正在统计")
	b.get("/desk/insight.csv?table=people").want(t, "file, not read yet", http.StatusServiceUnavailable)
	w.recount()
	b.get("/desk/insight").want(t, "empty", http.StatusOK).has(t, "empty", "手上没有在办的意见").hasNot(t, "empty", "NaN", "⟦")
	list := w.complaints(40, nil)
	mo := actor("mo", feedback.Moderator)
	for _, n := range list[:9] {
		w.act(n, mo, feedback.Accept{}, feedback.Assign{Owner: "lisi"})
	}
	w.clock.days(20)
	w.counted()
	b = w.signIn("fang")
	a := b.get("/desk/insight").want(t, "insight", http.StatusOK)
	a.body += b.get("/desk/insight/voices").want(t, "voices", http.StatusOK).body
	a.has(t, "insight", "在办40件", "lisi", "未指定经办人", "路灯", "数据截至").hasNot(t, "insight", "NaN", "⟦", "style=", senderName, senderPhone)
	today := calendar.On(w.clock.Now())
	want := figures.RecountDesk(slices.Values(w.all()), w.config.Body.Clocks(), today, true, nil)
	rows := rowsOf(t, b.get("/desk/insight.csv?table=people").want(t, "people", http.StatusOK))
	if got := rows["共"]; got[0] != strconv.Itoa(want.All.Open) || got[1] != strconv.Itoa(want.All.Overdue) || rows["lisi"][0] != "9" {
		t.Errorf("people: %v, want %+v", rows, want.All)
	}
	links := regexp.MustCompile(`href="(/desk/insight\.csv\?[^"]+)" download`).FindAllStringSubmatch(a.body, -1)
	if n := strings.Count(a.body, `role="img"`); n < 5 || len(links) != n || strings.Count(a.body, "<table>") != n {
		t.Errorf("%d pictures, %d files, %d tables", n, len(links), strings.Count(a.body, "<table>"))
	}
	for _, m := range regexp.MustCompile(`href="(/desk[^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		b.get(strings.ReplaceAll(m[1], "&amp;", "&")).want(t, m[1], http.StatusOK)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(b.get("/desk/insight.xlsx").want(t, "workbook", http.StatusOK).body)))
	must(t, err)
	if len(book.GetSheetList()) != len(links)+1 {
		t.Errorf("sheets %q for %d tables", book.GetSheetList(), len(links))
	}
	b.get("/desk/insight.csv?table=none").want(t, "no table", http.StatusNotFound)
}

// all is everything in the store.
func (w *world) all() []feedback.Submission {
	w.t.Helper()
	list, _, err := w.store.List(w.t.Context(), feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage})
	must(w.t, err)
	return list
}

// Clues stand where they may be seen; who only drafts sees the own work.
func TestInsightRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.complaints(12, nil)
	var clues []feedback.Number
	for range 3 {
		clues = append(clues, w.complaints(4, func(in *feedback.Incoming) {
			in.Category, in.Text = feedback.Clue, "公款吃喝，账目混乱，"+strings.Repeat("查", 1+len(clues))+in.Text[:3]
		})...)
	}
	mo := actor("mo", feedback.Moderator)
	w.act(clues[0], mo, feedback.Accept{}, feedback.Assign{Owner: "lisi"})
	w.counted()
	for role, open := range map[feedback.Role]int{feedback.Moderator: 24, feedback.Approver: 24, feedback.Auditor: 12, feedback.Admin: 12} {
		b := w.signedIn("r-"+string(role), role)
		a := b.get("/desk/insight").want(t, string(role), http.StatusOK)
		a.body += b.get("/desk/insight/voices").want(t, string(role), http.StatusOK).body
		a.has(t, string(role), fmt.Sprintf(`<span class="stat-n">%d件</span>`, open))
		if sees := strings.Contains(a.body, "公款"); sees != (open == 24) {
			t.Errorf("%s sees words of clues: %v", role, sees)
		}
	}
	for name, open := range map[string]int{"lisi": 1, "zhao": 0} {
		b := w.signedIn(name, feedback.Replier)
		a := b.get("/desk/insight").want(t, name, http.StatusOK)
		a.has(t, name, "我的工作研判", fmt.Sprintf(`<span class="stat-n">%d件</span>`, open)).hasNot(t, name, "公款", "路灯", "未指定经办人")
		b.get("/desk/insight/voices").want(t, name, http.StatusForbidden)
		for _, table := range []string{"people", "terms", "again"} {
			b.get("/desk/insight.csv?table="+table).want(t, name+" "+table, http.StatusNotFound)
		}
	}
}

// A leaf that its notice calls done and that people speak of again is told of.
func TestLookBack(t *testing.T) {
	t.Parallel()
	done := lamps("", "2026-10-01T09:00:00+08:00", `status="completed" label="已完成"`, `status="active" label="正在整改"`)
	w := newWorld(t, withNotices(t, map[string]string{"lamps-2026.md": done}))
	for _, item := range []string{"1", "1", "2"} {
		w.complaints(1, func(in *feedback.Incoming) { in.Notice, in.Item = "lamps-2026", item })
	}
	w.complaints(1, func(in *feedback.Incoming) { in.Notice, in.Item, in.Category = "lamps-2026", "1", feedback.Praise })
	w.counted()
	b := w.signedIn("fang", feedback.Approver)
	a := b.get("/desk/insight.csv?table=again").want(t, "look-back", http.StatusOK)
	rows := rowsOf(t, a)
	if r := rows["1 灯坏了"]; len(rows) != 2 || len(r) < 4 || r[1] != "2026-10-01" || r[2] != "2" {
		t.Errorf("candidates: %v", rows)
	}
}

// A report is there for each week, as a page and as files that say the same, and
// stays as it was once its week is over.
func TestReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // a Tuesday
	b := w.signedIn("lisi", feedback.Replier)
	b.get("/desk/reports").want(t, "not read yet", http.StatusOK).has(t, "not read yet", "正在统计")
	b.get("/desk/reports/2026-W48.csv").want(t, "file, not read yet", http.StatusServiceUnavailable)
	w.complaints(8, nil)
	w.complaints(2, func(in *feedback.Incoming) { in.Category, in.Item = feedback.Clue, "3-1" })
	w.counted()
	a := b.get("/desk/reports/2026-W48").want(t, "running", http.StatusOK)
	a.has(t, "running", "本周还没有结束", "10件").hasNot(t, "running", "⟦", "NaN", "3-1 ")
	w.clock.days(7)
	w.counted()
	b = w.signIn("lisi")
	b.get("/desk/reports").want(t, "list", http.StatusOK).has(t, "list", `href="/desk/reports/2026-W48"`, `href="/desk/reports/2026-W49"`, "本周还没有结束")
	final := b.get("/desk/reports/2026-W48").want(t, "over", http.StatusOK).has(t, "over", "以后不再变", "10件").hasNot(t, "over", senderName, senderPhone)
	file := b.get("/desk/reports/2026-W48.csv").want(t, "file", http.StatusOK).has(t, "file", "收到,各渠道合计,10件,2026-W48,")
	w.clock.days(-7)
	w.complaints(3, nil) // keyed in late
	w.clock.days(7)
	w.counted()
	b = w.signIn("lisi")
	page := func(a answer) string { // without the head, where the token of the session stands
		_, main, _ := strings.Cut(a.body, "<main")
		return main
	}
	if page(b.get("/desk/reports/2026-W48")) != page(final) || b.get("/desk/reports/2026-W48.csv").body != file.body {
		t.Error("a report of a week that is over has changed")
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(b.get("/desk/reports/2026-W48.xlsx").want(t, "workbook", http.StatusOK).body)))
	must(t, err)
	if len(book.GetSheetList()) < 4 {
		t.Errorf("sheets %q", book.GetSheetList())
	}
	for _, path := range []string{"2026-W54", "2027-W01", "2026-W50", "1999-W01", "2019-W02", "x", "2026-W48.pdf", "2026-W48.csv.csv"} {
		b.get("/desk/reports/"+path).want(t, path, http.StatusNotFound)
	}
	b.get("/desk/reports?year=2024").want(t, "a year without", http.StatusOK)
}

// Who wants it gets the report of the last week once, on the first working
// morning, with numbers in it and nothing about anybody.
func TestWeeklyLetter(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	b := w.signedIn("fang", feedback.Approver)
	w.signedIn("lisi", feedback.Replier)
	for name, email := range map[string]string{"fang": "fang@linshui.example", "lisi": "lisi@linshui.example"} {
		must(t, w.config.Keeper.SetEmail(t.Context(), name, email))
	}
	b.get("/desk/reports").has(t, "off", "开始接收")
	if a := b.post("/desk/account/weekly", url.Values{"csrf": {b.csrf()}, "weekly": {"on"}}); a.status != http.StatusSeeOther {
		t.Fatalf("subscribe: %d", a.status)
	}
	b.get("/desk/account").has(t, "on", "不再接收")
	w.complaints(7, nil)
	weeklies := func() (list []outbox.Letter) {
		t.Helper()
		for range 2 {
			must(t, w.site.Remind(t.Context()))
		}
		all, _, err := w.store.Letters(t.Context(), outbox.Query{Limit: 200})
		must(t, err)
		for _, l := range all {
			if l.Kind == outbox.Weekly {
				list = append(list, l)
			}
		}
		return list
	}
	w.clock.days(6) // Monday
	if got := weeklies(); len(got) != 0 {
		t.Errorf("before anything was read: %v", got)
	}
	w.clock.move(-2 * time.Hour)
	w.counted()
	if got := weeklies(); len(got) != 0 {
		t.Errorf("at eight: %v", got)
	}
	w.clock.move(time.Hour)
	got := weeklies()
	if len(got) != 1 || got[0].Whom != "fang" {
		t.Fatalf("on Monday: %v", got)
	}
	m, err := w.site.Write(t.Context(), got[0])
	must(t, err)
	if m.To != "fang@linshui.example" || !strings.Contains(m.Text, "收到：7件") || !strings.Contains(m.Text, "/zt/desk/reports/2026-W48") || strings.Contains(m.Text, senderName) || strings.Contains(m.Text, "路灯") {
		t.Errorf("the letter says\n%s", m.Text)
	}
	w.clock.days(1)
	if got := weeklies(); len(got) != 1 {
		t.Errorf("on Tuesday: %v", got)
	}
	b = w.signIn("fang")
	b.post("/desk/account/weekly", url.Values{"csrf": {b.csrf()}, "weekly": {"off"}})
	if _, err := w.site.Write(t.Context(), got[0]); err == nil {
		t.Error("a letter is written to somebody who wants none any more")
	}
}

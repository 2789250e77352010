package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/site"
	"rectify/site/body"
)

// reborn is the site as the program makes it anew when its calendar changed.
func (w *world) reborn() {
	w.t.Helper()
	days, found, err := body.LoadDays(w.t.Context(), w.config.Archive.Shelf)
	must(w.t, err)
	if len(found) > 0 {
		w.t.Fatalf("the calendar is broken: %v", found)
	}
	own := *w.config.Body
	own.Days = days
	w.config.Body = &own
	w.site, err = site.New(w.config)
	must(w.t, err)
	w.addr = serve(w.t, w.site)
}

const notice2027 = `一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。
二、春节：2月5日（周五）至12日（周五）放假调休，共8天。2月14日（周日）上班。`

func yearForm(b *browser, act, was, days string) url.Values {
	return url.Values{"csrf": {b.csrf()}, "year": {"2027"}, "act": {act}, "was": {was}, "days": {days}, "source": {"国务院办公厅关于2027年部分节假日安排的通知"}, "official": {"yes"}, "why": {"2027年放假安排公布"}}
}

// The year that lacks its table is warned of on every page, entered as the
// notice reads, recorded, and from then on what is counted; open matters are
// counted anew and their senders see from where to where, and why.
func TestCalendarAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.move(36 * 24 * time.Hour) // Wednesday, 30 December
	r := w.file(feedback.Incoming{Category: feedback.Question, Text: "什么时候修？"})
	admin, mod, audits := w.signedIn("boss", feedback.Admin), w.signedIn("mo", feedback.Moderator), w.signedIn("au", feedback.Auditor)
	for _, path := range []string{"/desk", "/desk/submissions/" + string(r.Number), "/desk/notices", "/desk/reminders"} {
		mod.get(path).has(t, path, "2027年的放假安排还没有录入", "/desk/calendar?year=2027")
		audits.get(path).hasNot(t, path, "放假安排还没有录入")
	}
	mod.get("/desk/calendar").want(t, "who may not edit", http.StatusOK).has(t, "who may not edit", "2027年：还没有公布").hasNot(t, "who may not edit", `name="days"`)
	mod.post("/desk/calendar", yearForm(mod, "save", "0", notice2027)).want(t, "who may not edit", http.StatusForbidden)
	admin.get("/desk/calendar").want(t, "form", http.StatusOK).has(t, "form", `name="days"`, "国务院办公厅关于2027年部分节假日安排的通知")
	admin.get("/desk/calendar?year=2026").has(t, "2026", "2026年：已公布", "程序自带", "国庆节")

	admin.post("/desk/calendar", yearForm(admin, "preview", "0", notice2027)).want(t, "preview", http.StatusOK).has(t, "preview", "会改动8天", "改为放假", "改为上班")
	for name, change := range map[string][2]string{"days": {"days", "2-30 放假\n春节"}, "no days": {"days", ""}, "source": {"source", ""}, "why": {"why", ""}, "long": {"why", strings.Repeat("长", 201)}} {
		form := yearForm(admin, "save", "0", notice2027)
		form.Set(change[0], change[1])
		a := admin.post("/desk/calendar", form).want(t, name, http.StatusUnprocessableEntity)
		for _, to := range brokenAnchors(t, a.body) {
			t.Errorf("%s: the summary leads to #%s, which is not on the page", name, to)
		}
	}
	if d, _, err := body.LoadDays(t.Context(), w.config.Archive.Shelf); err != nil || d.N != 0 {
		t.Fatalf("something was kept: %+v, %v", d, err)
	}
	admin.post("/desk/calendar", yearForm(admin, "save", "0", notice2027)).want(t, "save", http.StatusSeeOther)
	admin.post("/desk/calendar", yearForm(admin, "save", "0", notice2027)).want(t, "an old page", http.StatusConflict).has(t, "an old page", "别人刚改过", "春节")
	all := w.entries()
	if last := all[len(all)-1]; last.Act != audit.Calendar || last.Who != "boss" || last.Object != "2027" || last.Reason != "2027年放假安排公布" {
		t.Errorf("recorded: %+v", last)
	}

	w.reborn()
	step(t, w)
	admin.get("/desk/calendar?year=2027").has(t, "saved", "2027年：已公布", "在这里录入", "看过1件，1件的日期有变动", "2027年放假安排公布")
	admin.get("/desk/calendar?year=2027&version=1").has(t, "version", "第1次改动以后的安排", "2027-02-05..2027-02-12 放假 春节")
	admin.get("/desk/calendar?version=2").want(t, "no version", http.StatusNotFound)
	mod.get("/desk").hasNot(t, "known", "放假安排还没有录入")
	w.visitor().post("/track", url.Values{"code": {string(r.Code)}}).want(t, "track", http.StatusOK).
		has(t, "track", "重新计算时限", "答复时限从2027年1月6日改为2027年1月7日。", "原因：2027年放假安排公布").hasNot(t, "track", "日期可能调整")
	mod.get("/desk/submissions/"+string(r.Number)).has(t, "desk", "答复时限从2027年1月6日改为2027年1月7日。")
	w.visitor().get("/days?from=2026-12-30&days=5&clock=working").has(t, "days", "到2027年1月7日", "放假，不计入（元旦）")

	form := yearForm(admin, "reset", "1", "")
	form.Set("why", "录错了")
	admin.post("/desk/calendar", form).want(t, "reset", http.StatusSeeOther)
	w.reborn()
	step(t, w)
	if s := w.kept(r.Number); s.Limits.Answer.Day != "2027-01-06" || !s.Limits.Answer.Provisional {
		t.Errorf("taken back: %+v", s.Limits.Answer)
	}
	admin.get("/desk/calendar?year=2027").has(t, "taken back", "还没有公布", "录错了", "2027年放假安排公布")
}

// step lets the site count anew until it is done.
func step(t *testing.T, w *world) {
	t.Helper()
	r := w.site.Redater()
	for range 10 {
		done, err := r.Step(t.Context())
		must(t, err)
		if done {
			return
		}
		w.clock.move(31 * time.Second)
	}
	t.Fatal("counting anew never ends")
}

// A version that somebody broke by hand does not count, costs no other one, and
// is told.
func TestBrokenCalendar(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.signedIn("boss", feedback.Admin)
	admin.post("/desk/calendar", yearForm(admin, "save", "0", notice2027)).want(t, "save", http.StatusSeeOther)
	must(t, w.config.Archive.Shelf.Put(t.Context(), "_calendar/000002.yaml", []byte("tables:\n- {year: 2027, days: nonsense}\nwhat: 1\n"), ""))
	d, found, err := body.LoadDays(t.Context(), w.config.Archive.Shelf)
	if must(t, err); d.N != 1 || len(d.Tables) != 1 || len(found) != 2 {
		t.Errorf("%+v, %v", d, found)
	}
	admin.get("/desk/calendar?year=2027").want(t, "page", http.StatusOK).has(t, "page", "_calendar/000002.yaml第2行不对", "2027年：已公布")
	admin.post("/desk/calendar", yearForm(admin, "save", "2", notice2027)).want(t, "the next one", http.StatusSeeOther)
	if d, found, err = body.LoadDays(t.Context(), w.config.Archive.Shelf); err != nil || d.N != 3 || len(found) > 0 {
		t.Errorf("%+v, %v, %v", d, found, err)
	}
}

// The three-month alarm stands on every page of the desk for everybody who can
// act, with a number of days before it; a clue only for who may see it, and an
// open question does not silence it.
func TestAlarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.file(opinion("屏幕坏了。")).Number
	w.act(old, actor("mod", feedback.Moderator), feedback.Accept{})
	w.act(old, actor("rep", feedback.Replier), feedback.Ask{Text: "哪一块？"})
	clue := opinion("某人收钱。")
	clue.Category = feedback.Clue
	w.file(clue)
	look := func() (mod, rep answer) {
		t.Helper()
		w.config.Statistics = &figures.Book{}
		w.reborn()
		must(t, w.site.CountOnce(t.Context()))
		return w.signIn("mo").get("/desk/reminders"), w.signIn("re").get("/desk/reminders")
	}
	for name, role := range map[string]feedback.Role{"mo": feedback.Moderator, "re": feedback.Replier} {
		w.signedIn(name, role)
	}
	w.clock.days(77) // the alarm is on 24 February
	mod, _ := look()
	mod.hasNot(t, "too early", "三个月红线：2", "三个月红线：1")
	w.clock.days(2)
	mod, rep := look()
	mod.has(t, "near", "三个月红线：2件留言14天内满三个月")
	rep.has(t, "near, without the clue", "三个月红线：1件留言14天内满三个月", string(old))
	w.clock.days(14)
	mod, rep = look()
	mod.has(t, "over", "三个月红线：2件留言已超过三个月没有答复", "三个月红线，已超过三个月没有答复：2件")
	rep.has(t, "over, without the clue", "三个月红线：1件留言已超过三个月没有答复")
	w.visitor().get("/statistics").has(t, "statistics", "三个月红线")
}

// The file of a calendar is read back as it was written.
func TestDaysFile(t *testing.T) {
	t.Parallel()
	days, faults := calendar.ParseDays(2027, notice2027)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d := body.Days{At: start, By: "boss", Why: "公布: 'x'\n# y", Tables: []calendar.Table{{Year: 2027, Official: true, Source: "通知", Days: days}, {Year: 2031, Source: "预计"}}}
	src, err := d.Format()
	must(t, err)
	back, found := body.ParseDays(src)
	if len(found) > 0 || !back.At.Equal(d.At) || back.Why != d.Why || len(back.Tables) != 2 || len(back.Tables[0].Days) != len(days) || back.Tables[1].Official {
		t.Errorf("%v\n%+v\n%s", found, back, src)
	}
}

package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site"
	"rectify/site/ui"
)

// The page tells each day of a limit and why, in both languages, for whoever
// typed a day and for every address that a due date of the site leads to.
func TestDaysPage(t *testing.T) {
	t.Parallel()
	b := newWorld(t).visitor()
	first := b.get("/days").want(t, "without a question", http.StatusOK)
	b.get("/days?from=2026%E5%B9%B49%E6%9C%8830%E6%97%A5&days=2&clock=working").want(t, "as it is spoken", http.StatusOK).has(t, "as it is spoken", "到2026年10月9日")
	first.has(t, "form", `value="2026-11-24"`, "到2026年12月1日", "国务院办公厅关于2026年部分节假日安排的通知", "暂定，还没有公布")
	b.get("/days?from=2026-09-30&days=2&clock=working").want(t, "National Day", http.StatusOK).
		has(t, "National Day", "到2026年10月9日", "放假，不计入（国庆节）", "计入2日，不计入7日").hasNot(t, "National Day", "这个日期是暂定的")
	b.get("/days?from=2026-10-09&days=1&clock=working").has(t, "make-up day", "到2026年10月10日", "调休上班，计入（国庆节）")
	b.get("/days?from=2026-12-30&days=3&clock=working").has(t, "2027", "到2027年1月4日", "这个日期是暂定的", "2027年的放假安排还没有公布")
	b.get("/days?from=2026-11-30&days=3&clock=months").has(t, "months", "到2027年2月28日")
	b.get("/days?from=2026-11-23&days=5&clock=working&more=2&pause=2026-11-24..2026-11-27").
		has(t, "pause", "到2026年12月7日", "等待留言人回答，不计入", `checked><label for="p-2026-11-24..2026-11-27">`)
	b.get("/days?from=2026-09-30&days=2&clock=working", "Cookie", "mode=en").want(t, "English", http.StatusOK).
		has(t, "English", "Ends on Friday, 9 October 2026", "day off, does not count")
	if n := strings.Count(b.get("/days?from=2026-11-23&days=400&clock=working&more=90").body, "<tr"); n < 490 || n > 800 {
		t.Errorf("the longest count has %d rows", n)
	}
}

// What cannot be counted is said beside its field, with what was typed kept;
// nothing makes the page work long.
func TestDaysFaults(t *testing.T) {
	t.Parallel()
	b := newWorld(t).visitor()
	for query, want := range map[string]string{
		"from=2026-02-30&days=5&clock=working":                              "存在的日期",
		"from=&days=5&clock=working":                                        "存在的日期",
		"from=9999-12-31&days=5&clock=working":                              "2000到2099",
		"from=2026-11-23&days=0&clock=working":                              "1到400",
		"from=2026-11-23&days=1e9&clock=calendar":                           "1到400",
		"from=2026-11-23&days=25&clock=months":                              "1到24",
		"from=2026-11-23&days=5&clock=%3Cb%3E":                              "选一个",
		"from=2026-11-23&days=5&clock=working&more=91":                      "0到90",
		"from=2026-11-23&days=5&clock=working&pause=2026-11-24..3026-11-24": "重新打开",
		"from=2026-11-23&days=5&clock=working&pause=x":                      "重新打开",
	} {
		b.get("/days?"+query).want(t, query, http.StatusUnprocessableEntity).has(t, query, want, "errs-h").hasNot(t, query, "<b>", "end-h")
	}
	many := url.Values{"from": {"2026-11-23"}, "days": {"5"}, "clock": {"working"}}
	for range 50 {
		many.Add("pause", "2026-11-24..2027-11-24")
	}
	b.get("/days?"+many.Encode()).want(t, "many pauses", http.StatusUnprocessableEntity).hasNot(t, "many pauses", "end-h")
}

// Every day that a count of the site can lead to is on its page: the link of a
// limit tells that very limit.
func TestLinksTellTheirLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	links, err := ui.NewLinks(w.config.BaseURL)
	must(t, err)
	for _, k := range feedback.Categories() {
		s := w.kept(w.file(feedback.Incoming{Category: k, Text: "什么时候答复？"}).Number)
		for limit, link := range map[calendar.Day]string{
			s.Limits.Moderate.Day: links.Count(s.CountModerate()), s.Limits.Accept.Day: links.Count(s.CountAccept()),
			s.Limits.Answer.Day: links.Count(s.CountAnswer()), s.Limits.Alarm: links.Alarm(&s), s.Due: links.Due(&s),
		} {
			f := limit.Time().Format("到2006年1月2日")
			b.get(link).want(t, link, http.StatusOK).has(t, link, f)
		}
	}
}

// A site with the table of 2027 counts by it and says so.
func TestDaysByOwnTable(t *testing.T) {
	t.Parallel()
	b := newWorld(t, func(c *site.Config) {
		own := *c.Body
		own.Days.N = 1
		own.Days.Tables = []calendar.Table{{Year: 2027, Official: true, Source: "国务院办公厅关于2027年部分节假日安排的通知", Days: []calendar.Exception{
			{Day: "2027-01-01", Kind: calendar.Rest, Note: "元旦", Source: "国务院办公厅关于2027年部分节假日安排的通知"},
		}}}
		c.Body = &own
	}).visitor()
	b.get("/days?from=2026-12-30&days=3&clock=working").has(t, "2027", "到2027年1月5日", "放假，不计入（元旦）", "国务院办公厅关于2027年部分节假日安排的通知").hasNot(t, "2027", "暂定")
}

// While a question is open both sides see that the clock stands still, why, for
// how long, and what the date would be; the date of before is shown to nobody
// as if it still held.
func TestBothSeeThePause(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(feedback.Incoming{Category: feedback.Question, Text: "什么时候修？"}) // Tuesday, 24 November; due 1 December
	w.act(r.Number, actor("mod", feedback.Moderator), feedback.Accept{})
	open := func() answer { return w.visitor().post("/track", url.Values{"code": {string(r.Code)}}) }
	open().has(t, "before", "答复时限：2026年12月1日，星期二", "/days?clock=working&amp;days=5&amp;from=2026-11-24").hasNot(t, "before", "停下来")
	w.act(r.Number, actor("rep", feedback.Replier), feedback.Ask{Text: "请问是几号楼？"})
	w.clock.days(3)
	desk := w.signedIn("anna", feedback.Replier)
	for what, a := range map[string]answer{"track": open(), "desk": desk.get("/desk/submissions/" + string(r.Number))} {
		a.want(t, what, http.StatusOK).has(t, what, "答复时限停下来了", "从2026年11月24日起", "一共停了3个工作日", "请问是几号楼？", "2026年12月4日，星期五", "pause=2026-11-24..2026-11-27")
	}
	open().hasNot(t, "track", "2026年12月1日", "答复时限：")
	if got := desk.get("/desk?view=late"); strings.Contains(got.body, string(r.Number)) {
		t.Error("it is late while its clock stands still")
	}
	_, err := w.office.DoBySender(t.Context(), r.Number, feedback.Explain{Text: "三号楼"})
	must(t, err)
	open().has(t, "answered", "答复时限：2026年12月4日，星期五", "pause=2026-11-24..2026-11-27").hasNot(t, "answered", "停下来了")
}

// What was asked for can be declined by an approver, or taken back by who asked.
func TestDeclineAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕坏了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	rep, app := w.signedIn("rep", feedback.Replier), w.signedIn("app", feedback.Approver)
	at := "/desk/submissions/" + string(n)
	rep.act(n, "extend", w.kept(n).Rev, "days", "10", "reason", "等配件").want(t, "extend", http.StatusSeeOther)
	rep.get(at).has(t, "who asked", "收回申请", "rep申请延期10日：等配件").hasNot(t, "who asked", `value="grant"`)
	app.get(at).has(t, "approver", `value="grant"`, "不同意延期").hasNot(t, "approver", "收回申请")
	w.signedIn("other", feedback.Replier).get(at).has(t, "another", "等配件").hasNot(t, "another", `value="decline"`)
	app.act(n, "decline", w.kept(n).Rev, "note", "").want(t, "without a word", http.StatusUnprocessableEntity).has(t, "without a word", `id="dnote-e"`)
	app.act(n, "decline", w.kept(n).Rev, "note", "库里有").want(t, "decline", http.StatusSeeOther)
	app.get(at+"?done=decline").has(t, "declined", "延期申请已退回", "库里有").hasNot(t, "declined", `id="extension"`)
	if s := w.kept(n); s.Extension != nil {
		t.Errorf("%+v", s.Extension)
	}
	rep.act(n, "extend", w.kept(n).Rev, "days", "5", "reason", "等外地回函").want(t, "again", http.StatusSeeOther)
	rep.act(n, "decline", w.kept(n).Rev, "note", "回函到了").want(t, "taken back", http.StatusSeeOther)
}

// A public opinion that waits for its reply says until when, and leads to how
// that is counted; once answered it says so no more.
func TestPublicDueDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕坏了。", func(in *feedback.Incoming) { in.PublishConsent = true })).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Publish{})
	at := "/feedback/" + string(n)
	w.visitor().get(at).has(t, "waiting", "答复时限：<a href=\"/days?clock=calendar&amp;days=60&amp;from=2026-11-24\">2027年1月23日，星期六</a>")
	w.act(n, actor("rep", feedback.Replier), feedback.Ask{Text: "哪一块？"})
	asked := w.kept(n)
	p, _ := asked.Public()
	if p.Owes == nil || !p.Owes.Asked || strings.Contains(p.Text[0].Text, "哪一块") {
		t.Errorf("asked: %+v", p.Owes)
	}
	w.act(n, actor("rep", feedback.Replier), feedback.DraftReply{Text: "修好了。", Office: "办公室", Submit: true})
	w.act(n, actor("app", feedback.Approver), feedback.Approve{Digest: w.kept(n).Draft.Digest})
	answered := w.kept(n)
	if p, _ = answered.Public(); p.Owes != nil {
		t.Errorf("answered: %+v", p.Owes)
	}
}

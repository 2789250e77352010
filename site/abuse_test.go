package site_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/guard"
)

// behindProxy is a site with limits whose proxy is believed, so that a test can
// be many addresses.
func behindProxy(t *testing.T) *world {
	t.Helper()
	proxies, err := guard.ParseProxies("127.0.0.1")
	must(t, err)
	return newWorld(t, func(c *site.Config) { c.Limits, c.Proxies = true, proxies })
}

// busy makes the site busy: n opinions of all sorts from as many networks.
func (w *world) busy(n int) {
	w.t.Helper()
	b := w.visitor()
	for i := range n {
		text := strings.Repeat(string(rune(0x4e00+i*37)), 3) + strings.Repeat(string(rune(0x5e00+i*53)), 3) + strings.Repeat(string(rune(0x6e00+i*91)), 3)
		b.json("/api/v1/submissions", fmt.Sprintf(`{"text":%q}`, text), "X-Forwarded-For", address(i)).want(w.t, "busy", http.StatusCreated)
	}
}

func address(i int) string { return fmt.Sprintf("100.%d.%d.7", 64+i/250, i%250) }

func (w *world) newest() feedback.Submission {
	w.t.Helper()
	list, _, err := w.store.List(w.t.Context(), feedback.Query{Sort: feedback.ByNewest, Limit: 1})
	must(w.t, err)
	if len(list) == 0 {
		w.t.Fatal("nothing was filed")
	}
	return list[0]
}

// filled is what a browser sends for the form as it stands on a page.
func filled(t *testing.T, page, words string) url.Values {
	t.Helper()
	f := url.Values{"text": {words}, "category": {"opinion"}}
	for _, name := range []string{"idempotency_key", "stamp", "proof", "again", "subject"} {
		if v := field(t, page, name); v != "" {
			f.Set(name, v)
		}
	}
	return f
}

// A quiet site asks for nothing and loads no script; a busy one asks browsers
// for work, and takes the form without it all the same.
func TestWorkIsAskedFor(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	b := w.visitor()
	const formPage = "/feedback/new?notice=" + slug
	page := b.get(formPage).want(t, "form", http.StatusOK).hasNot(t, "quiet form", "/static/proof.", "data-bits", "proof-say")
	page.has(t, "trap", `tabindex="-1"`, `autocomplete="off"`, "请不要填写这一栏")
	quiet := filled(t, page.body, "记忆馆的门打不开。")
	w.clock.move(time.Minute)
	b.post("/feedback", quiet, "X-Forwarded-For", "198.51.100.1").want(t, "quiet", http.StatusSeeOther)
	if s := w.newest(); s.Suspected() || s.Likeness == "" {
		t.Errorf("suspected for %v, group %q", s.Suspect, s.Likeness)
	}

	w.busy(100)
	page = b.get(formPage).has(t, "busy form", `data-bits="15"`, "proof-say")
	inline(t, "busy "+formPage, page.body)
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	script := ""
	for _, n := range elements(parsed(t, page.body)) {
		if n.Data == "script" {
			script = attr(n, "src")
		}
	}
	js := b.get(script).want(t, "script", http.StatusOK)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(js.body))
	_ = z.Close()
	if packed.Len() > 8<<10 || js.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("the script takes %d bytes packed, type %q", packed.Len(), js.header.Get("Content-Type"))
	}
	for _, path := range []string{"/", "/notices/" + slug, "/feedback", "/track", "/search?q=a"} {
		inline(t, path, b.get(path).body)
	}

	with := filled(t, page.body, "展柜的玻璃裂了。")
	bits, err := strconv.Atoi(attr(formOf(t, page.body), "data-bits"))
	must(t, err)
	with.Set("proof", guard.Solve(t.Context(), with.Get("stamp"), bits))
	without := filled(t, b.get(formPage).body, "没有脚本也要能说话。")
	w.clock.move(20 * time.Second)
	for name, f := range map[string]url.Values{"with scripts": with, "without": without} {
		b.post("/feedback", f, "X-Forwarded-For", "198.51.100.2").want(t, name, http.StatusSeeOther)
		if s := w.newest(); s.Suspected() || s.Text != f.Get("text") {
			t.Errorf("%s: %q suspected for %v", name, s.Text, s.Suspect)
		}
	}
	// Seconds after opening and without the work, while it is asked for: looked at first.
	hasty := filled(t, b.get(formPage).body, "一秒钟写好的。")
	b.post("/feedback", hasty, "X-Forwarded-For", "198.51.100.3").want(t, "hasty", http.StatusSeeOther)
	if s := w.newest(); !slices.Equal(s.Suspect, []string{"haste", "unproved"}) {
		t.Errorf("suspected for %v", s.Suspect)
	}
}

func formOf(t *testing.T, page string) (form *html.Node) {
	t.Helper()
	for _, n := range elements(parsed(t, page)) {
		if attr(n, "id") == "opinion" {
			return n
		}
	}
	t.Fatal("no form on the page")
	return nil
}

// A proof that is no longer good brings the form back, once, with everything
// that was typed and a fresh stamp; a fault in the form keeps the work done.
func TestStaleProof(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	b := w.visitor()
	w.busy(60)
	page := b.get("/feedback/new").body
	f := filled(t, page, "")
	f.Set("proof", guard.Solve(t.Context(), f.Get("stamp"), 14))
	again := b.post("/feedback", f, "X-Forwarded-For", "198.51.100.9").want(t, "empty", http.StatusUnprocessableEntity)
	if field(t, again.body, "stamp") != f.Get("stamp") || field(t, again.body, "proof") != f.Get("proof") {
		t.Error("a fault in the form costs the work that was done")
	}

	w.clock.move(3 * time.Hour)
	w.busy(60)
	before := w.count()
	f.Set("text", "写了三个小时的意见。")
	f.Set("name", "周女士")
	back := b.post("/feedback", f, "X-Forwarded-For", "198.51.100.9").want(t, "expired", http.StatusUnprocessableEntity)
	back.has(t, "expired", "写了三个小时的意见。", "周女士", "请再点一次")
	if w.count() != before {
		t.Error("something was filed")
	}
	fresh := filled(t, back.body, "写了三个小时的意见。")
	if fresh.Get("stamp") == f.Get("stamp") || fresh.Get("proof") != "" || fresh.Get("again") == "" {
		t.Errorf("the form comes back as %v", fresh)
	}
	fresh.Set("proof", "nonsense") // a browser that cannot do it is not asked for ever
	w.clock.move(10 * time.Second)
	b.post("/feedback", fresh, "X-Forwarded-For", "198.51.100.9").want(t, "once more", http.StatusSeeOther)
	if s := w.newest(); s.Text != "写了三个小时的意见。" || s.Suspected() {
		t.Errorf("%q, suspected for %v", s.Text, s.Suspect)
	}
}

// One proof serves one text: the same form sent again with others under the same
// stamp counts as sent without.
func TestProofIsSpent(t *testing.T) {
	t.Parallel()
	w := behindProxy(t)
	b := w.visitor()
	w.busy(60)
	f := filled(t, b.get("/feedback/new").body, "第一条是人写的。")
	f.Set("proof", guard.Solve(t.Context(), f.Get("stamp"), 19))
	f.Set("again", "1")
	w.clock.move(5 * time.Second)
	for i := range 12 {
		if i > 0 {
			f.Set("text", fmt.Sprint("机器照抄的第几条呢，各位看官请往下看", i))
		}
		b.post("/feedback", f, "X-Forwarded-For", "198.51.100.10").want(t, "sent", http.StatusSeeOther)
	}
	if s := w.newest(); !slices.Contains(s.Suspect, "unproved") || !slices.Contains(s.Suspect, "copies") {
		t.Errorf("the last copy is suspected for %v", s.Suspect)
	}
}

// What is suspected is filed, receipt and all, and waits in a view of its own
// with its reasons; a moderator puts it back or declines it.
func TestSuspectView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, mod := w.visitor(), w.signedIn("anna", feedback.Moderator)
	trapped := func(text string) feedback.Number {
		f := filled(t, b.get("/feedback/new").body, text)
		f.Set("subject", "http://buy.example")
		b.get(b.post("/feedback", f).want(t, "trapped", http.StatusSeeOther).where()).has(t, "receipt", "意见已收到")
		return w.newest().Number
	}
	honest, bad, taken := trapped("读屏软件念到了那一栏，我就填了。"), trapped("加微信领红包"), trapped("第三条也是")
	w.file(opinion("普通的一条。"))
	for _, view := range []string{"", "?view=moderate", "?view=today", "?view=late"} {
		mod.get("/desk"+view).want(t, view, http.StatusOK).hasNot(t, view, "读屏软件", "领红包", "第三条")
	}
	w.clock.days(9) // what is suspected and late shows as late in its own view
	mod, replier := w.signIn("anna"), w.signedIn("berta", feedback.Replier)
	mod.get("/desk").has(t, "late", `<span class="num late">3</span>`)
	mod.get("/desk?view=suspect").has(t, "view", "读屏软件", "领红包", "第三条", "疑似垃圾：填了不该填的栏").hasNot(t, "view", "普通的一条")
	mod.get("/desk/submissions/"+string(honest)).has(t, "case", "填了不该填的栏", "不是垃圾，放回队列")
	replier.get("/desk/submissions/"+string(honest)).has(t, "case", "填了不该填的栏").hasNot(t, "case", "不是垃圾，放回队列")
	replier.act(honest, "clear", 1).want(t, "by a replier", http.StatusForbidden)

	mod.act(honest, "clear", 1).want(t, "clear", http.StatusSeeOther)
	mod.act(honest, "clear", 2).want(t, "clear twice", http.StatusConflict)
	mod.act(bad, "reject", 1, "reason", "spam").want(t, "reject", http.StatusSeeOther)
	mod.act(taken, "accept", 1).want(t, "accept", http.StatusSeeOther)
	mod.get("/desk?view=moderate").has(t, "cleared", "读屏软件")
	mod.get("/desk").has(t, "accepted", "第三条也是")
	mod.get("/desk?view=suspect").has(t, "view", "没有疑似垃圾的")
	mod.get("/desk/submissions/"+string(honest)).has(t, "log", "认定不是垃圾").hasNot(t, "log", "trap")
	if s := w.kept(honest); s.Suspected() || s.Events[1].Act != feedback.ActClear || s.Events[1].Note != "trap" {
		t.Errorf("%v %+v", s.Suspect, s.Events)
	}
}

// A campaign is one row with its count beside the others, and is decided on as
// one job that says what it did.
func TestCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, mod, replier := w.visitor(), w.signedIn("anna", feedback.Moderator), w.signedIn("berta", feedback.Replier)
	const text = "我们强烈要求公布乡村记忆馆屋面维修的全部账目，施工单位是怎么选出来的，验收是谁签的字。"
	for i := range 60 {
		b.json("/api/v1/submissions", fmt.Sprintf(`{"text":"%s，%s编号%d"}`, [...]string{"您好", "领导", "同志"}[i%3], text, i)).want(t, "filed", http.StatusCreated)
		if i%20 == 0 {
			b.json("/api/v1/submissions", fmt.Sprintf(`{"text":"%s"}`, [...]string{"门口的坡太陡。", "讲解员很热情，谢谢。", "周末几点关门？"}[i/20])).want(t, "filed", http.StatusCreated)
		}
	}
	id := w.newest().Likeness
	group := "/desk/campaigns/" + id
	for _, view := range []string{"/desk", "/desk?view=moderate"} {
		a := mod.get(view).has(t, view, "同类 60件", `href="`+group+`"`, "坡太陡", "很热情", "几点关门", "63件")
		if n := strings.Count(a.body, "全部账目"); n != 1 {
			t.Errorf("%s: the campaign stands there %d times", view, n)
		}
	}
	mod.get("/desk/campaigns").has(t, "list", "同类 60件", group)
	first := w.campaigns()[0].First
	mod.get("/desk/submissions/"+string(first)).has(t, "case", "一共60件", group)
	page := mod.get(group).want(t, "group", http.StatusOK).has(t, "group", "内容相近的意见，60件", "不予受理这60件", `rel="next"`, string(first))
	replier.get(group).want(t, "as replier", http.StatusOK).hasNot(t, "as replier", "不予受理这60件")

	// One that comes after the page was looked at is left alone.
	w.clock.move(time.Second)
	b.json("/api/v1/submissions", fmt.Sprintf(`{"text":"%s，晚到的"}`, text)).want(t, "late", http.StatusCreated)
	late := w.newest().Number
	form := func(more ...string) url.Values {
		f := url.Values{"csrf": {mod.csrf()}, "seen": {field(t, page.body, "seen")}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	mod.post(group, form("act", "reject", "reason", "")).want(t, "no reason", http.StatusUnprocessableEntity).has(t, "no reason", `class="errs"`)
	mod.post(group, form("act", "merge", "into", "2026-999999")).want(t, "no target", http.StatusUnprocessableEntity)
	mod.post(group, form("act", "merge", "into", "x")).want(t, "no number", http.StatusUnprocessableEntity)
	mod.post(group, form("act", "publish")).want(t, "no such act", http.StatusBadRequest)
	odd := form("act", "reject", "reason", "spam")
	odd.Set("seen", "soon")
	mod.post(group, odd).want(t, "never seen", http.StatusBadRequest)
	for _, path := range []string{"/desk/campaigns/x", "/desk/campaigns/" + strings.ToUpper(id) + "A", "/desk/campaigns/%24ne"} {
		mod.get(path).want(t, path, http.StatusNotFound)
	}
	mod.get(group+"?job=none").has(t, "a job of before", "处理的记录已经没有了")

	done := mod.ended(mod.post(group, form("act", "merge", "into", string(first))).want(t, "merge", http.StatusSeeOther).where())
	done.has(t, "done", "处理完了", "办成59件")
	if s := w.kept(first); s.State != feedback.Received {
		t.Errorf("the target is %s", s.State)
	}
	if s := w.kept(late); s.State != feedback.Received {
		t.Errorf("one that nobody saw is %s", s.State)
	}
	page = mod.get(group)
	done = mod.ended(mod.post(group, form("act", "reject", "reason", "repeated")).want(t, "reject", http.StatusSeeOther).where())
	done.has(t, "done", "办成2件，共2件", "已经没有等待审核的了")
	if s := w.kept(late); s.State != feedback.Rejected || s.Rejection != feedback.RejectRepeated {
		t.Errorf("%s %s", s.State, s.Rejection)
	}
}

func (w *world) campaigns() []feedback.Campaign {
	w.t.Helper()
	list, err := w.store.Campaigns(w.t.Context(), feedback.Query{}, 10)
	must(w.t, err)
	return list
}

// ended follows a job to its end.
func (b *browser) ended(where string) answer {
	b.t.Helper()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if a := b.get(where).want(b.t, "job", http.StatusOK); !strings.Contains(a.body, "正在处理") {
			return a
		}
	}
	b.t.Fatal("the job does not end")
	return answer{}
}

// Suspected copies are one row of their view too, and all of them can be put back.
func TestSuspectedCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.signedIn("anna", feedback.Moderator)
	for i := range 12 {
		in := opinion(fmt.Sprint("同一段话复制了很多遍，请看看是不是垃圾，第", i, "遍"))
		_, err := w.intake.SubmitUnder(t.Context(), in, feedback.Circumstances{Likeness: "00000000000000aa", Suspect: []string{"copies", "haste"}})
		must(t, err)
	}
	const group = "/desk/campaigns/00000000000000aa"
	mod.get("/desk?view=suspect").has(t, "view", "同类 12件", group, "打开几秒就提交")
	page := mod.get(group).has(t, "group", "其中12件疑似垃圾", "这12件不是垃圾")
	f := url.Values{"csrf": {mod.csrf()}, "seen": {field(t, page.body, "seen")}, "act": {"clear"}}
	mod.ended(mod.post(group, f).want(t, "clear", http.StatusSeeOther).where()).has(t, "done", "办成12件")
	mod.get("/desk?view=moderate").has(t, "back", "同类 12件")
	mod.get("/desk?view=suspect").has(t, "none", "没有疑似垃圾的")
}

package site_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site"
	"rectify/site/guard"
)

// photo is a small picture of one colour.
func photo(t *testing.T, shade uint8) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.Set(3, 3, color.Black)
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.String()
}

// parts sends a form of parts; names with a dot are files.
func (b *browser) parts(path string, form url.Values, files ...string) answer {
	b.t.Helper()
	var fields []string
	for name, list := range form {
		for _, v := range list {
			fields = append(fields, name, v)
		}
	}
	body, kind := partsOf(b.t, append(fields, files...)...)
	return b.do(http.MethodPost, path, bytes.NewReader(body), "Content-Type", kind)
}

// Files stay with the form over a fault, can be taken out, and are filed; what is
// refused is named with what to send instead.
func TestFormWithFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := b.form("")
	a := b.parts("/feedback", form, "现场.png", photo(t, 200), "门口.png", photo(t, 90), "表.zip", "PK\x03\x04xx", "跑.exe", "MZ\x90").
		want(t, "faults", http.StatusUnprocessableEntity).has(t, "faults", "写下您的意见", "“跑.exe”是程序或脚本，不能收", "表.zip", "现场", "门口", `name="drop"`)
	if broken := brokenAnchors(t, a.body); len(broken) > 0 {
		t.Errorf("links of the summary lead nowhere: %q", broken)
	}
	form.Set("text", "三楼的导览屏黑着，看不清。")
	form.Set("kept", field(t, a.body, "kept"))
	form.Set("drop", "2")
	form.Set("phone", "x")
	a = b.parts("/feedback", form, "说明.txt", "开门时间也没有写").want(t, "again", http.StatusUnprocessableEntity).has(t, "again", "现场", "说明").hasNot(t, "again", "门口")
	form.Del("drop")
	form.Set("phone", "")
	form.Set("kept", field(t, a.body, "kept"))
	sent := b.parts("/feedback", form).want(t, "sent", http.StatusSeeOther)
	b.get(strings.TrimPrefix(sent.where(), w.base)).has(t, "receipt", "现场.png", "说明.txt")
	s := w.kept("2026-000001")
	if len(s.Attachments) != 2 || s.Attachments[0].Kind != feedback.Picture || s.Attachments[1].Kind != feedback.PlainFile {
		t.Fatalf("%+v", s.Attachments)
	}
	// The same form once more is the same submission; another one with the same
	// field has files of its own.
	if n := w.count(); n != 1 {
		t.Errorf("%d submissions", n)
	}
	b.parts("/feedback", form).want(t, "twice", http.StatusSeeOther)
	form.Set("idempotency_key", strings.Repeat("k", 20))
	form.Set("text", "另外，售票处也没有座位。")
	b.parts("/feedback", form).want(t, "another", http.StatusSeeOther)
	if n := w.count(); n != 2 || w.kept("2026-000002").Attachments[0].Blob == s.Attachments[0].Blob {
		t.Errorf("%d submissions, or two share a file", n)
	}
	// A field that is not ours.
	form.Set("kept", "AAAA")
	form.Set("idempotency_key", strings.Repeat("l", 20))
	b.parts("/feedback", form).want(t, "foreign field", http.StatusUnprocessableEntity).has(t, "foreign field", "请重新选择")
	form.Del("kept")
	six := []string{}
	for i := range 6 {
		six = append(six, fmt.Sprintf("%d.txt", i), fmt.Sprint("第几个", i))
	}
	b.parts("/feedback", form, six...).want(t, "six", http.StatusUnprocessableEntity).has(t, "six", "最多附5个文件")
}

// T56: what one network sends, and what all together keep, is bounded; the text
// is kept and may go without the files.
func TestFilesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.Limits = true })
	b := w.visitor()
	form := b.form("")
	last := answer{}
	for range 13 {
		form.Set("idempotency_key", field(t, b.get("/feedback/new").body, "idempotency_key"))
		last = b.parts("/feedback", form, "1.txt", "甲", "2.txt", "乙", "3.txt", "丙", "4.txt", "丁", "5.txt", "戊")
	}
	last.want(t, "too many", http.StatusTooManyRequests).has(t, "too many", "这段时间发来的文件太多", `id="opinion"`)
	full := newWorld(t, func(c *site.Config) { c.Most = 1 << 20 })
	b = full.visitor()
	form = b.form("门口的灯不亮，夜里看不见台阶。")
	b.parts("/feedback", form, "1.txt", "甲").want(t, "full", http.StatusServiceUnavailable).has(t, "full", "没有地方存放文件", "门口的灯不亮")
	b.parts("/feedback", form).want(t, "without files", http.StatusSeeOther)
	for range 4 {
		b.get("/notices").want(t, "readers", http.StatusOK)
	}
}

// Files come by receipt code too, and only to who has opened the submission.
func TestFilesByCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("屏幕坏了。"))
	b := w.visitor()
	page := b.post("/track", url.Values{"code": {string(r.Code)}}).want(t, "open", http.StatusOK)
	pass := field(t, page.body, "pass")
	b.parts("/track", url.Values{"act": {"remark"}, "text": {"补一张"}, "pass": {"x"}}, "图.png", photo(t, 1)).want(t, "forged", http.StatusForbidden)
	again := b.parts("/track", url.Values{"act": {"remark"}, "text": {" "}, "pass": {pass}}, "图.png", photo(t, 1)).
		want(t, "no text", http.StatusUnprocessableEntity).has(t, "no text", "写下要补充的内容", "图.png")
	b.parts("/track", url.Values{"act": {"remark"}, "text": {"补一张"}, "pass": {pass}, "kept": {field(t, again.body, "kept")}}).
		want(t, "added", http.StatusOK).has(t, "added", "已补充", "图.png", "已收到")
	if s := w.kept(r.Number); len(s.Attachments) != 1 || len(s.Remarks) != 1 {
		t.Errorf("%+v", s.Attachments)
	}
	gone := b.post("/track/leave", nil).want(t, "leave", http.StatusSeeOther)
	if h := gone.header.Get("Clear-Site-Data"); h != `"cache", "storage"` || gone.header.Get("Cache-Control") != "no-store" {
		t.Errorf("leaving says %q", h)
	}
}

// An attachment is saved by staff with a trace, shown to the public when it was
// cleared and as long as its submission is public, and by no other way.
func TestFilesOfACase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := b.form("三楼的导览屏黑着，看不清。")
	b.parts("/feedback", form, "周小满的照片.png", photo(t, 200), "说明.txt", "黑了一个月，可以问13800001234，或者找周小满").want(t, "sent", http.StatusSeeOther)
	const n, at, public = feedback.Number("2026-000001"), "/desk/submissions/2026-000001", "/feedback/2026-000001"
	mod, rep := w.signedIn("mod", feedback.Moderator), w.signedIn("rep", feedback.Replier)
	page := rep.get(at).has(t, "case", "周小满的照片.png", "说明.txt", "图片").hasNot(t, "replier", `value="clear-file"`)
	if len(page.body) == 0 {
		t.Fatal("no page")
	}
	got := rep.get(at+"/files/1").want(t, "save", http.StatusOK)
	for h, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": "image/png",
	} {
		if got.header.Get(h) != want {
			t.Errorf("%s: %q, want %q", h, got.header.Get(h), want)
		}
	}
	if !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("%q", got.header.Get("Content-Disposition"))
	}
	list, err := w.config.Audit.List(context.Background(), audit.Query{Act: audit.Download, Limit: 10})
	must(t, err)
	if len(list) != 1 || list[0].Who != "rep" || list[0].Object != string(n) || list[0].Reason != "file 1" {
		t.Errorf("%+v", list)
	}
	for _, path := range []string{at + "/files/0", at + "/files/3", at + "/files/x", public + "/files/1"} {
		rep.get(path).want(t, path, http.StatusNotFound)
	}
	b.get(at+"/files/1").want(t, "stranger", http.StatusSeeOther)
	act := func(who *browser, form url.Values) answer {
		form.Set("csrf", who.csrf())
		form.Set("rev", fmt.Sprint(w.kept(n).Rev))
		return who.post(at, form)
	}
	w.published(n)
	b.get(public+"/files/1").want(t, "not cleared", http.StatusNotFound)
	act(rep, url.Values{"act": {"clear-file"}, "n": {"1"}, "title": {"屏幕"}}).want(t, "replier", http.StatusForbidden)
	act(mod, url.Values{"act": {"clear-file"}, "n": {"1"}, "title": {" "}}).want(t, "no title", http.StatusUnprocessableEntity).has(t, "no title", "写明附件内容", `href="#title-1"`)
	act(mod, url.Values{"act": {"clear-file"}, "n": {"1"}, "title": {"电话13800001234"}}).want(t, "a phone in the title", http.StatusUnprocessableEntity)
	act(mod, url.Values{"act": {"clear-file"}, "n": {"1"}, "title": {"黑着的屏幕"}}).want(t, "clear", http.StatusSeeOther)
	shown := b.get(public).has(t, "opinion", `alt="黑着的屏幕" width="40" height="30" loading="lazy"`, public+"/files/1.png").hasNot(t, "opinion", "周小满的照片")
	if shown.status != http.StatusOK {
		t.Error(shown.status)
	}
	pic := b.get(public+"/files/1.png").want(t, "picture", http.StatusOK)
	etag := pic.header.Get("Etag")
	if pic.header.Get("Content-Type") != "image/png" || pic.header.Get("Cache-Control") != "no-cache" || etag == "" || pic.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", pic.header)
	}
	b.get(public+"/files/1", "If-None-Match", etag).want(t, "known", http.StatusNotModified)
	b.get(public+"/files/1.jpg").want(t, "other name", http.StatusNotFound)
	b.get(public+"/files/2").want(t, "the other file", http.StatusNotFound)
	// Nor may what stands in a document come out by it.
	act(mod, url.Values{"act": {"clear-file"}, "n": {"2"}, "title": {"说明"}}).want(t, "a phone in the file", http.StatusUnprocessableEntity).
		has(t, "a phone in the file", `name="cleared" value="13800001234" id="file-cleared"`, `href="#file-cleared"`)
	act(mod, url.Values{"act": {"clear-file"}, "n": {"2"}, "title": {"说明"}, "cleared": {"13800001234", "周小满"}}).want(t, "a phone that may be", http.StatusSeeOther)
	b.get(public+"/files/2.txt").want(t, "the document", http.StatusOK)
	act(mod, url.Values{"act": {"unpublish"}, "note": {"有误"}}).want(t, "unpublish", http.StatusSeeOther)
	b.get(public+"/files/1.png", "If-None-Match", etag).want(t, "unpublished", http.StatusNotFound)
	// Scans are added by who answers for the matter.
	scan := url.Values{"csrf": {rep.csrf()}, "rev": {fmt.Sprint(w.kept(n).Rev)}}
	rep.parts(at+"/files", scan).want(t, "none chosen", http.StatusUnprocessableEntity)
	rep.parts(at+"/files", scan, "来信.png", photo(t, 5)).want(t, "scan", http.StatusSeeOther)
	if s := w.kept(n); len(s.Attachments) != 3 || s.Attachments[2].By != "rep" {
		t.Errorf("%+v", s.Attachments)
	}
	// T55: of a clue only who may see its sender.
	w.act(n, actor("mod", feedback.Moderator), feedback.Classify{Category: feedback.Clue})
	w.signedIn("app", feedback.Approver).get(at+"/files/1").want(t, "a clue", http.StatusForbidden)
	mod.get(at+"/files/1").want(t, "a clue", http.StatusOK)
}

// A letter is keyed in with its scan; the draft keeps it too.
func TestEnterWithScan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("rep", feedback.Replier)
	form := url.Values{"csrf": {b.csrf()}, "channel": {"post"}, "received": {"2026-11-24"}, "text": {"来信说门口积水。"}, "idempotency_key": {strings.Repeat("e", 20)}, "do": {"keep"}}
	b.parts("/desk/enter", form, "信.png", photo(t, 7)).want(t, "draft", http.StatusOK)
	page := b.get("/desk/enter").has(t, "draft", "信.png")
	form.Del("do")
	form.Set("kept", field(t, page.body, "kept"))
	b.parts("/desk/enter", form).want(t, "filed", http.StatusOK).has(t, "filed", "2026-000001")
	if s := w.kept("2026-000001"); len(s.Attachments) != 1 || s.Attachments[0].By != "rep" {
		t.Errorf("%+v", s.Attachments)
	}
}

// What was published before and is alike is shown once before a text is sent,
// and while it is typed.
func TestAlikeBeforeSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const said = "三楼的导览屏一直黑着，看不懂展品说明，请尽快修好。"
	w.published(w.file(opinion(said)).Number)
	w.file(opinion("三楼导览屏一直黑着，看不懂展品说明，私下说。"))
	b := w.visitor()
	form := b.form("三楼的导览屏还是黑着，看不懂展品说明，请修好。")
	form.Del("phone")
	a := b.post("/feedback", form).want(t, "asked", http.StatusOK).has(t, "asked", "有人提过类似的意见", "2026-000001", "/feedback/2026-000001/concern", "不一样，提交我的意见", "还是黑着").
		hasNot(t, "asked", "2026-000002", "私下说", "<title>错误")
	form.Set("asked", field(t, a.body, "asked"))
	b.post("/feedback", form).want(t, "sent", http.StatusSeeOther)
	other := b.form("停车场没有无障碍车位，轮椅下不来。")
	b.post("/feedback", other).want(t, "unlike", http.StatusSeeOther)
	b.post("/feedback/similar", url.Values{"text": {said}, "notice": {slug}}).want(t, "typing", http.StatusOK).has(t, "typing", "2026-000001").hasNot(t, "typing", "2026-000002", "<form")
	b.post("/feedback/similar", url.Values{"text": {"停车场"}}).want(t, "short", http.StatusNoContent)
	b.post("/feedback/similar", url.Values{"text": {said}, "notice": {"none"}}).want(t, "elsewhere", http.StatusNoContent)
}

// The same concern is counted once a browser and network; nothing that is kept
// of it names anybody or an hour (T80).
func TestConcerns(t *testing.T) {
	t.Parallel()
	proxies, err := guard.ParseProxies("127.0.0.1")
	must(t, err)
	w := newWorld(t, func(c *site.Config) { c.Proxies = proxies })
	s := w.published(w.file(opinion("三楼的导览屏一直黑着。")).Number)
	hidden := w.file(opinion("没有公开。"))
	at := "/feedback/" + string(s.Number)
	b := w.visitor()
	press := func(addr, agent string) answer {
		return b.post(at+"/concern", nil, "X-Forwarded-For", addr, "User-Agent", agent)
	}
	phone, other := "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile", "Mozilla/5.0 (iPhone) Safari/604"
	for i, c := range []struct {
		addr, agent string
		want        string
	}{
		{"203.0.113.7", phone, "一共1人"}, {"203.0.113.7", phone, "已经算过一次"}, {"203.0.113.99", phone + " Android 15", "已经算过一次"},
		{"203.0.113.7", other, "一共2人"}, {"198.51.100.1", phone, "一共3人"}, {"2001:db8:1::5", phone, "一共4人"}, {"2001:db8:1:9::6", phone, "已经算过一次"},
	} {
		a := press(c.addr, c.agent).want(t, c.want, http.StatusOK).has(t, fmt.Sprint(i, c.want), c.want)
		if len(a.header.Values("Set-Cookie")) > 0 || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", a.header)
		}
	}
	b.get(at).has(t, "opinion", "另有4人也有这个问题", "我也有这个问题")
	w.signedIn("mod", feedback.Moderator).get("/desk/submissions/"+string(s.Number)).has(t, "case", "另有4人也有这个问题")
	for path, want := range map[string]int{"/feedback/" + string(hidden.Number): http.StatusNotFound, "/feedback/2026-000099": http.StatusNotFound, "/feedback/x": http.StatusNotFound} {
		b.post(path+"/concern", nil).want(t, path, want)
	}
	w.clock.days(182)
	must(t, w.store.Sweep(context.Background(), w.clock.Now())) // as it is done all the time
	press("203.0.113.7", phone).has(t, "half a year later", "一共5人")
	w.act(s.Number, actor("mod", feedback.Moderator), feedback.Unpublish{Note: "有误"})
	press("203.0.113.8", other).want(t, "unpublished", http.StatusNotFound)
	if strings.Contains(w.log.String(), "203.0.113") {
		t.Error("an address stands in the log")
	}
}

// F03: files of a form that was never sent go after a day, once a day for all
// copies; those of a submission and of mail that waits stay.
func TestFilesOfUnsentFormsAreSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := b.form("")
	b.parts("/feedback", form, "没有发.png", photo(t, 9)).want(t, "never sent", http.StatusUnprocessableEntity)
	form.Set("text", "门口的台阶坏了，夜里看不见。")
	b.parts("/feedback", form, "发了.png", photo(t, 8)).want(t, "sent", http.StatusSeeOther)
	count := func() (n int) {
		must(t, w.config.Blobs.Each(context.Background(), func(feedback.BlobInfo) error { n++; return nil }))
		return n
	}
	if n := count(); n != 2 {
		t.Fatalf("%d files", n)
	}
	w.clock.move(time.Since(start) + 48*time.Hour) // files bear the time of the disk
	must(t, w.site.SweepFilesToday(context.Background()))
	if n := count(); n != 1 {
		t.Errorf("%d files after the sweep", n)
	}
	if _, err := w.config.Blobs.Get(context.Background(), w.kept("2026-000001").Attachments[0].Blob); err != nil {
		t.Error(err)
	}
}

package site_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
)

// moody is a store that fails when it is told to: before it keeps an entry, or
// after; or that panics.
type moody struct {
	feedback.Store
	before, after, panics atomic.Bool
}

var errDisk = errors.New("disk 17 is full: /var/lib/secret")

func (m *moody) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if m.before.Load() {
		return feedback.Entry{}, false, errDisk
	}
	kept, fresh, err := m.Store.Insert(ctx, e)
	if m.after.Load() {
		return feedback.Entry{}, false, errDisk
	}
	return kept, fresh, err
}

func (m *moody) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	if m.panics.Load() {
		panic("secret words of a citizen")
	}
	return m.Store.List(ctx, q)
}

func withMoody(m *moody) func(*site.Config) {
	return func(c *site.Config) { m.Store = c.Store; c.Store = m }
}

// What was typed comes back with every fault, field by field.
func TestFormFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	long := strings.Repeat("长", 5001)
	for name, c := range map[string]struct {
		change func(url.Values)
		say    string
	}{
		"empty":        {func(f url.Values) { f.Set("text", " \n ") }, "写下您的意见"},
		"invisible":    {func(f url.Values) { f.Set("text", "\u200b\u2060") }, "写下您的意见"},
		"too long":     {func(f url.Values) { f.Set("text", long) }, "现在多了1字"},
		"phone":        {func(f url.Values) { f.Set("phone", "1380000") }, "手机号码要有11位数字"},
		"email":        {func(f url.Values) { f.Set("email", "zhou<evil@x.cn>") }, "电子邮箱要像"},
		"email CRLF":   {func(f url.Values) { f.Set("email", "a@b.cn\r\nBcc: v@x.cn") }, "电子邮箱要像"}, // T59
		"name control": {func(f url.Values) { f.Set("name", "a\r\nBcc: v@x") }, "无法识别的字符"},
		"broken UTF-8": {func(f url.Values) { f.Set("text", "\xff\xfe坏的") }, "无法识别的字符"}, // T10
		"NUL":          {func(f url.Values) { f.Set("text", "a\x00b") }, "无法识别的字符"},
		"overlong":     {func(f url.Values) { f.Set("text", "\xc0\xaf") }, "无法识别的字符"},
		"marks":        {func(f url.Values) { f.Set("text", "a"+strings.Repeat("\u0301", 5000)) }, "叠加的符号太多"}, // T11
		"notice":       {func(f url.Values) { f.Set("notice", "none") }, "没有这份通报"},
		"item":         {func(f url.Values) { f.Set("item", "99-9") }, "没有这一项"},
		"no leaf":      {func(f url.Values) { f.Set("item", "3") }, "没有这一项"},
		"item alone":   {func(f url.Values) { f.Del("notice") }, "没有这一项"},
		"category":     {func(f url.Values) { f.Set("category", "$ne") }, "请从列出的选项里选一个"},
		"dollar":       {func(f url.Values) { f.Set("notice", "$set"); f.Set("item", "a.b") }, "没有这份通报"}, // T03
		"key":          {func(f url.Values) { f.Set("idempotency_key", "short") }, "idempotency_key"},
		"many":         {func(f url.Values) { f.Set("text", ""); f.Set("phone", "x"); f.Set("email", "y") }, "<li><a href=\"#email\">"},
	} {
		f := b.form("导览屏坏了，<b>请修</b>。")
		c.change(f)
		a := b.post("/feedback", f).want(t, name, http.StatusUnprocessableEntity).has(t, name, c.say, "<title>错误：", `class="errs"`)
		for _, x := range []string{"text", "name", "phone", "email"} {
			got, want := field(t, a.body, x), strings.ToValidUTF8(strings.ReplaceAll(f.Get(x), "\x00", "\ufffd"), "\ufffd")
			// A browser drops the line end that stands first in a textarea and
			// makes all line ends one kind.
			got, want = strings.TrimPrefix(got, "\n"), strings.ReplaceAll(want, "\r\n", "\n")
			if x != "text" {
				want = strings.ReplaceAll(want, "\n", "")
				got = strings.ReplaceAll(got, "\n", "")
			}
			if got != want && strings.ReplaceAll(got, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
				t.Errorf("%s: %s came back as %.60q, want %.60q", name, x, got, want)
			}
		}
		a.has(t, name, `name="publish_consent" id="k1" value="yes" checked`, `name="contact_consent" id="k2" value="yes" checked`)
		for _, to := range brokenAnchors(t, a.body) {
			if name == "item alone" || name == "key" {
				continue // only a form that is not ours is so; there is no field to lead to
			}
			t.Errorf("%s: the summary leads to #%s, which is not on the page", name, to)
		}
		inline(t, name, a.body)
	}
	if n := w.count(); n != 0 {
		t.Errorf("%d submissions were filed", n)
	}
}

// T02, T04, T05, T07, T08, T09: what is no plain small form.
func TestOddForms(t *testing.T) { // not parallel: it weighs the heap, which is everybody's
	w := newWorld(t)
	b := w.visitor()
	const form = "application/x-www-form-urlencoded"
	packed := func(n int) string {
		var z bytes.Buffer
		g := gzip.NewWriter(&z)
		chunk := bytes.Repeat([]byte("a"), 1<<20)
		for range n {
			_, _ = g.Write(chunk)
		}
		_ = g.Close()
		return z.String()
	}(64)
	parts := "--x\r\n" + strings.Repeat("Content-Disposition: form-data; name=\"text\"\r\n\r\na\r\n--x\r\n", 2000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for name, c := range map[string]struct {
		body    string
		header  []string
		allowed []int
	}{
		"10 MB":            {"text=" + strings.Repeat("a", 10<<20), []string{"Content-Type", form}, []int{413}},
		"3 MB":             {"text=" + strings.Repeat("%E9%95%BF", 350000), []string{"Content-Type", form}, []int{413}},
		"200,000 letters":  {"text=" + strings.Repeat("a", 200000), []string{"Content-Type", form}, []int{422}},
		"json":             {`{"text":"a"}`, []string{"Content-Type", "application/json"}, []int{415}},
		"text/plain":       {"text=a", []string{"Content-Type", "text/plain"}, []int{415}},
		"no type":          {"text=a", nil, []int{415}},
		"bad type":         {"text=a", []string{"Content-Type", form + "; charset"}, []int{415}},
		"multipart":        {parts, []string{"Content-Type", "multipart/form-data; boundary=x"}, []int{400}},
		"gzip":             {packed, []string{"Content-Type", form, "Content-Encoding", "gzip"}, []int{415, 413}},
		"br":               {"text=a", []string{"Content-Type", form, "Content-Encoding", "br"}, []int{415}},
		"300 fields":       {strings.Repeat("a=b&", 300) + "text=x", []string{"Content-Type", form}, []int{400}},
		"10,000 fields":    {strings.Repeat("a=b&", 10000), []string{"Content-Type", form}, []int{400}},
		"nested":           {"text[$ne]=1", []string{"Content-Type", form}, []int{422}},
		"huge index":       {"item[999999999]=x&item[-1]=x&item.0.0.0=x", []string{"Content-Type", form}, []int{400, 422}},
		"long name":        {strings.Repeat("a", 200000) + "=x", []string{"Content-Type", form}, []int{400}},
		"broken escape":    {"text=%zz", []string{"Content-Type", form}, []int{400}},
		"nothing":          {"", []string{"Content-Type", form}, []int{422}},
		"only separators":  {strings.Repeat("&", 100000), []string{"Content-Type", form}, []int{422}},
		"1 MB of 0x80":     {"text=" + strings.Repeat("\x80", 400000), []string{"Content-Type", form}, []int{422}},
		"gb2312 announced": {"text=%B5%BC", []string{"Content-Type", form + "; charset=gb2312"}, []int{422, 415}},
	} {
		for _, path := range []string{"/feedback", "/track", "/desk/login", "/desk/first", "/mode"} {
			begun := time.Now()
			a := b.do(http.MethodPost, path, strings.NewReader(c.body), c.header...)
			ok := a.status >= 400 && a.status < 500
			if path == "/feedback" {
				ok = false
				for _, s := range c.allowed {
					ok = ok || a.status == s
				}
			}
			if !ok {
				t.Errorf("%s to %s answers %d, want %v\n%s", name, path, a.status, c.allowed, cut(a.body))
			}
			if d := time.Since(begun); d > 3*time.Second {
				t.Errorf("%s to %s took %v", name, path, d)
			}
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	if n := w.count(); n != 0 {
		t.Errorf("%d submissions were filed", n)
	}
	// T04: fields that a sender may not set are as if they were not there.
	f := b.form("想给自己定状态。")
	for k, v := range map[string]string{"state": "answered", "visibility": "published", "number": "2026-000999", "channel": "phone", "due": "2099-01-01", "text[$ne]": "x"} {
		f.Set(k, v)
	}
	b.post("/feedback", f).want(t, "foreign fields", http.StatusSeeOther)
	if s := w.kept("2026-000001"); s.State != feedback.Received || s.Visibility != feedback.Private || s.Channel != feedback.Web || s.Due > "2026-12-31" {
		t.Errorf("filed as %s %s %s, due %s", s.State, s.Visibility, s.Channel, s.Due)
	}
}

// The way of a form: filed, shown once, gone; sent twice it is one (T74, F25).
func TestFiling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	f := b.form("导览屏坏了。\r\n第二行")
	a := b.post("/feedback", f).want(t, "filed", http.StatusSeeOther)
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("the answer may be kept")
	}
	if set := a.header.Get("Set-Cookie"); set != "" {
		t.Errorf("sending sets a cookie: %s", set) // T37
	}
	to := strings.TrimPrefix(a.where(), w.base)
	b.do(http.MethodHead, to, nil)
	page := b.get(to).want(t, "receipt", http.StatusOK).has(t, "receipt", "2026-000001", "noindex")
	first := code(t, page.body)
	if strings.Contains(a.where(), first) || strings.Contains(w.log.String(), first) {
		t.Error("the code stands in the address or the log")
	}
	b.get(to).want(t, "receipt again", http.StatusGone).hasNot(t, "receipt again", "2026-000001", "<span>"+first[:4])
	b.get("/feedback/receipt").want(t, "no ticket", http.StatusGone)
	b.get("/feedback/receipt?t="+strings.Repeat("A", 5000)).want(t, "long ticket", http.StatusGone)
	// The same form once more: the same receipt.
	again := b.post("/feedback", f).want(t, "sent twice", http.StatusSeeOther)
	if got := code(t, b.get(again.where()).body); got != first {
		t.Errorf("the form sent twice answers another code")
	}
	// The same key under another text: a second submission, whose sender sees
	// nothing of the first.
	f.Set("text", "另一条意见")
	other := b.post("/feedback", f).want(t, "another text", http.StatusSeeOther)
	if got := code(t, b.get(other.where()).body); got == first {
		t.Error("a guessed key shows another's code")
	}
	if n := w.count(); n != 2 {
		t.Errorf("%d submissions, want 2", n)
	}
	if s := w.kept("2026-000001"); s.Text != "导览屏坏了。\n第二行" || s.Contact.Phone != senderPhone {
		t.Errorf("kept as %q, %q", s.Text, s.Contact.Phone)
	}
	// A ticket is good for ten minutes.
	late := b.post("/feedback", b.form("晚了")).where()
	w.clock.minutes(11)
	b.get(late).want(t, "late", http.StatusGone)
	// The page is shown once, to one of many who ask at the same time.
	race := b.post("/feedback", b.form("一起看")).where()
	var shown atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		v := w.visitor()
		wg.Go(func() {
			if v.get(race).status == http.StatusOK {
				shown.Add(1)
			}
		})
	}
	wg.Wait()
	if shown.Load() != 1 {
		t.Errorf("the receipt was shown %d times", shown.Load())
	}
}

// A store that fails: 503, everything comes back, no number is claimed; the
// same form later is one submission (F13, F16, F39, T29).
func TestStoreFails(t *testing.T) {
	t.Parallel()
	m := &moody{}
	w := newWorld(t, withMoody(m))
	b := w.visitor()
	f := b.form("导览屏坏了，存不下。")
	m.before.Store(true)
	for range 3 {
		a := b.post("/feedback", f).want(t, "store fails", http.StatusServiceUnavailable).has(t, "store fails", "没有收下", "导览屏坏了，存不下。", senderPhone)
		a.hasNot(t, "store fails", "2026-0000", "/var/lib", "disk 17", "回执")
		if field(t, a.body, "idempotency_key") != f.Get("idempotency_key") || a.header.Get("Retry-After") == "" {
			t.Error("the form comes back with another key, or without Retry-After")
		}
		for _, to := range brokenAnchors(t, a.body) {
			t.Errorf("the summary leads to #%s, which is not on the page", to)
		}
	}
	a := b.json("/api/v1/submissions", `{"text":"存不下","idempotency_key":"0123456789abcdef"}`).want(t, "by machine", http.StatusServiceUnavailable).has(t, "by machine", "没有收下", "urn:rectify:problem:unkept")
	if a.header.Get("Retry-After") == "" {
		t.Error("a machine is not told when to try again")
	}
	if w.count() != 0 {
		t.Error("something was kept")
	}
	// Kept, but the answer was lost on the way.
	m.before.Store(false)
	m.after.Store(true)
	b.post("/feedback", f).want(t, "lost", http.StatusServiceUnavailable).hasNot(t, "lost", "2026-0000")
	m.after.Store(false)
	b.post("/feedback", f).want(t, "again", http.StatusSeeOther)
	if n := w.count(); n != 1 {
		t.Errorf("%d submissions, want 1", n)
	}
	// T29: a panic is one failed request, without a word of why.
	m.panics.Store(true)
	for _, path := range []string{"/feedback", "/", "/api/v1/submissions"} {
		b.get(path).want(t, "panic", http.StatusInternalServerError).hasNot(t, "panic", "goroutine", "secret", ".go:")
	}
	m.panics.Store(false)
	b.get("/feedback").want(t, "after a panic", http.StatusOK)
	if log := w.log.String(); strings.Contains(log, "secret words") || strings.Contains(log, senderPhone) || strings.Contains(log, "存不下") || !strings.Contains(log, `"route":"/feedback"`) {
		t.Errorf("log:\n%.2000s", log)
	}
}

// T14: what many write at once is kept letter by letter.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wg sync.WaitGroup
	for i := range 100 {
		b := w.visitor()
		wg.Go(func() {
			text := fmt.Sprintf("第%d条：%s", i, strings.Repeat(string(rune('一'+i)), 300))
			name := fmt.Sprintf("姓名%d", i)
			var a answer
			if i%2 == 0 {
				a = b.post("/feedback", url.Values{"text": {text}, "name": {name}, "notice": {slug}})
			} else {
				a = b.json("/api/v1/submissions", fmt.Sprintf(`{"text":%q,"name":%q,"notice":%q}`, text, name, slug))
			}
			if a.status != http.StatusSeeOther && a.status != http.StatusCreated {
				t.Errorf("%d answers %d", i, a.status)
			}
		})
	}
	wg.Wait()
	list, _, err := w.store.List(context.Background(), feedback.Query{Sort: feedback.ByNewest, Limit: 200})
	must(t, err)
	seen := make(map[string]bool)
	for _, s := range list {
		var i int
		if _, err := fmt.Sscanf(s.Text, "第%d条", &i); err != nil {
			t.Fatalf("kept %.40q", s.Text)
		}
		if s.Text != fmt.Sprintf("第%d条：%s", i, strings.Repeat(string(rune('一'+i)), 300)) || s.Contact.Name != fmt.Sprintf("姓名%d", i) || s.Notice != slug {
			t.Errorf("%s is not what was sent: %.40q %s", s.Number, s.Text, s.Contact.Name)
		}
		seen[s.Text] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d kept, want 100", len(seen))
	}
}

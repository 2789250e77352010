package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
)

// counted counts how often the store is asked for a list, and can make the
// answer wait.
type counted struct {
	feedback.Store
	lists atomic.Int64
	gate  atomic.Pointer[chan struct{}]
}

func (c *counted) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	list, next, err := c.Store.List(ctx, q)
	c.lists.Add(1) // counted once it was read: what is filed after that is not in it
	if g := c.gate.Load(); g != nil {
		<-*g
	}
	return list, next, err
}

func withCounted(c *counted) func(*site.Config) {
	return func(x *site.Config) { c.Store = x.Store; x.Store = c }
}

func follow(t *testing.T, s *site.Site) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { s.Follow(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
}

// What is published, changed or withdrawn shows within two seconds on every
// copy of the site, on every page that shows it.
func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second, err := site.New(w.config)
	must(t, err)
	other := *w
	other.site, other.addr = second, serve(t, second)
	follow(t, w.site)
	follow(t, second)
	copies := []*browser{w.visitor(), other.visitor()}
	r := w.file(opinion("两台机器都要看到。"))
	list := []string{"/", "/feedback", "/feedback/" + string(r.Number), "/notices/" + slug + "/items/" + leaf, "/notices/" + slug, "/api/v1/submissions", "/feedback?notice=" + slug}
	until := func(what, part string, shown bool) {
		t.Helper()
		limit := time.Now().Add(2 * time.Second)
		for i, b := range copies {
			for _, path := range list {
				want := part
				if path == "/notices/"+slug { // only counts
					if !shown {
						continue
					}
					want = "items/" + leaf + "#said"
				}
				for strings.Contains(b.get(path).body, want) != shown {
					if time.Now().After(limit) {
						t.Fatalf("%s: copy %d, %s: not within 2 s", what, i, path)
					}
					time.Sleep(20 * time.Millisecond)
				}
			}
		}
	}
	for _, b := range copies {
		for _, path := range list {
			b.get(path).hasNot(t, path, "两台机器都要看到")
		}
	}
	w.published(r.Number)
	until("published", "两台机器都要看到。", true)
	spans, _ := feedback.FindMarks("两台机器都要看到。", []feedback.Mark{{Words: "两台机器", Kind: feedback.HiddenOther}})
	w.act(r.Number, actor("mod", feedback.Moderator), feedback.Redact{Redactions: spans})
	until("hidden later", "两台机器", false)
	w.act(r.Number, actor("mod", feedback.Moderator), feedback.Unpublish{Note: "误发"})
	for _, b := range copies {
		limit := time.Now().Add(2 * time.Second)
		for b.get("/feedback/"+string(r.Number)).hasAny("都要看到") || b.get("/notices/"+slug).hasAny("items/"+leaf+"#said") {
			if time.Now().After(limit) {
				t.Fatal("unpublished: still counted after 2 s")
			}
			time.Sleep(20 * time.Millisecond)
		}
		b.get("/feedback/"+string(r.Number)).want(t, "tombstone", http.StatusOK).has(t, "tombstone", "已由本单位撤下").hasNot(t, "tombstone", "都要看到", "误发")
	}
	// A new day: what pages say of dates is said anew.
	before := w.config.Figures.Hits.Load()
	_ = copies[0].get("/about")
	w.clock.days(1)
	time.Sleep(700 * time.Millisecond)
	_ = copies[0].get("/about")
	if got := w.config.Figures.Hits.Load(); got != before {
		t.Errorf("a page of yesterday was shown (%d hits)", got-before)
	}
}

func (a answer) hasAny(part string) bool { return strings.Contains(a.body, part) }

// T24: a kept page is one language and one mode; foreign fields of the query
// share it, leave no trace in it, and make the cache no larger.
func TestCacheKeys(t *testing.T) {
	t.Parallel()
	c := &counted{}
	w := newWorld(t, withCounted(c))
	b := w.visitor()
	seen := make(map[string]string)
	for range 2 {
		for name, h := range map[string][]string{
			"zh": nil, "en": {"Accept-Language", "en-GB,zh;q=0.5"}, "en cookie": {"Cookie", "mode=en"}, "elder": {"Cookie", "mode=elder.zh"}, "elder en": {"Cookie", "mode=elder.en"},
			"zh before en": {"Accept-Language", "zh-TW,en"}, "odd": {"Cookie", "mode=<script>"}, "other": {"Accept-Language", "de, fr;q=0.5"},
		} {
			a := b.get("/feedback", h...)
			wantLang, elder := `lang="zh-CN"`, strings.HasPrefix(name, "elder")
			if strings.Contains(name, "en") && name != "zh before en" {
				wantLang = `lang="en"`
			}
			if !strings.Contains(a.body, "<html "+wantLang) || strings.Contains(a.body, `data-mode="elder"`) != elder {
				t.Errorf("%s: another mode's page", name)
			}
			if seen[name] != "" && seen[name] != a.body {
				t.Errorf("%s: another page the second time", name)
			}
			seen[name] = a.body
		}
	}
	if n := c.lists.Load(); n != 4 {
		t.Errorf("made %d times, want once for each of four modes", n)
	}
	for i := range 300 {
		q := fmt.Sprintf("utm_source=x%d&fbclid=%d&text[$ne]=1", i, i)
		if a := b.get("/feedback?" + q); a.body != seen["zh"] {
			t.Fatalf("?%s: another page", q)
		}
	}
	if n := c.lists.Load(); n != 4 {
		t.Errorf("foreign fields made the page %d times", n-4)
	}
	// The same known fields in any order are one page; a second value is not seen.
	first := b.get("/feedback?notice=" + slug + "&category=praise").body
	for _, q := range []string{"category=praise&notice=" + slug, "utm=1&category=praise&notice=" + slug + "&notice=other", "category=praise&&notice=" + slug + "&"} {
		if b.get("/feedback?"+q).body != first {
			t.Errorf("?%s: another page", q)
		}
	}
	if n := c.lists.Load(); n != 5 {
		t.Errorf("made %d times, want 5", n)
	}
	for _, q := range []string{"a=%zz", strings.Repeat("a=b&", 100), "notice=" + strings.Repeat("x", 400)} {
		if a := b.get("/?" + q); a.status >= 500 || a.header.Get("Cache-Control") == "" || a.header.Get("Vary") == "" {
			t.Errorf("?%.30s answers %d, Cache-Control %q, Vary %q", q, a.status, a.header.Get("Cache-Control"), a.header.Get("Vary"))
		}
	}
	// Somebody signed in reads the public pages as everybody does.
	if a := w.signedIn("anna", feedback.Admin).get("/feedback"); a.body != seen["zh"] {
		t.Error("a public page tells who is signed in")
	}
	// The way of one reader's protocol is not kept for the next.
	for _, path := range []string{"/about", "/privacy"} {
		_ = w.raw("GET " + path + " HTTP/1.0\r\n\r\n")
		got := w.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\nGET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if strings.Count(got, "HTTP/1.1 200") != 2 {
			t.Errorf("%s after an HTTP/1.0 reader: %d answers, %.60q", path, strings.Count(got, "HTTP/1.1 200"), got)
		}
	}
	head := w.visitor().do(http.MethodHead, "/accessibility", nil)
	if a := b.get("/accessibility"); a.body == "" || head.header.Get("Etag") != a.header.Get("Etag") {
		t.Error("a page that was first asked for by HEAD is kept without its body")
	}
}

// A stampede makes a page once; a page whose ground changed while it was made
// is not kept.
func TestStampede(t *testing.T) {
	t.Parallel()
	c := &counted{}
	w := newWorld(t, withCounted(c))
	gate := make(chan struct{})
	c.gate.Store(&gate)
	var wg sync.WaitGroup
	var good atomic.Int32
	for range 60 {
		b := w.visitor()
		wg.Go(func() {
			if a := b.get("/feedback"); a.status == http.StatusOK && strings.Contains(a.body, "</html>") {
				good.Add(1)
			}
		})
	}
	for w.config.Figures.Requests.Load() < 60 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // the last of them join the one that is at it
	close(gate)
	wg.Wait()
	c.gate.Store(nil)
	if good.Load() != 60 || c.lists.Load() != 1 {
		t.Errorf("%d of 60 got the page, made %d times", good.Load(), c.lists.Load())
	}
	// While an old page is being made, its ground changes.
	follow(t, w.site)
	late := make(chan struct{})
	c.gate.Store(&late)
	answerOld := make(chan answer)
	go func() { answerOld <- w.visitor().get("/feedback?category=opinion") }()
	for c.lists.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	w.published(w.file(opinion("刚刚公开的。")).Number)
	time.Sleep(1200 * time.Millisecond) // the news is heard
	close(late)
	if a := <-answerOld; strings.Contains(a.body, "刚刚公开的") {
		t.Fatal("the page was made after the change, so this proves nothing")
	}
	c.gate.Store(nil)
	w.visitor().get("/feedback?category=opinion").has(t, "after the change", "刚刚公开的")
}

// An error is never kept: the next reader gets the page.
func TestErrorsAreNotKept(t *testing.T) {
	t.Parallel()
	m := &moody{}
	w := newWorld(t, withMoody(m))
	b := w.visitor()
	m.panics.Store(true)
	for range 2 {
		b.get("/feedback").want(t, "broken", http.StatusInternalServerError)
	}
	m.panics.Store(false)
	b.get("/feedback").want(t, "mended", http.StatusOK)
	b.get("/feedback/2026-000001").want(t, "not yet", http.StatusNotFound)
	w.published(w.file(opinion("现在有了。")).Number)
	b.get("/feedback/2026-000001").want(t, "now", http.StatusOK)
	for _, mode := range []string{"elder", "plain", "en", "zh"} {
		a := b.post("/mode", url.Values{"mode": {mode}, "back": {"/about?x=1"}}).want(t, mode, http.StatusSeeOther)
		if a.where() != "/about?x=1" || !strings.Contains(a.header.Get("Set-Cookie"), "HttpOnly") {
			t.Errorf("%s: %s %s", mode, a.where(), a.header.Get("Set-Cookie"))
		}
		b.get("/about").want(t, mode, http.StatusOK)
	}
	b.post("/mode", url.Values{"mode": {"dark"}}).want(t, "unknown mode", http.StatusBadRequest)
}

package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/content/search"
	"rectify/feedback"
	"rectify/site"
)

// searchable gives a site an index of its own; when follows says so, it is
// kept up.
func searchable(t *testing.T) func(*site.Config) {
	return func(c *site.Config) {
		x, err := search.Open(filepath.Join(t.TempDir(), "search"), "test")
		must(t, err)
		t.Cleanup(func() { _ = x.Close() })
		c.Search = x
	}
}

func keepIndex(t *testing.T, s *site.Site) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { s.Index(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func find(q string, more ...string) string {
	v := url.Values{"q": {q}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "/search?" + v.Encode()
}

// soon waits until a search shows something, or shows it no more, on each of
// some copies of the site. Two seconds is what is promised; the machine of a
// test may be busy.
func soon(t *testing.T, path, part string, shown bool, copies ...*browser) {
	t.Helper()
	limit := time.Now().Add(10 * time.Second)
	for i, b := range copies {
		for strings.Contains(b.get(path).body, part) != shown {
			if time.Now().After(limit) {
				t.Fatalf("copy %d: %s: %q shown is not %v", i, path, part, shown)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func TestSearchNotices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, searchable(t))
	b := w.visitor()
	b.get(find("整改")).want(t, "before the index is built", http.StatusOK).has(t, "before", "搜索正在准备")
	keepIndex(t, w.site)
	soon(t, "/search", "搜索正在准备", false, b)
	a := b.get(find("整改")).want(t, "search", http.StatusOK)
	a.has(t, "search", "<mark>整改</mark>", `href="/notices/`+slug+`"`, `aria-current="true">全部`, `name="ColumnName"`, `content="noindex"`)
	if cc := a.header.Get("Cache-Control"); cc != "no-store" {
		t.Errorf("what somebody looked for may be kept: %q", cc)
	}
	b.get(find("文艺院团改革", "kind", "item")).has(t, "in place", `href="/notices/`+slug+`#i`+leaf+`"`)
	b.get(find("整改", "kind", "item")).has(t, "items", `<input type="hidden" name="kind" value="item">`, "#i").hasNot(t, "items", `<span class="kind">通报</span>`)
	b.get(find("整改", "status", "completed")).has(t, "completed", "已完成", `<option value="completed" selected>`).hasNot(t, "completed", `t-active`)
	b.get(find("办公室", "kind", "item")).has(t, "who answers for it", "<mark>办公室</mark>", `href="/notices/venue-safety-2026#i`)
	b.get(find("整改", "year", "2023")).has(t, "year", slug).hasNot(t, "year", `href="/notices/venue-safety-2026#`)
	b.get(find("整改", "notice", "venue-safety-2026")).hasNot(t, "notice", `href="/notices/`+slug+`#`)
	b.get(find("文艺改革")).has(t, "apart", "没有找到“文艺改革”。下面的里面同时有“文艺”“改革”。", "<mark>文艺</mark>", `value="文艺改革"`)
	b.get(find("整改", "body", "没有这个单位")).has(t, "body", "没有找到", "去掉筛选")
	b.get(find("量子纠缠")).has(t, "none", "没有找到", "少写几个词").hasNot(t, "none", "去掉筛选")
	b.get(find("整改", "page", "2")).has(t, "second page", `rel="prev"`)
	b.get(find("文艺院团改革", "page", "15")).want(t, "behind the last page", http.StatusOK).has(t, "behind", `rel="prev"`).hasNot(t, "behind", "没有找到")
	b.get("/search").want(t, "empty", http.StatusOK).has(t, "empty", "写一个字").hasNot(t, "empty", "没有找到")
	b.get(find("巡察"), "Accept-Language", "en").has(t, "english", "<h1>Search</h1>", "<mark>巡察</mark>", `lang="zh-CN"`)
	b.get("/").has(t, "home", `action="/search"`)
	for _, person := range []string{"moderator", "周"} {
		b.get("/search").hasNot(t, "no facet of persons", `value="`+person)
	}
}

// What is published, hidden or taken back is found, or found no more, on every
// copy. T79: hidden words are found by nobody.
func TestSearchFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, searchable(t))
	config := w.config
	searchable(t)(&config)
	second, err := site.New(config)
	must(t, err)
	other := *w
	other.site, other.addr = second, serve(t, second)
	copies := []*browser{w.visitor(), other.visitor()}
	old := w.file(opinion("早就公开的阅览室意见。"))
	w.published(old.Number)
	keepIndex(t, w.site)
	keepIndex(t, second)
	soon(t, find("阅览室"), "<mark>阅览室</mark>", true, copies...)

	r := w.file(opinion("停车场的张某某电话13800001234没有人接，繁體也要找到。"))
	spans, _ := feedback.FindMarks("停车场的张某某电话13800001234没有人接，繁體也要找到。", []feedback.Mark{{Words: "张某某", Kind: feedback.HiddenOther}, {Words: "13800001234", Kind: feedback.HiddenOther}})
	mod := actor("mod", feedback.Moderator)
	w.act(r.Number, mod, feedback.Accept{Redactions: spans}, feedback.Publish{})
	soon(t, find("停车场"), "<mark>停车场</mark>", true, copies...)
	for _, b := range copies {
		for _, q := range []string{"张某某", "13800001234", "138", "某电", "的张", "话没有"} {
			b.get(find(q)).want(t, q, http.StatusOK).hasNot(t, q, string(r.Number), "没有人接")
		}
		b.get(find("停车场")).has(t, "passage", `class="cut"`).hasNot(t, "passage", "张某某", "13800001234", senderName, senderPhone)
		b.get(find("繁体")).has(t, "folded", "<mark>繁體</mark>")
		b.get(find(string(r.Number))).has(t, "number", "没有人接")
		b.get(find(senderName)).hasNot(t, "sender", "没有人接")
	}
	b := copies[0]
	b.get(find("停车场", "status", "waiting")).has(t, "waiting", string(r.Number))
	b.get(find("停车场", "status", "answered")).hasNot(t, "answered", string(r.Number))
	w.act(r.Number, actor("rep", feedback.Replier), feedback.DraftReply{Text: "已经安排专人值守。", Office: "公共服务科", Submit: true})
	s := w.kept(r.Number)
	w.act(r.Number, actor("app", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
	soon(t, find("专人值守"), `<span class="kind">答复</span>`, true, copies...)
	soon(t, find("停车场", "status", "answered"), string(r.Number), true, copies...)
	w.act(r.Number, mod, feedback.Unpublish{Note: "误发"})
	soon(t, find("停车场"), string(r.Number), false, copies...)
	soon(t, find("专人值守"), string(r.Number), false, copies...)
	soon(t, find("阅览室"), string(old.Number), true, copies...)
}

// After a restart only what changed meanwhile is put in; what was lost is
// built again.
func TestSearchRestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "search")
	open := func(c *site.Config) {
		x, err := search.Open(dir, "test")
		must(t, err)
		c.Search = x
	}
	c := &counted{}
	w := newWorld(t, open, withCounted(c))
	b := w.visitor()
	n := w.file(opinion("第一次运行时的意见。")).Number
	w.published(n)
	stop := keepIndex(t, w.site)
	soon(t, find("第一次运行"), string(n), true, b)
	soon(t, "/search", "搜索正在准备", false, b)
	stop()
	must(t, w.config.Search.Close())
	w.act(n, actor("mod", feedback.Moderator), feedback.Unpublish{Note: "误发"})
	later := w.file(opinion("停机时公开的意见。")).Number
	w.published(later)

	lists := c.lists.Load()
	w.clock.minutes(30)
	open(&w.config)
	t.Cleanup(func() { _ = w.config.Search.Close() })
	again, err := site.New(w.config)
	must(t, err)
	next := *w
	next.site, next.addr = again, serve(t, again)
	keepIndex(t, again)
	b = next.visitor()
	soon(t, find("停机时"), string(later), true, b)
	soon(t, find("第一次运行"), string(n), false, b)
	if got := c.lists.Load(); got != lists {
		t.Errorf("everything was read again: %d lists", got-lists)
	}
}

// T110: whatever is asked, an answer in bounded form.
func TestSearchHostile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, searchable(t))
	keepIndex(t, w.site)
	b := w.visitor()
	soon(t, "/search", "搜索正在准备", false, b)
	for name, q := range map[string]string{
		"words": strings.Repeat("词 ", 1000), "letters": strings.Repeat("a", 3000), "wildcard": "*a*", "expression": "/(a+)+$/", "fuzzy": strings.Repeat("a~2 ", 100),
		"boost": "^^", "field": "field:x +_id:*", "range": "from=10^9", "nul": "整\x00改", "markup": `<script>alert(1)</script>"'`, "bidi": "整\u202e改",
	} {
		a := b.get(find(q)).want(t, name, http.StatusOK).hasNot(t, name, "<script>", "\u202e")
		if len(a.body) > 60_000 {
			t.Errorf("%s: %d bytes", name, len(a.body))
		}
	}
	for path, status := range map[string]int{
		"/search?q=%ED%A0%80%E6%95%B4": http.StatusOK, "/search?q=%zz": http.StatusBadRequest, "/search?q=%E6%95%B4&page=1000000000": http.StatusOK,
		"/search?q=%E6%95%B4&page=-1&year=99999999999999999999&kind=person&status=%00": http.StatusOK, "/search?" + strings.Repeat("q=a&", 500): http.StatusBadRequest,
		"/search?q=" + strings.Repeat("%E6%95%B4", 1<<20/9): http.StatusRequestHeaderFieldsTooLarge,
	} {
		if len(path) > 16<<10 {
			if got := w.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); got != "" && !strings.Contains(got, fmt.Sprint(status)) {
				t.Errorf("%.40s: %.100s", path, got)
			}
			continue
		}
		b.get(path).want(t, cut(path), status)
	}
}

func TestSearchLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, searchable(t), func(c *site.Config) { c.Limits = true })
	b := w.visitor()
	for range 120 {
		b.get(find("整改")).want(t, "within the limit", http.StatusOK)
	}
	if a := b.get(find("整改")).want(t, "beyond it", http.StatusTooManyRequests); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.get("/notices").want(t, "notices meanwhile", http.StatusOK)
}

// Without an index the rest of the site goes on.
func TestSearchDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.visitor().get(find("整改")).want(t, "no index", http.StatusOK).has(t, "no index", "现在不能搜索")
	w.site.Index(context.Background())
}

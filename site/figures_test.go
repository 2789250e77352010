package site_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/library"
	"rectify/site"
)

// notices is a folder of made-up notices by name, in place of the built-in ones.
func withNotices(t *testing.T, files map[string]string) func(*site.Config) {
	t.Helper()
	return func(c *site.Config) {
		fsys := fstest.MapFS{}
		for name, src := range files {
			fsys[name] = &fstest.MapFile{Data: []byte(src)}
		}
		var err error
		c.Library, err = library.Open(context.Background(), library.Options{FS: fsys, Now: c.Now})
		must(t, err)
		if got := len(c.Library.Snapshot().Entries()); got != len(files) {
			t.Fatalf("%d of %d notices are published: %v", got, len(files), c.Library.Diagnostics())
		}
	}
}

// lamps is a small notice; head is added to its front matter, attrs are the
// ledger of its two leaves.
func lamps(head string, published string, attrs ...string) string {
	return `---
title: 关于灯光检查整改情况的通报
issuer: 临水市文化和旅游局
date: ` + published[:10] + `
published: ` + published + `
contacts: {phone: [0600-555-0142]}
` + head + `---

{#a1}
## （一）灯光不够亮

` + list("#1 "+attrs[0]) + `
### 1.灯坏了

一是修好了灯。

` + list("#2 "+attrs[1]) + `
### 2.灯太少

一是加了灯。
`
}

// list is an attribute list.
func list(inner string) string { return "{" + strings.TrimSpace(inner) + "}" }

func several(t *testing.T) func(*site.Config) {
	t.Helper()
	return withNotices(t, map[string]string{
		"a.md": lamps("inspection: {body: 市委第一巡察组, round: 第一轮, kind: 专项巡察}\n", "2025-03-01T09:00:00+08:00", `status="completed"`, `status="active" due="2026-03-31"`),
		"b.md": lamps("inspection: {body: 市委第一巡察组, round: 第二轮, kind: 专项巡察}\n", "2026-03-01T09:00:00+08:00", `status="completed"`, `status="longterm" due="2020-01-01"`),
		"c.md": lamps("inspection: {body: 市审计组, round: 第二轮}\n", "2026-05-01T09:00:00+08:00", ``, `due="2026-12-01"`),
		"d.md": lamps("", "2026-06-01T09:00:00+08:00", `status="reopened"`, `status="planned" due="2027-12-01"`),
	})
}

var listed = regexp.MustCompile(`<h3 class="ph card-h"><a href="/notices/([a-z]+)">`)

// Each filter leaves what it names, all together what every one of them leaves,
// and a value that nothing has leaves nothing and a way out.
func TestFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, several(t))
	b := w.visitor()
	for query, want := range map[string]string{
		"":                 "dcba",
		"body=临水市文化和旅游局":   "dcba",
		"body=市委第一巡察组":     "ba",
		"year=2026":        "dcb",
		"year=2025":        "a",
		"round=第二轮":        "cb",
		"kind=专项巡察":        "ba",
		"status=open":      "da",
		"status=done":      "b",
		"status=unstated":  "c",
		"status=late":      "a",
		"status=reopened":  "d",
		"status=longterm":  "b",
		"status=completed": "ba",
		"body=市委第一巡察组&year=2026&status=done": "b",
		"body=市委第一巡察组&status=unstated":       "",
		"year=1999":                        "",
		"year=abc":                         "",
		"status=nonsense":                  "",
		"body=%3Cscript%3E":                "",
		"body=" + strings.Repeat("长", 300): "",
		"kind=%ff":                         "",
		"foreign=1":                        "dcba",
	} {
		a := b.get("/notices?"+encode(query)).want(t, query, http.StatusOK)
		got := ""
		for _, m := range listed.FindAllStringSubmatch(a.body, -1) {
			got += m[1]
		}
		if got != want {
			t.Errorf("%s leaves %q, want %q", query, got, want)
		}
		if want == "" {
			a.has(t, query, "没有符合条件的通报", `<a href="/notices">清除筛选</a>`).hasNot(t, query, "<script>")
		}
		a.has(t, query, `<meta name="ColumnName"`, `<meta name="ColumnType" content="工作动态"`)
	}
	a := b.get("/notices?" + encode("body=市委第一巡察组"))
	a.has(t, "counts beside the other filters", ">2026年（1）</option>", ">2025年（1）</option>", ">市审计组（1）</option>", ">第二轮（1）</option>", ">有超过时限的（1）</option>", ">没有写明状态（0）</option>")
	a.has(t, "a filter in force can be dropped", `<a href="/notices"><span class="vh">取消筛选：</span>发布单位或巡察机构：市委第一巡察组`)
	for _, page := range []string{"0", "2", "-1", "x", "01", "99999999999999999999"} {
		b.get("/notices?page="+page).want(t, "page "+page, http.StatusNotFound)
	}
}

func encode(query string) string {
	var parts []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if !strings.Contains(value, "%") {
			value = url.QueryEscape(value)
		}
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, "&")
}

// A long list has pages, each notice on one of them, filters kept.
func TestPagesOfNotices(t *testing.T) {
	t.Parallel()
	files := make(map[string]string)
	for i := range 65 {
		files[fmt.Sprintf("n%c%c.md", 'a'+i/26, 'a'+i%26)] = lamps("", time.Date(2026, 2, 1, 0, i, 0, 0, time.UTC).Format(time.RFC3339), ``, ``)
	}
	w := newWorld(t, withNotices(t, files))
	b := w.visitor()
	seen := make(map[string]bool)
	next := "/notices?year=2026"
	for range 3 {
		a := b.get(next).want(t, next, http.StatusOK)
		for _, m := range listed.FindAllStringSubmatch(a.body, -1) {
			if seen[m[1]] {
				t.Errorf("%s stands on two pages", m[1])
			}
			seen[m[1]] = true
		}
		m := regexp.MustCompile(`<a href="([^"]*)" rel="next">`).FindStringSubmatch(a.body)
		if m == nil {
			next = ""
			break
		}
		next = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	if len(seen) != 65 || next != "" {
		t.Errorf("%d notices on the pages, then %q", len(seen), next)
	}
}

// A leaf says that it is late only when its own limit has passed, nobody calls
// it done, and not any more once its notice is archived.
func TestLate(t *testing.T) {
	t.Parallel()
	const late = "已超过文件写明的时限（2026年11月24日）"
	w := newWorld(t, withNotices(t, map[string]string{
		"lamps.md": lamps("", "2026-03-01T09:00:00+08:00", `status="active" due="2026-11-24"`, `status="completed" due="2026-11-24"`),
		"old.md":   lamps("archived: 2026-11-20\n", "2026-03-01T09:00:00+08:00", `status="active" due="2026-11-24"`, `status="active" due="2026-11-01"`),
	}))
	b := w.visitor()
	for _, path := range []string{"/notices/lamps", "/notices/lamps/items/1"} {
		b.get(path).hasNot(t, path+" on the day itself", late)
	}
	w.clock.days(1)
	w.site, _ = site.New(w.config) // kept pages go at midnight
	w.addr = serve(t, w.site)
	b = w.visitor()
	for _, path := range []string{"/notices/lamps", "/notices/lamps/items/1"} {
		b.get(path).has(t, path+" a day later", late)
	}
	b.get("/notices/lamps/items/2").hasNot(t, "a completed leaf", "已超过文件写明的时限")
	b.get("/notices").has(t, "list", "1项已超过文件写明的时限", "2项已超过文件写明的时限")
	b.get("/notices/old/items/1").hasNot(t, "a limit after the archiving", late)
	b.get("/notices/old/items/2").has(t, "a limit before the archiving", "已超过文件写明的时限（2026年11月1日）")
}

// The way has only dates that are stated: the sample's are 62 and 154 days.
func TestWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	b.get("/notices/"+slug).has(t, "sample", "巡察　62天", "现场结束到反馈　51天", "反馈到公布　154天", `<td class="n">154</td>`, "从反馈到公布，154天").hasNot(t, "what is not stated", "集中整改　", "回头看　")
	dates := "inspection: {body: 市委巡视组, from: 2025-01-01, to: 2025-01-31, handed_over: 2025-03-01, rectify_from: 2025-03-02, rectify_to: 2025-06-01, looked_back: 2026-05-01}\n"
	w = newWorld(t, withNotices(t, map[string]string{
		"whole.md": lamps(dates, "2026-03-01T09:00:00+08:00", ``, ``),
		"bare.md":  lamps("", "2026-03-01T09:00:00+08:00", ``, ``),
		"part.md":  lamps("inspection: {from: 2026-01-01}\n", "2026-03-01T09:00:00+08:00", ``, ``),
	}))
	b = w.visitor()
	b.get("/notices/whole").has(t, "whole", "巡视　31天", "集中整改　92天", "反馈到公布　365天", "公布到回头看　61天", "集中整改开始", "集中整改结束", `<time datetime="2026-05-01">2026年5月1日</time>回头看`)
	b.get("/notices/bare").hasNot(t, "one date only", `id="way-h"`, `id="due-h"`)
	b.get("/notices/part").has(t, "no end", "进驻到公布　59天").hasNot(t, "no end", "检查　")
}

// What the last version moved stands on the notice, its leaf and the list; where
// nobody keeps versions nothing is said of them.
func TestMoved(t *testing.T) {
	t.Parallel()
	const moved = "状态有变化"
	files := map[string]string{"lamps.md": lamps("", "2026-03-01T09:00:00+08:00", `status="completed" label="已销号"`, `status="active"`)}
	w := newWorld(t, withNotices(t, files), func(c *site.Config) {
		before := strings.Replace(files["lamps.md"], `status="completed" label="已销号"`, `status="active"`, 1)
		for i, src := range []string{before, files["lamps.md"]} {
			at := time.Date(2026, 3+time.Month(i), 1, 1, 0, 0, 0, time.UTC)
			_, err := c.Archive.Append(context.Background(), history.Version{Slug: "lamps", Source: []byte(src), At: at, Note: "更正了日期"})
			must(t, err)
		}
		var err error
		c.Library, err = library.Open(context.Background(), library.Options{FS: fstest.MapFS{"lamps.md": {Data: []byte(files["lamps.md"])}}, Archive: c.Archive, Now: c.Now})
		must(t, err)
		must(t, c.Library.Refresh(context.Background()))
	})
	b := w.visitor()
	b.get("/notices/lamps").has(t, "notice", "和上一版相比，1项的状态有变化", "正在整改", "已销号")
	b.get("/notices/lamps/items/1").has(t, "leaf", moved, "已销号")
	b.get("/notices/lamps/items/2").hasNot(t, "another leaf", moved)
	b.get("/notices").has(t, "list", "和上一版相比，1项状态有变化")
	b.get("/feed.atom").has(t, "feed", "（第2版）", "更正了日期", "notices/lamps/versions/2", "2026-04-01T01:00:00Z")
	b.get("/sitemap.xml").has(t, "site map", "<lastmod>2026-04-01</lastmod>")
	none := newWorld(t, withNotices(t, files)).visitor()
	for _, path := range []string{"/notices/lamps", "/notices/lamps/items/1", "/notices"} {
		none.get(path).hasNot(t, path, moved)
	}
}

// The sums over all notices are the sums of the leaves.
func TestOverall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, several(t))
	a := w.visitor().get("/notices")
	a.has(t, "overall", "8项中2项已完成", "4份通报、8项", "1项已超过文件写明的时限", "30天内到期　1项", "未写明时限　2项", "已完成或长期坚持　3项", "30天以后到期　1项", `<td class="n">25.0%</td>`)
	w.visitor().get("/notices?status=unstated").has(t, "of what is left", "2项都没有写明状态")
}

// An archived notice, or the whole of an archived site, says so and takes
// nothing more; what stands beside it goes on.
func TestArchived(t *testing.T) {
	t.Parallel()
	const mark = `归档时间：<time datetime="2026-11-01">2026-11-01</time>`
	src, err := fs.ReadFile(builtin.FS(), slug+".md")
	must(t, err)
	files := map[string]string{slug + ".md": strings.Replace(string(src), "---\n", "---\narchived: 2026-11-01\n", 1), "lamps.md": lamps("archived: 2026-12-01\n", "2026-03-01T09:00:00+08:00", ``, ``)}
	w := newWorld(t, withNotices(t, files))
	b := w.visitor()
	for _, path := range []string{"/notices/" + slug, "/notices/" + slug + "/items/" + leaf} {
		b.get(path).has(t, path, mark).hasNot(t, path, "/feedback/new?item", "/feedback/new?notice")
	}
	b.get("/notices/lamps").has(t, "not yet", "/feedback/new?item").hasNot(t, "not yet", "归档时间")
	b.get("/").hasNot(t, "the site goes on", mark)
	refused := func(b *browser, notice string) {
		t.Helper()
		before := b.w.count()
		b.get("/feedback/new?notice="+notice).want(t, "form", http.StatusGone).has(t, "form", "2026-11-01", "不再接收意见")
		b.post("/feedback", url.Values{"notice": {notice}, "text": {"一条写了很久的意见"}, "idempotency_key": {"0123456789abcdef"}}).want(t, "submit", http.StatusGone).has(t, "submit", "一条写了很久的意见")
		b.json("/api/v1/submissions", `{"notice":"`+notice+`","text":"x"}`).want(t, "by machine", http.StatusGone)
		if b.w.count() != before {
			t.Error("something was filed")
		}
	}
	refused(b, slug)
	b.get("/feedback/new").want(t, "the site goes on", http.StatusOK)
	b.json("/api/v1/submissions", `{"notice":"lamps","text":"x"}`).want(t, "the other notice", http.StatusCreated)

	whole := newWorld(t, func(c *site.Config) {
		own := *c.Body
		own.Archived = content.Day{Year: 2026, Month: 11, Date: 1}
		c.Body = &own
	}).visitor()
	for _, path := range []string{"/", "/notices", "/notices/" + slug, "/feedback", "/about", "/sitemap", "/statistics", "/search?q=x"} {
		whole.get(path).want(t, path, http.StatusOK).has(t, path, mark).hasNot(t, path, "/feedback/new")
	}
	refused(whole, "")
	refused(whole, slug)
}

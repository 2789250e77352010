package site_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
)

// columnTypes are the words that ColumnType may be (国办发〔2017〕47号).
var columnTypes = []string{
	"首页", "概况信息", "机构职能", "负责人信息", "工作动态", "政策文件", "信息公开指南", "信息公开目录", "信息公开年报", "依法申请公开",
	"数据发布", "政策解读", "回应关切", "办事服务", "咨询投诉", "征集调查", "在线访谈",
}

// settled is a body that has set everything.
func settled(c *site.Config) {
	own := *c.Body
	own.IDCode, own.ICP, own.Police = "3715000001", "临ICP备20230001号-1", "临公网安备 37150202000001号"
	c.Body = &own
}

func metas(t *testing.T, page string) map[string]string {
	t.Helper()
	m := make(map[string]string)
	for _, n := range elements(parsed(t, page)) {
		if n.Data == "meta" && has(n, "name") {
			m[attr(n, "name")] = attr(n, "content")
		}
	}
	return m
}

// Every public page of the table, in both languages, carries the fields of the
// site, and those of a list or those of a content page; a column's type comes
// from the fixed vocabulary.
func TestDutyHead(t *testing.T) {
	t.Parallel()
	_, b, _ := everybody(t, settled)
	checked := 0
	for _, r := range rows(t) {
		if r.method != http.MethodGet || strings.HasPrefix(r.pattern, "/desk") {
			continue
		}
		for _, lang := range []string{"zh", "en"} {
			a := b.get(r.path, "Cookie", "mode="+lang)
			if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				continue
			}
			checked++
			m := metas(t, a.body)
			for name, want := range map[string]string{"SiteName": "整改公开", "SiteDomain": "wlj.linshui.example", "SiteIDCode": "3715000001"} {
				if m[name] != want {
					t.Errorf("%s: %s is %q", r.path, name, m[name])
				}
			}
			column, article := m["ColumnName"] != "", m["ArticleTitle"] != ""
			if !column && !article {
				t.Errorf("%s: neither a list nor a content page", r.path)
			}
			if column && (m["ColumnDescription"] == "" || m["ColumnKeywords"] == "" || !slices.Contains(columnTypes, m["ColumnType"])) {
				t.Errorf("%s: column %q", r.path, m)
			}
			if _, err := time.Parse("2006-01-02 15:04", m["PubDate"]); article && (err != nil || m["ContentSource"] == "") {
				t.Errorf("%s: article %q", r.path, m)
			}
		}
	}
	if checked < 22 {
		t.Errorf("only %d pages were held to it", checked)
	}
}

// The foot says what site.yaml says and leaves out what it does not.
func TestDutyFoot(t *testing.T) {
	t.Parallel()
	words := []string{"主办：临水市文化和旅游局", "承办：机关党委", "tel:0600-555-0142"}
	filed := []string{"网站标识码：3715000001", `href="https://beian.miit.gov.cn/" rel="external">临ICP备20230001号-1</a>`, `href="https://beian.mps.gov.cn/#/query/webSearch?code=37150202000001" rel="external">临公网安备 37150202000001号</a>`}
	links := []string{`href="/feedback/new?category=correction">我为网站找错</a>`, `href="/sitemap"`, `href="/privacy"`, `href="/accessibility"`}
	set, unset := newWorld(t, settled).visitor(), newWorld(t).visitor()
	bare := newWorld(t, func(c *site.Config) {
		own := *c.Body
		own.Name, own.Organiser, own.Contacts.Phone, own.Domain = "", "", nil, ""
		c.Body = &own
	}).visitor()
	for _, path := range []string{"/", "/notices", "/notices/" + slug, "/about", "/none"} {
		set.get(path).has(t, path, slices.Concat(words, filed, links)...)
		unset.get(path).has(t, path, slices.Concat(words, links)...).hasNot(t, path, "beian", "网站标识码")
		bare.get(path).has(t, path, links...).hasNot(t, path, "主办：", "承办：", "tel:0600-555-0142\">0600-555-0142</a></p>\n<ul>", `name="SiteDomain"`)
	}
	set.get("/feedback/new?category=correction").has(t, "correction", `value="correction" checked`)
}

type atomFeed struct {
	ID      string `xml:"id"`
	Updated string `xml:"updated"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID        string `xml:"id"`
		Updated   string `xml:"updated"`
		Published string `xml:"published"`
		Title     string `xml:"title"`
		Content   string `xml:"content"`
		Links     []struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

func readAtom(t *testing.T, a answer) atomFeed {
	t.Helper()
	if kind := a.header.Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" || a.status != http.StatusOK {
		t.Fatalf("answers %d %s", a.status, kind)
	}
	var f atomFeed
	must(t, xml.Unmarshal([]byte(a.body), &f))
	return f
}

// T76, T23, T79: feeds tell what is new, the newest first, opinions with no time
// finer than a day, nothing of who wrote them and nothing that was hidden.
func TestFeeds(t *testing.T) {
	t.Parallel()
	const base = "https://www.linshui.example/zt/xczg"
	w := newWorld(t, func(c *site.Config) { c.BaseURL = base + "/" })
	const said = "大门右边的屏幕坏了，我叫周小满。<b>"
	spans, _ := feedback.FindMarks(said, []feedback.Mark{{Words: senderName, Kind: feedback.HiddenName}})
	w.act(w.answered(w.file(opinion(said)).Number).Number, actor("mod", feedback.Moderator), feedback.Redact{Redactions: spans}, feedback.Publish{})
	w.file(opinion("不公开的。"))
	private := w.published(w.file(opinion("后来撤下的。")).Number)
	w.act(private.Number, actor("mod", feedback.Moderator), feedback.Unpublish{Note: "误发"})
	b := w.visitor()
	for _, path := range []string{"/feed.atom", "/notices/" + slug + "/feed.atom"} {
		a := b.get(path, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "Cookie", "mode=en")
		a.hasNot(t, path, "evil.example", senderName, senderPhone, senderMail, "不公开的", "后来撤下的", "<b>").has(t, path, "【已遮盖：姓名】", "已经修好了")
		f := readAtom(t, a)
		seen := make(map[string]bool)
		last := time.Now().AddDate(100, 0, 0)
		opinions := 0
		for _, e := range f.Entries {
			at, err := time.Parse(time.RFC3339, e.Updated)
			must(t, err)
			if at.After(last) || seen[e.ID] || !strings.HasPrefix(e.ID, "tag:wlj.linshui.example,2026:") || e.Title == "" || e.Content == "" || len(e.Links) != 1 || !strings.HasPrefix(e.Links[0].Href, base+"/") {
				t.Errorf("%s: entry %+v after %s", path, e, last)
			}
			if strings.Contains(e.ID, ":feedback/") {
				opinions++
				if !strings.HasSuffix(e.Updated, "T00:00:00+08:00") || e.Published != e.Updated {
					t.Errorf("%s: %s says when to the minute: %s %s", path, e.ID, e.Updated, e.Published)
				}
			}
			seen[e.ID], last = true, at
		}
		if opinions != 2 || len(f.Entries) < 3 || f.Updated != f.Entries[0].Updated || f.Links[1].Href != base+path {
			t.Errorf("%s: %d opinions and replies in %+v", path, opinions, f)
		}
	}
	again := readAtom(t, newWorld(t).visitor().get("/feed.atom"))
	if got := again.Links[0].Href; got != "/" || again.ID != "tag:wlj.linshui.example,2026:site" {
		t.Errorf("without an address of its own the feed %s leads to %s", again.ID, got)
	}
	b.get("/notices/none/feed.atom").want(t, "no notice", http.StatusNotFound)
	b.get("/notices/"+slug+".md/feed.atom").want(t, "feed of data", http.StatusNotFound)
	b.get("/").has(t, "found by programs", `<link rel="alternate" type="application/atom+xml"`, `href="/zt/xczg/feed.atom"`, `href="/zt/xczg/feed.json"`)
	b.get("/notices/"+slug).has(t, "found by programs", `href="/zt/xczg/notices/`+slug+`/feed.atom"`)
	jsonFeed(t, b.get("/feed.json"), base)
}

func jsonFeed(t *testing.T, a answer, base string) {
	t.Helper()
	var f struct {
		Version     string
		HomePageURL string `json:"home_page_url"`
		FeedURL     string `json:"feed_url"`
		Items       []struct{ ID, URL string }
	}
	must(t, json.Unmarshal([]byte(a.body), &f))
	if a.header.Get("Content-Type") != "application/feed+json; charset=utf-8" || f.FeedURL != base+"/feed.json" || f.HomePageURL != base+"/" || len(f.Items) < 3 {
		t.Errorf("%s: %+v", a.header.Get("Content-Type"), f)
	}
}

// A feed's ids stay the same without a domain, and are none of another body's.
func TestFeedWithoutDomain(t *testing.T) {
	t.Parallel()
	ids := make(map[string]bool)
	for range 2 {
		for _, name := range []string{"甲局", "乙局"} {
			w := newWorld(t, func(c *site.Config) {
				own := *c.Body
				own.Domain, own.Name = "", name
				c.Body = &own
			})
			f := readAtom(t, w.visitor().get("/feed.atom"))
			if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(f.ID) {
				t.Errorf("id %s", f.ID)
			}
			ids[f.ID] = true
		}
	}
	if len(ids) != 2 {
		t.Errorf("two bodies, twice, have the ids %v", ids)
	}
}

// The site map names every page that anybody may read, each answers, and none
// that is one reader's.
func TestSitemap(t *testing.T) {
	t.Parallel()
	const base = "https://www.linshui.example/zt/xczg"
	w := newWorld(t, func(c *site.Config) { c.BaseURL = base + "/" })
	n := w.published(w.file(opinion("屏幕坏了。")).Number).Number
	b := w.visitor()
	var m struct {
		URLs []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
	}
	a := b.get("/sitemap.xml", "Host", "evil.example").want(t, "site map", http.StatusOK).hasNot(t, "site map", "evil.example", "/track", "/desk", "/feedback/new")
	must(t, xml.Unmarshal([]byte(a.body), &m))
	seen := make(map[string]string)
	for _, u := range m.URLs {
		path, ours := strings.CutPrefix(u.Loc, base)
		if _, twice := seen[path]; twice || !ours {
			t.Errorf("%s stands twice or is not ours", u.Loc)
		}
		seen[path] = u.LastMod
		b.get(path).want(t, path, http.StatusOK)
	}
	for path, lastmod := range map[string]string{"/": "", "/notices": "", "/notices/" + slug: "2023-03-15", "/notices/" + slug + "/items/" + leaf: "2023-03-15", "/feedback/" + string(n): "2026-11-24", "/sitemap": ""} {
		if got, ok := seen[path]; !ok || (lastmod != "" && got != lastmod) {
			t.Errorf("%s: last changed %q, there %v", path, got, ok)
		}
	}
	b.get("/robots.txt").has(t, "robots", "Sitemap: "+base+"/sitemap.xml", "Disallow: /zt/xczg/desk")
	newWorld(t).visitor().get("/robots.txt").hasNot(t, "robots without an address", "Sitemap:")
	for _, path := range []string{"/sitemap/1.xml", "/sitemap/0.xml", "/sitemap/x", "/sitemap/-1.xml"} {
		b.get(path).want(t, path, http.StatusNotFound)
	}
	b.get("/sitemap").has(t, "for people", `href="/zt/xczg/notices/`+slug+`"`, "我为网站找错", "/zt/xczg/feed.atom")
}

// RFC 9116: whom to tell, until when; nothing at all without a contact.
func TestSecurityText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.BaseURL = "https://www.linshui.example/" })
	a := w.visitor().get("/.well-known/security.txt").want(t, "security.txt", http.StatusOK)
	a.has(t, "security.txt", "Contact: mailto:yijian@wlj.linshui.example\n", "Contact: tel:+86-600-555-0142\n", "Canonical: https://www.linshui.example/.well-known/security.txt\n", "Preferred-Languages: zh, en\n")
	if a.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("type %s", a.header.Get("Content-Type"))
	}
	m := regexp.MustCompile(`(?m)^Expires: (.*)$`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatal("no Expires")
	}
	end, err := time.Parse(time.RFC3339, m[1])
	must(t, err)
	if left := end.Sub(start); left < 30*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("it ends in %s", left)
	}
	bare := newWorld(t, func(c *site.Config) {
		own := *c.Body
		own.Contacts.Phone, own.Contacts.Email = nil, nil
		c.Body = &own
	})
	bare.visitor().get("/.well-known/security.txt").want(t, "nobody to tell", http.StatusNotFound)
}

// Under a path of a portal no page, style or feed leads out of that path.
func TestPrefixCrawl(t *testing.T) {
	t.Parallel()
	const base = "https://www.linshui.example/zt/xczg/"
	_, b, _ := everybody(t, settled, func(c *site.Config) { c.BaseURL = base })
	inside := func(from, to string) (string, bool) {
		u, err := url.Parse(to)
		if err != nil {
			t.Errorf("%s: address %q", from, to)
			return "", false
		}
		if u.Host != "" && u.Host != "www.linshui.example" || slices.Contains([]string{"tel", "mailto"}, u.Scheme) || u.Path == "" {
			return "", false
		}
		path, ok := strings.CutPrefix(u.EscapedPath(), "/zt/xczg/")
		if !ok {
			t.Errorf("%s: %s leads out of the path", from, to)
			return "", false
		}
		if u.RawQuery != "" {
			path += "?" + u.RawQuery
		}
		return "/" + path, true
	}
	seen, queue := map[string]bool{"/": true}, []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		a := b.get(path)
		if a.status >= 400 {
			t.Errorf("%s answers %d", path, a.status)
		}
		var found []string
		switch kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); kind {
		case "text/html":
			for _, n := range elements(parsed(t, a.body)) {
				for _, at := range n.Attr {
					if slices.Contains([]string{"href", "src", "action", "srcset", "poster", "formaction"}, at.Key) {
						found = append(found, at.Val)
					}
				}
			}
		case "application/atom+xml", "application/xml":
			for _, m := range regexp.MustCompile(`(?:href="|<loc>)([^"<]*)`).FindAllStringSubmatch(a.body, -1) {
				found = append(found, m[1])
			}
		case "text/css":
			for _, m := range regexp.MustCompile(`url\("?([^")]*)`).FindAllStringSubmatch(a.body, -1) {
				found = append(found, m[1])
			}
		}
		for _, to := range found {
			if next, ok := inside(path, to); ok && !seen[next] && next != "/mode" && !strings.HasSuffix(next, "/concern") && len(seen) < 500 {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	for _, want := range []string{"/feed.atom", "/sitemap.xml", "/notices", "/sitemap", "/notices/" + slug + "/feed.atom", "/feedback/2026-000001"} {
		if !seen[want] {
			t.Errorf("no link leads to %s", want)
		}
	}
}

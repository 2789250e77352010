package site_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"

	"rectify/feedback"
	"rectify/site"
)

// pages are the GET rows that answer HTML, as somebody signed in sees them all.
func pages(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, r := range rows(t) {
		if r.method == http.MethodGet && !strings.HasSuffix(r.path, "/feed.atom") && !strings.HasPrefix(r.path, "/api/") && !strings.HasPrefix(r.path, "/log/") && !strings.HasPrefix(r.path, "/open311/") && !slices.Contains([]string{"/robots.txt", "/sitemap.xml", "/feed.atom", "/feed.json", "/.well-known/security.txt", "/healthz", "/readyz", "/metrics", "/desk/find?q=2026-000001"}, r.path) {
			list = append(list, r.path)
		}
	}
	return append(list, "/none", "/notices?status=open", "/feedback/new?notice="+slug+"&item="+leaf)
}

// everybody is the site with one published and one open submission, a visitor,
// and somebody with every role.
func everybody(t *testing.T, change ...func(*site.Config)) (*world, *browser, *browser) {
	t.Helper()
	w := newWorld(t, change...)
	w.published(w.file(opinion("屏幕坏了。<img src=x onerror=alert(1)>")).Number)
	w.answered(w.file(opinion("灯坏了。")).Number)
	return w, w.visitor(), w.signedIn("anna", feedback.Roles()...)
}

// T36, T38, T40, T29: the headers of every page, and nothing inline in it.
func TestPageHeaders(t *testing.T) {
	t.Parallel()
	_, visitor, staff := everybody(t)
	for _, path := range pages(t) {
		for _, b := range []*browser{visitor, staff} {
			a := b.get(path)
			if a.status == http.StatusSeeOther {
				continue
			}
			policy := a.header.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
				if !strings.Contains(policy, part) {
					t.Errorf("%s: policy %q lacks %s", path, policy, part)
				}
			}
			if strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", path, policy)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Server": "", "X-Powered-By": "", "Content-Type": "text/html; charset=utf-8", "Strict-Transport-Security": "",
			} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
			inline(t, path, a.body)
			if !strings.Contains(a.body, `<html lang="zh-CN">`) {
				t.Errorf("%s: no lang", path)
			}
		}
	}
}

// inline finds scripts, styles and handlers in a page, and links to elsewhere (T30, T40).
func inline(t *testing.T, path, page string) {
	t.Helper()
	for _, n := range elements(parsed(t, page)) {
		switch n.Data {
		case "script": // a file of our own, nothing in the page: at the desk, and on the form
			ours := strings.HasPrefix(attr(n, "src"), "/static/") && n.FirstChild == nil
			if form := strings.Contains(page, ` id="opinion"`) || strings.Contains(page, ` id="code"`); ours && form && strings.Contains(attr(n, "src"), "/static/write.") {
				continue
			}
			desk := regexp.MustCompile(`/static/(desk|mark|reply)\.`).MatchString(attr(n, "src"))
			if n.Parent.Data == "head" && ours && desk && strings.Contains(page, `<body class="desk"`) {
				continue
			}
			busy := strings.HasPrefix(path, "busy ") && strings.Contains(attr(n, "src"), "/static/proof.")
			if !ours || (!strings.HasPrefix(path, "/desk") && !strings.HasPrefix(path, "enter") && !busy) {
				t.Errorf("%s: <script src=%q>", path, attr(n, "src"))
			}
		case "style", "iframe", "object", "embed", "base", "img":
			t.Errorf("%s: <%s>", path, n.Data)
		case "meta":
			if has(n, "http-equiv") {
				t.Errorf("%s: meta %s", path, attr(n, "http-equiv"))
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s %s>", path, n.Data, a.Key)
			}
			scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(a.Val)), ":")
			if slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) && (scheme == "javascript" || scheme == "data" || strings.HasPrefix(a.Val, "//") || strings.Contains(a.Val, "://")) {
				t.Errorf("%s: leads to another origin: %s", path, a.Val)
			}
		}
	}
}

// T25, T75: what is one reader's is kept nowhere; what is everybody's may be
// kept and asked about.
func TestKeeping(t *testing.T) {
	t.Parallel()
	_, visitor, staff := everybody(t)
	for _, r := range rows(t) {
		if r.method != http.MethodGet {
			continue
		}
		private := strings.HasPrefix(r.path, "/desk") || strings.HasPrefix(r.path, "/track") || r.path == "/feedback/new" || r.path == "/feedback/receipt"
		for _, b := range []*browser{visitor, staff} {
			a := b.get(r.path)
			got := a.header.Get("Cache-Control")
			if private && (got != "no-store" || a.header.Get("Etag") != "") {
				t.Errorf("%s: Cache-Control %q, ETag %q", r.path, got, a.header.Get("Etag"))
			}
			if !private && got == "" {
				t.Errorf("%s: no Cache-Control", r.path)
			}
			if len(a.header.Values("Set-Cookie")) > 0 && b == visitor {
				t.Errorf("%s: reading sets a cookie", r.path)
			}
		}
	}
}

var encodings = []string{"", "identity", "gzip", "br", "gzip, deflate, br", "br;q=0, gzip;q=1.0", "*;q=0", "x"}

func unpack(t *testing.T, a answer) string {
	t.Helper()
	var r io.Reader = strings.NewReader(a.body)
	switch a.header.Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(r)
		must(t, err)
		r = z
	case "br":
		r = brotli.NewReader(r)
	}
	plain, err := io.ReadAll(r)
	must(t, err)
	return string(plain)
}

// T24: every encoding of a public page is the same page; its ETag answers 304.
func TestEncodings(t *testing.T) {
	t.Parallel()
	w, visitor, _ := everybody(t)
	style := regexp.MustCompile(`/static/site\.[0-9a-f]+\.css`).FindString(visitor.get("/").body)
	for _, path := range []string{"/", "/notices", "/notices/" + slug, "/notices/" + slug + "/items/" + leaf, "/notices/" + slug + ".md", "/feedback", "/feedback/2026-000001", "/about", "/robots.txt", "/api/v1/notices", "/api/v1/submissions", style} {
		plain := visitor.get(path).want(t, path, http.StatusOK)
		for _, e := range encodings {
			a := visitor.get(path, "Accept-Encoding", e).want(t, path+" as "+e, http.StatusOK)
			if unpack(t, a) != plain.body {
				t.Errorf("%s as %q: another page", path, e)
			}
			if c := a.header.Get("Content-Encoding"); c != "" && !strings.Contains(e, c) {
				t.Errorf("%s as %q: answered in %s", path, e, c)
			}
			if vary := a.header.Get("Vary"); !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
				t.Errorf("%s: Vary %q", path, vary)
			}
			tag := a.header.Get("Etag")
			for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
				again := visitor.get(path, "Accept-Encoding", e, "If-None-Match", match)
				if again.status != http.StatusNotModified || again.body != "" || again.header.Get("Etag") != tag || again.header.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("%s as %q, If-None-Match %s: %d, ETag %s", path, e, match, again.status, again.header.Get("Etag"))
				}
			}
			visitor.get(path, "If-None-Match", `"0123456789abcdef01234567"`).want(t, path+" with another tag", http.StatusOK)
		}
	}
	// T24, T23: no header of the request but those named in Vary changes a page.
	plain := visitor.get("/notices/" + slug).body
	for _, h := range [][]string{{"Host", "evil.example"}, {"X-Forwarded-Host", "evil.example"}, {"X-Forwarded-Proto", "https"}, {"X-Original-URL", "/desk"}, {"X-Rewrite-URL", "/desk"}, {"Forwarded", "host=evil.example"}, {"User-Agent", "<script>"}, {"Range", "bytes=0-1"}} {
		if a := w.visitor().get("/notices/"+slug, h...); a.status != http.StatusOK || a.body != plain || strings.Contains(a.where(), "evil") {
			t.Errorf("%v: another page (%d)", h, a.status)
		}
	}
	// A redirect is no page that could be unchanged.
	visitor.get("/notices/"+slug+"/items/3", "If-None-Match", "*").want(t, "problem of leaves", http.StatusSeeOther)
}

// T39, T37, T23: https, a base path, and only the configured address anywhere.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	const base = "https://www.linshui.example/zt/xczg/"
	w, visitor, staff := everybody(t, func(c *site.Config) { c.BaseURL = base })
	for _, path := range pages(t) {
		for _, b := range []*browser{visitor, staff} {
			a := b.get(path, "Host", "evil.example", "X-Forwarded-Host", "evil.example")
			if got := a.header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
				t.Errorf("%s: HSTS %q", path, got)
			}
			if strings.Contains(a.body, "evil.example") || strings.Contains(a.where(), "evil.example") {
				t.Errorf("%s: the Host header is in the answer", path)
			}
			if to := a.where(); to != "" && !strings.HasPrefix(to, "/zt/xczg/") {
				t.Errorf("%s: leads to %s", path, to)
			}
			for _, n := range elements(parsed(t, a.body)) {
				for _, at := range n.Attr {
					if !slices.Contains([]string{"href", "src", "action"}, at.Key) || !strings.HasPrefix(at.Val, "/") {
						continue
					}
					if !strings.HasPrefix(at.Val, "/zt/xczg/") {
						t.Errorf("%s: <%s %s=%q> leaves the base path", path, n.Data, at.Key, at.Val)
					}
				}
			}
		}
	}
	links(t, w, visitor)
	if bare := w.visitor().get(""); bare.where() != "/zt/xczg/" {
		t.Errorf("the base path without its slash leads to %q (%d)", bare.where(), bare.status)
	}
	a := visitor.get("/api/v1/notices?limit=1")
	for _, want := range []string{`"url":"` + base + "notices/"} {
		a.has(t, "notices as data", want)
	}
	if got := a.header.Get("Link"); !strings.HasPrefix(got, "<"+base+"api/v1/notices?") {
		t.Errorf("Link %q", got)
	}
	// The session cookie: not for scripts, https only, strict, within the base path.
	in := w.visitor().post("/desk/login", url.Values{"name": {"anna"}, "password": {password}, "back": {"/desk/account"}}, "Origin", "https://www.linshui.example").want(t, "login", http.StatusSeeOther)
	cookie := in.header.Get("Set-Cookie")
	for _, part := range []string{"desk=", "HttpOnly", "secure", "SameSite=Strict", "path=/zt/xczg/"} {
		if !strings.Contains(strings.ToLower(cookie), strings.ToLower(part)) || len(cookie) > 4096 {
			t.Errorf("cookie %q lacks %s", cookie, part)
		}
	}
	if in.where() != "/zt/xczg/desk/account" {
		t.Errorf("login leads to %s", in.where())
	}
	root := newWorld(t, func(c *site.Config) { c.BaseURL = "https://www.linshui.example" })
	root.signedIn("anna", feedback.Admin)
	in = root.visitor().post("/desk/login", url.Values{"name": {"anna"}, "password": {password}})
	if cookie := in.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-desk=") || !strings.Contains(strings.ToLower(cookie), "path=/;") {
		t.Errorf("cookie at the root is %q", cookie)
	}
}

// links follows every link of the public pages once: none leads nowhere.
func links(t *testing.T, w *world, b *browser) {
	t.Helper()
	seen := map[string]bool{}
	wait := []string{"/"}
	for len(wait) > 0 {
		path := wait[0]
		wait = wait[1:]
		a := b.get(path)
		if a.status >= 400 {
			t.Errorf("link to %s answers %d", path, a.status)
		}
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, n := range elements(parsed(t, a.body)) {
			to, ok := strings.CutPrefix(attr(n, "href"), w.base)
			to, _, _ = strings.Cut(to, "#")
			if ok && strings.HasPrefix(to, "/") && !seen[to] && len(seen) < 400 {
				seen[to] = true
				wait = append(wait, to)
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d links were found", len(seen))
	}
}

// The head fields that 国办发〔2017〕47号 asks for (contract, section 4).
func TestHeadFields(t *testing.T) {
	t.Parallel()
	_, b, _ := everybody(t)
	meta := func(page string) map[string]string {
		m := make(map[string]string)
		for _, n := range elements(parsed(t, page)) {
			if n.Data == "meta" && has(n, "name") {
				m[attr(n, "name")] = attr(n, "content")
			}
		}
		return m
	}
	site, column := []string{"SiteName", "SiteDomain"}, []string{"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
	article := []string{"ArticleTitle", "PubDate", "ContentSource"}
	for path, want := range map[string][][]string{
		"/": {site, column}, "/notices": {site, column}, "/feedback": {site, column}, "/feedback/new": {site, column}, "/track": {site, column},
		"/about": {site, column}, "/statistics": {site, column}, "/privacy": {site}, "/accessibility": {site}, "/none": {site},
		"/notices/" + slug: {site, column, article}, "/notices/" + slug + "/items/" + leaf: {site, column, article}, "/feedback/2026-000001": {site, column, article},
	} {
		m := meta(b.get(path).body)
		for _, names := range want {
			for _, name := range names {
				if strings.TrimSpace(m[name]) == "" {
					t.Errorf("%s: no %s", path, name)
				}
			}
		}
		if _, faked := m["SiteIDCode"]; faked {
			t.Errorf("%s: SiteIDCode is not set by the body but stands in the page", path)
		}
		if d := m["PubDate"]; d != "" && !regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$`).MatchString(d) {
			t.Errorf("%s: PubDate %q", path, d)
		}
		if path == "/feedback" && m["ColumnType"] != "咨询投诉" {
			t.Errorf("%s: ColumnType %q", path, m["ColumnType"])
		}
	}
}

// Every page in both languages and in elder mode says every word, and has one h1.
func TestWords(t *testing.T) {
	t.Parallel()
	w, _, staff := everybody(t)
	// One page in every state of a submission.
	n := w.file(opinion("又坏了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Assign{Owner: "anna", Office: "办公室"}, feedback.Extend{Days: 5, Reason: "等配件"})
	w.act(n, actor("rep", feedback.Replier), feedback.DraftReply{Text: "快好了。", Office: "办公室", Submit: true})
	rejected := w.file(opinion("广告")).Number
	w.act(rejected, actor("mod", feedback.Moderator), feedback.Reject{Reason: feedback.RejectSpam})
	list := append(pages(t), "/desk/submissions/2026-000002", "/desk/submissions/"+string(n), "/desk/submissions/"+string(rejected))
	for _, v := range []string{"open", "late", "today", "moderate", "approve", "mine", "clues", "publish", "answered", "ended"} {
		list = append(list, "/desk?view="+v, "/desk?view="+v+"&channel=visit")
	}
	for _, mode := range []string{"zh", "en", "elder.zh", "elder.en"} {
		for _, path := range list {
			a := staff.get(path, "Cookie", "mode="+mode)
			if i := strings.Index(a.body, "⟦"); i >= 0 {
				t.Errorf("%s in %s: no words for %.60s", path, mode, a.body[i:])
			}
			if m := regexp.MustCompile(`\{[0-9]\}`).FindString(a.body); m != "" {
				t.Errorf("%s in %s: %s is not filled in", path, mode, m)
			}
			if a.status < 300 && bytes.Count([]byte(a.body), []byte("<h1")) != 1 {
				t.Errorf("%s in %s: %d h1", path, mode, strings.Count(a.body, "<h1"))
			}
			ids := map[string]bool{}
			for _, e := range elements(parsed(t, a.body)) {
				if id := attr(e, "id"); id != "" && ids[id] {
					t.Errorf("%s in %s: id %q stands twice", path, mode, id)
				} else {
					ids[id] = true
				}
				labelled(t, path, e, a.body)
			}
		}
	}
}

// labelled holds a field to a name that can be read out (WCAG 2.2, 1.3.1).
func labelled(t *testing.T, path string, e *html.Node, page string) {
	t.Helper()
	if !slices.Contains([]string{"input", "select", "textarea"}, e.Data) || attr(e, "type") == "hidden" || has(e, "aria-label") || has(e, "aria-labelledby") {
		return
	}
	if id := attr(e, "id"); id == "" || !strings.Contains(page, `for="`+id+`"`) {
		t.Errorf("%s: a field %q without a label", path, attr(e, "name"))
	}
}

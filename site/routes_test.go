package site_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rectify/feedback"
)

// matrix is who may use which row of the table, written out (T95, V8.2.1).
// Columns: anonymous, moderator, replier, approver, auditor, admin. o: let in;
// L: 303 to sign in; 4: 401; x: 403. A row of the site that stands not here, or
// a line here that has no row, fails the test.
const matrix = `
GET  /                                 oooooo /
GET  /notices                          oooooo /notices
GET  /notices/:slug                    oooooo /notices/culture-tourism-2023
GET  /notices/:slug/items/:id          oooooo /notices/culture-tourism-2023/items/3-2
GET  /notices/:slug/history            oooooo /notices/culture-tourism-2023/history
GET  /notices/:slug/paper               oooooo /notices/culture-tourism-2023/paper
GET  /notices/:slug/versions/:n        oooooo /notices/culture-tourism-2023/versions/1
GET  /feedback                         oooooo /feedback
GET  /feedback/new                     oooooo /feedback/new
POST /feedback                         oooooo /feedback
POST /feedback/similar                 oooooo /feedback/similar
POST /feedback/:number/concern         oooooo /feedback/2026-000001/concern
GET  /feedback/receipt                 oooooo /feedback/receipt
GET  /feedback/:number                 oooooo /feedback/2026-000001
GET  /feedback/:number/files/:n        oooooo /feedback/2026-000001/files/1
GET  /track                            oooooo /track
GET  /days                             oooooo /days
POST /track                            oooooo /track
POST /track/leave                      oooooo /track/leave
POST /track/receipt                    oooooo /track/receipt
POST /track/data                       oooooo /track/data
POST /track/erase                      oooooo /track/erase
POST /mode                             oooooo /mode
GET  /search                           oooooo /search?q=%E6%95%B4%E6%94%B9
GET  /about                            oooooo /about
GET  /tour                             oooooo /tour
GET  /statistics                       oooooo /statistics
GET  /statistics.csv                   oooooo /statistics.csv?table=channel
GET  /privacy                          oooooo /privacy
GET  /accessibility                    oooooo /accessibility
GET  /sitemap                          oooooo /sitemap
GET  /sitemap.xml                      oooooo /sitemap.xml
GET  /sitemap/:part                    oooooo /sitemap/1.xml
GET  /feed.atom                        oooooo /feed.atom
GET  /feed.json                        oooooo /feed.json
GET  /notices/:slug/feed.atom          oooooo /notices/culture-tourism-2023/feed.atom
GET  /.well-known/security.txt         oooooo /.well-known/security.txt
GET  /robots.txt                       oooooo /robots.txt
GET  /notices/:slug/items/:id/feed.atom oooooo /notices/culture-tourism-2023/items/3-2/feed.atom
GET  /feedback/:number/feed.atom       oooooo /feedback/2026-000001/feed.atom
GET  /track/open                       oooooo /track/open
POST /track/open                       oooooo /track/open
GET  /subscribe                        oooooo /subscribe?topic=notice/culture-tourism-2023
POST /subscribe                        oooooo /subscribe
GET  /subscribe/confirm                oooooo /subscribe/confirm
POST /subscribe/confirm                oooooo /subscribe/confirm
GET  /subscribe/out                    oooooo /subscribe/out
POST /subscribe/out                    oooooo /subscribe/out
GET  /api/v1/notices                   oooooo /api/v1/notices
GET  /api/v1/notices/:slug             oooooo /api/v1/notices/culture-tourism-2023
GET  /api/v1/submissions               oooooo /api/v1/submissions
POST /api/v1/submissions               oooooo /api/v1/submissions
GET  /api/openapi.json                 oooooo /api/openapi.json
GET  /open311/v2/discovery.json        oooooo /open311/v2/discovery.json
GET  /open311/v2/discovery.xml         oooooo /open311/v2/discovery.xml
GET  /open311/v2/services.json         oooooo /open311/v2/services.json
GET  /open311/v2/services.xml          oooooo /open311/v2/services.xml
GET  /open311/v2/services/:file        oooooo /open311/v2/services/opinion.json
GET  /open311/v2/requests.json         oooooo /open311/v2/requests.json
GET  /open311/v2/requests.xml          oooooo /open311/v2/requests.xml
POST /open311/v2/requests.json         oooooo /open311/v2/requests.json
POST /open311/v2/requests.xml          oooooo /open311/v2/requests.xml
GET  /open311/v2/requests/:file        oooooo /open311/v2/requests/2026-000001.json
GET  /desk/login                       oooooo /desk/login
POST /desk/login                       oooooo /desk/login
GET  /desk/elsewhere                   oooooo /desk/elsewhere
GET  /desk/elsewhere/back              oooooo /desk/elsewhere/back
GET  /desk/account/elsewhere           Looooo /desk/account/elsewhere
POST /desk/account/elsewhere           4ooooo /desk/account/elsewhere
GET  /desk/first                       oooooo /desk/first
POST /desk/first                       oooooo /desk/first
GET  /desk/invite                      oooooo /desk/invite
POST /desk/invite                      oooooo /desk/invite
GET  /desk/confirm                     Looooo /desk/confirm
POST /desk/confirm                     4ooooo /desk/confirm
POST /desk/passkey/options              oooooo /desk/passkey/options
POST /desk/passkey                     oooooo /desk/passkey
POST /desk/account/passkeys/options    4ooooo /desk/account/passkeys/options
POST /desk/account/passkeys            4ooooo /desk/account/passkeys
POST /desk/account/sessions            4ooooo /desk/account/sessions
GET  /desk/account/factor              Looooo /desk/account/factor
POST /desk/account/factor              4ooooo /desk/account/factor
POST /desk/logout                      4ooooo /desk/logout
GET  /desk                             Looooo /desk
GET  /desk/find                        Looooo /desk/find?q=2026-000001
GET  /desk/live                        Looooo /desk/live?since=2026-000001
GET  /desk/keys                        Looooo /desk/keys
POST /desk/keys                        4ooooo /desk/keys
POST /desk/orders                      4oooxx /desk/orders
GET  /desk/orders/:id                  Looooo /desk/orders/none
POST /desk/orders/:id                  4ooooo /desk/orders/none
GET  /desk/campaigns                   Looooo /desk/campaigns
GET  /desk/campaigns/:likeness         Looooo /desk/campaigns/00000000000000aa
POST /desk/campaigns/:likeness         4oxxxx /desk/campaigns/00000000000000aa
GET  /desk/submissions/:number         Looooo /desk/submissions/2026-000001
POST /desk/submissions/:number         4ooooo /desk/submissions/2026-000001
POST /desk/submissions/:number/compose 4xooxx /desk/submissions/2026-000001/compose
GET  /desk/phrases                     Loooxo /desk/phrases
POST /desk/phrases                     4oooxo /desk/phrases
POST /desk/submissions/:number/here    4ooooo /desk/submissions/2026-000001/here
GET  /desk/submissions/:number/files/:n Looooo /desk/submissions/2026-000001/files/1
POST /desk/submissions/:number/files   4ooxxx /desk/submissions/2026-000001/files
GET  /desk/enter                       Looxxx /desk/enter
POST /desk/enter                       4ooxxx /desk/enter
POST /desk/enter/draft                 4ooxxx /desk/enter/draft
POST /desk/enter/similar               4ooxxx /desk/enter/similar
GET  /desk/notices                     Looooo /desk/notices
POST /desk/notices                     4oooxo /desk/notices
GET  /desk/notices/:id                 Looooo /desk/notices/none
POST /desk/notices/:id                 4oooxo /desk/notices/none
GET  /desk/rights                      Looooo /desk/rights
GET  /desk/account                     Looooo /desk/account
POST /desk/account                     4ooooo /desk/account
GET  /desk/mail                        Loxxxx /desk/mail
GET  /desk/mail/:id                    Loxxxx /desk/mail/none
POST /desk/mail/:id                    4oxxxx /desk/mail/none
GET  /desk/mail/:id/raw                Loxxxx /desk/mail/none/raw
POST /desk/submissions/:number/mails/:n 4ooooo /desk/submissions/2026-000001/mails/1
POST /desk/account/email               4ooooo /desk/account/email
POST /desk/account/weekly              4ooooo /desk/account/weekly
POST /desk/tour                        4ooooo /desk/tour
GET  /desk/insight                     Looooo /desk/insight
GET  /desk/insight/voices              Loxooo /desk/insight/voices
GET  /desk/insight.csv                 Looooo /desk/insight.csv?table=days
GET  /desk/insight.xlsx                Looooo /desk/insight.xlsx
GET  /desk/reports                     Looooo /desk/reports
GET  /desk/reports/:week               Looooo /desk/reports/2026-W47
GET  /desk/outbox                      Loxxxo /desk/outbox
POST /desk/outbox                      4oxxxo /desk/outbox
GET  /desk/letters                     Lxxxxo /desk/letters
POST /desk/letters                     4xxxxo /desk/letters
GET  /desk/calendar                    Looooo /desk/calendar
POST /desk/calendar                    4xxxxo /desk/calendar
GET  /desk/reminders                   Looooo /desk/reminders
GET  /desk/settings                    Lxxxxo /desk/settings
POST /desk/settings                    4xxxxo /desk/settings
GET  /desk/audit                       Lxxxox /desk/audit
POST /desk/audit                       4xxxox /desk/audit
GET  /desk/staff                       Lxxxxo /desk/staff
POST /desk/staff                       4xxxxo /desk/staff
GET  /desk/staff/:name                 Lxxxxo /desk/staff/t-admin
GET  /healthz                          oooooo /healthz
GET  /readyz                           oooooo /readyz
GET  /metrics                          oooooo /metrics
GET  /log                              oooooo /log
GET  /log/latest                       oooooo /log/latest
GET  /log/checkpoint                   oooooo /log/checkpoint
GET  /log/witnessed                    oooooo /log/witnessed
GET  /log/key                          oooooo /log/key
GET  /log/tile/*                       oooooo /log/tile/0/000.p/1
POST /log/cosign                       oooooo /log/cosign
GET  /static/:name                     oooooo /static/none.css
`

type row struct{ method, pattern, access, path string }

func rows(t *testing.T) []row {
	t.Helper()
	var list []row
	for line := range strings.Lines(matrix) {
		if f := strings.Fields(line); len(f) == 4 {
			list = append(list, row{f[0], f[1], f[2], f[3]})
		}
	}
	return list
}

// T95: every route × anonymous and five roles, held to the router itself.
func TestMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.published(w.file(opinion("屏幕坏了。")).Number)
	w.recount()
	var have, written []string
	for _, r := range w.site.Table() {
		have = append(have, r.Method+" "+r.Path)
	}
	for _, r := range rows(t) {
		written = append(written, r.method+" "+r.pattern)
	}
	slices.Sort(have)
	slices.Sort(written)
	if !slices.Equal(have, written) {
		t.Fatalf("table of the site and written matrix differ:\nsite   %q\nmatrix %q", have, written)
	}
	people := []*browser{w.visitor()}
	for _, role := range feedback.Roles() {
		people = append(people, w.signedIn("t-"+string(role), role))
	}
	names := append([]string{"anonymous"}, "moderator", "replier", "approver", "auditor", "admin")
	for _, r := range rows(t) {
		for i, b := range people {
			var got answer
			if r.method == http.MethodGet {
				got = b.get(r.path)
			} else {
				form := url.Values{}
				if i > 0 {
					form.Set("csrf", b.csrf())
				}
				got = b.post(r.path, form)
			}
			if what := access(got); what != r.access[i] {
				t.Errorf("%s %s as %s: %c (status %d, %s), want %c", r.method, r.path, names[i], what, got.status, got.where(), r.access[i])
			}
			if r.path == "/desk/logout" && i > 0 {
				people[i] = w.signIn("t-" + names[i])
			}
			if got.status >= 500 {
				t.Errorf("%s %s as %s: %d", r.method, r.path, names[i], got.status)
			}
		}
	}
}

func access(a answer) byte {
	switch {
	case a.status == http.StatusUnauthorized:
		return '4'
	case a.status == http.StatusForbidden:
		return 'x'
	case a.status == http.StatusSeeOther && strings.Contains(a.where(), "/desk/login?"):
		return 'L'
	}
	return 'o'
}

// T43: a form without a token, with another session's, with a broken one, or
// with one from before is refused, and what was typed is given back.
func TestForeignToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := string(w.file(opinion("屏幕坏了。")).Number)
	b, other := w.signedIn("anna", feedback.Roles()...), w.signedIn("berta", feedback.Roles()...)
	own := b.csrf()
	flipped := []byte(own)
	flipped[len(flipped)/2] ^= 1
	for name, token := range map[string]string{"none": "", "foreign": other.csrf(), "flipped": string(flipped), "cut": own[:len(own)-2], "cookie": b.token, "long": strings.Repeat("A", 5000)} {
		for _, r := range rows(t) {
			if r.method != http.MethodPost || !strings.HasPrefix(r.path, "/desk/") || strings.Contains(r.access, "oooooo") {
				continue
			}
			form := url.Values{"act": {"note"}, "rev": {"1"}, "note": {"一段写了很久的备注"}}
			if name != "none" {
				form.Set("csrf", token)
			}
			b.post(r.path, form).want(t, name+" token on "+r.path, http.StatusForbidden).has(t, r.path, "一段写了很久的备注")
		}
	}
	if s := w.kept(feedback.Number(n)); s.Rev != 1 {
		t.Errorf("a refused form changed the submission to revision %d", s.Rev)
	}
	b.get("/desk").want(t, "still signed in", http.StatusOK)
	// An anonymous POST gives back what was typed, too: the session ran out.
	w.visitor().post("/desk/submissions/"+n, url.Values{"reply": {"长长的答复草稿"}}).want(t, "signed out", http.StatusUnauthorized).has(t, "signed out", "长长的答复草稿")
}

// T42, T41: forms of other sites change nothing.
func TestForeignOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := string(w.file(opinion("屏幕坏了。")).Number)
	b := w.signedIn("anna", feedback.Moderator)
	form := func() url.Values {
		return url.Values{"csrf": {b.csrf()}, "rev": {"1"}, "act": {"note"}, "note": {"外站"}}
	}
	for name, h := range map[string][]string{
		"origin":     {"Origin", "https://evil.example"},
		"lookalike":  {"Origin", "http://" + w.addr + ".evil.example"},
		"null":       {"Origin", "null"},
		"site":       {"Sec-Fetch-Site", "cross-site"},
		"same-site":  {"Sec-Fetch-Site", "same-site"},
		"referer":    {"Referer", "https://evil.example/" + w.addr},
		"odd":        {"Origin", "http://" + w.addr + "@evil.example"},
		"two claims": {"Origin", "http://" + w.addr, "Sec-Fetch-Site", "cross-site"},
	} {
		for _, path := range []string{"/desk/submissions/" + n, "/feedback", "/track", "/mode", "/desk/login", "/api/v1/submissions"} {
			a := b.post(path, form(), h...).want(t, name+" "+path, http.StatusForbidden)
			if a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: opened to other origins", name, path)
			}
		}
	}
	// Other types: text/plain and JSON are no forms, with or without an origin.
	for _, kind := range []string{"text/plain", "application/json", "multipart/form-data; boundary=x", ""} {
		b.do(http.MethodPost, "/desk/submissions/"+n, strings.NewReader(form().Encode()), "Content-Type", kind).want(t, "type "+kind, http.StatusUnsupportedMediaType)
	}
	if s := w.kept(feedback.Number(n)); s.Rev != 1 {
		t.Errorf("a foreign form changed the submission to revision %d", s.Rev)
	}
	b.post("/desk/submissions/"+n, form(), "Origin", "http://"+w.addr, "Sec-Fetch-Site", "same-origin").want(t, "own form", http.StatusSeeOther)
}

// T18: a wrong method answers 405 with what is allowed; no header or field
// changes the method.
func TestMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	allowed := make(map[string][]string)
	paths := make(map[string]string)
	for _, r := range rows(t) {
		allowed[r.pattern] = append(allowed[r.pattern], r.method)
		paths[r.pattern] = strings.Split(r.path, "?")[0]
	}
	for pattern, methods := range allowed {
		want := strings.ReplaceAll(strings.Join(methods, ", "), "GET", "GET, HEAD")
		for _, m := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X", "GET", "HEAD", "POST"} {
			if slices.Contains(methods, m) || (m == "HEAD" && slices.Contains(methods, "GET")) {
				continue
			}
			a := b.do(m, paths[pattern], nil, "X-HTTP-Method-Override", "GET", "X-Method-Override", "POST").want(t, m+" "+pattern, http.StatusMethodNotAllowed)
			if got := a.header.Get("Allow"); got != want {
				t.Errorf("%s %s: Allow %q, want %q", m, pattern, got, want)
			}
		}
	}
	before := w.count()
	b.post("/feedback", url.Values{"_method": {"DELETE"}, "text": {""}}).want(t, "_method", http.StatusUnprocessableEntity)
	if w.count() != before {
		t.Error("something was filed")
	}
}

// An address that names nothing answers a page in Chinese, or a problem.
func TestNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	for _, path := range []string{"/none", "/notices/none", "/notices/" + slug + "/items/99-9", "/feedback/2026-999999", "/feedback/abc", "/notices/" + slug + ".exe", "/static/site.css", "/static/..", "/desk/none", "/track/x"} {
		a := b.get(path).want(t, path, http.StatusNotFound).has(t, path, "找不到这个页面", `lang="zh-CN"`, `href="/notices"`)
		if kind := a.header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
			t.Errorf("%s: type %q", path, kind)
		}
		if a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: an error may be kept: %q", path, a.header.Get("Cache-Control"))
		}
	}
	b.get("/none", "Accept-Language", "en").has(t, "in English", `lang="en"`)
	for _, path := range []string{"/api/v1/none", "/api/v1/notices/none", "/api/"} {
		a := b.get(path, "Accept", "text/html").want(t, path, http.StatusNotFound)
		if kind := a.header.Get("Content-Type"); kind != "application/problem+json; charset=utf-8" {
			t.Errorf("%s: type %q", path, kind)
		}
	}
}

// HEAD is GET without the body, for everybody.
func TestHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.published(w.file(opinion("屏幕坏了。")).Number)
	for name, b := range map[string]*browser{"anonymous": w.visitor(), "staff": w.signedIn("anna", feedback.Roles()...)} {
		for _, r := range rows(t) {
			if r.method != http.MethodGet || r.path == "/metrics" {
				continue
			}
			get, head := b.get(r.path), b.do(http.MethodHead, r.path, nil)
			if head.status != get.status || head.body != "" || head.where() != get.where() {
				t.Errorf("%s: HEAD %s answers %d %q, GET %d %q", name, r.path, head.status, head.where(), get.status, get.where())
			}
			for _, h := range []string{"Content-Type", "Etag", "Cache-Control", "Content-Security-Policy"} {
				if head.header.Get(h) != get.header.Get(h) {
					t.Errorf("%s: HEAD %s has %s %q, GET %q", name, r.path, h, head.header.Get(h), get.header.Get(h))
				}
			}
		}
	}
}

// T19, T25, T28: a path written in another way than ours names nothing, for
// those signed in too, and is never a fault of ours.
func TestStrangePaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := string(w.published(w.file(opinion("屏幕坏了。")).Number).Number)
	staff := w.signedIn("anna", feedback.Roles()...)
	guarded := []string{"/", "/notices", "/notices/" + slug, "/feedback/" + n, "/track", "/desk", "/desk/staff", "/desk/submissions/" + n, "/api/v1/notices", "/metrics"}
	for _, p := range guarded {
		first := p + "x"
		if len(p) > 1 {
			first = "/%" + strings.ToUpper(hexOf(p[1])) + p[2:]
		}
		odd := []string{p + "//", "//" + strings.TrimPrefix(p, "/"), "/." + p, "/x/.." + p, p + "/.", p + "/..", p + "/%2e%2e/a.png", p + "%2f", p + "%5c", p + "%00", p + "%0d%0aSet-Cookie:a=b", p + "%E5%98%8A",
			p + ";x", p + "%ff", p + "\xff", p + "%252e", p + "%zz", p + "%", p + "\\", p + "/x.css", p + "/queue.js", first, strings.ToUpper(p) + "X", p + strings.Repeat("a", 3000), p + "/\u202e"}
		if p != "/" {
			odd = append(odd, p+"/")
		}
		for _, path := range odd {
			got := w.raw("GET " + path + " HTTP/1.1\r\nHost: " + w.addr + "\r\nCookie: desk=" + staff.token + "\r\nConnection: close\r\n\r\n")
			status, _, _ := strings.Cut(strings.TrimPrefix(got, "HTTP/1.1 "), " ")
			if status != "404" && status != "400" && status != "414" && status != "431" {
				t.Errorf("GET %q answers %s", path[:min(len(path), 80)], status)
			}
			if strings.Contains(got, "Set-Cookie") {
				t.Errorf("GET %q sets a cookie", path)
			}
		}
	}
	for _, target := range []string{"/" + strings.Repeat("a", 20<<10), "/?" + strings.Repeat("a=b&", 5000)} {
		got := w.raw("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 4") {
			t.Errorf("an overlong target answers %.40q", got)
		}
	}
}

func hexOf(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

package site_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
)

const intake = "/api/v1/submissions"

func decoded(t *testing.T, a answer) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("no JSON: %v\n%.300s", err, a.body)
	}
	return m
}

func keysOf(m map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

// problem holds an answer to RFC 9457.
func (a answer) problem(t *testing.T, what string, status int) map[string]any {
	t.Helper()
	a.want(t, what, status)
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json; charset=utf-8" {
		t.Fatalf("%s: type %q", what, kind)
	}
	m := decoded(t, a)
	if m["status"] != float64(status) || m["type"] == nil || m["title"] == "" || m["detail"] == "" || strings.Contains(a.body, "⟦") {
		t.Errorf("%s: %s", what, a.body)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: %v", what, a.header)
	}
	return m
}

// 201 once durable, 200 with the same body for the same key, 422 where one
// field differs, and after a day the key is free again (contract, section 4; F31).
func TestIntake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	full := `{"notice":"` + slug + `","item":"3-2","category":"question","text":"屏幕何时修好？","name":"周小满","phone":"138 0000 1234","email":"z@mail.example","contact_consent":true,"publish_consent":true,"idempotency_key":"key-0123456789abcdef"}`
	a := b.json(intake, full).want(t, "first", http.StatusCreated)
	m := decoded(t, a)
	if keysOf(m) != "code due number state" || m["number"] != "2026-000001" || m["state"] != "received" || m["due"] != "2026-12-01" || !regexp.MustCompile(`^[0-9]{20}$`).MatchString(fmt.Sprint(m["code"])) {
		t.Errorf("answer %s", a.body)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Type") != "application/json; charset=utf-8" || a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", a.header)
	}
	if again := b.json(intake, full, "Accept", "text/html").want(t, "again", http.StatusOK); again.body != a.body {
		t.Errorf("a repeat answers %s, first %s", again.body, a.body)
	}
	for _, field := range []string{"notice", "item", "category", "text", "name", "phone", "email", "contact_consent", "publish_consent"} {
		var x map[string]any
		must(t, json.Unmarshal([]byte(full), &x))
		switch field {
		case "contact_consent", "publish_consent":
			x[field] = false
		case "item":
			x[field] = "3-1"
		case "phone":
			x[field] = "13800001235"
		case "category":
			x[field] = "praise"
		case "notice":
			x[field], x["item"] = "venue-safety-2026", "1-1"
		case "email":
			x[field] = "y@mail.example"
		default:
			x[field] = "别的"
		}
		body, _ := json.Marshal(x)
		got := b.json(intake, string(body))
		got.problem(t, "another "+field, http.StatusUnprocessableEntity)
		got.hasNot(t, field, fmt.Sprint(m["code"]), "2026-000001")
	}
	s := w.kept("2026-000001")
	if s.Channel != feedback.Web || s.Contact.Phone != "13800001234" || !s.PublishConsent || s.Visibility != feedback.Private {
		t.Errorf("kept as %+v", s)
	}
	least := decoded(t, b.json(intake, `{"text":"只有文字"}`).want(t, "least", http.StatusCreated))
	if s := w.kept(feedback.Number(least["number"].(string))); s.PublishConsent || s.ContactConsent || s.Category != feedback.Opinion {
		t.Errorf("defaults: %+v", s)
	}
	w.clock.move(25 * time.Hour)
	if n := decoded(t, b.json(intake, full).want(t, "a day later", http.StatusCreated))["number"]; n == "2026-000001" {
		t.Error("a key is remembered for ever")
	}
}

// T01, T03–T07, T10, T60: the statuses of everything that is not taken.
func TestIntakeRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	const bad, no = http.StatusBadRequest, http.StatusUnprocessableEntity
	for body, want := range map[string]int{
		`{"text":{"$gt":""}}`: no, `{"text":["a"]}`: no, `{"text":1}`: no, `{"text":null}`: no, `[]`: no, `"x"`: no, `null`: no, `{}`: no, `1e999`: no, `true`: no,
		``: bad, ` `: bad, `{`: bad, `{"text":"a"`: bad, `{"text":"a"} x`: bad, `{"text":"a"}{"text":"b"}`: bad, `{"text":"a"}]`: bad, "{\"text\":\"a\"}\x00": bad, `text=a`: bad, `{"text":"a",}`: bad, `{'text':'a'}`: bad,
		`{"text":"a","state":"answered"}`: no, `{"text":"a","visibility":"published"}`: no, `{"text":"a","number":"2026-000009"}`: no, `{"text":"a","channel":"phone"}`: no, `{"text":"a","$where":"1"}`: no, `{"text":"a","__proto__":{}}`: no,
		`{"text":"a","publish_consent":"yes"}`: no, `{"text":"a","publish_consent":1e999}`: no, `{"text":"a","phone":13800001234}`: no, `{"text":"a","name":{"$ne":null}}`: no,
		`{"text":"a","notice":"none"}`: no, `{"text":"a","item":"3-2"}`: no, `{"text":"a","notice":"` + slug + `","item":"3"}`: no, `{"text":"a","notice":"a.b"}`: no, `{"text":"a","notice":"$set"}`: no, `{"text":"a","notice":"\u0000"}`: no,
		`{"text":"a","category":"x"}`: no, `{"text":"a","idempotency_key":"short"}`: no, `{"text":"a","idempotency_key":"` + strings.Repeat("k", 65) + `"}`: no, `{"text":"a","idempotency_key":"0123456789abcde\u0000"}`: no,
		`{"text":"a","email":"\"a> <b@evil\"@x.cn"}`: no, `{"text":"a","email":"a@[127.0.0.1]"}`: no, `{"text":"a","email":"` + strings.Repeat("(", 10000) + `a@b.cn"}`: no, `{"text":"a","email":"` + strings.Repeat("a", 400) + `@b.cn"}`: no,
		`{"text":"` + strings.Repeat("长", 5001) + `"}`: no, `{"text":"a\u0000b"}`: no, "{\"text\":\"\xff\xfe\"}": no, `{"text":"` + strings.Repeat(`e\u0301`+strings.Repeat(`\u0301`, 40), 3) + `"}`: no,
		strings.Repeat("[", 100000): bad, strings.Repeat(`{"text":`, 50000): bad, `{"text":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `}`: bad,
		`{` + strings.Repeat(`"a":1,`, 50000) + `"text":"a"}`: no,
		`{"text":"` + strings.Repeat("a", 3<<20) + `"}`:       http.StatusRequestEntityTooLarge,
	} {
		begun := time.Now()
		b.json(intake, body).problem(t, fmt.Sprintf("%.60q", body), want)
		if d := time.Since(begun); d > time.Second {
			t.Errorf("%.60q took %v", body, d)
		}
	}
	for kind, want := range map[string]int{"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/jsonp": 415, "multipart/form-data; boundary=x": 415, "application/json; charset=utf-8": 201} {
		a := b.do(http.MethodPost, intake, strings.NewReader(`{"text":"a"}`), "Content-Type", kind)
		if a.status != want {
			t.Errorf("type %q answers %d", kind, a.status)
		}
	}
	b.json(intake, `{"text":"a"}`, "Content-Encoding", "gzip").problem(t, "packed", http.StatusUnsupportedMediaType)
	b.json(intake, `{"text":"a"}`, "Content-Encoding", "identity").problem(t, "packed", http.StatusUnsupportedMediaType)
	if n := w.count(); n != 1 {
		t.Errorf("%d kept, want 1", n)
	}
	if s := w.kept(feedback.Number(decoded(t, b.json(intake, `{"text":"\ud800半个"}`).want(t, "lone surrogate", http.StatusCreated))["number"].(string))); s.Text != "\ufffd半个" {
		t.Errorf("a lone surrogate is kept as %q", s.Text)
	}
	// The shape of faults, field by field; in English when asked for.
	m := b.json(intake, `{"text":"","phone":"1"}`, "Accept-Language", "en").problem(t, "faults", no)
	errs, _ := m["errors"].([]any)
	if len(errs) != 2 || keysOf(m) != "detail errors status title type" || keysOf(errs[0].(map[string]any)) != "detail field rule" || errs[0].(map[string]any)["field"] != "text" || errs[1].(map[string]any)["rule"] != "phone" {
		t.Errorf("faults: %v", m)
	}
}

// 429 with Retry-After, and the rest of the site unaffected.
func TestIntakeLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.Limits = true })
	b := w.visitor()
	status := 0
	for i := range 40 {
		a := b.json(intake, `{"text":"很多"}`, "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i)) // T21: believed from nobody
		if status = a.status; status == http.StatusTooManyRequests {
			a.problem(t, "limit", status)
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("40 submissions in a moment: %d", status)
	}
	a := b.post("/feedback", b.form("写了很久的意见")).want(t, "form", http.StatusTooManyRequests)
	a.has(t, "form", "写了很久的意见")
	b.get("/").want(t, "reading", http.StatusOK)
	w.clock.minutes(1)
	b.json(intake, `{"text":"一分钟后"}`).want(t, "a minute later", http.StatusCreated)
}

// Lists page by cursor with a Link header; a cursor of nobody is refused.
func TestPaging(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	for i := range 7 {
		w.published(w.file(opinion(fmt.Sprintf("第%d条", i))).Number)
	}
	for path, total := range map[string]int{"/api/v1/notices?limit=1": 2, "/api/v1/submissions?limit=3&notice=" + slug: 7, "/api/v1/submissions?limit=2&notice=" + slug + "&item=3-2": 7, "/api/v1/submissions?notice=none": 0} {
		seen := make(map[string]bool)
		for next, n := path, 0; next != "" && n < 20; n++ {
			a := b.get(next).want(t, next, http.StatusOK)
			if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: CORS %v", next, a.header) // T41
			}
			m := decoded(t, a)
			items, ok := m["items"].([]any)
			if !ok {
				t.Fatalf("%s: no items: %s", next, a.body)
			}
			for _, it := range items {
				row := it.(map[string]any)
				id := fmt.Sprint(row["slug"], row["number"])
				if seen[id] {
					t.Errorf("%s: %s twice", path, id)
				}
				seen[id] = true
			}
			link := a.header.Get("Link")
			if (m["next"] == nil) != (link == "") {
				t.Errorf("%s: next %v, Link %q", next, m["next"], link)
			}
			next = ""
			if l := regexp.MustCompile(`^<([^>]+)>; rel="next"$`).FindStringSubmatch(link); l != nil {
				next = l[1]
			}
		}
		if len(seen) != total {
			t.Errorf("%s: %d entries, want %d", path, len(seen), total)
		}
	}
	for _, list := range []string{"/api/v1/notices", "/api/v1/submissions"} {
		for _, q := range []string{"limit=0", "limit=-1", "limit=201", "limit=1e3", "limit=x", "limit=99999999999999999999", "after=zzz", "after=%7B%22%24gt%22%3A%22%22%7D", "after=%zz"} {
			a := b.get(list + "?" + q)
			if a.status != 400 && a.status != 422 {
				t.Errorf("%s?%s answers %d", list, q, a.status)
			}
			a.problem(t, list+q, a.status)
		}
		// T02: an operator in a name is a foreign field.
		plain := b.get(list).body
		if got := b.get(list + "?after[$gt]=&state[$ne]=x&limit[]=1").body; got != plain {
			t.Errorf("%s: operators in names change the list", list)
		}
	}
}

// T79, T82, T76: what is published holds no sender, no hidden word, no
// unpublished text, no time finer than a day, and no id of the store.
func TestPublishedData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	n := w.file(opinion("我叫周小满，电话13800001234，屏幕坏了。")).Number
	w.file(opinion("不公开的话"))
	w.act(w.file(opinion("线索：某人", func(in *feedback.Incoming) { in.Category = feedback.Clue })).Number, actor("mod", feedback.Moderator), feedback.Accept{})
	spans, _ := feedback.FindMarks(w.kept(n).Text, []feedback.Mark{{Words: "周小满", Kind: feedback.HiddenName}, {Words: "13800001234", Kind: feedback.HiddenPhone}})
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{Redactions: spans}, feedback.Publish{})
	s := w.act(n, actor("rep", feedback.Replier), feedback.DraftReply{Text: "修好了。", Office: "办公室", Submit: true})
	for _, path := range []string{"/api/v1/submissions", "/feedback", "/feedback/" + string(n), "/", "/notices/" + slug + "/items/" + leaf} {
		b.get(path).hasNot(t, path, "修好了。")
	}
	w.act(n, actor("app", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
	w2 := serveAgain(t, w)
	for _, path := range []string{"/api/v1/submissions", "/feedback", "/feedback/" + string(n), "/", "/notices/" + slug + "/items/" + leaf} {
		a := w2.get(path).has(t, path, "屏幕坏了", "修好了。")
		a.hasNot(t, path, senderName, senderPhone, senderMail, "不公开的话", "线索", s.ID, `"rep"`, `"app"`)
		if path != "/" && regexp.MustCompile(`2026-11-24[T ][0-9]{2}:[0-9]{2}:`).MatchString(strings.Split(a.body, `<footer`)[0]) {
			t.Errorf("%s: a time finer than a day", path)
		}
	}
	m := decoded(t, w2.get("/api/v1/submissions"))
	row := m["items"].([]any)[0].(map[string]any)
	if keysOf(row) != "category channel item notice number published received replies state statement text url" || row["text"] != "我叫【已遮盖：姓名】，电话【已遮盖：电话】，屏幕坏了。" {
		t.Errorf("row %v", row)
	}
	reply := row["replies"].([]any)[0].(map[string]any)
	if keysOf(reply) != "accepted answered number office text" || reply["office"] != "办公室" || reply["answered"] != "2026-11-24" {
		t.Errorf("reply %v", reply)
	}
	notice := decoded(t, w2.get("/api/v1/notices"))["items"].([]any)[0].(map[string]any)
	if keysOf(notice) != "counts date issuer slug title url" {
		t.Errorf("notice %s", keysOf(notice))
	}
	a, c := w2.get("/api/v1/notices/"+slug), w2.get("/notices/"+slug+".json")
	if a.body != c.body || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("the notice as data differs between its two addresses")
	}
}

// serveAgain is a second copy of the site over the same store, with nothing in
// its cache.
func serveAgain(t *testing.T, w *world) *browser {
	t.Helper()
	second, err := site.New(w.config)
	must(t, err)
	other := *w
	other.site, other.addr = second, serve(t, second)
	return other.visitor()
}

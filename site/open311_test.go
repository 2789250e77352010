package site_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"rectify/feedback"
)

// described is the site's own description of what it answers to machines.
type described struct {
	t      *testing.T
	router routers.Router
}

func describedBy(t *testing.T, b *browser) described {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(b.get("/api/openapi.json").want(t, "description", http.StatusOK).body))
	must(t, err)
	if len(doc.Servers) != 1 || doc.Servers[0].URL != ".." {
		t.Errorf("servers %v: want the site itself", doc.Servers)
	}
	doc.Servers = nil
	router, err := gorillamux.NewRouter(doc)
	must(t, err)
	return described{t, router}
}

// holds looks whether an answer is one of those described.
func (d described) holds(method, path string, a answer) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, "http://site.test"+path, nil)
	must(d.t, err)
	route, params, err := d.router.FindRoute(req)
	if err != nil {
		d.t.Fatalf("%s %s is not described: %v", method, path, err)
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader([]byte(a.body))),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		d.t.Errorf("%s %s: %v\n%.500s", method, path, err, a.body)
	}
}

// Every answer to machines is as it is described, refusals included.
func TestDescription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	n := w.published(w.file(opinion("屏幕坏了。")).Number).Number
	d := describedBy(t, b)
	for _, path := range []string{
		"/api/v1/notices", "/api/v1/notices?limit=1", "/api/v1/notices?limit=x", "/api/v1/notices/" + slug, "/api/v1/notices/none", "/api/v1/submissions", "/api/v1/submissions?notice=none",
		"/open311/v2/discovery.json", "/open311/v2/services.json", "/open311/v2/services/opinion.json", "/open311/v2/services/none.json",
		"/open311/v2/requests.json", "/open311/v2/requests.json?status=x", "/open311/v2/requests/" + string(n) + ".json", "/open311/v2/requests/2026-999999.json", "/api/openapi.json",
	} {
		d.holds(http.MethodGet, path, b.get(path))
	}
	for _, body := range []string{`{"text":"一条"}`, `{"text":""}`, `{`} {
		d.holds(http.MethodPost, intake, b.json(intake, body))
	}
	for _, text := range []string{"一条", ""} {
		d.holds(http.MethodPost, requests+".json", b.post(requests+".json", url.Values{"service_code": {"opinion"}, "description": {text}}))
	}
}

const requests = "/open311/v2/requests"

// What GeoReport v2 asks of a server, as JSON and as XML.
func TestOpen311(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := url.Values{
		"service_code": {"question"}, "description": {"屏幕何时修好？"}, "first_name": {"小满"}, "last_name": {"周"}, "phone": {"138 0000 1234"}, "email": {"z@mail.example"},
		"address_string": {"文化馆二楼"}, "lat": {"36.45"}, "long": {"115.98"}, "jurisdiction_id": {"wlj.example.gov.cn"},
		"attribute[notice]": {slug}, "attribute[item]": {"3-2"}, "attribute[publish_consent]": {"true"},
	}
	a := b.post(requests+".json", form, "Idempotency-Key", "open311-0123456789").want(t, "first", http.StatusCreated)
	var got []struct {
		ID     string `json:"service_request_id"`
		Notice string `json:"service_notice"`
		Code   string `json:"receipt_code"`
	}
	must(t, json.Unmarshal([]byte(a.body), &got))
	if len(got) != 1 || !regexp.MustCompile(`^[0-9]{20}$`).MatchString(got[0].Code) || !strings.Contains(got[0].Notice, got[0].Code) || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("answer %s %v", a.body, a.header)
	}
	if again := b.post(requests+".json", form, "Idempotency-Key", "open311-0123456789").want(t, "again", http.StatusOK); again.body != a.body {
		t.Errorf("a repeat answers %s, first %s", again.body, a.body)
	}
	s := w.kept(feedback.Number(got[0].ID))
	if s.Contact.Name != "周小满" || s.Contact.Phone != "13800001234" || s.Category != feedback.Question || s.Item != "3-2" || !s.PublishConsent || s.ContactConsent || s.Channel != feedback.Web {
		t.Errorf("kept as %+v", s)
	}
	if s.Text != "屏幕何时修好？\n地点：文化馆二楼\n坐标：36.45,115.98" {
		t.Errorf("the text is %q", s.Text)
	}
	b.get(requests+"/"+got[0].ID+".json").problem(t, "not public yet", http.StatusNotFound)
	w.published(s.Number)
	late := w.file(opinion("另一条")).Number
	w.published(late)
	for query, want := range map[string]string{
		"": got[0].ID + " " + string(late), "?service_code=question": got[0].ID, "?service_code=question,opinion": got[0].ID + " " + string(late), "?service_request_id=" + string(late) + ",2026-000999": string(late),
		"?status=closed": "", "?status=open": got[0].ID + " " + string(late), "?start_date=2001-01-01T00:00:00Z&end_date=2001-02-01T00:00:00%2B08:00": "", "?page_size=1&after=": string(late), "?notice=none": got[0].ID + " " + string(late),
	} {
		a := b.get(requests+".xml"+query).want(t, query, http.StatusOK)
		var list struct {
			XMLName xml.Name `xml:"service_requests"`
			Rows    []struct {
				ID string `xml:"service_request_id"`
			} `xml:"request"`
		}
		if err := xml.Unmarshal([]byte(a.body), &list); err != nil || a.header.Get("Content-Type") != "text/xml; charset=utf-8" {
			t.Fatalf("%q: %v %v\n%s", query, err, a.header, a.body)
		}
		ids := make(map[string]bool)
		for _, r := range list.Rows {
			ids[r.ID] = true
		}
		for _, id := range strings.Fields(want) {
			if !ids[id] {
				t.Errorf("%q: %s is not listed", query, id)
			}
			delete(ids, id)
		}
		if len(ids) > 0 {
			t.Errorf("%q: also lists %v", query, ids)
		}
	}
	for _, path := range []string{requests + ".json", requests + "/" + got[0].ID + ".xml", requests + ".xml"} {
		b.get(path).has(t, path, "屏幕何时修好").hasNot(t, path, "周小满", senderPhone, "z@mail.example", got[0].Code)
	}
	b.get("/open311/v2/services.xml").want(t, "services", http.StatusOK).has(t, "services", "<services><service><service_code>opinion</service_code>", "意见建议")
	b.get("/open311/v2/services/question.xml").has(t, "definition", "<service_definition><service_code>question</service_code>", slug)
	b.get("/open311/v2/discovery.xml").has(t, "discovery", "<discovery>", "GeoReport_v2")
	for _, bad := range []url.Values{{}, {"service_code": {"none"}, "description": {"一"}}, {"service_code": {"opinion"}}, {"service_code": {"opinion"}, "description": {"一"}, "attribute[item]": {"9-9"}}, {"service_code": {"opinion"}, "description": {"一"}, "phone": {"1"}}} {
		b.post(requests+".json", bad).problem(t, bad.Encode(), http.StatusUnprocessableEntity)
	}
	if m := b.post(requests+".xml", url.Values{"service_code": {"opinion"}}).problem(t, "no text", http.StatusUnprocessableEntity); !strings.Contains(m["errors"].([]any)[0].(map[string]any)["field"].(string), "description") {
		t.Errorf("the fault names %v", m["errors"])
	}
	for _, q := range []string{"status=x", "start_date=x", "end_date=99999-01-01", "page_size=0", "page_size=1001", "service_request_id=x", "after=zzz"} {
		if a := b.get(requests + ".json?" + q); a.status != 422 && a.status != 400 {
			t.Errorf("%s answers %d", q, a.status)
		}
	}
	if n := w.count(); n != 2 {
		t.Errorf("%d kept, want 2", n)
	}
}

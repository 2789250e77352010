package site_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/audit"
)

var passField = regexp.MustCompile(`name="pass" value="([^"]+)"`)

// passOf is what the forms on an opened submission carry.
func passOf(t *testing.T, page string) string {
	t.Helper()
	m := passField.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no pass on the page")
	}
	return m[1]
}

// A sender downloads everything that is kept, and erases it: the public page
// becomes a tombstone, the desk shows nothing, the log still proves what it
// proved, and the chain says what was done.
func TestOwnData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("屏幕坏了，标记文字在此。"))
	w.published(r.Number)
	b := w.visitor()
	page := b.post("/track", url.Values{"code": {string(r.Code)}}).want(t, "track", http.StatusOK)
	pass := passOf(t, page.body)
	got := b.post("/track/data", url.Values{"pass": {pass}, "as": {"json"}}).want(t, "data", http.StatusOK)
	var own struct {
		Number, Text string
		Contact      feedback.Contact
		Steps        []struct{ Act string }
	}
	if err := json.Unmarshal([]byte(got.body), &own); err != nil || own.Number != string(r.Number) || !strings.Contains(own.Text, "标记文字") ||
		own.Contact.Phone != senderPhone || len(own.Steps) < 2 {
		t.Errorf("%v: %s", err, got.body)
	}
	if got.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("headers of the download: %v", got.header)
	}
	text := b.post("/track/data", url.Values{"pass": {pass}, "as": {"text"}}).want(t, "text", http.StatusOK)
	for _, word := range []string{"标记文字", senderPhone, senderMail, senderName, string(r.Number)} {
		if !strings.Contains(text.body, word) {
			t.Errorf("the text lacks %q", word)
		}
	}
	b.post("/track/data", url.Values{"pass": {"x"}, "as": {"json"}}).want(t, "without a pass", http.StatusForbidden)
	b.post("/track/erase", url.Values{"pass": {pass}}).want(t, "without a tick", http.StatusUnprocessableEntity)
	done := b.post("/track/erase", url.Values{"pass": {pass}, "erase": {"yes"}}).want(t, "erase", http.StatusOK)
	mo := w.signedIn("mo", feedback.Moderator)
	for what, body := range map[string]string{
		"answer": done.body, "opinion": b.get("/feedback/" + string(r.Number)).body, "list": b.get("/feedback").body, "api": b.get("/api/v1/submissions").body,
		"track": b.post("/track", url.Values{"code": {string(r.Code)}}).body, "desk": mo.get("/desk/submissions/" + string(r.Number)).body,
	} {
		for _, word := range []string{"标记文字", senderPhone, senderMail, senderName} {
			if strings.Contains(body, word) {
				t.Errorf("%s still shows %q", what, word)
			}
		}
	}
	if page := b.get("/feedback/" + string(r.Number)).body; !strings.Contains(page, "已应留言人要求删除") {
		t.Error("no tombstone")
	}
	b.post("/track/erase", url.Values{"pass": {pass}, "erase": {"yes"}}).want(t, "erase again", http.StatusOK)
	acts := map[audit.Act]int{}
	for _, e := range w.entries() {
		if e.Object == string(r.Number) && e.Who == audit.Sender {
			acts[e.Act]++
		}
	}
	if acts[audit.Access] != 2 || acts[audit.Erase] != 2 {
		t.Errorf("the chain says %v", acts)
	}
}

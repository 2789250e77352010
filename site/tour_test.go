package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/site"
)

// The tour begins after the first sign-in, leads from page to page by forms alone,
// is remembered with the account, and once ended does not come back unless it is
// asked for.
func TestTour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("灯不亮")).Number
	b := w.signedIn("mo", feedback.Moderator)
	b.get("/desk/notices").hasNot(t, "before it began", `class="tour"`)
	walk := func(what, act, path string) {
		t.Helper()
		a := b.post("/desk/tour", url.Values{"csrf": {b.csrf()}, "go": {act}, "back": {"/desk/notices"}})
		if a.status != http.StatusSeeOther || a.where() != path {
			t.Fatalf("%s: %d to %q, want %q", what, a.status, a.where(), path)
		}
	}
	b.get("/desk").has(t, "first", `class="tour"`, "第1步，共6步", `value="next"`, `value="end"`).hasNot(t, "first", `value="back"`)
	walk("to a case", "next", "/desk/submissions/"+string(n))
	b.get("/desk/submissions/"+string(n)).has(t, "case", "第2步", `value="back"`)
	b.get("/desk/notices").has(t, "elsewhere", "第2步", `value="here"`).hasNot(t, "elsewhere", `value="next"`)
	again := w.signIn("mo") // another browser
	again.get("/desk/submissions/"+string(n)).has(t, "another browser", "第2步")
	walk("here", "here", "/desk/submissions/"+string(n))
	walk("to enter", "next", "/desk/enter")
	walk("back", "back", "/desk/submissions/"+string(n))
	for _, path := range []string{"/desk/enter", "/desk/notices", "/desk/insight", "/desk/account"} {
		walk(path, "next", path)
		b.get(path).want(t, path, http.StatusOK).has(t, path, `class="tour"`)
	}
	b.get("/desk/account").has(t, "last", "第6步，共6步").hasNot(t, "last", `value="next"`)
	walk("end", "end", "/desk/notices")
	for _, path := range []string{"/desk", "/desk/account"} {
		b.get(path).hasNot(t, "ended", `class="tour"`)
	}
	walk("anew", "start", "/desk")
	b.get("/desk").has(t, "anew", "第1步")
	b.post("/desk/tour", url.Values{"csrf": {b.csrf()}, "go": {"elsewhere"}}).want(t, "unknown", http.StatusBadRequest)
	b.post("/desk/tour", url.Values{"go": {"end"}}).want(t, "without a token", http.StatusForbidden)
	if a := b.post("/desk/tour", url.Values{"csrf": {b.csrf()}, "go": {"end"}, "back": {"//evil.example"}}); strings.Contains(a.where(), "evil") {
		t.Errorf("leads away: %q", a.where())
	}
}

// Without anything to look at, and for who may not key in, stops are left out.
func TestTourLeavesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("shen", feedback.Auditor)
	b.get("/desk").has(t, "auditor", "第1步，共5步")
	if a := b.post("/desk/tour", url.Values{"csrf": {b.csrf()}, "go": {"next"}}); a.where() != "/desk/notices" {
		t.Errorf("with an empty queue: to %q", a.where())
	}
	if a := b.post("/desk/tour", url.Values{"csrf": {b.csrf()}, "go": {"back"}}); a.where() != "/desk" {
		t.Errorf("back with an empty queue: to %q", a.where())
	}
}

// A site says on each public page that it is made up, where it is, and only there
// is a tour for visitors.
func TestDemoSays(t *testing.T) {
	t.Parallel()
	b := newWorld(t).visitor()
	b.get("/tour").want(t, "a real site", http.StatusNotFound)
	b.get("/").hasNot(t, "a real site", "演示站")
	b = newWorld(t, func(c *site.Config) { c.Demo = true }).visitor()
	for _, path := range []string{"/", "/feedback", "/statistics"} {
		b.get(path).has(t, path, "这是演示站", `href="/tour"`)
	}
	b.get("/tour").want(t, "tour", http.StatusOK).has(t, "tour", "演示站导览", `href="/desk"`)
}

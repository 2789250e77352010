package site_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/site"
	"rectify/site/body"
	"rectify/site/public"
)

// The notice stands above the form, its version is kept with each submission,
// and a version that was in use stays readable when the settings change.
func TestToldVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := b.get("/feedback/new").want(t, "form", http.StatusOK)
	if !strings.Contains(form.body, "/privacy#told") {
		t.Error("the form does not lead to the notice")
	}
	b.json("/api/v1/submissions", `{"text":"屏幕坏了。"}`).want(t, "api", http.StatusCreated)
	first := w.get(feedback.MakeNumber(2026, 1)).Told
	page := b.get("/privacy").want(t, "privacy", http.StatusOK)
	if first == "" || !strings.Contains(page.body, "版本 "+first) || strings.Contains(page.body, "以前用过的版本") {
		t.Errorf("version %q is not the one on the page", first)
	}
	go w.site.Follow(t.Context())
	eventually(t, "the words of the notice are kept", func() bool {
		marks, err := w.store.Marks(t.Context())
		return err == nil && slices.ContainsFunc(marks, func(m backup.Mark) bool { return m.Name == public.ToldNote+first })
	})
	changed := w.config
	settings := *w.config.Body
	settings.Retention = body.Retention{ContactDays: 90, ClosedDays: 1000}
	changed.Body = &settings
	next, err := site.New(changed)
	must(t, err)
	w2 := &world{t: t, site: next, config: changed, store: w.store, clock: w.clock, log: w.log, words: w.words}
	w2.addr = serve(t, next)
	b2 := w2.visitor()
	b2.json("/api/v1/submissions", `{"text":"屏幕又坏了。"}`).want(t, "api", http.StatusCreated)
	second := w.get(feedback.MakeNumber(2026, 2)).Told
	page = b2.get("/privacy").want(t, "privacy", http.StatusOK)
	if second == first || !strings.Contains(page.body, "版本 "+second) || !strings.Contains(page.body, "版本 "+first+"，从") || !strings.Contains(page.body, "办结90天后删除") {
		t.Errorf("after a change: %q then %q", first, second)
	}
}

package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/site/body"
)

// settingsForm is the form as the page shows it.
func (b *browser) settingsForm() url.Values {
	b.t.Helper()
	page := b.get("/desk/settings").want(b.t, "settings", http.StatusOK)
	text, _, err := (&body.Settings{Place: b.w.config.Press.Notices, Versions: b.w.config.Archive.Shelf, Default: b.w.config.Default}).Load(b.t.Context())
	must(b.t, err)
	values, err := body.Read(text)
	must(b.t, err)
	form := url.Values{"csrf": {b.csrf()}, "was": {field(b.t, page.body, "was")}}
	for key, v := range values {
		form.Set(strings.NewReplacer(".", "-", "_", "-").Replace(key), v)
	}
	return form
}

func (b *browser) settings(form url.Values, act string, change ...string) answer {
	b.t.Helper()
	form.Set("csrf", b.csrf())
	form.Set("act", act)
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return b.post("/desk/settings", form)
}

// A change is shown before it is saved, checked by field, kept with who and why,
// and an earlier version comes back; two who change at once are told.
func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.signedIn("guanli", feedback.Admin), w.signedIn("fuzhi", feedback.Admin)
	late := b.settingsForm()
	form := a.settingsForm()
	a.settings(form, "preview", "name", "临水市某局", "contacts-phone", "0600-555-0142\n0600-555-0177", "categories-question-answer-days", "9", "categories-question-answer-clock", "working").
		want(t, "preview", http.StatusOK).has(t, "preview", "将要改动", "临水市某局", "0600-555-0177", "“咨询”的答复天数", `value="save"`)
	if text, _, _ := w.settings().Load(t.Context()); string(text) != string(w.config.Default) {
		t.Error("a preview changed something")
	}
	for name, value := range map[string]string{"contacts-postcode": "abc", "limits-extension": "91", "retention-closed-days": "many", "archived": "morgen", "note": strings.Repeat("字", 201), "limits-moderate-days": "0"} {
		was := form.Get(name)
		page := a.settings(form, "save", name, value).want(t, name, http.StatusUnprocessableEntity)
		if !strings.Contains(page.body, `href="#`+name+`"`) || !strings.Contains(page.body, `id="`+name+`"`) {
			t.Errorf("%s: the fault is not at its field", name)
		}
		form.Set(name, was)
	}
	a.settings(form, "save", "note", "换了电话").want(t, "save", http.StatusSeeOther)
	page := a.get("/desk/settings").has(t, "history", "临水市某局", "guanli", "换了电话", "单位名称", "现在用的")
	if !strings.Contains(page.body, "0600-555-0177") {
		t.Error("the new number is not in the form")
	}
	b.settings(late, "save", "name", "别的局").want(t, "late", http.StatusConflict).has(t, "late", "别人改了设置", "别的局")
	b.settings(b.settingsForm(), "save").want(t, "nothing changed", http.StatusSeeOther)

	form = a.settingsForm()
	a.settings(form, "save", "name", "第二个名字").want(t, "save again", http.StatusSeeOther)
	restored := a.post("/desk/settings", url.Values{"csrf": {a.csrf()}, "act": {"restore"}, "n": {"1"}})
	restored.want(t, "restore", http.StatusOK).has(t, "restore", "将要改动", "第二个名字", "临水市某局", "恢复第1版")
	form.Set("was", field(t, restored.body, "was"))
	a.settings(form, "save", "name", "临水市某局").want(t, "save the restored one", http.StatusSeeOther)
	for _, n := range []string{"99", "0", "-1", "x", ""} {
		if got := a.post("/desk/settings", url.Values{"csrf": {a.csrf()}, "act": {"restore"}, "n": {n}}); got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
			t.Errorf("version %q answers %d", n, got.status)
		}
	}
	got := strings.Join(lines(w.entries()), "\n")
	if !strings.Contains(got, "guanli settings name, contacts.phone") {
		t.Errorf("chain:\n%s", got)
	}
}

func (w *world) settings() *body.Settings {
	return &body.Settings{Place: w.config.Press.Notices, Versions: w.config.Archive.Shelf, Default: w.config.Default, Now: w.config.Now}
}

// Who sits there is asked again, and what was typed is not lost by it.
func TestSettingsAskWhoSitsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.signedIn("guanli", feedback.Admin)
	form := a.settingsForm()
	w.clock.minutes(11)
	page := a.settings(form, "save", "name", "临水市某局").want(t, "later", http.StatusForbidden).has(t, "later", "临水市某局", `name="proof"`)
	_ = page
	a.settings(form, "save", "proof", password).want(t, "with the password", http.StatusSeeOther)
	if text, _, err := w.settings().Load(t.Context()); err != nil || !strings.Contains(string(text), "临水市某局") {
		t.Errorf("kept %q, %v", text, err)
	}
}

// A file that somebody broke by hand is told, and nothing is written over it.
func TestBrokenSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.config.Press.Notices.Put(t.Context(), body.File, []byte("name: [\n"), ""))
	a := w.signedIn("guanli", feedback.Admin)
	a.get("/desk/settings").want(t, "broken", http.StatusOK).has(t, "broken", "site.yaml 读不出来").hasNot(t, "broken", `value="preview"`)
	a.post("/desk/settings", url.Values{"csrf": {a.csrf()}, "act": {"save"}, "name": {"x"}}).want(t, "save over it", http.StatusConflict)
	if text, _, _ := w.settings().Load(t.Context()); string(text) != "name: [\n" {
		t.Errorf("it is now %q", text)
	}
}

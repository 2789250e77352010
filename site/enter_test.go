package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site"
	"rectify/site/body"
)

// call is the form for a call as a browser would send it.
func call(b *browser, more url.Values) url.Values {
	form := url.Values{
		"csrf": {b.csrf()}, "idempotency_key": {"0123456789abcdef-call"}, "channel": {"phone"}, "received": {"2026-11-24"}, "hour": {"09:30"},
		"text": {"展厅西侧的窗户漏雨，地上湿滑。"}, "category": {"opinion"},
	}
	for k, v := range more {
		form[k] = v
	}
	return form
}

// What is being keyed in outlives a closed tab and a new start of the site, is
// seen by nobody else, and is gone when it was filed or thrown away.
func TestEntryDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna, bob := w.signedIn("anna", feedback.Moderator), w.signedIn("bob", feedback.Replier)
	anna.post("/desk/enter/draft", call(anna, nil)).want(t, "keep", http.StatusNoContent)
	anna.post("/desk/enter/draft", call(anna, url.Values{"text": {"展厅西侧的窗户漏雨，地上湿滑，还有"}, "posted": {"2026-11-20"}})).want(t, "keep again", http.StatusNoContent)
	anna.get("/desk/enter").want(t, "back", http.StatusOK).has(t, "back", "地上湿滑，还有", "2026-11-20", "内容已取回")
	bob.get("/desk/enter").want(t, "bob", http.StatusOK).hasNot(t, "bob", "湿滑", "取回")
	anna.post("/desk/enter", call(anna, url.Values{"do": {"drop"}})).want(t, "drop", http.StatusSeeOther)
	anna.get("/desk/enter").hasNot(t, "dropped", "湿滑", "取回")
	anna.post("/desk/enter", call(anna, url.Values{"do": {"keep"}})).want(t, "by button", http.StatusOK).has(t, "by button", "湿滑", "取回")
	anna.post("/desk/enter", call(anna, nil)).want(t, "file", http.StatusOK).has(t, "file", "已登记")
	anna.get("/desk/enter").hasNot(t, "filed", "取回")
	w.clock.days(8)
	anna = w.signIn("anna")
	anna.post("/desk/enter/draft", call(anna, nil))
	w.clock.days(8)
	w.signIn("anna").get("/desk/enter").hasNot(t, "after its time", "取回")
}

// A leaf is found by typing its id, words of its title or the code of a printed
// form; what could be several is asked again and nothing typed is lost.
func TestEntryTarget(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("anna", feedback.Moderator)
	for typed, want := range map[string]string{
		"":                         " ",
		slug + "|" + leaf:          slug + " " + leaf,
		body.PaperCode(slug, leaf): slug + " " + leaf,
		body.PaperCode(slug, ""):   slug + " ",
		"不可移动文物底数不清":               "?",
		"整份通报：":                    "?",
		"没有这一项":                    "?",
		strings.Repeat("一", 3000):  "?",
	} {
		a := b.post("/desk/enter", call(b, url.Values{"target": {typed}, "idempotency_key": {""}}))
		if want == "?" && a.status == http.StatusUnprocessableEntity {
			a.has(t, typed, "湿滑")
			continue
		}
		a.want(t, typed, http.StatusOK)
		if want == "?" {
			continue // one title has these words
		}
		kept := w.newest()
		if got := kept.Notice + " " + kept.Item; got != want {
			t.Errorf("%q is filed under %q, want %q", typed, got, want)
		}
	}
}

// A letter keeps its postmark, addressee and number of the register; a visit
// prints a record to sign; what came before and is like it is shown.
func TestEntryPaperAndSimilar(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("anna", feedback.Moderator)
	b.post("/desk/enter", call(b, url.Values{"channel": {"post"}, "posted": {"2026-11-20"}, "addressee": {"机关党委"}, "register": {"收〔2026〕88"}})).want(t, "letter", http.StatusOK).
		has(t, "letter", "回执", "收〔2026〕88", "2026-11-20")
	s := w.newest()
	if s.Posted != calendar.Day("2026-11-20") || s.Paper == nil || s.Paper.Addressee != "机关党委" || s.Paper.Register != "收〔2026〕88" {
		t.Errorf("letter kept as %+v, %s", s.Paper, s.Posted)
	}
	b.get("/desk/submissions/"+string(s.Number)).has(t, "case", "机关党委", "收〔2026〕88")
	visit := b.post("/desk/enter", call(b, url.Values{"channel": {"visit"}, "idempotency_key": {""}, "name": {"周女士"}, "phone": {"0600-555-0142"}})).want(t, "visit", http.StatusOK)
	visit.has(t, "visit", "来访记录", "来访人签名", "周女士")
	b.post("/desk/enter/similar", url.Values{"csrf": {b.csrf()}, "text": {"窗户漏雨，展厅地上湿滑得很"}}).want(t, "similar", http.StatusOK).
		has(t, "similar", string(s.Number)).hasNot(t, "similar", "<html")
	b.post("/desk/enter", call(b, url.Values{"do": {"similar"}, "text": {"窗户漏雨，展厅地上湿滑得很"}})).want(t, "by button", http.StatusOK).has(t, "by button", string(s.Number))
	b.post("/desk/enter/similar", url.Values{"csrf": {b.csrf()}, "text": {"建议延长开放时间到晚上九点"}}).hasNot(t, "unlike", string(s.Number))
}

// The form for pen and post says which item it is for; after the supervision
// period the notice's own channels are shown as closed.
func TestPaperForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.BaseURL = "https://www.linshui.example/zt" })
	b := w.visitor()
	b.get("/notices/"+slug+"/paper?item="+leaf).want(t, "leaf", http.StatusOK).has(t, "leaf", body.PaperCode(slug, leaf), "<svg")
	b.get("/notices/"+slug+"/paper").want(t, "whole", http.StatusOK).has(t, "whole", body.PaperCode(slug, ""))
	for _, odd := range []string{"0-0", "$ne", "一"} {
		b.get("/notices/"+slug+"/paper?item="+url.QueryEscape(odd)).want(t, odd, http.StatusNotFound)
	}
	b.get("/notices/"+slug+".md/paper").want(t, "data", http.StatusNotFound)
}

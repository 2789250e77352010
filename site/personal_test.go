package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/pii"
)

const (
	hiddenName  = "欧阳春晓"
	hiddenPhone = "13912345678"
	hiddenID    = "110101199003077758"
	hiddenPlate = "苏E88K27"
)

// What looks like personal data is not published until somebody hid it or said
// of it, piece by piece, that it may be public; that holds for replies as well,
// and for what is changed later (T78).
func TestPublishingGuard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("我叫" + hiddenName + "，电话" + hiddenPhone + "，车牌" + hiddenPlate + "。"))
	mo := w.signedIn("mo", feedback.Moderator, feedback.Replier)
	at := "/desk/submissions/" + string(r.Number)
	page := mo.get(at).want(t, "case", http.StatusOK)
	for _, word := range []string{hiddenName, hiddenPhone, hiddenPlate} {
		if !strings.Contains(page.body, fmt.Sprintf(`<mark>%s</mark>`, word)) {
			t.Errorf("%s is not proposed", word)
		}
	}
	rev := 1
	do := func(b *browser, what string, status int, form url.Values) answer {
		t.Helper()
		form.Set("csrf", b.csrf())
		form.Set("rev", fmt.Sprint(rev))
		a := b.post(at, form).want(t, what, status)
		if status == http.StatusSeeOther {
			rev++
		}
		return a
	}
	do(mo, "accept", http.StatusSeeOther, url.Values{"act": {"accept"}, "hide": {hiddenName}, "kind": {"name"}})
	again := do(mo, "publish", http.StatusUnprocessableEntity, url.Values{"act": {"publish"}})
	for _, word := range []string{hiddenPhone, hiddenPlate} {
		if !strings.Contains(again.body, fmt.Sprintf(`name="cleared" value="%s"`, word)) {
			t.Errorf("%s is not asked about", word)
		}
	}
	do(mo, "one of two", http.StatusUnprocessableEntity, url.Values{"act": {"publish"}, "cleared": {hiddenPlate}})
	do(mo, "redact", http.StatusSeeOther, url.Values{"act": {"redact"}, "hide": {hiddenName, hiddenPhone}, "kind": {"name", "phone"}})
	do(mo, "publish", http.StatusSeeOther, url.Values{"act": {"publish"}, "cleared": {hiddenPlate}})
	public := w.visitor().get("/feedback/" + string(r.Number)).body
	if strings.Contains(public, hiddenPhone) || !strings.Contains(public, hiddenPlate) {
		t.Error("the public sees something else than was decided")
	}
	less := do(mo, "less hidden", http.StatusUnprocessableEntity, url.Values{"act": {"redact"}, "hide": {hiddenName}, "kind": {"name"}})
	less.has(t, "less hidden", fmt.Sprintf(`name="cleared" value="%s"`, hiddenPhone)) // or nobody could say that it may be
	to := do(mo, "forward", http.StatusUnprocessableEntity, url.Values{"act": {"forward"}, "where": {"body"}, "name": {"找13712345678"}, "told": {"已转。"}})
	to.has(t, "forward", `name="cleared" value="13712345678"`)
	do(mo, "draft", http.StatusSeeOther, url.Values{"act": {"draft"}, "reply": {"已联系" + hiddenPhone + "。"}, "office": {"公共服务科"}, "submit": {"1"}})
	ap := w.signedIn("ap", feedback.Approver)
	s := w.get(r.Number)
	do(ap, "approve", http.StatusUnprocessableEntity, url.Values{"act": {"approve"}, "digest": {s.Draft.Digest}})
	do(ap, "approve", http.StatusSeeOther, url.Values{"act": {"approve"}, "digest": {s.Draft.Digest}, "cleared": {hiddenPhone}})
}

// The words that were hidden are found nowhere in public (T79).
func TestHiddenWordsAreNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := []string{hiddenName, hiddenPhone, hiddenPlate}
	text := "路灯坏了。我叫" + hiddenName + "，电话" + hiddenPhone + "，车停在门口，车牌" + hiddenPlate + "。"
	r := w.file(opinion(text))
	var marks []feedback.Mark
	for _, x := range secret {
		marks = append(marks, feedback.Mark{Words: x, Kind: feedback.HiddenOther})
	}
	spans, _ := feedback.FindMarks(text, marks)
	w.act(r.Number, actor("mo", feedback.Moderator), feedback.Accept{Redactions: spans}, feedback.Publish{})
	b := w.visitor()
	n := string(r.Number)
	for _, path := range []string{
		"/", "/feedback", "/feedback/" + n, "/notices/" + slug, "/notices/" + slug + "/items/" + leaf, "/notices/" + slug + ".json", "/notices/" + slug + ".csv",
		"/notices/" + slug + ".txt", "/notices/" + slug + ".md", "/notices/" + slug + "/history", "/notices/" + slug + "/feed.atom", "/feed.atom", "/feed.json", "/sitemap.xml", "/sitemap/1.xml",
		"/api/v1/submissions", "/api/v1/notices/" + slug, "/log", "/log/latest", "/log/tile/entries/000.p/1", "/statistics",
		"/search?q=" + url.QueryEscape("路灯"), "/search?q=" + hiddenPhone, "/search?q=" + url.QueryEscape(hiddenName), "/search?q=" + url.QueryEscape(hiddenPlate),
	} {
		got := b.get(path)
		for name, values := range got.header {
			for _, v := range values {
				if leaks := pii.Leaks([]byte(v), secret); len(leaks) > 0 {
					t.Errorf("%s: header %s shows %v", path, name, leaks)
				}
			}
		}
		if strings.Contains(path, "q=") && !strings.Contains(path, url.QueryEscape("路灯")) {
			if strings.Contains(got.body, "/feedback/"+n) { // what was asked stands on the page; what is hidden is not found by it
				t.Errorf("%s finds it", path)
			}
			continue
		}
		if leaks := pii.Leaks([]byte(got.body), secret); len(leaks) > 0 {
			t.Errorf("%s (%d) shows %v", path, got.status, leaks)
		}
	}
}

// Identity and bank numbers are not stored unless their sender insists: the form
// asks, the API masks and says so.
func TestStrongNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	form := url.Values{"text": {"我的身份证号是" + hiddenID + "。"}, "category": {"opinion"}, "idempotency_key": {"0123456789abcdef"}}
	asked := b.post("/feedback", form).want(t, "asked", http.StatusUnprocessableEntity)
	if !strings.Contains(asked.body, "110＊") || !strings.Contains(asked.body, `value="mask" checked`) {
		t.Error("the form does not ask")
	}
	form.Set("strong", "mask")
	b.post("/feedback", form).want(t, "masked", http.StatusSeeOther)
	if s := w.get(feedback.MakeNumber(2026, 1)); strings.Contains(s.Text, hiddenID) || !strings.Contains(s.Text, "110＊＊＊＊＊＊＊＊＊＊＊7758") {
		t.Errorf("kept: %s", s.Text)
	}
	form.Set("strong", "keep")
	form.Set("idempotency_key", "fedcba9876543210")
	b.post("/feedback", form).want(t, "kept", http.StatusSeeOther)
	if s := w.get(feedback.MakeNumber(2026, 2)); !strings.Contains(s.Text, hiddenID) {
		t.Errorf("kept: %s", s.Text)
	}
	got := b.json("/api/v1/submissions", `{"text":"卡号 6222021234567890128，身份证`+hiddenID+`"}`).want(t, "api", http.StatusCreated)
	if s := w.get(feedback.MakeNumber(2026, 3)); strings.Contains(s.Text, hiddenID) || got.header.Get("Rectify-Masked") == "" {
		t.Errorf("kept: %s; %v", s.Text, got.header)
	}
	// Nor by what comes later, or is keyed in; both are told.
	r := w.file(opinion("屏幕坏了。"))
	pass := field(t, b.post("/track", url.Values{"code": {string(r.Code)}}).body, "pass")
	for act, text := range map[string]func(feedback.Submission) string{
		"remark":  func(s feedback.Submission) string { return s.Remarks[0].Text },
		"correct": func(s feedback.Submission) string { return s.Current() },
	} {
		b.post("/track", url.Values{"pass": {pass}, "act": {act}, "text": {"身份证" + hiddenID}}).want(t, act, http.StatusOK).has(t, act, "只留下首尾几位：110＊")
		if s := w.get(r.Number); text(s) != "身份证110＊＊＊＊＊＊＊＊＊＊＊7758" {
			t.Errorf("%s keeps %s", act, text(s))
		}
	}
	clerk := w.signedIn("clerk", feedback.Replier)
	clerk.post("/desk/enter", url.Values{
		"csrf": {clerk.csrf()}, "channel": {"phone"}, "received": {"2026-11-24"}, "text": {"他说卡号6222021234567890128。"}, "idempotency_key": {strings.Repeat("k", 20)},
	}).want(t, "keyed in", http.StatusOK).has(t, "keyed in", "共1个。请告诉对方")
}

func (w *world) get(n feedback.Number) feedback.Submission {
	w.t.Helper()
	s, err := w.store.Get(w.t.Context(), n)
	must(w.t, err)
	return s
}

// What was hidden in one place, and what the sender left to be reached by, comes
// out nowhere else: not further on in the text, not in a reply.
func TestHiddenWordsDoNotComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const title, sender, phone = "宋主任", "边小满", "13700006666"
	in := opinion("值班的" + title + "说不归他管。记得找" + title + "。")
	in.Contact = feedback.Contact{Name: sender, Phone: phone}
	n := w.file(in).Number
	mo, ap, rev := w.signedIn("mo", feedback.Moderator, feedback.Replier), w.signedIn("ap", feedback.Approver), 1
	do := func(b *browser, what string, status int, form url.Values) answer {
		t.Helper()
		form.Set("csrf", b.csrf())
		form.Set("rev", fmt.Sprint(rev))
		a := b.post("/desk/submissions/"+string(n), form).want(t, what, status)
		if status == http.StatusSeeOther {
			rev++
		}
		return a
	}
	asked := func(a answer, words ...string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(a.body, fmt.Sprintf(`name="cleared" value="%s"`, word)) {
				t.Errorf("%s is not asked about", word)
			}
		}
	}
	_, read, _ := strings.Cut(mo.get("/desk/submissions/"+string(n)).body, `name="text" value="`)
	read, _, _ = strings.Cut(read, `"`)
	do(mo, "accept", http.StatusSeeOther, url.Values{"act": {"accept"}, "text": {read}, "place": {"3-6-name"}})
	asked(do(mo, "publish", http.StatusUnprocessableEntity, url.Values{"act": {"publish"}}), title)
	do(mo, "hide", http.StatusSeeOther, url.Values{"act": {"redact"}, "hide": {title}, "kind": {"name"}})
	do(mo, "publish", http.StatusSeeOther, url.Values{"act": {"publish"}})
	do(mo, "draft", http.StatusSeeOther, url.Values{"act": {"draft"}, "reply": {sender + "同志：宋 主任已被批评。会打137-0000-6666。"}, "office": {"公共服务科"}, "submit": {"1"}})
	approve := url.Values{"act": {"approve"}, "digest": {w.get(n).Draft.Digest}}
	asked(do(ap, "approve", http.StatusUnprocessableEntity, approve), title, sender, phone)
	approve["cleared"] = []string{title, sender, phone, "137-0000-6666"}
	do(ap, "approve", http.StatusSeeOther, approve)
}

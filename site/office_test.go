package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
)

// A clue is invisible to those without the right: in the queue, its counts and
// filters, by number, beside others, and for every act.
func TestClue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("线索：某某收礼。", func(in *feedback.Incoming) { in.Category = feedback.Clue })).Number
	plain := w.file(opinion("屏幕坏了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	blind := []*browser{w.signedIn("rene", feedback.Replier), w.signedIn("audi", feedback.Auditor), w.signedIn("chef", feedback.Admin)}
	for _, b := range blind {
		for _, view := range []string{"", "open", "late", "today", "moderate", "approve", "mine", "clues", "publish", "answered", "ended"} {
			for _, q := range []string{"", "&category=clue", "&notice=" + slug, "&channel=web"} {
				b.get("/desk?view="+view+q).want(t, view+q, http.StatusOK).hasNot(t, view+q, "某某收礼", string(n))
			}
		}
		b.get("/desk?view=open").has(t, "open", string(plain))
		b.get("/desk/submissions/"+string(plain)).want(t, "other", http.StatusOK).hasNot(t, "beside another", string(n), "某某收礼")
		found := b.get("/desk/find?q=" + string(n))
		if found.status == http.StatusSeeOther {
			b.get(found.where()).want(t, "found", http.StatusNotFound)
		}
		missing := b.get("/desk/submissions/2026-000099")
		hidden := b.get("/desk/submissions/" + string(n))
		if hidden.status != http.StatusNotFound || withoutToken(hidden.body) != withoutToken(missing.body) {
			t.Errorf("a clue differs from a number that was never given: %d", hidden.status)
		}
		for _, act := range []string{"note", "draft", "reveal-contact", "accept", "publish", "classify"} {
			b.act(n, act, 2, "note", "x", "reply", "x", "office", "x", "reason", "x", "category", "opinion").want(t, act, http.StatusNotFound)
		}
	}
	for _, b := range []*browser{w.signedIn("mona", feedback.Moderator), w.signedIn("appa", feedback.Approver)} {
		b.get("/desk?view=clues").has(t, "clues", string(n), "某某收礼")
		b.get("/desk/submissions/"+string(n)).want(t, "clue", http.StatusOK)
	}
	// The one in charge sees it; a clue is never published.
	w.act(n, actor("mod", feedback.Moderator), feedback.Assign{Owner: "rene"})
	blind[0].get("/desk/submissions/"+string(n)).want(t, "in charge", http.StatusOK)
	blind[0].get("/desk?view=mine").has(t, "in charge", string(n))
	blind[1].get("/desk/submissions/"+string(n)).want(t, "auditor", http.StatusNotFound)
	w.signedIn("moni", feedback.Moderator).act(n, "publish", 3).want(t, "publish", http.StatusConflict).has(t, "publish", "问题线索永远不公开")
	if s := w.kept(n); s.Rev != 3 {
		t.Errorf("revision %d", s.Rev)
	}
	w.visitor().get("/feedback/"+string(n)).want(t, "public", http.StatusNotFound)
}

// withoutToken is a page without the form token, which is another each time (T45).
func withoutToken(page string) string {
	before, rest, ok := strings.Cut(page, `name="csrf" value="`)
	if !ok {
		return page
	}
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

// T82: contact details only after somebody with the right gave a reason, each
// look one event; they stand in no page before.
func TestContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕坏了。")).Number
	for _, role := range feedback.Roles() {
		b := w.signedIn("t-"+string(role), role)
		for _, path := range []string{"/desk", "/desk/submissions/" + string(n)} {
			b.get(path).hasNot(t, path+" as "+string(role), senderName, senderPhone, senderMail)
		}
		rev := w.kept(n).Rev
		a := b.act(n, "reveal-contact", rev, "reason", "回电核实")
		switch role {
		case feedback.Moderator:
			a.want(t, "moderator", http.StatusOK).has(t, "moderator", senderName, senderPhone, senderMail)
			if a.header.Get("Cache-Control") != "no-store" {
				t.Error("the page with contact details may be kept")
			}
			b.act(n, "reveal-contact", rev+1, "reason", " ").want(t, "no reason", http.StatusUnprocessableEntity).hasNot(t, "no reason", senderPhone)
			b.get("/desk/submissions/"+string(n)).hasNot(t, "afterwards", senderPhone, senderMail)
			s := w.kept(n)
			last := s.Events[len(s.Events)-1]
			if s.Rev != rev+1 || last.Act != feedback.ActRevealContact || last.By != "t-moderator" || last.Note != "回电核实" {
				t.Errorf("event %+v", last)
			}
		default: // a replier who is not in charge, and everybody else
			if a.status != http.StatusForbidden {
				t.Errorf("%s: answers %d", role, a.status)
			}
			a.hasNot(t, string(role), senderName, senderPhone, senderMail)
			if w.kept(n).Rev != rev {
				t.Errorf("%s changed something", role)
			}
		}
	}
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Assign{Owner: "t-replier"})
	w.signIn("t-replier").act(n, "reveal-contact", w.kept(n).Rev, "reason", "约时间").want(t, "in charge", http.StatusOK).has(t, "in charge", senderPhone)
	if log := w.log.String(); strings.Contains(log, senderPhone) || strings.Contains(log, senderName) || strings.Contains(log, "约时间") {
		t.Error("the log holds contact details")
	}
}

// T78, T97, T98: what the workflow refuses, with everything typed kept.
func TestRefusedActs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("我叫周小满，屏幕坏了。", func(in *feedback.Incoming) { in.PublishConsent = false })).Number
	all := w.signedIn("anna", feedback.Roles()...)
	rev := func() int64 { return w.kept(n).Rev }
	anchors := func(what string, a answer) {
		t.Helper()
		for _, to := range brokenAnchors(t, a.body) {
			t.Errorf("%s: the summary leads to #%s, which is not on the page", what, to)
		}
	}
	// Words that do not occur are not hidden, and nobody may believe so.
	a := all.act(n, "accept", rev(), "hide", "周小满", "kind", "name", "hide", "没有的字", "kind", "phone", "category", "opinion").want(t, "missing words", http.StatusUnprocessableEntity)
	a.has(t, "missing words", "没有遮盖：没有的字", `value="周小满"`, `value="没有的字"`)
	anchors("missing words", a)
	if w.kept(n).State != feedback.Received {
		t.Error("accepted all the same")
	}
	a = all.act(n, "reject", rev(), "note", "我的说明").want(t, "no reason", http.StatusUnprocessableEntity).has(t, "no reason", "请选择或写明理由")
	anchors("no reason", a)
	for _, act := range []string{"publish", "draft", "approve", "close", "reopen", "grant", "extend"} { // T98: not from received
		all.act(n, act, rev(), "reply", "越级答复", "office", "x", "days", "3", "reason", "x", "note", "x").want(t, act+" on received", http.StatusConflict)
	}
	all.act(n, "accept", rev(), "hide", "周小满", "kind", "name", "category", "opinion").want(t, "accept", http.StatusSeeOther)
	all.act(n, "publish", rev()).want(t, "no consent", http.StatusConflict).has(t, "no consent", "留言人没有同意公开")
	a = all.act(n, "assign", rev(), "owner", "nobody", "office", "办公室").want(t, "unknown owner", http.StatusUnprocessableEntity)
	anchors("unknown owner", a)
	for name, f := range map[string][]string{
		"no text": {"office", "办公室"}, "no office": {"reply", "写好了的答复"}, "too long": {"office", "办公室", "reply", strings.Repeat("长", 10001)},
		"blank": {"office", "办公室", "reply", "您好，〔　〕已修好", "submit", "1"}, "NUL": {"office", "办公室", "reply", "a\x00b"},
	} {
		a = all.act(n, "draft", rev(), f...).want(t, name, http.StatusUnprocessableEntity)
		anchors(name, a)
		for i := 0; i < len(f); i += 2 {
			if f[i] == "reply" && name != "NUL" && !strings.Contains(a.body, f[i+1]) {
				t.Errorf("%s: what was typed is gone", name)
			}
		}
	}
	all.act(n, "draft", rev(), "reply", "修好了。", "office", "办公室", "submit", "1").want(t, "draft", http.StatusSeeOther)
	digest := w.kept(n).Draft.Digest
	all.act(n, "approve", rev(), "digest", digest).want(t, "own draft", http.StatusConflict).has(t, "own draft", "起草或提出的人不能自己批准")
	all.get("/desk/submissions/"+string(n)).hasNot(t, "own draft", `value="approve"`)
	other := w.signedIn("berta", feedback.Approver)
	other.act(n, "approve", rev(), "digest", strings.Repeat("0", 64)).want(t, "another text", http.StatusConflict).has(t, "another text", "草稿之后又改过")
	a = other.act(n, "return", rev(), "note", "").want(t, "return without a word", http.StatusUnprocessableEntity)
	anchors("return", a)
	other.act(n, "draft", rev(), "reply", "代写", "office", "x", "seen", digest).want(t, "approver drafts", http.StatusForbidden)
	other.act(n, "approve", rev(), "digest", digest).want(t, "approve", http.StatusSeeOther)
	for _, into := range []string{string(n), "2026-000099", "", "$ne"} {
		m := w.file(opinion("同样的问题。")).Number
		if into == string(n) {
			into = string(m) // into itself
		}
		a = all.act(m, "merge", 1, "into", into).want(t, "merge into "+into, http.StatusUnprocessableEntity)
		anchors("merge", a)
	}
	m := w.file(opinion("又一件。", func(in *feedback.Incoming) { in.PublishConsent = true })).Number
	w.published(m)
	a = all.act(m, "unpublish", w.kept(m).Rev, "note", "").want(t, "unpublish without a word", http.StatusUnprocessableEntity)
	anchors("unpublish", a)
	for name, f := range map[string][]string{"days": {"days", "999", "reason", "等配件"}, "no number": {"days", "x", "reason", "等"}, "no reason": {"days", "5"}} {
		a = all.act(m, "extend", w.kept(m).Rev, f...).want(t, name, http.StatusUnprocessableEntity).has(t, name, f[1])
		anchors("extend "+name, a)
	}
	a = all.act(m, "reveal-contact", w.kept(m).Rev).want(t, "reveal without a reason", http.StatusUnprocessableEntity)
	anchors("reveal", a)
	all.act(m, "extend", w.kept(m).Rev, "days", "5", "reason", "等配件").want(t, "extend", http.StatusSeeOther)
	all.act(m, "grant", w.kept(m).Rev).want(t, "own extension", http.StatusConflict)
	all.act(m, "note", w.kept(m).Rev, "note", " ").want(t, "empty note", http.StatusUnprocessableEntity)
}

// T30: what people write stays text on every page of the desk.
func TestPayloads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.signedIn("anna", feedback.Roles()...)
	for i, x := range []string{`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `<svg><style><img src=x onerror=alert(1)></style>`, `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`, `</textarea><script>1</script>`, `javascript:alert(1)`, `{{.}}`, `]]><x>`, "'`onmouseover=alert(1) x='"} {
		n := w.file(opinion(x, func(in *feedback.Incoming) { in.Name = x })).Number
		w.act(n, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Publish{}, feedback.Note{Text: x})
		reply := strings.ReplaceAll(x, "{{", "{ {") // a place that is not filled in is never sent
		w.act(n, actor("rep", feedback.Replier), feedback.DraftReply{Text: reply, Office: x[:min(len(x), 40)], Submit: true})
		w.act(n, actor("app", feedback.Approver), feedback.Approve{Digest: w.kept(n).Draft.Digest})
		rev := w.kept(n).Rev
		for what, a := range map[string]answer{
			"case": all.get("/desk/submissions/" + string(n)), "queue": all.get("/desk?view=answered"), "contact": all.act(n, "reveal-contact", rev, "reason", x),
			"conflict": all.act(n, "draft", rev-1, "reply", x, "office", x), "filters": all.get("/desk?" + url.Values{"channel": {x}, "category": {x}, "notice": {x}, "after": {x}, "done": {x}}.Encode()),
			"find": all.get("/desk/find?" + url.Values{"q": {x}}.Encode()), "login": w.visitor().get("/desk/login?" + url.Values{"back": {x}}.Encode()),
			"public": all.get("/feedback/" + string(n)), "list": all.get("/feedback?" + url.Values{"notice": {x}, "item": {x}, "category": {x}}.Encode()), // T31
			"form": all.get("/feedback/new?" + url.Values{"notice": {x}, "item": {x}, "category": {x}}.Encode()), "notices": all.get("/notices?" + url.Values{"status": {x}, "year": {x}}.Encode()),
			"enter": all.post("/desk/enter", url.Values{"csrf": {all.csrf()}, "text": {x}, "name": {x}, "target": {x}, "channel": {x}, "received": {x}, "hour": {x}, "posted": {x}}),
			"staff": all.post("/desk/staff", url.Values{"csrf": {all.csrf()}, "act": {"add"}, "name": {x}, "display": {x}, "office": {x}, "role": {x}, "password": {x}}),
		} {
			if a.status >= 500 {
				t.Errorf("%s with payload %d answers %d", what, i, a.status)
			}
			inline(t, fmt.Sprintf("%s with payload %d", what, i), a.body)
		}
	}
	// T44: opening every link of the desk changes nothing.
	before := fmt.Sprintf("%+v", w.kept("2026-000003"))
	for range 2 {
		for _, path := range []string{"/desk", "/desk/submissions/2026-000003"} {
			for _, e := range elements(parsed(t, all.get(path).body)) {
				if to := attr(e, "href"); e.Data == "a" && strings.HasPrefix(to, "/") {
					all.get(strings.Split(to, "#")[0])
				}
			}
		}
	}
	if fmt.Sprintf("%+v", w.kept("2026-000003")) != before {
		t.Error("following links changed a submission")
	}
}

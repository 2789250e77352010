package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/site/letter"
	"rectify/site/ui"
)

// What only a clue holds; none of it may be read by anybody without the right.
const (
	clueText  = "王某在项目招标中收受礼金"
	clueReply = "已按规定移交处理"
	clueNote  = "核实招标时间"
	clueWhy   = "问清收礼经过"
)

// clueWorld is a site with a clue that went through everything that can be done
// to one, beside an ordinary opinion that shares its leaf, its sender and most of
// its words.
func clueWorld(t *testing.T) (w *world, clue, plain feedback.Receipt) {
	w = newWorld(t, searchable(t))
	plain = w.file(opinion("王某在项目招标会上的讲话很清楚，表扬。"))
	w.published(plain.Number)
	clue = w.file(opinion(clueText+"，地点清楚。", func(in *feedback.Incoming) { in.Category = feedback.Clue }))
	mod, rep, app := actor("mod", feedback.Moderator), actor("owner", feedback.Replier), actor("app", feedback.Approver)
	w.act(clue.Number, mod, feedback.Accept{}, feedback.Assign{Owner: "owner", Office: "纪检组"}, feedback.Note{Text: clueNote, Calls: []string{"owner", "app", "aud"}})
	s := w.act(clue.Number, rep, feedback.DraftReply{Text: clueReply, Office: "纪检组", Submit: true})
	w.act(clue.Number, app, feedback.Approve{Digest: s.Draft.Digest})
	return w, clue, plain
}

// A clue about a person is never public: no address of the site shows a word of
// it or knows its number, whoever asks and however.
func TestClueIsNeverPublic(t *testing.T) {
	t.Parallel()
	w, clue, plain := clueWorld(t)
	keepIndex(t, w.site)
	w.recount()
	soon(t, find("讲话"), string(plain.Number), true, w.visitor())
	n := string(clue.Number)
	v := w.visitor()
	paths := []string{"/search?q=" + url.QueryEscape("收受礼金"), "/search?q=" + url.QueryEscape("移交处理"), "/search?q=" + n, "/feedback/" + n, "/feedback?category=clue", "/feedback?notice=" + slug + "&item=" + leaf,
		"/feedback/" + n + "/feed.atom", "/api/v1/submissions?limit=100", "/api/v1/submissions/" + n, "/api/v1/submissions?category=clue", "/open311/v2/requests.json", "/open311/v2/requests/" + n + ".json", "/statistics.csv?table=category"}
	for line := range strings.Lines(matrix) {
		if f := strings.Fields(line); len(f) == 4 && f[0] == "GET" {
			paths = append(paths, strings.ReplaceAll(f[3], "2026-000001", n))
		}
	}
	if len(paths) < 60 {
		t.Fatalf("only %d addresses are walked", len(paths))
	}
	for _, path := range paths {
		a := v.get(path)
		if a.status >= http.StatusInternalServerError {
			t.Errorf("%s answers %d", path, a.status)
		}
		a.hasNot(t, path, clueText, clueReply, clueNote, clueWhy)
		if !strings.Contains(path, n) {
			a.hasNot(t, path, n)
		} else if a.status == http.StatusOK && !strings.HasPrefix(path, "/search") {
			t.Errorf("%s is known to everybody", path)
		}
	}
	v.post("/feedback/similar", url.Values{"notice": {slug}, "text": {clueText}}).hasNot(t, "similar", clueText, n)
	for _, act := range []feedback.Action{feedback.Publish{}, feedback.ClearFile{N: 1, Title: "x"}} {
		if _, err := w.office.Do(t.Context(), clue.Number, w.kept(clue.Number).Rev, act, actor("mod", feedback.Moderator)); err == nil {
			t.Errorf("%s of a clue goes through", act.Act())
		}
	}
	// What was public and turns out to be one is gone without a trace, and the
	// sender of something merged into it learns nothing.
	mod := actor("mod", feedback.Moderator)
	merged := w.file(opinion("三楼没有灯。"))
	w.act(merged.Number, mod, feedback.Merge{Into: plain.Number})
	w.act(plain.Number, mod, feedback.Unpublish{Note: "涉及个人"}, feedback.Classify{Category: feedback.Clue})
	s := w.kept(plain.Number)
	if p, ok := s.Public(); ok {
		t.Errorf("everybody sees %+v", p)
	}
	w.visitor().opened(merged.Code).hasNot(t, "merged", "讲话很清楚", "与对它的答复")
	if strings.Contains(w.log.String(), clueText) || strings.Contains(w.log.String(), clueNote) {
		t.Error("the log holds words of the clue")
	}
}

// At the desk those with the right see it everywhere where they should, the
// others nowhere: not its words, not its sender, not in lists, counts, what is
// similar, what is tied to it, the chain of the audit, or their mail.
func TestClueIsSeenByThoseWithTheRight(t *testing.T) {
	t.Parallel()
	w, clue, plain := clueWorld(t)
	at := "/desk/submissions/" + string(clue.Number)
	mod := w.signedIn("mo", feedback.Moderator)
	rev := w.kept(clue.Number).Rev
	mod.act(clue.Number, "reveal-contact", rev, "reason", clueWhy).want(t, "reveal", http.StatusOK).has(t, "reveal", senderPhone)
	mod.get(at).has(t, "history", clueWhy) // with those who may see it
	may := map[string]*browser{"mo": mod, "app": w.signedIn("app", feedback.Approver), "owner": w.signedIn("owner", feedback.Replier)}
	not := map[string]*browser{
		"rep": w.signedIn("rep", feedback.Replier), "aud": w.signedIn("aud", feedback.Auditor), "adm": w.signedIn("adm", feedback.Admin),
		"audadm": w.signedIn("audadm", feedback.Auditor, feedback.Admin, feedback.Replier),
	}
	words := []string{clueText, clueReply, clueNote, clueWhy}
	for name, b := range may {
		b.get(at).want(t, name, http.StatusOK).has(t, name, clueText, clueNote)
		b.get("/desk?view=answered").has(t, name+" answered", clueText[:18])
		b.get("/desk/submissions/"+string(plain.Number)).has(t, name+" beside", string(clue.Number))
	}
	may["owner"].get("/desk?view=called").has(t, "called", string(clue.Number))
	for name, b := range not {
		b.get(at).want(t, name, http.StatusNotFound)
		b.get(at+"/files/1").want(t, name+" file", http.StatusNotFound)
		for _, act := range []string{"note", "heed", "redact", "reveal-contact", "forward", "split", "merge", "classify"} {
			if a := b.act(clue.Number, act, w.kept(clue.Number).Rev, "note", "x", "reason", "x", "into", string(plain.Number), "category", "opinion"); a.status != http.StatusNotFound {
				t.Errorf("%s: %s answers %d", name, act, a.status)
			}
		}
		paths := []string{"/desk/submissions/" + string(plain.Number), "/desk?category=clue", "/desk?notice=" + slug}
		for _, view := range []string{"open", "late", "today", "moderate", "suspect", "approve", "mine", "called", "clues", "publish", "answered", "ended"} {
			paths = append(paths, "/desk?view="+view, "/desk?category=clue&view="+view)
		}
		for line := range strings.Lines(matrix) {
			if f := strings.Fields(line); len(f) == 4 && f[0] == "GET" {
				paths = append(paths, f[3])
			}
		}
		for _, path := range paths {
			a := b.get(path)
			a.hasNot(t, name+" "+path, words...)
			if !strings.HasPrefix(path, "/desk/audit") {
				a.hasNot(t, name+" "+path, string(clue.Number))
			}
		}
		b.post("/desk/enter/similar", url.Values{"csrf": {b.csrf()}, "text": {clueText}, "target": {leaf}}).hasNot(t, name+" similar", string(clue.Number), clueReply)
		b.get("/desk?view=answered").hasNot(t, name+" answered", clueText[:18])
	}
	audit := not["aud"].get("/desk/audit").want(t, "audit", http.StatusOK).has(t, "audit", "mo")
	audit.hasNot(t, "audit", words...)
	w.noDuty(clue.Number, "rep", "aud", "adm")
}

// noDuty asks for what accounts are reminded of by mail.
func (w *world) noDuty(n feedback.Number, names ...string) {
	w.t.Helper()
	for _, name := range names {
		a, err := w.store.Account(w.t.Context(), name)
		must(w.t, err)
		a.Email = name + "@staff.example"
		writer := &letter.Writer{Site: &ui.Site{Body: w.config.Body}, Store: w.store, Clocks: w.config.Body.Clocks(), Now: w.clock.Now}
		duties, err := writer.Duties(w.t.Context(), a, "2026-11-24")
		must(w.t, err)
		for _, d := range duties {
			if strings.Contains(fmt.Sprint(d.List), string(n)) {
				w.t.Errorf("%s is reminded of the clue: %s", name, d.Key)
			}
		}
	}
}

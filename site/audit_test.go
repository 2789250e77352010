package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/audit"
)

// entries are the audit chain, oldest first; it must hold.
func (w *world) entries() (all []audit.Entry) {
	w.t.Helper()
	_, err := audit.Check(w.t.Context(), w.store.Audit(), func(e audit.Entry) { all = append(all, e) })
	must(w.t, err)
	return all
}

func lines(all []audit.Entry) (list []string) {
	for _, e := range all {
		list = append(list, fmt.Sprintf("%s %s %s %s", e.Who, e.Act, e.Object, e.Reason))
	}
	return list
}

// What people do at the desk stands in the chain: signing in and failing to,
// rights, and every look at a contact detail with its reason; what was typed
// where no account of that name is does not (T82, V16.3.2).
func TestAuditChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.file(opinion("屏幕坏了。"))
	w.signedIn("mo", feedback.Moderator)
	admin := w.signedIn("boss", feedback.Admin)
	began := len(w.entries())
	v := w.visitor()
	for _, x := range [][2]string{{"mo", "wrong"}, {"my-password-in-the-wrong-field", "x"}, {"MO ", password}} {
		v.post("/desk/login", url.Values{"name": {x[0]}, "password": {x[1]}})
	}
	if got := admin.post("/desk/staff", url.Values{"csrf": {admin.csrf()}, "act": {"roles"}, "name": {"mo"}, "role": {"moderator", "replier"}}); got.status != http.StatusSeeOther {
		t.Fatalf("roles: %d %s", got.status, got.body)
	}
	mo := w.signedIn("mo2", feedback.Moderator)
	at := fmt.Sprintf("/desk/submissions/%s", s.Number)
	reveal := url.Values{"csrf": {mo.csrf()}, "act": {"reveal-contact"}, "rev": {"1"}, "reason": {""}}
	if got := mo.post(at, reveal); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.status)
	}
	reveal.Set("reason", "电话核实地点")
	if got := mo.post(at, reveal); got.status != http.StatusOK {
		t.Errorf("with a reason: %d %s", got.status, got.body)
	}
	got := strings.Join(lines(w.entries()[began:]), "\n")
	want := strings.Join([]string{
		"(unknown) sign-in-failed mo ", "(unknown) sign-in-failed  ", "mo sign-in mo ", "boss rights mo moderator, replier",
		fmt.Sprintf("mo2 reveal-contact %s 电话核实地点", s.Number),
	}, "\n")
	if got != want {
		t.Errorf("chain:\n%s\nwant:\n%s", got, want)
	}
}

// The auditor reads and exports the chain, filtered; nobody else does, and
// nothing in it is a formula (T104, CWE-1236).
func TestAuditPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chain := &audit.Chain{Store: w.store.Audit(), Now: w.clock.Now}
	for i := range 230 {
		must(t, chain.Add(t.Context(), fmt.Sprint("staff", i%3), []audit.Act{audit.Reveal, audit.SignIn}[i%2], fmt.Sprint("2026-", i), `=HYPERLINK("http://evil.example") <b>`))
		w.clock.minutes(30)
	}
	auditor := w.signedIn("au", feedback.Auditor)
	if got := auditor.get("/desk"); !strings.Contains(got.body, "/desk/audit") {
		t.Error("the auditor's pages do not lead to the chain")
	}
	seen, path := 0, "/desk/audit?who=staff1"
	for path != "" {
		got := auditor.get(path)
		if got.status != http.StatusOK || strings.Contains(got.body, "<b>") || strings.Contains(got.body, "<td>staff2</td>") {
			t.Fatalf("%s: %d", path, got.status)
		}
		seen += strings.Count(got.body, "<td>staff1</td>")
		path = ""
		if _, rest, ok := strings.Cut(got.body, `<nav class="pager"`); ok {
			_, rest, _ = strings.Cut(rest, `href="`)
			path, _, _ = strings.Cut(rest, `"`)
			path = strings.ReplaceAll(path, "&amp;", "&")
		}
	}
	if seen != 77 {
		t.Errorf("%d entries of one person on all pages, want 77", seen)
	}
	if got := auditor.get("/desk/audit?from=yesterday"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "2026-11-23") {
		t.Errorf("a day that is none: %d", got.status)
	}
	if got := auditor.get("/desk/audit?from=2026-11-25&to=2026-11-25&act=sign-in"); strings.Count(got.body, "<tr>") != 1+24 {
		t.Errorf("one day: %d rows", strings.Count(got.body, "<tr>"))
	}
	got := auditor.post("/desk/audit", url.Values{"csrf": {auditor.csrf()}, "who": {"staff1"}, "act": {"sign-in"}})
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("export: %d %v", got.status, got.header)
	}
	if n := strings.Count(got.body, "\r\n"); n != 1+39 || strings.Contains(got.body, ",=") || strings.Contains(got.body, `,"=`) || !strings.Contains(got.body, `"'=HYPERLINK`) {
		t.Errorf("export: %d lines\n%.400s", n, got.body)
	}
	all := w.entries()
	if last := all[len(all)-1]; last.Act != audit.Export || last.Who != "au" {
		t.Errorf("the export itself is not recorded: %+v", last)
	}
}

package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
)

// Whatever of a person is sent to whatever address, by whatever field, and
// whatever goes wrong with it: it stands in no line of the log, at any level,
// in no figure, in no address that the site leads to, and on no page that says
// what went wrong (T108, CWE-532).
func TestNothingOfAPersonIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	markers := []string{"MARKERNAME", "13977775555", "marker@secret.example", "MARKERTEXT", "MARKERREASON", "MARKERPASSWORD"}
	r := w.file(opinion("MARKERTEXT", func(in *feedback.Incoming) {
		in.Contact = feedback.Contact{Name: "MARKERNAME", Phone: "13977775555", Email: "marker@secret.example"}
	}))
	markers = append(markers, string(r.Code))
	people := []*browser{w.visitor()}
	for _, role := range feedback.Roles() {
		people = append(people, w.signedIn("u-"+string(role), role))
	}
	tokens := map[*browser]string{}
	for _, b := range people[1:] {
		tokens[b] = b.csrf()
	}
	form := func(b *browser) url.Values {
		v := url.Values{"rev": {"1"}, "act": {"reveal-contact"}, "code": {string(r.Code)}, "pass": {"MARKERTEXT"}, "q": {"MARKERTEXT"}}
		for _, name := range []string{"text", "reply", "note", "question", "word", "hide", "into", "target", "mode", "stamp", "proof", "t", "idempotency_key"} {
			v.Set(name, "MARKERTEXT")
		}
		v.Set("name", "MARKERNAME")
		v.Set("phone", "13977775555")
		v.Set("email", "marker@secret.example")
		v.Set("reason", "MARKERREASON")
		v.Set("password", "MARKERPASSWORD")
		v.Set("old", "MARKERPASSWORD")
		v.Set("csrf", tokens[b])
		return v
	}
	check := func(what string, a answer) {
		t.Helper()
		for _, m := range markers {
			// What stood in the address that was asked for may stand in the one that
			// leads back to it after signing in.
			if strings.HasPrefix(what, http.MethodPost) && strings.Contains(a.where(), m) {
				t.Errorf("%s leads to an address with %s", what, m)
			}
			if a.status >= http.StatusInternalServerError && strings.Contains(a.body, m) && m != "MARKERTEXT" {
				t.Errorf("%s: the page of the fault shows %s", what, m)
			}
		}
	}
	drive := func() {
		for _, x := range rows(t) {
			for _, b := range people {
				if x.method == http.MethodPost && x.pattern != "/desk/logout" {
					check(x.method+" "+x.pattern, b.post(x.path, form(b), "User-Agent", "MARKERNAME", "Referer", "http://x/?q=MARKERTEXT", "X-Forwarded-For", "13977775555"))
					continue
				}
				path := x.path
				if !strings.Contains(path, "?") {
					path += "?q=MARKERTEXT&code=" + string(r.Code) + "&name=MARKERNAME&phone=13977775555&email=marker@secret.example"
				}
				check(x.method+" "+x.pattern, b.get(path, "User-Agent", "MARKERNAME", "Cookie", "desk=MARKERNAME"))
			}
		}
		for _, body := range []string{
			fmt.Sprintf(`{"text":"MARKERTEXT","name":"MARKERNAME","phone":"13977775555","email":"marker@secret.example","idempotency_key":%q}`, "MARKERTEXTMARKERTEXT"),
			`{"text":"MARKERTEXT","name":["MARKERNAME"]}`, `{"text":"MARKERTEXT"`, `{"MARKERNAME":1}`, `{"text":"MARKERTEXT","phone":"13977775555x"}`,
		} {
			check("API", people[0].json("/api/v1/submissions", body))
		}
		people[0].get("/feedback/MARKERNAME")
		people[0].get("/notices/MARKERNAME/items/13977775555")
		people[0].get("/MARKERNAME%0d%0aMARKERTEXT")
	}
	drive()
	must(t, w.store.Close()) // from here on everything that needs the store fails
	drive()
	logged := w.log.String()
	if !strings.Contains(logged, "\n") {
		t.Error("nothing was logged though the store is gone")
	}
	for _, m := range markers {
		if i := strings.Index(logged, m); i >= 0 {
			t.Errorf("the log holds %s: …%s…", m, logged[max(0, i-200):min(len(logged), i+100)])
		}
	}
	if metrics := people[0].get("/metrics").body; strings.Contains(metrics, "MARKER") {
		t.Error("the figures hold a marker")
	}
}

package site_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rectify/content/proposal"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/staff"
	"rectify/site/web"
)

// other is the notice that the limited people of these tests have nothing to do with.
const other = "venue-safety-2026"

// What only the other notice's matters say.
const foreignWords = "隔壁通报的意见写着无花果"

// Each row of the desk asks for a right, and that right stands in the one table.
func TestEveryDeskRouteHasARight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := map[feedback.Right]bool{}
	for _, p := range feedback.Rights() {
		known[p.Right] = true
	}
	for _, r := range w.site.Table() {
		if r.Access.Staff && !known[r.Access.Right] {
			t.Errorf("%s %s asks for %q, which is not in the table of rights", r.Method, r.Path, r.Access.Right)
		}
	}
	admin := w.signedIn("boss", feedback.Admin)
	page := admin.get("/desk/rights").want(t, "rights", http.StatusOK)
	if n := strings.Count(page.body, `<th scope="row">`); n != len(feedback.Rights())+len(feedback.StaffMoves()) {
		t.Errorf("the page has %d rows", n)
	}
}

// thing is something that an address can name.
type thing struct {
	name   string
	notice string
	clue   bool
	kind   string // submission, group, proposal, whole: of no notice; none: it is not there
	id     string
}

// mine reports, from the words of the contract alone, whether somebody with one
// role, limited to slug or not, may know of a thing.
func mine(role feedback.Role, limited bool, x thing) bool {
	if x.kind == "none" {
		return false
	}
	daily := role == feedback.Moderator || role == feedback.Replier || role == feedback.Approver
	if x.clue && role != feedback.Moderator && role != feedback.Approver {
		return false
	}
	return !limited || !daily || x.notice == slug
}

// paths fills a pattern with a thing; a pattern that is not here fails the test,
// so that no new address goes unasked.
func paths() map[string]struct {
	kind string
	fill func(id string) string
} {
	type row = struct {
		kind string
		fill func(id string) string
	}
	sub := func(rest string) row {
		return row{"submission", func(id string) string { return "/desk/submissions/" + id + rest }}
	}
	return map[string]row{
		"/desk/submissions/:number":          sub(""),
		"/desk/submissions/:number/files/:n": sub("/files/1"),
		"/desk/submissions/:number/files":    sub("/files"),
		"/desk/submissions/:number/mails/:n": sub("/mails/1"),
		"/desk/submissions/:number/compose":  sub("/compose"),
		"/desk/submissions/:number/here":     sub("/here"),
		"/desk/orders/:id":                   {"order", func(id string) string { return "/desk/orders/" + id }},
		"/desk/reports/:week":                {"week", func(id string) string { return "/desk/reports/" + id }},
		"/desk/campaigns/:likeness":          {"group", func(id string) string { return "/desk/campaigns/" + id }},
		"/desk/notices/:id":                  {"proposal", func(id string) string { return "/desk/notices/" + id }},
		"/desk/mail/:id":                     {"whole", func(string) string { return "/desk/mail/" + strings.Repeat("a", 64) }},
		"/desk/mail/:id/raw":                 {"whole", func(string) string { return "/desk/mail/" + strings.Repeat("a", 64) + "/raw" }},
		"/desk/staff/:name":                  {"account", func(id string) string { return "/desk/staff/" + id }},
	}
}

// things are one of each kind, of the limited people's own notice and of the other.
func (w *world) things() []thing {
	w.t.Helper()
	list := []thing{
		{"none", slug, false, "none", "2026-999999"}, {"no group", slug, false, "none", "00000000000000ff"}, {"no proposal", slug, false, "none", "none"},
	}
	for i, notice := range []string{slug, other} {
		words := []string{"本通报的意见写着石榴", foreignWords}[i]
		for _, category := range []feedback.Category{feedback.Opinion, feedback.Clue} {
			r := w.file(opinion(words+string(category), func(in *feedback.Incoming) {
				in.Notice, in.Item, in.Category, in.PublishConsent = notice, "", category, category != feedback.Clue
			}))
			w.act(r.Number, actor("mod", feedback.Moderator), feedback.Accept{})
			s := w.act(r.Number, actor("mod", feedback.Moderator), feedback.AddScan{Files: []feedback.Attachment{w.scan(r.Number)}})
			list = append(list, thing{notice + " " + string(category), notice, category == feedback.Clue, "submission", string(s.Number)})
		}
		id := fmt.Sprintf("00000000000000a%d", i)
		for n := range 3 {
			in := opinion(fmt.Sprint(words, "，抄了很多遍的，第", n, "遍"), func(in *feedback.Incoming) { in.Notice, in.Item = notice, "" })
			_, err := w.intake.SubmitUnder(context.Background(), in, feedback.Circumstances{Likeness: id})
			must(w.t, err)
		}
		list = append(list, thing{"group of " + notice, notice, false, "group", id})
		e, ok := w.config.Library.Snapshot().Notice(notice)
		if !ok {
			w.t.Fatalf("no notice %s", notice)
		}
		whole, err := e.Open()
		must(w.t, err)
		p := proposal.New(proposal.NewID(), notice, string(whole.Notice.Source), whole.Notice.Digest, "mod", w.clock.Now())
		_, err = w.config.Press.Book.Keep(context.Background(), p, shelf.None)
		must(w.t, err)
		list = append(list, thing{"proposal of " + notice, notice, false, "proposal", p.ID})
	}
	return append(list, thing{"mail", "", false, "whole", ""}, thing{"account", "", false, "account", "whole-admin"})
}

// scan keeps a file for a submission.
func (w *world) scan(n feedback.Number) feedback.Attachment {
	w.t.Helper()
	data := []byte("扫描件 " + n)
	id, err := feedback.NewBlobID(rand.Reader)
	must(w.t, err)
	a := feedback.Attachment{Blob: id, Name: "scan.txt", Type: "text/plain", Kind: feedback.PlainFile, Size: int64(len(data)), Digest: shelf.Digest(data), By: "mod", At: w.clock.Now()}
	must(w.t, w.config.Blobs.Put(context.Background(), a.Blob, data))
	return a
}

var volatile = regexp.MustCompile(`(name="csrf" value="[^"]*"|data-csrf="[^"]*"|name="back" value="[^"]*"|action="[^"]*"|href="[^"]*")`)

// Every role, for the whole body and for one notice, on every address of the
// desk that names something, with each thing of its own and of others': what is
// not one's own answers exactly as what is not there, and nothing of it changes.
func TestEveryRouteWithEveryObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type person struct {
		role    feedback.Role
		limited bool
		*browser
	}
	var people []person
	for _, role := range feedback.Roles() {
		people = append(people, person{role, false, w.signedIn("whole-"+string(role), role)})
		if slices.Contains(feedback.Limitable(), role) {
			name := "only-" + string(role)
			must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: name, Roles: []feedback.Role{role}, Only: staff.Limits{role: {slug}}, Password: password}))
			people = append(people, person{role, true, w.signIn(name)})
		}
	}
	things := w.things()
	tried := 0
	for _, r := range w.site.Table() {
		if !strings.HasPrefix(r.Path, "/desk/") || !strings.ContainsAny(r.Path, ":*") {
			continue
		}
		row, ok := paths()[r.Path]
		if !ok {
			t.Errorf("%s: this test knows no thing that the address could name", r.Path)
			continue
		}
		for _, p := range people {
			for _, x := range things {
				if x.kind != row.kind && x.kind != "none" {
					continue
				}
				tried++
				w.tryObject(r, row.fill(x.id), p.browser, p.role, p.limited, x)
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d tried", tried)
	}
}

// tryObject asks for one thing, and holds the answer to what the table and mine say.
func (w *world) tryObject(r web.Route, path string, b *browser, role feedback.Role, limited bool, x thing) {
	w.t.Helper()
	var before feedback.Submission
	if x.kind == "submission" {
		before = w.kept(feedback.Number(x.id))
	}
	var got answer
	if r.Method == http.MethodGet {
		got = b.get(path)
	} else {
		got = b.post(path, url.Values{"csrf": {b.csrf()}, "act": {"note"}, "note": {"旁人的备注"}, "rev": {fmt.Sprint(before.Rev)}})
	}
	what := fmt.Sprintf("%s %s as %s (limited %v), %s", r.Method, r.Path, role, limited, x.name)
	permit := feedback.PermitOf(r.Access.Right)
	switch has := slices.Contains(permit.Roles, role) && (!permit.Whole || !limited); {
	case !has:
		got.want(w.t, what, http.StatusForbidden)
	case x.kind == "group" || x.kind == "whole" || x.kind == "account" || (x.kind == "none" && strings.Contains(r.Path, "campaigns")):
		// A group that has nobody whom one may see is an empty one.
	case mine(role, limited, x):
		if got.status == http.StatusNotFound && !strings.Contains(r.Path, "/mails/") {
			w.t.Errorf("%s: is not found", what)
		}
	default:
		got.want(w.t, what, http.StatusNotFound)
	}
	if !mine(role, limited, x) && x.notice == other && strings.Contains(got.body, "无花果") {
		w.t.Errorf("%s: shows words of what is not theirs", what)
	}
	if x.kind == "submission" && !mine(role, limited, x) {
		if now := w.kept(feedback.Number(x.id)); now.Rev != before.Rev {
			w.t.Errorf("%s: changed it", what)
		}
	}
}

// What is not one's own answers with the same page as what is not there, and no
// list, count or search of the desk tells of it.
func TestForeignIsAsIfNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	things := w.things()
	for _, role := range feedback.Limitable() {
		must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: "only-" + string(role), Roles: []feedback.Role{role}, Only: staff.Limits{role: {slug}}, Password: password}))
		b := w.signIn("only-" + string(role))
		there := func(path string) string { return volatile.ReplaceAllString(b.get(path).body, "") }
		none := strings.ReplaceAll(there("/desk/submissions/2026-999999"), "2026-999999", "#")
		for _, x := range things {
			if x.kind == "submission" && x.notice == other {
				if got := strings.ReplaceAll(there("/desk/submissions/"+x.id), x.id, "#"); got != none {
					t.Errorf("%s: the page of a foreign one differs from that of none", role)
				}
			}
		}
		lists := []string{"/desk", "/desk/campaigns", "/desk/notices", "/desk/campaigns/00000000000000a1"}
		for _, view := range []string{"open", "late", "today", "moderate", "suspect", "approve", "mine", "clues", "publish", "answered", "ended"} {
			lists = append(lists, "/desk?view="+view, "/desk?view="+view+"&notice="+other)
		}
		for _, path := range lists {
			if got := b.get(path); strings.Contains(got.body, "无花果") || strings.Contains(got.body, "00000000000000a1</") {
				t.Errorf("%s: %s tells of another notice's matters", role, path)
			}
		}
		b.get("/desk?view=open").has(t, "own", "石榴")
		if role != feedback.Approver {
			like := b.post("/desk/enter/similar", url.Values{"csrf": {b.csrf()}, "text": {foreignWords + "opinion"}})
			like.want(t, "similar", http.StatusOK).hasNot(t, string(role)+" similar", "无花果")
		}
	}
}

// A merge into a foreign matter is refused as one into none.
func TestMergeIntoForeign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.file(opinion("石榴", func(in *feedback.Incoming) { in.Item = "" })).Number
	foreign := w.file(opinion("无花果", func(in *feedback.Incoming) { in.Notice, in.Item = other, "" })).Number
	must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: "mo", Roles: []feedback.Role{feedback.Moderator}, Only: staff.Limits{feedback.Moderator: {slug}}, Password: password}))
	b := w.signIn("mo")
	into := func(n feedback.Number) answer {
		return b.post("/desk/submissions/"+string(own), url.Values{"csrf": {b.csrf()}, "act": {"merge"}, "rev": {"1"}, "into": {string(n)}})
	}
	a, none := into(foreign).want(t, "foreign", http.StatusUnprocessableEntity), into("2026-999999").want(t, "none", http.StatusUnprocessableEntity)
	strip := func(a answer, n feedback.Number) string {
		return strings.ReplaceAll(volatile.ReplaceAllString(a.body, ""), string(n), "#")
	}
	if strip(a, foreign) != strip(none, "2026-999999") {
		x, y := strip(a, foreign), strip(none, "2026-999999")
		for i := range x {
			if i >= len(y) || x[i] != y[i] {
				t.Errorf("a foreign number is told from one that is not there: %.200q, %.200q", x[max(i-40, 0):], y[max(i-40, 0):])
				break
			}
		}
	}
	if w.kept(own).State != feedback.Received {
		t.Error("it was merged")
	}
}

// A note calls on nobody who may not see what it is about: they would never
// find it.
func TestCallIntoForeign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := w.file(opinion("无花果", func(in *feedback.Incoming) { in.Notice, in.Item = other, "" })).Number
	must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: "mo", Roles: []feedback.Role{feedback.Moderator}, Only: staff.Limits{feedback.Moderator: {slug}}, Password: password}))
	must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: "whole", Roles: []feedback.Role{feedback.Moderator}, Password: password}))
	b := w.signIn("whole")
	b.act(foreign, "note", 1, "note", "@mo 请看").want(t, "a call", http.StatusUnprocessableEntity).has(t, "a call", "没有叫“mo”的同事")
}

package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// adopt makes the session cookie that an answer set the browser's token.
func (b *browser) adopt() {
	b.t.Helper()
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: b.w.addr, Path: "/"}) {
		if c.Name == b.w.cookie() {
			b.token = c.Value
		}
	}
}

func (w *world) code(secret string) string {
	w.t.Helper()
	c, err := totp.GenerateCode(secret, w.clock.Now())
	must(w.t, err)
	return c
}

var (
	fours    = regexp.MustCompile(`<span>([A-Z2-7]{4})</span>`)
	recovers = regexp.MustCompile(`<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</li>`)
)

// enrol turns two-step sign-in on through the pages.
func (b *browser) enrol() (secret string, recovery []string) {
	b.t.Helper()
	const at = "/desk/account/factor"
	b.post(at, url.Values{"csrf": {b.csrf()}, "act": {"begin"}}).want(b.t, "begin", http.StatusSeeOther)
	page := b.get(at).want(b.t, "secret", http.StatusOK).has(b.t, "secret", "<svg", "otpauth://totp/")
	for _, m := range fours.FindAllStringSubmatch(page.body, -1) {
		secret += m[1]
	}
	b.post(at, url.Values{"csrf": {b.csrf()}, "act": {"on"}, "code": {"000000"}}).want(b.t, "wrong code", http.StatusUnprocessableEntity).has(b.t, "wrong code", fours.FindString(page.body))
	done := b.post(at, url.Values{"csrf": {b.csrf()}, "act": {"on"}, "code": {b.w.code(secret)}}).want(b.t, "on", http.StatusOK)
	for _, m := range recovers.FindAllStringSubmatch(done.body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 10 {
		b.t.Fatalf("%d recovery codes", len(recovery))
	}
	b.adopt()
	b.get(at).want(b.t, "afterwards", http.StatusOK).hasNot(b.t, "afterwards", recovery[0], secret[:8])
	b.w.clock.minutes(1)
	return secret, recovery
}

// T91, T90: after the password alone no row of the desk opens and nothing is
// changed; the code goes on from there, once; a recovery code as well.
func TestTwoSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, recovery := w.signedIn("anna", feedback.Roles()...).enrol()
	b := w.visitor()
	login := url.Values{"name": {"anna"}, "password": {password}, "back": {"/desk/account"}}
	a := b.post("/desk/login", login).want(t, "password", http.StatusSeeOther)
	if a.where() != "/desk/login?back=%2Fdesk%2Faccount" {
		t.Errorf("leads to %s", a.where())
	}
	b.get(a.where()).want(t, "second step", http.StatusOK).has(t, "second step", `name="totp"`, "anna").hasNot(t, "second step", `name="password"`)
	half := ""
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: w.addr, Path: "/"}) {
		if c.Name == "desk" {
			t.Error("a session before the second step")
		}
		if c.Name == "desk-half" {
			half = c.Value
		}
	}
	if half == "" {
		t.Fatal("nothing to go on from")
	}
	for _, r := range rows(t) {
		if r.access[0] == 'o' {
			continue
		}
		for _, cookie := range []string{"", "desk=" + half} { // as it came, and in the session's place
			var got answer
			if r.method == http.MethodGet {
				got = b.get(r.path, "Cookie", cookie)
			} else {
				got = b.post(r.path, url.Values{"csrf": {half}, "act": {"off"}}, "Cookie", cookie)
			}
			if what := access(got); what != r.access[0] {
				t.Errorf("%s %s after the password alone: %c (%d)", r.method, r.path, what, got.status)
			}
		}
	}
	b.post("/desk/login", url.Values{"totp": {"000000"}}).want(t, "wrong code", http.StatusUnprocessableEntity).has(t, "wrong code", `name="totp"`)
	code := w.code(secret)
	a = b.post("/desk/login", url.Values{"totp": {code}, "back": {"/desk/account"}}).want(t, "code", http.StatusSeeOther)
	if a.where() != "/desk/account" {
		t.Errorf("leads to %s", a.where())
	}
	b.get("/desk").want(t, "signed in", http.StatusOK)
	other := w.visitor()
	login.Set("totp", code)
	other.post("/desk/login", login).want(t, "the same code again", http.StatusUnprocessableEntity).has(t, "again", `name="totp"`)
	login.Set("totp", recovery[0])
	a = other.post("/desk/login", login).want(t, "all at once, by a recovery code", http.StatusSeeOther)
	other.get(a.where()).want(t, "what is left", http.StatusOK).has(t, "what is left", "还剩9个恢复码")
	w.visitor().post("/desk/login", login).want(t, "a recovery code again", http.StatusUnprocessableEntity)
	w.clock.minutes(1)
	login.Set("totp", w.code(secret))
	w.visitor().post("/desk/login", login).want(t, "all at once", http.StatusSeeOther)
	late := w.visitor()
	login.Del("totp")
	late.post("/desk/login", login).want(t, "password", http.StatusSeeOther)
	w.clock.minutes(6)
	late.post("/desk/login", url.Values{"totp": {w.code(secret)}}).want(t, "too late", http.StatusUnprocessableEntity).has(t, "too late", `name="password"`)
	got := strings.Join(lines(w.entries()), "\n")
	for _, want := range []string{"anna factor-on anna", "(unknown) code-failed anna", "anna recovery-code anna", "anna sign-in anna"} {
		if !strings.Contains(got, want) {
			t.Errorf("the chain lacks %q:\n%s", want, got)
		}
	}
	for _, secret := range append(recovery, secret, code) {
		if strings.Contains(w.log.String(), secret) || strings.Contains(got, secret) {
			t.Errorf("%s is in the log or the chain", secret)
		}
	}
}

// An account that must have a second factor gets no further than to where it
// is set up; an administrator may clear it, on record.
func TestMustHaveSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.signedIn("boss", feedback.Admin)
	w.signedIn("lisi", feedback.Replier)
	staffAct := func(act string, want int) answer {
		t.Helper()
		return admin.post("/desk/staff", url.Values{"csrf": {admin.csrf()}, "act": {act}, "name": {"lisi"}}).want(t, act, want)
	}
	staffAct("must", http.StatusSeeOther)
	b := w.signIn("lisi")
	for _, r := range rows(t) {
		if r.access[2] != 'o' || r.access[0] == 'o' || r.path == "/desk/logout" {
			continue
		}
		var got answer
		if r.method == http.MethodGet {
			got = b.get(r.path)
		} else {
			got = b.post(r.path, url.Values{"csrf": {b.csrf()}})
		}
		own := strings.HasPrefix(r.path, "/desk/account") || r.path == "/desk/confirm"
		barred := got.status == http.StatusForbidden || strings.HasPrefix(got.where(), "/desk/account/factor?")
		if barred == own {
			t.Errorf("%s %s: %d %s", r.method, r.path, got.status, got.where())
		}
	}
	secret, _ := b.enrol()
	b.get("/desk").want(t, "with a second factor", http.StatusOK)
	b.post("/desk/account/factor", url.Values{"csrf": {b.csrf()}, "act": {"off"}}).want(t, "off", http.StatusUnprocessableEntity)
	staffAct("factor-reset", http.StatusSeeOther)
	b.get("/desk").want(t, "its sessions end", http.StatusSeeOther)
	w.signIn("lisi")
	if got := strings.Join(lines(w.entries()), "\n"); !strings.Contains(got, "boss factor-rule lisi") || !strings.Contains(got, "boss factor-reset lisi") || strings.Contains(got, secret) {
		t.Errorf("chain:\n%s", got)
	}
}

// T101: the link that an administrator hands over opens its account once, for
// its owner to choose a password; a newer one ends it.
func TestInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.signedIn("boss", feedback.Admin)
	link := func(act string) string {
		t.Helper()
		page := admin.post("/desk/staff", url.Values{"csrf": {admin.csrf()}, "act": {act}, "name": {"lisi"}, "role": {"replier"}}).want(t, act, http.StatusOK)
		m := regexp.MustCompile(`http://` + regexp.QuoteMeta(w.addr) + `(/desk/invite\?t=[A-Z2-7]+)`).FindStringSubmatch(page.body)
		if m == nil {
			t.Fatalf("%s: no link", act)
		}
		return m[1]
	}
	use := func(link, password string) (*browser, answer) {
		v := w.visitor()
		token, _ := url.Parse(link)
		return v, v.post("/desk/invite", url.Values{"t": {token.Query().Get("t")}, "password": {password}})
	}
	first := link("add")
	for range 3 { // looking spends nothing
		w.visitor().get(first).want(t, "look", http.StatusOK).has(t, "look", "lisi")
	}
	for _, pw := range []string{"", "kurz", "woaini1314"} {
		_, a := use(first, pw)
		a.want(t, "password "+pw, http.StatusUnprocessableEntity)
	}
	v, a := use(first, password)
	a.want(t, "used", http.StatusSeeOther)
	v.get(a.where()).want(t, "signed in", http.StatusOK)
	for name, bad := range map[string]string{"used": first, "none": "/desk/invite", "guessed": "/desk/invite?t=" + strings.Repeat("A", 26), "long": "/desk/invite?t=" + strings.Repeat("A", 3000)} {
		w.visitor().get(bad).want(t, name, http.StatusGone)
		_, a := use(bad, password)
		a.want(t, name, http.StatusGone)
	}
	w.clock.sessionLater(1)
	old := link("reset")
	reset := link("reset")
	_, a = use(old, password+"2")
	a.want(t, "an older link", http.StatusGone)
	w.clock.move(staff.InviteLife + time.Second)
	_, a = use(reset, password+"2")
	a.want(t, "after 72 hours", http.StatusGone)
	got := strings.Join(lines(w.entries()), "\n")
	for _, want := range []string{"boss account lisi replier", "lisi link-used lisi", "lisi sign-in lisi", "boss reset lisi"} {
		if !strings.Contains(got, want) {
			t.Errorf("the chain lacks %q:\n%s", want, got)
		}
	}
	if token := strings.TrimPrefix(first, "/desk/invite?t="); strings.Contains(w.log.String(), token) || strings.Contains(got, token) {
		t.Error("a link is in the log")
	}
}

// T94, V7.5.1: one's sessions are listed and ended; contact details and exports
// ask who sits there when that was not shown for ten minutes, keep what was
// typed, and go on with it.
func TestStillYou(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.file(opinion("屏幕坏了。"))
	b := w.signedIn("mo", feedback.Moderator, feedback.Auditor)
	other := w.signIn("mo")
	at := fmt.Sprintf("/desk/submissions/%s", s.Number)
	reveal := func() url.Values {
		return url.Values{"csrf": {b.csrf()}, "act": {"reveal-contact"}, "rev": {"1"}, "reason": {"电话核实<地点>"}}
	}
	w.clock.minutes(11)
	before := len(w.entries())
	b.post(at, reveal()).want(t, "late", http.StatusForbidden).has(t, "late", `name="proof"`, "电话核实&lt;地点&gt;", `name="rev" value="1"`)
	form := reveal()
	form.Set("proof", "wrong")
	b.post(at, form).want(t, "wrong password", http.StatusUnprocessableEntity).has(t, "wrong", "电话核实&lt;地点&gt;").hasNot(t, "wrong", `value="wrong"`)
	b.post("/desk/audit", url.Values{"csrf": {b.csrf()}}).want(t, "export", http.StatusForbidden)
	form.Set("proof", password)
	b.post(at, form).want(t, "right password", http.StatusOK)
	b.post("/desk/audit", url.Values{"csrf": {b.csrf()}}).want(t, "export soon after", http.StatusOK)
	other.post("/desk/audit", url.Values{"csrf": {other.csrf()}}).want(t, "another session", http.StatusForbidden)
	if got := strings.Join(lines(w.entries()[before:]), "\n"); got != fmt.Sprintf("mo proof-failed mo \nmo reveal-contact %s 电话核实<地点>\nmo export audit ", s.Number) {
		t.Errorf("chain:\n%s", got)
	}
	w.clock.minutes(11)
	b.get("/desk/confirm?back=//evil.example").want(t, "asked", http.StatusOK).hasNot(t, "asked", `name="back" value="//evil`, `action="//`)
	a := b.post("/desk/confirm", url.Values{"csrf": {b.csrf()}, "back": {"https://evil.example"}, "proof": {password}}).want(t, "confirmed", http.StatusSeeOther)
	if a.where() != "/desk" {
		t.Errorf("leads to %s", a.where())
	}
	page := b.get("/desk/account").want(t, "account", http.StatusOK).has(t, "account", "就是这里")
	m := regexp.MustCompile(`name="session" value="([0-9a-f]{16})"`).FindAllStringSubmatch(page.body, -1)
	if len(m) != 1 {
		t.Fatalf("%d other sessions", len(m))
	}
	w.signedIn("stranger", feedback.Moderator).post("/desk/account/sessions", url.Values{"csrf": {""}, "session": {m[0][1]}}).want(t, "no token", http.StatusForbidden)
	other.get("/desk").want(t, "still signed in", http.StatusOK)
	b.post("/desk/account/sessions", url.Values{"csrf": {b.csrf()}, "session": {m[0][1]}}).want(t, "end", http.StatusSeeOther)
	other.get("/desk").want(t, "ended", http.StatusSeeOther)
	b.get("/desk").want(t, "this one goes on", http.StatusOK)
}

package site_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/guard"
)

// Strangers who try a name from everywhere shut nobody out who works here, and
// learn nothing: too many, a wrong password and a name that is not there answer
// with the same page.
func TestSignInUnderAttack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) {
		c.Limits = true
		c.Proxies = guard.Proxies{netip.MustParsePrefix("127.0.0.0/8")}
	})
	w.signedIn("lisi", feedback.Replier)
	owner := w.visitor()
	in := func(b *browser, addr, name, password string) answer {
		return b.post("/desk/login", url.Values{"name": {name}, "password": {password}}, "X-Forwarded-For", addr)
	}
	in(owner, "203.0.113.7", "lisi", password).want(t, "the owner's first sign-in", http.StatusSeeOther)
	wrong := in(w.visitor(), "192.0.2.1", "lisi", "falsch-falsch-falsch").want(t, "wrong", http.StatusUnprocessableEntity)
	for i := range 40 {
		in(w.visitor(), fmt.Sprintf("198.51.100.%d", i+1), "lisi", "falsch-falsch-falsch")
	}
	many := in(w.visitor(), "192.0.2.9", "lisi", password).want(t, "too many", http.StatusUnprocessableEntity)
	none := in(w.visitor(), "192.0.2.10", "lisl", password).want(t, "no such name", http.StatusUnprocessableEntity)
	if volatile.ReplaceAllString(many.body, "") != volatile.ReplaceAllString(wrong.body, "") {
		t.Error("too many are told from a wrong password")
	}
	if got := volatile.ReplaceAllString(none.body, ""); len(got) != len(volatile.ReplaceAllString(many.body, "")) {
		t.Error("a name that is not there is told from one that is")
	}
	for _, name := range []string{"Set-Cookie", "Retry-After"} {
		if many.header.Get(name) != wrong.header.Get(name) {
			t.Errorf("%s: %q and %q", name, many.header.Get(name), wrong.header.Get(name))
		}
	}
	in(owner, "203.0.113.7", "lisi", "vertippt-vertippt").want(t, "the owner mistypes", http.StatusUnprocessableEntity)
	in(owner, "203.0.113.7", "LiSi", password).want(t, "the owner", http.StatusSeeOther)
	in(owner, "198.18.0.1", "lisi", password).want(t, "the owner elsewhere", http.StatusSeeOther)
}

// The mark of a browser is good for the one it was given for: another name's,
// a broken or a made-up one counts as none.
func TestForeignDeviceMark(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.Limits = true })
	w.signedIn("lisi", feedback.Replier)
	w.signedIn("wangwu", feedback.Replier)
	b := w.visitor()
	b.post("/desk/login", url.Values{"name": {"wangwu"}, "password": {password}}).want(t, "own", http.StatusSeeOther)
	refused := false
	for range 11 { // nothing of wangwu's browser helps to guess lisi's password
		refused = b.post("/desk/login", url.Values{"name": {"lisi"}, "password": {"falsch-falsch-falsch"}}).status == http.StatusUnprocessableEntity
	}
	b.post("/desk/login", url.Values{"name": {"lisi"}, "password": {password}}).want(t, "eleven wrong ones, then the right one", http.StatusUnprocessableEntity)
	if !refused {
		t.Error("a wrong password is not refused")
	}
	b.post("/desk/login", url.Values{"name": {"wangwu"}, "password": {password}}).want(t, "one's own name still", http.StatusSeeOther)
}

// Thirty people sign in behind one address, each in two steps and one of three
// with a mistake, within one minute.
func TestOfficeSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.Limits = true })
	for i := range 30 {
		name := fmt.Sprintf("person%d", i)
		w.signedIn(name, feedback.Replier)
		b := w.visitor()
		if i%3 == 0 {
			b.post("/desk/login", url.Values{"name": {name}, "password": {"falsch-falsch-falsch"}}).want(t, name+" mistypes", http.StatusUnprocessableEntity)
		}
		b.post("/desk/login", url.Values{"name": {name}, "password": {password}}).want(t, name, http.StatusSeeOther)
		b.get("/desk/account").want(t, name+" is in", http.StatusOK)
		b.post("/desk/confirm", url.Values{"csrf": {field(t, b.get("/desk/account").body, "csrf")}, "proof": {password}}).want(t, name+" confirms", http.StatusSeeOther)
	}
}

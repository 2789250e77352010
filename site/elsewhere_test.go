package site_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/auth"
)

// The provider of the tests is the example server of zitadel/oidc, a certified
// implementation, as a program of its own: RECTIFY_TEST_OP names it (.ci/run
// builds it). Where RECTIFY_REQUIRE_OP is 1 a test without it fails.
func providerProgram(t *testing.T) string {
	t.Helper()
	name := os.Getenv("RECTIFY_TEST_OP")
	switch {
	case name == "" && os.Getenv("RECTIFY_REQUIRE_OP") == "1":
		t.Fatal("RECTIFY_TEST_OP is not set, and RECTIFY_REQUIRE_OP says that it must be")
	case name == "":
		t.Skip("sign-in elsewhere not tested against a provider: RECTIFY_TEST_OP names no program")
	}
	return name
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	return port
}

// elsewhereWorld is a site beside a provider that runs.
func elsewhereWorld(t *testing.T) *world {
	t.Helper()
	program, port := providerProgram(t), freePort(t)
	issuer := "http://localhost:" + port + "/"
	w := newWorld(t, func(c *site.Config) {
		c.Provider = &auth.Provider{Issuer: issuer, Client: "web", Secret: "secret", Label: "单位统一登录", Keys: c.Keys, Now: time.Now}
	})
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), "PORT="+port, "REDIRECT_URI=http://"+w.addr+"/desk/elsewhere/back")
	must(t, cmd.Start())
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait()
	})
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get(issuer + ".well-known/openid-configuration"); err == nil {
			_ = res.Body.Close()
			return w
		}
		if time.Now().After(limit) {
			t.Fatal("the provider does not come up")
		}
	}
}

// atProvider follows the way from an address of the provider, signs in there, and
// answers the address of this site that it leads back to.
func (b *browser) atProvider(from, name string) string {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	must(b.t, err)
	there := &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	origin, err := url.Parse(from)
	must(b.t, err)
	for range 10 {
		u, err := origin.Parse(from)
		must(b.t, err)
		if u.Host == b.w.addr {
			return u.RequestURI()
		}
		res, err := there.Get(u.String())
		must(b.t, err)
		page, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		must(b.t, err)
		if res.StatusCode == http.StatusOK { // its form
			res, err = there.PostForm(origin.Scheme+"://"+origin.Host+"/login/username", url.Values{"id": {field(b.t, string(page), "id")}, "username": {name}, "password": {"verysecure"}})
			must(b.t, err)
			_ = res.Body.Close()
		}
		if from = res.Header.Get("Location"); from == "" {
			b.t.Fatalf("the provider answers %d: %s", res.StatusCode, page)
		}
	}
	b.t.Fatal("the provider leads nowhere")
	return ""
}

// in signs in elsewhere, as far as this site's answer to who comes back.
func (b *browser) elsewhere(name string) answer {
	b.t.Helper()
	away := b.get("/desk/elsewhere?back=%2Fdesk%3Fview%3Dmine").want(b.t, "leave", http.StatusSeeOther)
	return b.get(b.atProvider(away.where(), name))
}

// link links the account of a browser to an identity, up to its owner's word.
func (b *browser) link(name string) answer {
	b.t.Helper()
	away := b.get("/desk/account/elsewhere").want(b.t, "leave to link", http.StatusSeeOther)
	b.get(b.atProvider(away.where(), name)).want(b.t, "come back to link", http.StatusOK).has(b.t, "come back", "/desk/account#links")
	return b.get("/desk/account").want(b.t, "account", http.StatusOK)
}

func (b *browser) agree(act string) answer {
	return b.post("/desk/account/elsewhere", url.Values{"csrf": {b.csrf()}, "act": {act}})
}

// Against a real provider: nobody gets in who did not link their account while
// signed in, and says so once more; then they do, in one step or two.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	w := elsewhereWorld(t)
	const person = "test-user@localhost"
	b := w.signedIn("lisi", feedback.Replier)
	w.visitor().get("/desk/login").has(t, "login", "用单位统一登录登录", "/desk/elsewhere?back=")

	refused := w.visitor().elsewhere(person).want(t, "not linked", http.StatusUnprocessableEntity).has(t, "not linked", "没有登录成功")
	wrong := w.visitor().post("/desk/login", url.Values{"name": {""}, "password": {"x"}})
	if cut(refused.body) != cut(wrong.body) {
		t.Error("refused in other words than a wrong password")
	}

	b.link(person).has(t, "offer", "“id1”", "要关联到现在的账号吗")
	b.agree("refuse").want(t, "refuse", http.StatusSeeOther)
	b.agree("add").want(t, "nothing is offered any more", http.StatusUnprocessableEntity)
	b.link(person)
	other := w.signedIn("wangwu", feedback.Replier)
	other.agree("add").want(t, "another's offer", http.StatusUnprocessableEntity)
	b.agree("add").want(t, "agree", http.StatusSeeOther)
	b.get("/desk/account").has(t, "linked", "取消关联")
	other.link(person)
	other.agree("add").want(t, "linked to somebody", http.StatusUnprocessableEntity).has(t, "linked to somebody", "已经关联了账号")

	v := w.visitor()
	in := v.elsewhere(person).want(t, "in", http.StatusOK).has(t, "in", `http-equiv="refresh" content="0; url=/desk?view=mine"`, `href="/desk?view=mine"`)
	if strings.Contains(in.body, "code=") {
		t.Error("the code of the provider is on the page")
	}
	v.get("/desk").want(t, "signed in", http.StatusOK)
	w.visitor().elsewhere("test-user2").want(t, "somebody else there", http.StatusUnprocessableEntity)

	b.enrol()
	half := w.visitor()
	half.elsewhere(person).want(t, "two steps", http.StatusOK).has(t, "two steps", "/desk/login?back=")
	half.get("/desk").want(t, "half is not in", http.StatusSeeOther)
	half.get("/desk/login").has(t, "second step", `name="totp"`)

	b.post("/desk/account/elsewhere", url.Values{"csrf": {b.csrf()}, "act": {"remove"}, "issuer": {w.config.Provider.Issuer}, "subject": {"id1"}}).want(t, "unlink", http.StatusSeeOther)
	w.visitor().elsewhere(person).want(t, "unlinked", http.StatusUnprocessableEntity)
	got := strings.Join(lines(w.entries()), "\n")
	for _, want := range []string{"(unknown) identity-failed", "lisi identity-add lisi", "lisi sign-in lisi", "lisi identity-remove lisi"} {
		if !strings.Contains(got, want) {
			t.Errorf("the chain lacks %q:\n%s", want, got)
		}
	}
}

// Coming back twice, or in another browser than the one that left, is refused.
func TestElsewhereReplayed(t *testing.T) {
	t.Parallel()
	w := elsewhereWorld(t)
	const person = "test-user@localhost"
	b := w.signedIn("lisi", feedback.Replier)
	b.link(person)
	b.agree("add").want(t, "agree", http.StatusSeeOther)
	v := w.visitor()
	path := v.atProvider(v.get("/desk/elsewhere").where(), person)
	w.visitor().get(path).want(t, "another browser", http.StatusUnprocessableEntity)
	v.get(path+"&x=1").want(t, "first", http.StatusOK)
	v.get(path).want(t, "again", http.StatusUnprocessableEntity)
	for _, q := range []string{"", "?error=access_denied", "?state=x&code=y", "?code=%00&state=%ff", fmt.Sprint("?code=", strings.Repeat("a", 9000))} {
		if a := w.visitor().get("/desk/elsewhere/back" + q); a.status < 400 || a.status >= 500 {
			t.Errorf("back%.30s answers %d", q, a.status)
		}
	}
}

// Without a provider there is no such way; with one that is away people are told.
func TestElsewhereAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/desk/elsewhere", "/desk/elsewhere/back?code=x&state=y"} {
		w.visitor().get(path).want(t, path, http.StatusNotFound)
	}
	w = newWorld(t, func(c *site.Config) {
		c.Provider = &auth.Provider{Issuer: "http://127.0.0.1:1", Client: "x", Label: "单位统一登录", Keys: c.Keys, Now: c.Now}
	})
	w.visitor().get("/desk/elsewhere").want(t, "away", http.StatusServiceUnavailable).has(t, "away", "统一登录现在连不上")
}

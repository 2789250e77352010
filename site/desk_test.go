package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/staff"
)

func (b *browser) act(n feedback.Number, act string, rev int64, more ...string) answer {
	b.t.Helper()
	f := url.Values{"csrf": {b.csrf()}, "act": {act}, "rev": {fmt.Sprint(rev)}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Add(more[i], more[i+1])
	}
	return b.post("/desk/submissions/"+string(n), f)
}

// T87, T94: a cookie that is not a live session of ours is nobody's.
func TestSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.config.Keeper.Add(context.Background(), staff.New{Name: "chef", Roles: []feedback.Role{feedback.Admin}, Password: password}))
	b := w.signedIn("anna", feedback.Moderator)
	stranger := func(token string) answer {
		return w.visitor().get("/desk", "Cookie", "desk="+token)
	}
	for _, token := range []string{"", "x", "admin", strings.Repeat("A", 52), strings.Repeat("A", 7000), b.token[:len(b.token)-1], b.token + "A", strings.ToLower(b.token), b.token[:26], "a%00b"} {
		a := stranger(token)
		if a.status != http.StatusSeeOther && a.status != http.StatusBadRequest {
			t.Errorf("cookie %.40q answers %d", token, a.status)
		}
		if a.header.Get("Set-Cookie") != "" {
			t.Errorf("cookie %.40q is adopted", token)
		}
	}
	a := stranger("x").want(t, "to sign in", http.StatusSeeOther)
	if a.where() != "/desk/login?back=%2Fdesk" {
		t.Errorf("leads to %s", a.where())
	}
	live := func(what string, want int) {
		t.Helper()
		b.get("/desk").want(t, what, want)
	}
	live("signed in", http.StatusOK)
	w.clock.minutes(50)
	live("used within the hour", http.StatusOK)
	w.clock.minutes(61)
	live("an hour idle", http.StatusSeeOther)
	b = w.signIn("anna")
	for range 14 {
		w.clock.minutes(55)
		_ = b.get("/desk")
	}
	live("after twelve hours", http.StatusSeeOther)
	b = w.signIn("anna")
	old := b.token
	b.post("/desk/account", url.Values{"csrf": {b.csrf()}, "old": {password}, "password": {"neue-worte-2026"}}).want(t, "password", http.StatusSeeOther)
	stranger(old).want(t, "before the password changed", http.StatusSeeOther)
	live("with the new cookie", http.StatusOK)
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: w.addr, Path: "/"}) {
		if c.Name == "desk" {
			b.token = c.Value
		}
	}
	a = b.post("/desk/logout", url.Values{"csrf": {b.csrf()}}).want(t, "logout", http.StatusSeeOther)
	if !strings.Contains(a.header.Get("Set-Cookie"), "desk=;") {
		t.Errorf("logout: %q", a.header.Get("Set-Cookie"))
	}
	stranger(b.token).want(t, "after logout", http.StatusSeeOther)
	must(t, w.config.Keeper.SetPassword(context.Background(), "anna", password))
	b = w.signIn("anna")
	w.clock.sessionLater(1)
	must(t, w.config.Keeper.SetRoles(context.Background(), "", "anna", []feedback.Role{feedback.Auditor}, nil))
	live("after a change of roles", http.StatusSeeOther)
	w.clock.sessionLater(1)
	b = w.signIn("anna")
	w.clock.sessionLater(1)
	must(t, w.config.Keeper.Disable(context.Background(), "", "anna", true))
	live("disabled", http.StatusSeeOther)
}

// T27, T28, T88: signing in tells nothing, and leads only into this site.
func TestLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signedIn("anna", feedback.Moderator)
	b := w.visitor()
	first := ""
	for name, form := range map[string]url.Values{
		"wrong password": {"name": {"anna"}, "password": {"x"}}, "no password": {"name": {"anna"}}, "unknown": {"name": {"anna"}, "password": {"nobody"}},
		"operator": {"name": {"anna"}, "user[$regex]": {".*"}, "password[$ne]": {"x"}}, "long": {"name": {"anna"}, "password": {strings.Repeat("a", 200000)}},
	} {
		a := b.post("/desk/login", form).want(t, name, http.StatusUnprocessableEntity)
		if first == "" {
			first = a.body
		}
		if a.body != first || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: another answer", name)
		}
	}
	if a := b.post("/desk/login", url.Values{"name": {"nobody"}, "password": {"x"}}); strings.ReplaceAll(a.body, `value="nobody"`, `value="anna"`) != first {
		t.Error("an unknown name gets another answer")
	}
	b.post("/desk/login", url.Values{"name": {"\xff<script>" + strings.Repeat("字", 500)}, "password": {"x"}}).want(t, "odd name", http.StatusUnprocessableEntity).hasNot(t, "odd name", "<script>")
	for _, back := range []string{"//evil.example", "https:evil", "https://evil.example", `/\evil.example`, `\\evil`, "/%5cevil", "/%2f/evil", "/%0d%0aSet-Cookie:a", "/\r\nSet-Cookie: a=b", "javascript:1", "/\tevil", "evil", "", "/../evil", "/./x/../../evil", "http:/evil", "/desk/../../evil", "///evil", "/" + strings.Repeat("a", 5000), "/\xff", "/嘊嘍Set-Cookie:a=b", "/?x=嘊嘍"} {
		a := b.post("/desk/login", url.Values{"name": {"anna"}, "password": {password}, "back": {back}}).want(t, back, http.StatusSeeOther)
		to, err := url.Parse(a.where())
		if err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(a.where(), "/") || strings.HasPrefix(a.where(), "//") || strings.Contains(to.Path, "..") || strings.ContainsFunc(a.where(), func(r rune) bool { return r > 0x7e || r <= 0x20 }) {
			t.Errorf("back %q leads to %q", back, a.where())
		}
		for _, cookie := range a.header.Values("Set-Cookie") {
			if !strings.HasPrefix(cookie, "desk=") && !strings.HasPrefix(cookie, "desk-known-") {
				t.Errorf("back %q: cookie %s", back, cookie)
			}
		}
		b.get("/desk/login?back="+url.QueryEscape(back)).want(t, "form for "+back, http.StatusOK).hasNot(t, back, `value="//`, `value="https`, `value="javascript`)
	}
	a := b.post("/desk/login", url.Values{"name": {" ＡＮＮＡ "}, "password": {password}, "back": {"/desk?view=late&after=x%20y"}}).want(t, "folded name", http.StatusSeeOther) // T13
	if a.where() != "/desk?view=late&after=x%20y" {
		t.Errorf("leads to %s", a.where())
	}
}

// T103, T101: the link to the first account works once, for an hour, and only
// while there is no account.
func TestFirstLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	ctx := context.Background()
	link := func() string {
		token, needed, err := w.config.Keeper.FirstLink(ctx)
		must(t, err)
		if !needed {
			t.Fatal("no link on an empty store")
		}
		return token
	}
	form := url.Values{"name": {"王五"}, "display": {"王某"}, "password": {password}}
	for _, token := range []string{"", "x", strings.Repeat("A", 26), strings.Repeat("A", 9000)} {
		form.Set("t", token)
		b.post("/desk/first", form).want(t, "token "+token[:min(9, len(token))], http.StatusGone)
	}
	form.Set("t", link())
	w.clock.minutes(61)
	b.post("/desk/first", form).want(t, "an hour later", http.StatusGone)
	form.Set("t", link())
	form.Set("password", "kurz")
	a := b.post("/desk/first", form).want(t, "short password", http.StatusUnprocessableEntity).has(t, "short", "王五", form.Get("t")).hasNot(t, "short", "kurz")
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("the page may be kept")
	}
	form.Set("password", password)
	a = b.post("/desk/first", form).want(t, "made", http.StatusSeeOther)
	if !strings.Contains(a.header.Get("Set-Cookie"), "desk=") {
		t.Error("not signed in")
	}
	b.get("/desk/staff").want(t, "staff", http.StatusOK).has(t, "staff", "王五", "王某")
	form.Set("name", "zweiter")
	w.visitor().post("/desk/first", form).want(t, "used twice", http.StatusGone)
	if _, needed, _ := w.config.Keeper.FirstLink(ctx); needed {
		t.Error("a link is made though there is an account")
	}
	if strings.Contains(w.log.String(), form.Get("t")) || strings.Contains(w.log.String(), password) {
		t.Error("the log holds the token or the password")
	}
}

// F30: of two who act at once one succeeds, the other sees what changed and
// has the typed words back.
func TestConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕坏了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	anna, berta := w.signedIn("anna", feedback.Replier), w.signedIn("berta", feedback.Replier, feedback.Moderator)
	rev := w.kept(n).Rev
	berta.act(n, "draft", rev, "reply", "贝塔的草稿", "office", "办公室", "seen", "").want(t, "first", http.StatusSeeOther)
	a := anna.act(n, "draft", rev, "reply", "安娜写了很久的草稿<b>", "office", "公共服务科", "seen", "").want(t, "second", http.StatusConflict)
	a.has(t, "second", "berta", "安娜写了很久的草稿&lt;b&gt;", "您打开之后，别人改动了这一件")
	if s := w.kept(n); s.Rev != rev+1 || s.Draft.Text != "贝塔的草稿" {
		t.Errorf("revision %d, draft %q", s.Rev, s.Draft.Text)
	}
	if got := field(t, a.body, "reply"); got != "\n安娜写了很久的草稿<b>" && got != "安娜写了很久的草稿<b>" {
		t.Errorf("the box holds %q", got)
	}
	// A fault in what is typed does not hide that somebody was first.
	a = anna.act(n, "draft", rev, "reply", "还有〔　〕没填", "office", "公共服务科", "submit", "1", "seen", "").want(t, "a fault on an old page", http.StatusConflict)
	a.has(t, "a fault on an old page", "还有〔　〕没填", "berta")
	a = berta.act(n, "redact", rev, "hide", "没有的字", "kind", "name").want(t, "words on an old page", http.StatusConflict)
	for _, r := range []string{"", "x", "-1", "99", "99999999999999999999", "1e3"} {
		f := url.Values{"csrf": {anna.csrf()}, "act": {"note"}, "rev": {r}, "note": {"备注"}}
		if a := anna.post("/desk/submissions/"+string(n), f); a.status != http.StatusBadRequest && a.status != http.StatusConflict {
			t.Errorf("revision %q answers %d", r, a.status)
		}
	}
	for _, act := range []string{"", "correct", "withdraw", "rate", "renew-code", "receive", "$set", "delete"} {
		anna.act(n, act, rev+1).want(t, "act "+act, http.StatusBadRequest)
	}
	// T99: twenty at once, one takes effect.
	rev = w.kept(n).Rev
	var done, lost atomic.Int32
	var wg sync.WaitGroup
	token := berta.csrf()
	for i := range 20 {
		wg.Go(func() {
			f := url.Values{"csrf": {token}, "act": {"note"}, "rev": {fmt.Sprint(rev)}, "note": {fmt.Sprint("备注", i)}}
			switch a := berta.post("/desk/submissions/"+string(n), f); a.status {
			case http.StatusSeeOther:
				done.Add(1)
			case http.StatusConflict:
				lost.Add(1)
			default:
				t.Errorf("answers %d", a.status)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 || lost.Load() != 19 || w.kept(n).Rev != rev+1 {
		t.Errorf("%d done, %d lost, revision %d", done.Load(), lost.Load(), w.kept(n).Rev)
	}
}

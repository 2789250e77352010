package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// device puts a security key with a fingerprint reader into the browser.
func (b *browser) device() webauthn.AuthenticatorID {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	res, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		b.t.Fatal(err)
	}
	return res.AuthenticatorID
}

// The first administrator with a passkey and no password; a colleague by link
// with another; signing in, and signing in with a key that nobody verified.
func TestPasskeyJourney(t *testing.T) {
	chromium(t)
	p := start(t, "--data", t.TempDir())
	b := open(t, desktop)
	key := b.device()
	onName := func(address string) string { return strings.Replace(address, "127.0.0.1", "localhost", 1) }
	home := onName(p.base)

	b.visit(p.first)
	if b.count(".pk") != 0 {
		t.Error("a passkey is offered under a number, where none works")
	}
	b.wants("main", "换成localhost")
	b.visit(onName(p.first))
	b.write("#name", "wangwu")
	b.write("#display", "王某")
	b.press(".pk button")
	b.wants(".flash", "管理员已建好")
	b.write("#name", "lisi")
	b.tick(`#add ~ form input[name="role"][value="replier"]`)
	b.press(`#add ~ form button[type="submit"]`)
	link := b.text(".link-n")

	b.press(".who form button")
	b.press(".pk button")
	b.wants(".who", "王某")

	b.visit(home + "/desk/account")
	b.wants("main", "只用通行密钥登录")
	b.write("#pk-0", "办公室电脑")
	b.press(`button[name="rename"]`)
	b.wants(".flash", "已改名")
	if got := b.value("#pk-0"); got != "办公室电脑" {
		t.Errorf("the passkey is called %q", got)
	}
	b.press(`button[name="remove"]`)
	b.wants("main .errs", "不能再去掉")
	b.press(".who form button")

	// A key whose owner nobody verified opens nothing.
	yes := true
	if _, err := chromedp.Call(b.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBadUV: &yes}); err != nil {
		t.Fatal(err)
	}
	b.tick(".pk button")
	for began := time.Now(); b.text(".pk .err") == ""; {
		if time.Since(began) > 10*time.Second {
			t.Fatal("nothing is said of a key that was refused")
		}
	}
	b.wants(".pk .err", "没有成功")
	if got := b.where(); !strings.Contains(got, "/desk/login") {
		t.Errorf("refused, but at %s", got)
	}
	if _, err := chromedp.Call(b.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key}); err != nil {
		t.Fatal(err)
	}

	// A colleague on a machine of their own.
	li := open(t, desktop)
	li.device()
	li.visit(link)
	li.press(".pk button")
	li.wants(".flash", "登录方式已设好")
	li.press(".who form button")
	li.press(".pk button")
	li.wants(".who", "lisi")
	if status := li.visit(link); status != 410 {
		t.Errorf("the link again answers %d", status)
	}
}

package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rectify/feedback"
)

// A reply from its template to its correction, in a real browser: written out of
// a template by key or by button, held back while a place in it is not filled in,
// approved by another person, published, corrected by two, and withdrawn by two.
// On a desktop with scripts, and on a phone without.
func TestReplyJourney(t *testing.T) {
	for name, l := range map[string]look{"phone without scripts": phone, "desktop": desktop} {
		t.Run(name, func(t *testing.T) {
			chromium(t)
			data := t.TempDir()
			account(t, "wangwu", []string{"moderator"}, "--data", data)
			account(t, "lisi", []string{"replier"}, "--data", data)
			account(t, "zhaoliu", []string{"approver"}, "--data", data)
			replyJourney(t, start(t, "--data", data), l)
		})
	}
}

func replyJourney(t *testing.T, p *program, l look) {
	b := open(t, l)
	number := filed(t, p)
	mod := signedIn(t, p.base, "wangwu")
	mod.act(number, "accept", url.Values{"category": {string(feedback.Opinion)}})
	mod.act(number, "publish", nil)

	// A template of one's own, on a page of its own.
	login(b, p, "lisi")
	b.visit(p.base + "/desk/phrases")
	b.fits()
	b.press(`a[href$="of=own"]`)
	b.write("#name", "已修复")
	b.write("#body", "您好！关于{{item_title}}的意见（{{number}}）收悉。导览屏已于〔　〕修复，由{{office}}负责。")
	b.press(`button[value="save"]`)
	b.wants(".flash", "已保存")
	b.fits()

	// Put in by key where scripts run, by the button elsewhere.
	at := p.base + casePath(number)
	b.visit(at)
	b.fits()
	b.choose("#office", "公共服务科")
	if l.scripts {
		b.do(chromedp.Blur("#office"), chromedp.KeyEvent("t"))
		b.choose("#phrase", option(b, "已修复"))
		if got := ask(b, chromedp.Evaluate[string]("document.activeElement.id")); got != "phrase" {
			t.Errorf("t leads to %q", got)
		}
		b.do(chromedp.Focus("#phrase-go"), chromedp.KeyEvent(kb.Enter))
	} else {
		b.choose("#phrase", option(b, "已修复"))
		b.press("#phrase-go")
	}
	text := b.value("#reply")
	if !strings.Contains(text, number) || !strings.Contains(text, "〔　〕") || strings.Contains(text, "{{") {
		t.Fatalf("the box holds %q", text)
	}
	if got := b.value("#office"); got != "公共服务科" {
		t.Errorf("the office that was chosen became %q", got)
	}
	if status := b.press(`#drafting button[name="submit"]`); status != 422 {
		t.Errorf("a place that is not filled in answers %d, want 422", status)
	}
	b.wants(".errs", "〔　〕")
	b.write("#reply", strings.NewReplacer("〔　〕", "11月20日", "〔请填答复单位〕", "公共服务科").Replace(b.value("#reply")))
	b.choose("#office", "公共服务科")
	b.press(`#drafting button[name="submit"]`)
	b.wants(".flash", "已送批")
	b.fits()
	b.press(".who form button")

	// Approved by another person, who sees it as it will be.
	login(b, p, "zhaoliu")
	b.visit(at)
	b.wants("main", "11月20日修复")
	b.press(`input[value="approve"] ~ p button`)
	b.wants(".flash", "答复已批准")
	b.press(".who form button")

	// Corrected: by the one, approved by the other, seen by everybody.
	login(b, p, "lisi")
	b.visit(at)
	b.tick("#amend-1 > summary")
	b.write("#amended-1", strings.ReplaceAll(b.value("#amended-1"), "11月20日", "11月21日"))
	b.write("#amended-why-1", "修复日期写错了")
	b.press(`#amend-1 button[name="submit"]`)
	b.wants(".flash", "更正已送批")
	b.wants("#amending", "修复日期写错了", "起草的人不能批准")
	b.fits()
	if b.count(`input[value="approve-amend"]`) != 0 {
		t.Error("who corrected is offered to approve")
	}
	b.press(".who form button")
	login(b, p, "zhaoliu")
	b.visit(at)
	b.wants("#amending ins", "1")
	b.press(`input[value="approve-amend"] ~ p button`)
	b.wants(".flash", "公开页面写明了变动和原因")
	b.press(".who form button")

	public := p.base + "/feedback/" + number
	until(t, func() bool { _, page := get(t, public); return strings.Contains(page, "修复日期写错了") })
	b.visit(public)
	b.wants(".answer", "已更正", "修复日期写错了", "11月21日修复")
	b.tick(".answer .versions > summary")
	b.wants(".answer .versions .words", "11月2")
	b.fits()

	// Withdrawn by two: the fact and the reason stay, the text does not.
	login(b, p, "lisi")
	b.visit(at)
	b.tick(`details:has(#retract-why-2) > summary`)
	b.write("#retract-why-2", "答错了对象")
	b.press(`form:has(#retract-why-2) button`)
	b.wants(".flash", "提请撤回")
	b.press(".who form button")
	login(b, p, "zhaoliu")
	b.visit(at)
	b.press(`input[value="approve-amend"] ~ p button`)
	until(t, func() bool { _, page := get(t, public); return strings.Contains(page, "答错了对象") })
	b.visit(public)
	b.wants(".answer", "本答复已撤回", "答错了对象")
	if got := b.text("main"); strings.Contains(got, "修复，由公共服务科") {
		t.Error("the text that was withdrawn stands on the public page")
	}
	b.fits()
}

// option is the value of the template of a name.
func option(b *browser, name string) string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string]("[...document.querySelectorAll('#phrase option')].find(o => o.textContent.startsWith('"+name+"')).value"))
}

// filed takes an opinion in through the open interface and answers its number.
func filed(t *testing.T, p *program) string {
	t.Helper()
	body := `{"notice":"culture-tourism-2023","item":"3-2","text":"导览屏一直黑着，什么时候能修好？","publish_consent":true}`
	status, _, answer, err := exchange(t.Context(), client(), http.MethodPost, p.base+"/api/v1/submissions", "application/json", strings.NewReader(body))
	var receipt struct{ Number string }
	if err == nil {
		err = json.Unmarshal([]byte(answer), &receipt)
	}
	if err != nil || status != http.StatusCreated {
		t.Fatalf("filing answers %d: %v", status, err)
	}
	return receipt.Number
}

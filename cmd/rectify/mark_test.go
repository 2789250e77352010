package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const markText = "我叫周小满，电话13800001234。\n馆里的导览屏一直黑着，👍请问石头记几点开演？\n停车场周末为什么收费？"

// marking is a desk with one opinion to be moderated, opened in a browser.
func marking(t *testing.T, l look) (b *browser, p *program, number string) {
	chromium(t)
	at := []string{"--data", t.TempDir()}
	account(t, "wangwu", []string{"moderator"}, at...)
	p = start(t, at...)
	status, body := sent(t, p, map[string]any{"notice": "culture-tourism-2023", "item": "3-2", "text": markText, "publish_consent": true})
	var receipt struct{ Number string }
	if err := json.Unmarshal([]byte(body), &receipt); err != nil || receipt.Number == "" {
		t.Fatalf("submission: %d %s, %v", status, body, err)
	}
	b = open(t, l)
	login(b, p, "wangwu")
	b.visit(p.base + casePath(receipt.Number))
	return b, p, receipt.Number
}

const shownText = `#preview .talk blockquote`

// drawn is a text that a script may be drawing anew just now; empty while it is
// not there.
func (b *browser) drawn(sel string) string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](`(document.querySelector('`+sel+`') || {}).innerText || ''`))
}

// kept accepts what was marked, publishes it, and asks the public page for what
// the preview showed.
func kept(b *browser, p *program, number, shown string) {
	b.t.Helper()
	b.leave(chromedp.Focus(`#marks button.go1`), chromedp.KeyEvent(kb.Enter))
	b.wants(".flash", "已受理")
	if b.count(`#cleared`) > 0 {
		b.tick(`input[value="publish"] ~ fieldset input`)
	}
	b.press(`input[value="publish"] ~ p button`)
	b.wants(".flash", "已公开")
	b.visit(p.base + "/feedback/" + number)
	if got := b.text(".talk blockquote"); got != shown {
		b.t.Errorf("the preview showed %q, the public reads %q", shown, got)
	}
}

// By keyboard alone: select in the text, hide with one key, refuse what the
// program found, see each time what the public would see, and keep exactly that;
// and make a matter of its own of a passage.
func TestMarkByKeyboard(t *testing.T) {
	b, p, number := marking(t, desktop)
	choose := func(before, words string) {
		b.do(chromedp.Focus("#mark-text"))
		b.key(kb.Home, chromedp.ModifierCtrl)
		for range []rune(before) {
			b.key(kb.ArrowRight)
		}
		for range []rune(words) {
			b.key(kb.ArrowRight, chromedp.ModifierShift)
		}
	}
	before, after, _ := strings.Cut(markText, "石头记")
	choose(before, "石头记")
	b.key("h")
	until(t, func() bool {
		return strings.Contains(b.drawn(shownText), "👍请问已遮盖")
	})
	b.wants(shownText, "几点开演", "已遮盖：电话")
	if got := b.text(shownText); strings.Contains(got, "石头记") || strings.Contains(got, "13800001234") || strings.Contains(got, "周小满") {
		t.Errorf("the preview shows %q", got)
	}
	if got := b.text(`.places li:last-child mark`); got != "石头记" {
		t.Errorf("marked is %q", got)
	}
	b.do(chromedp.Focus("#place-0")) // the name that the program found: it may stay
	b.key(" ")
	until(t, func() bool { return strings.Contains(b.drawn(shownText), "我叫周小满") })
	shown := b.text(shownText)
	b.fits()
	kept(b, p, number, shown)

	// Split by marking: the passage is put into the form, and the new matter stands
	// beside the letter.
	b.visit(p.base + casePath(number))
	b.tick("#do-redact > summary")
	b.tick("#do-split > summary")
	_, last, _ := strings.Cut(after, "\n")
	choose(strings.TrimSuffix(markText, last), last)
	b.tick("#split-go")
	if got := b.value("#piece"); got != last {
		t.Errorf("the passage is %q, want %q", got, last)
	}
	b.choose("#piece-cat-1", "question")
	b.leave(chromedp.Submit("#split"))
	b.wants(".flash", "已拆分")
	b.wants("aside", "从这一件拆出", "停车场")
}

// Without scripts at 360 px the same: places one by one, words written down, the
// result seen before it is kept.
func TestMarkWithoutScripts(t *testing.T) {
	b, p, number := marking(t, phone)
	b.fits()
	if b.count("#mark-by-hand:not([hidden])") != 0 {
		t.Error("what needs a script is shown without one")
	}
	b.tick(`#place-0`)
	b.write(`.mark:nth-of-type(1) input[name="hide"]`, "石头记")
	b.press("#preview-go")
	b.fits()
	b.wants(shownText, "我叫周小满", "已遮盖：电话", "👍请问已遮盖")
	b.wants("#preview", "还没有保存")
	kept(b, p, number, b.text(shownText))
}

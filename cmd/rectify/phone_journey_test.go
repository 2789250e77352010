package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A call may take no longer to key in.
const callLimit = 60 * time.Second

// What comes by phone is keyed in without a mouse while the caller speaks: the
// item is found by typing, what is alike is shown, nothing is lost with a tab or
// the program; and the code that was dictated opens it.
func TestPhoneJourney(t *testing.T) { phoneJourney(t) }

// The same on MongoDB.
func TestPhoneJourneyMongo(t *testing.T) { phoneJourney(t, "--mongo", freshMongo(t)) }

func phoneJourney(t *testing.T, store ...string) {
	chromium(t)
	at := append([]string{"--data", t.TempDir()}, store...)
	account(t, "wangwu", []string{"moderator"}, at...)
	p := start(t, at...)
	b := open(t, desktop)
	login(b, p, "wangwu")
	earlier := call(b, p, "文化馆二楼疏散通道里堆着桌椅，走不过去。", "")

	// Begun, and then the tab and the program are gone.
	b.reach(p, "text")
	b.types("疏散通道里又堆了东西，")
	until(t, func() bool { return strings.Contains(b.text("#kept"), "已存") })
	if err := chromedp.Do(b.ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.done //nolint:errcheck // it was killed
	p.done <- nil
	p = start(t, at...)
	b = open(t, desktop)
	login(b, p, "wangwu")
	b.reach(p, "text")
	if got := b.value("#text"); got != "疏散通道里又堆了东西，" {
		t.Errorf("after the restart the form holds %q", got)
	}
	b.wants(".flash", "取回")
	if b.count(`#entry button[value="drop"]`) != 0 {
		t.Error("Enter in a field may throw the draft away")
	}

	// The rest of the call.
	began := time.Now()
	b.key(kb.End, chromedp.ModifierCtrl)
	b.types("还是文化馆二楼，桌椅比上次还多，走不过去。")
	until(t, func() bool { return strings.Contains(b.text("#similar"), earlier) })
	b.tab("target")
	b.types("疏散通道被占用")
	b.tab("category")
	b.key(kb.ArrowDown)
	b.key(kb.ArrowUp)
	b.tab("name")
	b.types("周女士")
	b.tab("phone")
	b.types("13800001234")
	b.tab("k2")
	b.key(" ")
	b.send()
	b.wants(".slip", "已登记")
	took := time.Since(began)
	t.Logf("a call was keyed in within %.1f s", took.Seconds())
	if took > callLimit {
		t.Errorf("that is longer than %s", callLimit)
	}
	number, code := b.slip()
	if number == earlier {
		t.Error("the receipt is that of another call")
	}
	b.printed(number, code)
	b.dictated(p, code)
	b.visit(p.base + casePath(number))
	b.wants("aside", "第3-1项")
	b.wants("main", "电话", "比上次还多")
}

// call keys in a whole call by keyboard and answers its number.
func call(b *browser, p *program, text, target string) (number string) {
	b.t.Helper()
	b.reach(p, "text")
	b.types(text)
	b.tab("target")
	b.types(target)
	b.send()
	number, _ = b.slip()
	return number
}

// reach opens the form and goes to a field: past the head by the link for that,
// and once through the channels with the arrows.
func (b *browser) reach(p *program, field string) {
	b.t.Helper()
	b.visit(p.base + "/desk/enter")
	b.key(kb.Tab)
	b.key(kb.Enter)
	b.tab("channel")
	b.key(kb.ArrowRight)
	b.key(kb.ArrowLeft)
	if got := ask(b, chromedp.Evaluate[string](`document.activeElement.value`)); got != "phone" {
		b.t.Errorf("the arrows end at %q", got)
	}
	b.tab(field)
}

// tab presses Tab until a field has the focus, as often as a patient person does.
func (b *browser) tab(id string) {
	b.t.Helper()
	const patience = 12
	for range patience {
		b.key(kb.Tab)
		if ask(b, chromedp.Evaluate[string](`document.activeElement.id`)) == id {
			return
		}
	}
	b.t.Fatalf("%s: %d times Tab do not lead to %s", b.where(), patience, id)
}

func (b *browser) key(k string, held ...chromedp.Modifier) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(k, chromedp.KeyModifiers(held...)))
}

// types writes where the focus is, as an input method for Chinese does.
func (b *browser) types(text string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		b.t.Fatalf("typing at %s: %v", b.where(), err)
	}
}

// send files the form from wherever the focus is.
func (b *browser) send() {
	b.t.Helper()
	if status := b.leave(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))); status != 200 {
		b.t.Fatalf("filing answers %d: %s", status, b.text("main"))
	}
}

// slip reads number and code, which stands in groups to be dictated.
func (b *browser) slip() (number, code string) {
	b.t.Helper()
	number, code = b.text("#number"), strings.Join(strings.Fields(b.text("#code")), " ")
	if !regexp.MustCompile(`^(\d{4} ){4}\d{4}$`).MatchString(code) || b.count("#code span") != 5 {
		b.t.Errorf("code is shown as %q", code)
	}
	return number, code
}

// printed looks at the page as the printer gets it: the slip to hand over, and
// nothing of the form.
func (b *browser) printed(number, code string) {
	b.t.Helper()
	media := func(name string) {
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name}); err != nil {
			b.t.Fatal(err)
		}
	}
	media("print")
	defer media("")
	seen := ask(b, chromedp.Evaluate[string](`document.body.innerText`))
	for _, want := range []string{number, code, "回执"} {
		if !strings.Contains(seen, want) {
			b.t.Errorf("the printed slip lacks %q: %s", want, seen)
		}
	}
	for _, not := range []string{"办理要求", "登记意见", "13800001234"} {
		if strings.Contains(seen, not) {
			b.t.Errorf("the printed slip has %q: %s", not, seen)
		}
	}
}

// dictated types a code that was spoken: it opens once, and is replaced by one
// that only the citizen knows.
func (b *browser) dictated(p *program, spoken string) {
	b.t.Helper()
	open := func(code string, want int64) {
		b.visit(p.base + "/track")
		b.do(chromedp.Focus("#code"))
		b.types(strings.ReplaceAll(code, " ", ""))
		if status := b.leave(chromedp.KeyEvent(kb.Enter)); status != want {
			b.t.Errorf("%s answers %d, want %d", code, status, want)
		}
	}
	open(spoken, 200)
	b.wants("main", "比上次还多", "电话代录")
	fresh := strings.Join(strings.Fields(b.text("#code-new")), " ")
	if fresh == spoken || fresh == "" {
		b.t.Errorf("the new code is %q", fresh)
	}
	open(spoken, 422)
	open(fresh, 200)
	if n := b.count("#code-new"); n != 0 {
		b.t.Error("a code of one's own is replaced again")
	}
}

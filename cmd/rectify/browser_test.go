package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// browser is a real Chromium with one window.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// look describes a window.
type look struct {
	width, height int64
	scripts       bool
}

var (
	phone   = look{360, 740, false}
	desktop = look{1280, 900, true}
)

// chromium answers the browser's path. Without one the test is skipped, or,
// where a browser is required as in CI, fails.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("RECTIFY_REQUIRE_BROWSER") != "" {
		t.Fatal("no Chromium, and RECTIFY_REQUIRE_BROWSER is set")
	}
	t.Skip("no Chromium on this machine: browser journey not walked")
	return ""
}

func open(t *testing.T, l look) *browser {
	t.Helper()
	return openFor(t, l, 3*time.Minute)
}

// openFor is open for a journey that takes longer.
func openFor(t *testing.T, l look, most time.Duration) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("accept-lang", "zh-CN"),
	)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	ctx, cancelTime := context.WithTimeout(ctx, most)
	t.Cleanup(func() { cancelTime(); cancel(); stop() })
	b := &browser{t: t, ctx: ctx}
	kind := []chromedp.EmulateViewportOption{}
	if l.width < 600 {
		kind = append(kind, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	// The first run starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, l.height, kind...)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !l.scripts}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser at %s: %v", b.where(), err)
	}
}

// ask runs what answers something.
func ask[T any](b *browser, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatalf("browser at %s: %v", b.where(), err)
	}
	return v
}

// where is the address of the page.
func (b *browser) where() string {
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return where
}

// visit opens an address and answers its status.
func (b *browser) visit(url string) int64 { return b.leave(chromedp.Navigate(url)) }

// leave does what leads to another page, and answers that page's status.
func (b *browser) leave(steps ...chromedp.Action[chromedp.Void]) int64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("browser at %s: %v", b.where(), err)
	}
	return res.Status
}

// press follows a link or sends a form.
func (b *browser) press(sel string) int64 {
	b.t.Helper()
	return b.leave(chromedp.ScrollIntoView(sel), chromedp.Click(sel))
}

// tick clicks without leaving the page.
func (b *browser) tick(sel string) { b.t.Helper(); b.do(chromedp.Click(sel)) }

// write types into a field, in place of what stands there.
func (b *browser) write(sel, text string) {
	b.t.Helper()
	b.set(sel, "")
	b.do(chromedp.Focus(sel))
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		b.t.Fatalf("typing at %s: %v", b.where(), err)
	}
}

// choose takes an option of a list; one that is not there is an error.
func (b *browser) choose(sel, value string) {
	b.t.Helper()
	if got := b.set(sel, value); got != value {
		b.t.Fatalf("%s: %s has no option %q (has %q)", b.where(), sel, value, got)
	}
}

func (b *browser) set(sel, value string) string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](fmt.Sprintf("(e => (e.value = %q, e.value))(document.querySelector(`%s`))", value, sel)))
}

func (b *browser) text(sel string) string {
	b.t.Helper()
	return strings.TrimSpace(ask(b, chromedp.Text(sel)))
}

func (b *browser) value(sel string) string { b.t.Helper(); return ask(b, chromedp.Value(sel)) }

// count is how many elements match.
func (b *browser) count(sel string) int {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[int]("document.querySelectorAll(`"+sel+"`).length"))
}

// wants fails unless the element's text holds every one of the words.
func (b *browser) wants(sel string, words ...string) {
	b.t.Helper()
	got := b.text(sel)
	for _, w := range words {
		if !strings.Contains(got, w) {
			b.t.Errorf("%s: %s says %q, want %q in it", b.where(), sel, cutShort(got), w)
		}
	}
}

// fits fails when the page is wider than the window.
func (b *browser) fits() {
	b.t.Helper()
	over := ask(b, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if over > 0 {
		b.t.Errorf("%s is %d px wider than the window", b.where(), over)
	}
}

func cutShort(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 300)])
}

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The queue is worked through by keyboard alone: rows, ticks, one's own work,
// undoing it, searching, the sheet of keys, what has just arrived and who else
// looks; and no key is taken from who types, or from who turned keys off.
func TestQueueJourney(t *testing.T) { queueJourney(t) }

// The same on MongoDB.
func TestQueueJourneyMongo(t *testing.T) { queueJourney(t, "--mongo", freshMongo(t)) }

func queueJourney(t *testing.T, store ...string) {
	chromium(t)
	at := append([]string{"--data", t.TempDir()}, store...)
	account(t, "wangwu", []string{"moderator", "replier"}, at...)
	account(t, "lisi", []string{"moderator"}, at...)
	p := start(t, append(at, "--limits", "off")...)
	somebody := passerby(t, p.base)
	for _, text := range []string{"屋顶又漏水了。", "门口的坡太陡。", "周末几点关门？"} {
		somebody.files(text)
	}
	b := open(t, desktop)
	login(b, p, "wangwu")
	b.visit(p.base + "/desk?sort=oldest")

	// Rows and ticks.
	on := func() string {
		return ask(b, chromedp.Evaluate[string](`((document.activeElement.closest('tr') || {}).id || '')`))
	}
	first := ask(b, chromedp.Evaluate[string](`document.querySelector('table.queue tbody tr').id`))
	b.key("j")
	if got := on(); got != first {
		t.Fatalf("j leads to %q, want %q", got, first)
	}
	b.key("j")
	b.key("j")
	b.key("j")
	b.key("k")
	second := on()
	b.key("x")
	b.wants(".ticked", "已选1件")
	b.key("x")
	b.key("x", chromedp.ModifierAlt) // somebody else's key
	if n := b.count("#picks .tick:checked"); n != 0 {
		t.Errorf("%d are ticked", n)
	}

	// In a field every key is a letter.
	b.key("/")
	if got := ask(b, chromedp.Evaluate[string](`document.activeElement.id`)); got != "in-q" {
		t.Errorf("/ leads to %q", got)
	}
	b.set("#in-q", "") // the driver sends the letter of a key apart from the key
	for _, k := range []string{"j", "x", "a", "?"} {
		b.key(k)
	}
	if got := b.value("#in-q"); got != "jxa?" || b.count("dialog") != 0 || b.count("#picks .tick:checked") != 0 {
		t.Errorf("typing makes %q", got)
	}
	b.write("#in-q", "坡")
	b.leave(chromedp.KeyEvent(kb.Enter))
	if n := b.count("table.queue tbody tr"); n != 1 {
		t.Errorf("the search finds %d", n)
	}

	// One's own, and undone in time.
	b.visit(p.base + "/desk?sort=oldest")
	b.key("j")
	b.leave(chromedp.KeyEvent("a"))
	b.wants(".order", "转办给wangwu", "1件")
	b.leave(chromedp.KeyEvent("z"))
	b.wants(".order", "已撤销")

	// The sheet of keys.
	b.key("?")
	until(t, func() bool { return b.count("dialog[open]") == 1 })
	b.wants("dialog[open]", "下一件", "快捷键现在是开着的")
	b.key(kb.Escape)
	until(t, func() bool { return b.count("dialog") == 0 })

	// What arrives is announced, and nothing moves before it is asked for.
	b.visit(p.base + "/desk?sort=oldest")
	b.key("j")
	somebody.files("展厅里太暗，看不清字。")
	until(t, func() bool { return strings.Contains(b.text("#arrived"), "新收到1件") })
	if n := b.count("table.queue tbody tr"); n != 3 || on() != first {
		t.Errorf("%d rows, on %q", n, on())
	}
	b.leave(chromedp.KeyEvent("n"))
	if n := b.count("table.queue tbody tr"); n != 4 {
		t.Errorf("%d rows are shown", n)
	}

	// Who else looks.
	number := strings.TrimPrefix(second, "n")
	other := signedIn(t, p.base, "lisi")
	other.page(casePath(number))
	b.leave(chromedp.KeyEvent("r"))
	b.wants(`[id="`+second+`"]`, "lisi也在看这一件")
	b.key("j")
	b.key("j")
	b.leave(chromedp.KeyEvent("o"))
	if !strings.HasSuffix(b.where(), casePath(number)) {
		t.Fatalf("o leads to %s", b.where())
	}
	b.wants("#here", "lisi也在看这一件")
	if page := other.page("/desk"); !strings.Contains(page, "wangwu也在看这一件") {
		t.Error("the other does not see who looks")
	}
	b.leave(chromedp.KeyEvent("u"))

	// Turned off.
	b.visit(p.base + "/desk/keys")
	b.press(`#keys button[value="off"]`)
	b.visit(p.base + "/desk")
	b.key("j")
	if got := on(); got != "" {
		t.Errorf("a key that is turned off leads to %q", got)
	}
	b.fits()
}

// files sends an opinion in.
func (c *clerk) files(text string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		c.t.Fatal(err)
	}
	status, _, page, err := exchange(c.t.Context(), c.http, http.MethodPost, c.base+"/api/v1/submissions", "application/json", strings.NewReader(string(body)))
	if err != nil || status != http.StatusCreated {
		c.t.Fatalf("filing answers %d %s %v", status, cutShort(page), err)
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The way of a notice, as people go it, in a real browser: a clerk uploads the
// Word file, looks at what was read, hands it on; a second person publishes it;
// a reader finds it, a correction shows what changed; the log holds both.
func TestLedgerJourney(t *testing.T) {
	for name, l := range map[string]look{"phone without scripts": phone, "desktop": desktop} {
		t.Run(name, func(t *testing.T) {
			chromium(t)
			ledgerJourney(t, l, "--data", t.TempDir())
		})
	}
}

// The same with notices in a MongoDB, where several copies share them.
func TestLedgerJourneyMongo(t *testing.T) {
	uri := mongoURI(t)
	chromium(t)
	ledgerJourney(t, desktop, "--data", t.TempDir(), "--mongo", uri)
}

func ledgerJourney(t *testing.T, l look, args ...string) {
	for _, a := range [][2]string{{"lisi", "replier"}, {"zhaoliu", "approver"}} {
		if code, _, errs := said(t, journeyPass, append([]string{"staff", "add", a[0], "--role", a[1], "--password-stdin"}, args...)...); code != 0 {
			t.Fatalf("staff add answers %d: %s", code, errs)
		}
	}
	p := start(t, args...)
	b := open(t, l)
	src, err := os.ReadFile("../../content/importer/testdata/culture-tourism-2023.docx")
	if err != nil {
		t.Fatal(err)
	}
	word := filepath.Join(t.TempDir(), "wenlv-2023.docx")
	if err := os.WriteFile(word, src, 0o600); err != nil {
		t.Fatal(err)
	}

	login(b, p, "lisi")
	b.press(`.deskbar a[href="/desk/notices"]`)
	b.fits()
	b.do(chromedp.SetUploadFiles("#file", []string{word}))
	if status := b.press(`form[enctype] button`); status != 200 {
		t.Fatalf("the uploaded document answers %d", status)
	}
	b.wants("main", "3 个方面、11 个问题、25 个整改条目", "公布后的样子", "检查结果")
	b.wants(".mini", "0600-")
	b.fits()
	b.press(`button[value="submit"]`)
	b.wants(".flash", "等待另一位同事批准")
	b.wants(".side", "要由另一位有批准权限的人来批准")
	b.press(".who form button")

	notice := p.base + "/notices/wenlv-2023"
	publish(b, p, notice)
	b.visit(notice)
	b.wants("h1", "整改进展情况的通报")
	b.fits()
	b.visit(notice + "/history")
	b.wants("main", "第1版")
	b.fits()

	// A correction, with the reason that readers will see.
	login(b, p, "lisi")
	b.visit(p.base + "/desk/notices")
	b.press(`form:has(input[value="wenlv-2023"]) button`)
	text := b.value("#source")
	better := strings.Replace(text, "{#1-1}", `{#1-1 status="completed" label="已完成"}`, 1)
	if better == text {
		t.Fatalf("no first finding in\n%.3000s", text)
	}
	b.write("#source", better)
	b.tick("#minor")
	b.press(`button[value="save"]`)
	b.wants(".flash", "已保存")
	b.tick("#minor")
	b.write("#note", "第一项已经验收销号")
	b.press(`button[value="submit"]`)
	b.press(".who form button")
	publish(b, p, notice)
	b.visit(notice)
	b.wants("main", "第一项已经验收销号")
	b.visit(notice + "/history?from=1&to=2")
	b.wants("main", "已完成")
	b.fits()
	b.visit(notice + "/versions/1")
	b.wants("main", "第1版")
	b.fits()

	// What was published is found, and stands in the public log.
	b.visit(p.base + "/search?q=整改")
	until(t, func() bool {
		_, page := get(t, p.base+"/search?q=wenlv&notice=wenlv-2023")
		_, all := get(t, p.base+"/search?q=整改&notice=wenlv-2023")
		return page != "" && strings.Contains(all, "/notices/wenlv-2023")
	})
	b.visit(p.base + "/log")
	b.wants("main", "公开日志")
	b.fits()
	p.stop(t)
	if code, out, errs := said(t, "", append([]string{"verify"}, args...)...); code != 0 {
		t.Errorf("verify answers %d: %s%s", code, out, errs)
	}
}

// publish approves what waits as the second person, and waits until readers see it.
func publish(b *browser, p *program, notice string) {
	b.t.Helper()
	login(b, p, "zhaoliu")
	b.visit(p.base + "/desk/notices")
	b.press(`table.people a[href^="/desk/notices/"]`)
	b.wants("main", "批准公布")
	b.press(`button[value="approve"]`)
	began := time.Now()
	b.wants(".flash", "已公布")
	for {
		if status, _ := get(b.t, notice); status == 200 {
			break
		}
		if time.Since(began) > 2*time.Second {
			b.t.Fatal("not published within 2 s")
		}
	}
	b.press(".who form button")
}

package main

import (
	"strings"
	"testing"
	"time"

	"rectify/feedback/mongostore/mongotest"
)

const (
	journeyText = "馆里的导览屏一直黑着，看不懂展品。我姓周，电话13800001234，请修好以后告诉我。"
	journeyPass = "linshui-2026-ceshi"
)

// The whole way of an opinion, as people go it, in a real browser: read,
// comment on leaf 3-2, moderate, draft, approve as another, publish, follow by
// code. At 360 px without scripts, and on a desktop with them.
func TestJourney(t *testing.T) {
	for name, l := range map[string]look{"phone without scripts": phone, "desktop": desktop} {
		t.Run(name, func(t *testing.T) {
			chromium(t)
			journey(t, start(t, "--data", t.TempDir()), l)
		})
	}
}

// The same on MongoDB.
func TestJourneyMongo(t *testing.T) {
	uri := mongoURI(t)
	chromium(t)
	journey(t, start(t, "--data", t.TempDir(), "--mongo", uri), phone)
}

// mongoURI answers the server to test with, and a database of this test alone.
func mongoURI(t *testing.T) string {
	t.Helper()
	uri := mongotest.Server(t)
	return strings.TrimRight(uri, "/") + "/" + mongotest.Name(t, uri)
}

func journey(t *testing.T, p *program, l look) {
	b := open(t, l)
	number, code := comment(t, b, p)

	// The first administrator, from the link on the console, and two others.
	if status := b.visit(p.first); status != 200 {
		t.Fatalf("first sign-in answers %d", status)
	}
	b.write("#name", "wangwu")
	b.write("#display", "王某")
	b.write("#password", journeyPass)
	b.press(`main button[type="submit"]`)
	b.wants(".flash", "管理员已建好")
	b.fits()
	links := make(map[string]string)
	for _, a := range [][2]string{{"lisi", "replier"}, {"zhaoliu", "approver"}} {
		b.write("#name", a[0])
		b.write("#display", a[0])
		b.tick(`#add ~ form input[name="role"][value="` + a[1] + `"]`)
		b.press(`#add ~ form button[type="submit"]`)
		b.wants("table.people", a[0])
		links[a[0]] = b.text(".link-n")
		b.fits()
	}

	// Moderate: the program found the phone number, the name is added by hand.
	b.visit(p.base + "/desk")
	b.fits()
	b.wants(".queue", number, "待审核")
	b.press(".queue .what a")
	b.fits()
	b.wants("aside", "第3-2项")
	if got := b.text(`.places mark`); got != "13800001234" {
		t.Errorf("first place offered for hiding is %q, want the phone number", got)
	}
	b.write(`.mark:nth-of-type(2) input[name="hide"]`, "我姓周")
	b.choose(`.mark:nth-of-type(2) select`, "name")
	b.press(`form.act button.go1`)
	b.wants(".flash", "已受理")
	b.wants("blockquote", "已遮盖：电话", "已遮盖：姓名")
	b.choose("#owner", "lisi")
	b.choose("#aoffice", "公共服务科")
	b.press("button.low-b")
	b.wants(".flash", "已转办")
	b.press(".who form button")

	// Draft.
	accept(b, links["lisi"])
	b.visit(p.base + "/desk/submissions/" + number)
	b.write("#reply", "您说得对，导览屏已于今天更换电源，恢复使用。")
	b.choose("#office", "公共服务科")
	b.press(`button[name="submit"]`)
	b.wants(".flash", "已送批")
	if b.count(`input[value="approve"]`) != 0 {
		t.Error("who drafted is offered to approve")
	}
	b.press(".who form button")

	// Approve as another person.
	accept(b, links["zhaoliu"])
	b.visit(p.base + "/desk/submissions/" + number)
	b.press(`input[value="approve"] ~ p button`)
	b.wants(".flash", "答复已批准")
	b.press(".who form button")

	// Publish, and see it on every page within two seconds.
	login(b, p, "wangwu")
	item := p.base + "/notices/culture-tourism-2023/items/3-2"
	b.visit(item)
	b.wants("main", "还没有人公开提过意见")
	b.visit(p.base + "/desk/submissions/" + number)
	b.press(`input[value="publish"] ~ p button`)
	published := time.Now()
	b.wants(".flash", "已公开")
	for shown := false; !shown; {
		// Asked without the browser, whose own time would be counted with it.
		asked := time.Now()
		_, page := get(t, item)
		if shown = strings.Contains(page, number); !shown && asked.Sub(published) > 2*time.Second {
			t.Fatal("not on the item's page within 2 s of publication")
		}
	}
	b.visit(item)
	b.wants(".talk", "导览屏一直黑着", "已遮盖：电话", "恢复使用", "公共服务科", number)
	if got := b.text("main"); strings.Contains(got, "13800001234") || strings.Contains(got, "我姓周") {
		t.Error("a hidden detail stands on the public page")
	}
	b.fits()
	b.visit(p.base + "/notices/culture-tourism-2023")
	b.wants("#i3-2 .acts", "1条意见和答复")
	b.visit(p.base + "/feedback/" + number)
	b.wants("h1", number)

	// Follow by code, rate, ask again.
	b.visit(p.base + "/track")
	b.write("#code", code)
	b.press(`main form button`)
	b.wants("main", "已经答复", "恢复使用", "我们的答复")
	b.fits()
	b.tick("#solved-2")
	b.press(`form:has(input[value="rate"]) button`)
	b.wants(".flash", "已记下您的评价")
	b.write("#follow-up", "屏幕亮了，字还是太小，能放大吗？")
	b.press(`form:has(input[value="follow-up"]) button`)
	b.wants("main", "正在重新办理", "字还是太小")

	byPhone(t, b, p)
	if log := p.said(); strings.Contains(log, "13800001234") || strings.Contains(log, "导览屏") || strings.Contains(log, code) {
		t.Errorf("the log holds something of a person:\n%s", log)
	}
}

// comment reads the notice and writes on leaf 3-2. It answers number and code.
func comment(t *testing.T, b *browser, p *program) (number, code string) {
	t.Helper()
	b.visit(p.base + "/")
	b.fits()
	b.press(`a[href="/notices/culture-tourism-2023"]`)
	b.wants("h1", "整改进展情况的通报")
	b.wants(".prog", "没有逐项写明整改状态")
	b.fits()
	b.press("#i3-2 .acts a")
	b.wants("#item", "第3-2项")

	// Nothing written: the form comes back and says so.
	b.write("#phone", "1380000")
	if status := b.press("#send"); status != 422 {
		t.Errorf("an empty form answers %d, want 422", status)
	}
	b.wants(".errs", "写下您的意见", "手机号码")
	if got := b.value("#phone"); got != "1380000" {
		t.Errorf("the phone number came back as %q", got)
	}
	b.write("#text", journeyText)
	b.write("#phone", "138 0000 1234")
	b.tick("#k1")
	b.press("#send")
	b.wants("h1", "意见已收到")
	b.fits()
	number, code = b.text("#number"), strings.Join(strings.Fields(b.text("#code")), "")
	if len(code) != 20 {
		t.Errorf("receipt code is %q, want 20 digits", code)
	}
	if again := b.visit(b.where()); again != 410 {
		t.Errorf("the receipt opened twice answers %d, want 410", again)
	}
	return number, code
}

func login(b *browser, p *program, name string) {
	b.t.Helper()
	b.visit(p.base + "/desk")
	b.write("#name", name)
	b.write("#password", journeyPass)
	b.press(`main button[type="submit"]`)
	b.wants(".who", "退出")
}

// accept sets a password by the link that an administrator handed over.
func accept(b *browser, link string) {
	b.t.Helper()
	b.visit(link)
	b.fits()
	b.write("#password", journeyPass)
	b.press(`main button[type="submit"]`)
	b.wants(".who", "退出")
}

// byPhone keys in a call. The code that staff read out is replaced when the
// citizen first uses it, and the old one opens nothing any more.
func byPhone(t *testing.T, b *browser, p *program) {
	t.Helper()
	b.visit(p.base + "/desk/enter")
	b.choose("#target", "venue-safety-2026|1-1")
	b.write("#text", "打电话说，馆门口的应急灯坏了两盏。")
	b.press(`main button[type="submit"]`)
	b.wants(".slip", "已登记")
	spoken := strings.Join(strings.Fields(b.text("#code")), " ")
	b.visit(p.base + "/track")
	b.write("#code", spoken)
	b.press(`main form button`)
	fresh := strings.Join(strings.Fields(b.text("#code-new")), " ")
	if fresh == "" || fresh == spoken {
		t.Errorf("the spoken code was not replaced: %q", fresh)
	}
	b.write("#code", spoken)
	if status := b.press(`form:has(#code) button`); status != 422 {
		t.Errorf("the old code answers %d, want 422", status)
	}
	b.write("#code", fresh)
	if status := b.press(`form:has(#code) button`); status != 200 {
		t.Errorf("the new code answers %d, want 200", status)
	}
}

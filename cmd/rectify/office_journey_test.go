package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What thirty people wrote; each is unlike the others.
func thirty() []string {
	return strings.Split(`屋顶一到雨天就漏水|门口的坡道太陡，轮椅上不去|周末几点关门没有写清楚|展厅里太暗看不清字|二楼的饮水机坏了两个月|停车场的标线都磨没了|儿童阅览室的书太旧|志愿者排班表没有公布|文化馆的舞蹈课报不上名|卫生间没有扶手|电梯经常停在半层|公示栏的玻璃碎了|借书要跑两个窗口|夏天空调只开半天|讲解员带团时声音太大|景区门口小广告贴满墙|网上预约总是显示已满|老年大学的教材没发齐|图书馆晚上的路灯不亮|演出票的退票规定没说明|我是石榴巷的老住户，电话13800001234，雕像前的地砖松了|这里有便宜的门票联系我|停水通知贴得太晚|停水的通知没有提前贴|古城墙的修缮没有围挡|戏台下面堆满了杂物|导览屏一直黑着|售票处排队没有遮阳|寄存柜的钥匙经常打不开|有人说收票的某某私下收钱`, "|")
}

// Places in that list that go their own way, from 1.
const (
	hides, refused, joined, target, extends, returned, corrected, reopens, contested, clue = 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
)

// office is a desk with three people at it, each at a machine of their own, who
// touch no mouse.
type office struct {
	t             *testing.T
	p             *program
	numbers, code []string // by place, from 1
	mod, rep, app *browser
}

// Thirty submissions go through the queue by keyboard alone, with three people,
// and everybody sees of each what they should and nothing else.
func TestOfficeJourney(t *testing.T) {
	chromium(t)
	at := []string{"--data", t.TempDir()}
	account(t, "wangwu", []string{"moderator"}, at...)
	account(t, "lisi", []string{"replier"}, at...)
	account(t, "zhaoliu", []string{"approver"}, at...)
	o := &office{t: t, p: start(t, append(at, "--limits", "off")...), numbers: []string{""}, code: []string{""}}
	for _, text := range thirty() {
		o.file(text)
	}
	for name, b := range map[string]**browser{"wangwu": &o.mod, "lisi": &o.rep, "zhaoliu": &o.app} {
		*b = openFor(t, desktop, 10*time.Minute)
		login(*b, o.p, name)
	}
	o.moderate()
	o.conflict()
	o.hand()
	answered := o.reply()
	for _, i := range answered {
		o.mod.find(o.numbers[i])
		o.mod.hit(`form:has(input[value="publish"]) button`)
		o.mod.wants(".flash", "已公开")
	}
	o.correct()
	o.again()
	o.seen(answered)
}

func (o *office) file(text string) {
	body, err := json.Marshal(map[string]any{"notice": "culture-tourism-2023", "item": "3-2", "text": text, "publish_consent": true})
	if err != nil {
		o.t.Fatal(err)
	}
	status, _, answer, err := exchange(o.t.Context(), client(), http.MethodPost, o.p.base+"/api/v1/submissions", "application/json", strings.NewReader(string(body)))
	var r struct{ Number, Code string }
	if err == nil {
		err = json.Unmarshal([]byte(answer), &r)
	}
	if err != nil || status != http.StatusCreated {
		o.t.Fatalf("filing answers %d: %v", status, err)
	}
	o.numbers, o.code = append(o.numbers, r.Number), append(o.code, r.Code)
}

// to presses Tab until what is looked for has the focus.
func (b *browser) to(sel string) {
	b.t.Helper()
	const patience = 200
	for range patience {
		if ask(b, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q)`, sel))) {
			return
		}
		b.key(kb.Tab)
	}
	b.t.Fatalf("%s: %d times Tab do not lead to %s", b.where(), patience, sel)
}

// hit goes to a button or link and presses Enter on it.
func (b *browser) hit(sel string) int64 {
	b.t.Helper()
	b.to(sel)
	return b.leave(chromedp.KeyEvent(kb.Enter))
}

// unfold opens what is folded.
func (b *browser) unfold(sel string) {
	b.t.Helper()
	b.to(sel)
	b.key(kb.Enter)
}

// find opens a submission by its number: one key, the number, Enter.
func (b *browser) find(number string) {
	b.t.Helper()
	b.key("/")
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ''`)) // the driver sends the letter of a key apart from the key
	b.types(number)
	if status := b.leave(chromedp.KeyEvent(kb.Enter)); status != http.StatusOK {
		b.t.Fatalf("%s answers %d", number, status)
	}
}

// pick ticks rows of the queue, going down it.
func (b *browser) pick(numbers ...string) {
	b.t.Helper()
	n := ask(b, chromedp.Evaluate[int](`document.querySelectorAll('table.queue tbody tr').length`))
	ticked := 0
	for range n {
		b.key("j")
		if row := ask(b, chromedp.Evaluate[string](`document.activeElement.closest('tr').id`)); slices.Contains(numbers, strings.TrimPrefix(row, "n")) {
			b.key("x")
			ticked++
		}
	}
	if ticked != len(numbers) {
		b.t.Fatalf("%d of %d rows were there to tick", ticked, len(numbers))
	}
}

// view opens the queue by its address, as a bookmark does.
func (o *office) view(b *browser, query string) { o.t.Helper(); b.visit(o.p.base + "/desk?" + query) }

// done waits for what was ordered, which is held for ten seconds.
func (o *office) done(query string, want int) {
	o.t.Helper()
	for began := time.Now(); ; {
		o.view(o.mod, query)
		n := o.mod.count("table.queue tbody tr")
		if n == want {
			return
		}
		if time.Since(began) > 40*time.Second {
			o.t.Fatalf("%s has %d rows, want %d", query, n, want)
		}
	}
}

// moderate accepts most at once, one with words hidden, one as a clue; one is
// refused and one merged.
func (o *office) moderate() {
	o.t.Helper()
	m := o.mod
	o.view(m, "view=moderate&sort=oldest")
	m.pick(o.numbers[refused])
	m.to("#reason")
	m.key(kb.ArrowDown)
	m.hit(`button[name="act"][value="reject"]`)
	m.pick(o.numbers[joined])
	m.to("#into")
	m.types(o.numbers[target])
	m.hit(`button[name="act"][value="merge"]`)
	m.pick(slices.DeleteFunc(slices.Clone(o.numbers[1:]), func(n string) bool {
		return slices.Contains([]string{o.numbers[hides], o.numbers[refused], o.numbers[joined], o.numbers[clue]}, n)
	})...)
	m.hit(`button[name="act"][value="accept"]`)

	m.find(o.numbers[hides])
	m.to("#mark-text")
	m.key(kb.Home, chromedp.ModifierCtrl)
	before, _, _ := strings.Cut(thirty()[hides-1], "石榴巷")
	for range []rune(before) {
		m.key(kb.ArrowRight)
	}
	for range "abc" {
		m.key(kb.ArrowRight, chromedp.ModifierShift)
	}
	m.key("h")
	until(o.t, func() bool { shown := m.drawn(shownText); return shown != "" && !strings.Contains(shown, "石榴巷") })
	m.hit(`#marks button.go1`)
	m.wants(".flash", "已受理")

	m.find(o.numbers[clue])
	m.to("#cat")
	m.key(kb.End)
	m.hit(`#marks button.go1`)
	m.wants(".case-h", "问题线索")
	o.done("view=moderate", 0)
}

// conflict: two write at once; the second is told, and writes again.
func (o *office) conflict() {
	o.t.Helper()
	n, note := o.numbers[contested], `form:has(input[value="note"]) button`
	o.mod.find(n)
	o.app.find(n)
	o.app.to("#inote")
	o.app.types("内部：赵某先看过")
	o.app.hit(note)
	o.mod.to("#inote")
	o.mod.types("内部：王某也看过")
	if status := o.mod.hit(note); status != http.StatusConflict {
		o.t.Errorf("the second of two answers %d, want 409", status)
	}
	o.mod.wants("main", "赵某先看过")
	if got := o.mod.value("#inote"); got != "内部：王某也看过" {
		o.t.Errorf("what was typed came back as %q", got)
	}
	if status := o.mod.hit(note); status != http.StatusOK {
		o.t.Errorf("written again it answers %d", status)
	}
}

// hand gives everything to the one who replies.
func (o *office) hand() {
	o.t.Helper()
	o.view(o.mod, "view=open&sort=oldest")
	o.mod.pick(slices.DeleteFunc(slices.Clone(o.numbers[1:]), func(n string) bool {
		return slices.Contains([]string{o.numbers[refused], o.numbers[joined], o.numbers[clue]}, n)
	})...)
	o.mod.to("#owner")
	o.mod.key(kb.ArrowDown)
	o.mod.hit(`button[name="act"][value="assign"]`)
	for began := time.Now(); ; {
		o.view(o.rep, "view=mine")
		if o.rep.count("table.queue tbody tr") == 27 {
			return
		}
		if time.Since(began) > 40*time.Second {
			o.t.Fatal("what was handed over does not arrive")
		}
	}
}

// draft writes a reply and sends it to the second person.
func (o *office) draft(i int, text string) {
	o.t.Helper()
	o.rep.find(o.numbers[i])
	o.rep.to("#reply")
	o.rep.key(kb.End, chromedp.ModifierCtrl)
	o.rep.types(text)
	o.rep.to("#office")
	o.rep.key(kb.ArrowDown)
	o.rep.hit(`#drafting button[name="submit"]`)
	o.rep.wants(".flash", "已送批")
}

func (o *office) approve(i int) {
	o.t.Helper()
	o.app.find(o.numbers[i])
	o.app.hit(`form:has(input[name="act"][value="approve"]) button`)
	o.app.wants(".flash", "答复已批准")
}

func answerTo(i int) string { return fmt.Sprintf("第%d件已于11月20日办结，谢谢您。", i) }

// reply answers everything that is not refused, merged or a clue; one gets more
// time, one comes back and is written again.
func (o *office) reply() (answered []int) {
	o.t.Helper()
	o.rep.find(o.numbers[extends])
	o.rep.unfold(`details:has(input[value="extend"]) > summary`)
	o.rep.to("#days")
	o.rep.types("10")
	o.rep.to("#xreason")
	o.rep.types("要等材料检测")
	o.rep.hit(`form:has(input[value="extend"]) button`)
	o.app.find(o.numbers[extends])
	o.app.hit(`form:has(input[value="grant"]) button`)
	o.app.wants("main", "要等材料检测")
	for i := 1; i <= 30; i++ {
		if slices.Contains([]int{refused, joined, clue}, i) {
			continue
		}
		answered = append(answered, i)
		o.draft(i, answerTo(i))
		if i == returned {
			o.app.find(o.numbers[i])
			o.app.to("#note")
			o.app.types("内部：请写明负责的科室")
			o.app.hit(`form:has(input[value="return"]) button`)
			o.draft(i, "由公共服务科负责。")
		}
		o.approve(i)
	}
	return answered
}

// correct mends a published reply, by two people.
func (o *office) correct() {
	o.t.Helper()
	o.rep.find(o.numbers[corrected])
	o.rep.unfold("#amend-1 > summary")
	o.rep.to("#amended-1")
	o.rep.key(kb.End, chromedp.ModifierCtrl)
	o.rep.types("保修到明年底。")
	o.rep.to("#amended-why-1")
	o.rep.types("漏写了保修期")
	o.rep.hit(`#amend-1 button[name="submit"]`)
	o.rep.wants(".flash", "更正已送批")
	o.app.find(o.numbers[corrected])
	o.app.hit(`form:has(input[value="approve-amend"]) button`)
}

// again: the sender is not content, and is answered anew.
func (o *office) again() {
	o.t.Helper()
	v := open(o.t, phone)
	v.visit(o.p.base + "/track")
	v.write("#code", o.code[reopens])
	v.press(`main form button`)
	v.wants("main", answerTo(reopens))
	v.write("#follow-up", "遮阳棚只搭了一半")
	v.press(`form:has(input[value="follow-up"]) button`)
	v.wants("main", "正在重新办理")
	o.draft(reopens, "另一半已经补上。")
	o.approve(reopens)
}

// seen is what a passer-by finds of all thirty.
func (o *office) seen(answered []int) {
	o.t.Helper()
	never := []string{"13800001234", "石榴巷", "内部：", "便宜的门票", "私下收钱", thirty()[joined-1], "wangwu", "lisi", "zhaoliu"}
	clean := func(path, page string) {
		for _, word := range never {
			if strings.Contains(page, word) {
				o.t.Errorf("%s tells %q", path, word)
			}
		}
	}
	for i := 1; i <= 30; i++ {
		path := "/feedback/" + o.numbers[i]
		status, page := get(o.t, o.p.base+path)
		clean(path, page)
		if !slices.Contains(answered, i) {
			if status != http.StatusNotFound {
				o.t.Errorf("%s was never public and answers %d", path, status)
			}
			continue
		}
		own := thirty()[i-1]
		if i == hides {
			own = "雕像前的地砖松了"
		}
		if status != http.StatusOK || !strings.Contains(page, own) || !strings.Contains(page, answerTo(i)) {
			o.t.Errorf("%s answers %d without the opinion or its reply", path, status)
		}
	}
	for i, want := range map[int][]string{
		corrected: {"已更正", "漏写了保修期", "保修到明年底"}, reopens: {"另一半已经补上"}, returned: {"由公共服务科负责"}, hides: {"已遮盖：电话"},
	} {
		_, page := get(o.t, o.p.base+"/feedback/"+o.numbers[i])
		for _, word := range want {
			if !strings.Contains(page, word) {
				o.t.Errorf("%s lacks %q", o.numbers[i], word)
			}
		}
	}
	for _, path := range []string{"/", "/feedback", "/notices/culture-tourism-2023", "/notices/culture-tourism-2023/items/3-2", "/statistics", "/feed.atom", "/feed.json", "/open311/v2/requests.json"} {
		_, page := get(o.t, o.p.base+path)
		clean(path, page)
	}
	for word, i := range map[string]int{"石榴巷": hides, "私下收钱": clue, "便宜的门票": refused} {
		if _, page := get(o.t, o.p.base+"/search?q="+url.QueryEscape(word)); strings.Contains(page, o.numbers[i]) {
			o.t.Errorf("a search for %q finds %s", word, o.numbers[i])
		}
	}
	_, page := get(o.t, o.p.base+"/api/v1/submissions?limit=200")
	var list struct{ Items []struct{ Number string } }
	if err := json.Unmarshal([]byte(page), &list); err != nil || len(list.Items) != len(answered) {
		o.t.Errorf("%d are public, want %d; %v", len(list.Items), len(answered), err)
	}
	clean("the list for machines", page)
}

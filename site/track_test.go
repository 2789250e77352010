package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
)

// wrongCodes are codes that open nothing: unknown ones, malformed ones, odd ones.
func wrongCodes(t *testing.T) []string {
	t.Helper()
	list := []string{"", "1", strings.Repeat("1", 20), strings.Repeat("9", 5000), "abcd efgh", "' OR 1=1", "[$ne]", "\xff\xfe", "１２３４", "\u202e1234", "code\r\nSet-Cookie: a=b", "%00", "<script>alert(1)</script>"}
	for range 50 {
		c, err := feedback.NewCode((&feedback.Intake{}).Random())
		must(t, err)
		list = append(list, string(c))
	}
	return list
}

// typedBack is where a page gives back the digits that were typed as a code.
var typedBack = regexp.MustCompile(`(aria-invalid="true") value="([0-9 ]+)">`)

// T72: every wrong code gets the same answer, letter by letter but for its own
// digits, which come back to be compared with the receipt.
func TestWrongCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r := w.file(opinion("屏幕坏了。"))
	list := wrongCodes(t)
	right := string(r.Code)
	for i := range right { // one digit wrong each
		list = append(list, right[:i]+string('0'+(right[i]-'0'+1)%10)+right[i+1:])
	}
	first := ""
	for _, c := range list {
		a := b.post("/track", url.Values{"code": {c}}).want(t, fmt.Sprintf("code %.30q", c), http.StatusUnprocessableEntity).has(t, c, "没有找到这个查询码")
		if m := typedBack.FindStringSubmatch(a.body); (m != nil) != (feedback.TypedCode(c) != "") || m != nil && m[2] != feedback.TypedCode(c) {
			t.Errorf("code %.30q comes back as %q", c, m)
		}
		body := typedBack.ReplaceAllString(a.body, "$1>")
		if first == "" {
			first = body
		}
		if body != first {
			t.Errorf("code %.30q gets another answer", c)
		}
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("code %.30q: %v", c, a.header)
		}
	}
	for _, spelled := range []string{right, " " + right + " ", strings.Join(feedback.Code(right).Groups(), " "), strings.Join(feedback.Code(right).Groups(), "-"), strings.Map(func(r rune) rune { return r - '0' + '０' }, right)} {
		b.post("/track", url.Values{"code": {spelled}}).want(t, "as "+spelled, http.StatusOK).has(t, "opened", "屏幕坏了。", "2026-000001")
	}
}

// Who presses twice where a spoken code is replaced, or loses the answer on the
// way, comes to the same new code by the same form for ten minutes; by no other.
func TestSpokenCodeTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna, b := w.signedIn("anna", feedback.Moderator), w.visitor()
	spoken := code(t, anna.post("/desk/enter", call(anna, nil)).want(t, "file", http.StatusOK).body)
	form := url.Values{"code": {spoken}, "once": {field(t, b.get("/track").body, "once")}}
	var presses sync.WaitGroup
	pages := make([]answer, 4)
	for i := range pages {
		presses.Go(func() { pages[i] = b.post("/track", form) })
	}
	presses.Wait()
	fresh := code(t, pages[0].body)
	for i, a := range pages {
		if a.status != http.StatusOK || code(t, a.body) != fresh {
			t.Errorf("press %d: %d, or another code", i, a.status)
		}
	}
	b.post("/track", url.Values{"code": {fresh}}).want(t, "the new one", http.StatusOK).hasNot(t, "the new one", "code-new")
	for name, other := range map[string]url.Values{
		"no form": {"code": {spoken}}, "another form": {"code": {spoken}, "once": {field(t, b.get("/track").body, "once")}}, "short": {"code": {spoken}, "once": {"x"}},
	} {
		b.post("/track", other).want(t, name, http.StatusUnprocessableEntity)
	}
	b.post("/track", form).want(t, "lost on the way", http.StatusOK).has(t, "lost on the way", "code-new")
	w.clock.minutes(11)
	b.post("/track", form).want(t, "too late", http.StatusUnprocessableEntity)
	renewed := 0
	for _, e := range w.newest().Events {
		if e.Act == feedback.ActRenewCode {
			renewed++
		}
	}
	if renewed != 1 {
		t.Errorf("renewed %d times", renewed)
	}
}

// T73: who guesses is slowed down and then refused, whatever address is claimed;
// the owner of a right code passes at the same moment from the same address.
func TestGuessing(t *testing.T) {
	t.Parallel()
	var longest time.Duration
	w := newWorld(t, func(c *site.Config) {
		c.Limits = true
		c.Pause = func(_ context.Context, d time.Duration) error {
			longest = max(longest, d)
			return nil
		}
	})
	b := w.visitor()
	r := w.file(opinion("屏幕坏了。"))
	list := wrongCodes(t)
	limited := 0
	for i := range 100 {
		a := b.post("/track", url.Values{"code": {list[i%len(list)]}}, "X-Forwarded-For", fmt.Sprintf("1.2.3.%d", i), "X-Real-Ip", "9.9.9.9", "Forwarded", "for=8.8.8.8")
		switch a.status {
		case http.StatusTooManyRequests:
			limited++
			if a.header.Get("Retry-After") == "" || a.header.Get("Retry-After") == "0" {
				t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
			}
		case http.StatusUnprocessableEntity:
		default:
			t.Errorf("try %d answers %d", i, a.status)
		}
	}
	if limited != 81 {
		t.Errorf("%d of 100 tries were refused", limited)
	}
	for range 50 { // right ones are not counted
		b.post("/track", url.Values{"code": {string(r.Code)}}).want(t, "the owner", http.StatusOK)
	}
	b.post("/track/receipt", url.Values{"code": {"1"}}).want(t, "guessed at the other door", http.StatusTooManyRequests)
	limited++
	if longest > 2*time.Second {
		t.Errorf("kept waiting for %v", longest)
	}
	if !strings.Contains(b.get("/metrics").body, "rectify_limited_total "+fmt.Sprint(limited)) {
		t.Error("the refused tries are not counted")
	}
}

func (b *browser) open(code feedback.Code) (page answer, pass string) {
	b.t.Helper()
	page = b.post("/track", url.Values{"code": {string(code)}}).want(b.t, "open", http.StatusOK)
	return page, field(b.t, page.body, "pass")
}

// A forged, changed, expired or foreign pass does nothing, and what was typed
// comes back.
func TestPass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r, other := w.file(opinion("屏幕坏了。")), w.file(opinion("灯坏了。"))
	_, pass := b.open(r.Code)
	broken := []string{"x", strings.Repeat("A", 400), strings.Repeat("A", 5000), pass[:len(pass)-1], pass + "A", "!" + pass, "\xff", string(r.Code)}
	for i := 0; i < len(pass); i += 7 {
		c := byte('A')
		if pass[i] == c {
			c = 'B'
		}
		broken = append(broken, pass[:i]+string(c)+pass[i+1:])
	}
	for _, p := range broken {
		b.post("/track", url.Values{"pass": {p}, "act": {"remark"}, "text": {"补充的话"}}).want(t, fmt.Sprintf("pass %.40q", p), http.StatusForbidden).has(t, "forged", "补充的话")
	}
	// One's own pass says one's own number, whatever else the form says.
	b.post("/track", url.Values{"pass": {pass}, "act": {"remark"}, "text": {"只写给第一件"}, "number": {string(other.Number)}, "code": {string(other.Code)}}).want(t, "own pass", http.StatusOK)
	if len(w.kept(other.Number).Remarks) != 0 || len(w.kept(r.Number).Remarks) != 1 {
		t.Error("a remark went to another submission")
	}
	for _, act := range []string{"", "accept", "publish", "approve", "renew-code", "receive", "$set"} {
		b.post("/track", url.Values{"pass": {pass}, "act": {act}, "text": {"x"}}).want(t, "act "+act, http.StatusBadRequest)
	}
	w.clock.minutes(31)
	b.post("/track", url.Values{"pass": {pass}, "act": {"remark"}, "text": {"太晚"}}).want(t, "expired", http.StatusForbidden).has(t, "expired", "太晚")
	if s := w.kept(r.Number); len(s.Remarks) != 1 {
		t.Errorf("%d remarks", len(s.Remarks))
	}
}

// Each act of the sender, its fault, and a double click (T98, T99).
func TestSenderActs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r := w.file(opinion("屏幕坏了。"))
	_, pass := b.open(r.Code)
	send := func(act, text string, more ...string) answer {
		f := url.Values{"pass": {pass}, "act": {act}, "text": {text}}
		for i := 0; i+1 < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return b.post("/track", f)
	}
	// Received: correct, remark; not yet rate or ask again.
	for act, say := range map[string]string{"correct": "写下改正后的内容", "remark": "写下要补充的内容"} {
		a := send(act, "").want(t, "empty "+act, http.StatusUnprocessableEntity).has(t, act, say)
		for _, to := range brokenAnchors(t, a.body) {
			t.Errorf("empty %s: the summary leads to #%s, which is not on the page", act, to)
		}
	}
	long := strings.Repeat("长", 5001)
	send("remark", long).want(t, "long", http.StatusUnprocessableEntity).has(t, "long", long)
	for range 2 {
		send("correct", "屏幕坏了，在二楼。").want(t, "correct", http.StatusOK)
		send("remark", "还有灯。").want(t, "remark", http.StatusOK)
	}
	send("rate", "", "solved", "3").want(t, "rate too early", http.StatusConflict)
	send("follow-up", "追问").want(t, "ask too early", http.StatusConflict).has(t, "early", "追问")
	if s := w.kept(r.Number); s.Text != "屏幕坏了。" || s.Current() != "屏幕坏了，在二楼。" || len(s.Corrections) != 1 || len(s.Remarks) != 1 {
		t.Errorf("kept %q → %q, %d corrections, %d remarks", s.Text, s.Current(), len(s.Corrections), len(s.Remarks))
	}
	w.answered(r.Number)
	page, fresh := b.open(r.Code)
	pass = fresh
	page.has(t, "answered", "已经修好了。", "公共服务科").hasNot(t, "answered", "rep", "app<")
	send("correct", "太晚了").want(t, "correct too late", http.StatusConflict).has(t, "late", "太晚了")
	for _, solved := range []string{"", "0", "4", "x", "-1"} {
		a := send("rate", "", "solved", solved, "word", "评语").want(t, "rate "+solved, http.StatusUnprocessableEntity).has(t, "rate", "请选一个评价", "评语")
		for _, to := range brokenAnchors(t, a.body) {
			t.Errorf("rate: the summary leads to #%s, which is not on the page", to)
		}
	}
	send("rate", "", "solved", "2", "word", "评语<b>").want(t, "rate", http.StatusOK)
	for range 2 {
		send("follow-up", "还是看不清。").want(t, "ask", http.StatusOK).has(t, "ask", "正在重新办理")
	}
	if s := w.kept(r.Number); s.State != feedback.Reopened || len(s.Remarks) != 2 || s.Rating.Solved != 2 {
		t.Errorf("%s, %d remarks", s.State, len(s.Remarks))
	}
	// Ask again is possible for thirty days.
	w.act(r.Number, actor("rep", feedback.Replier), feedback.DraftReply{Text: "换了字号。", Office: "公共服务科", Submit: true})
	w.act(r.Number, actor("app", feedback.Approver), feedback.Approve{Digest: w.kept(r.Number).Draft.Digest})
	w.clock.days(31)
	_, pass = b.open(r.Code)
	send("follow-up", "三十一天后").want(t, "31 days", http.StatusConflict).has(t, "31 days", "三十一天后")
}

// Withdrawn: a tombstone at its address, gone from every list; the code still
// opens it and nothing more can be done.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r := w.file(opinion("请撤回这一条。"))
	w.published(r.Number)
	_, pass := b.open(r.Code)
	a := b.post("/track", url.Values{"pass": {pass}, "act": {"withdraw"}}).want(t, "unsure", http.StatusUnprocessableEntity).has(t, "unsure", "请先勾选")
	for _, to := range brokenAnchors(t, a.body) {
		t.Errorf("withdraw: the summary leads to #%s, which is not on the page", to)
	}
	for range 2 {
		b.post("/track", url.Values{"pass": {pass}, "act": {"withdraw"}, "sure": {"yes"}}).want(t, "withdraw", http.StatusOK)
	}
	v := serveAgain(t, w)
	v.get("/feedback/"+string(r.Number)).want(t, "tombstone", http.StatusOK).has(t, "tombstone", "已应留言人要求撤回", "noindex").hasNot(t, "tombstone", "请撤回这一条")
	for _, path := range []string{"/", "/feedback", "/notices/" + slug + "/items/" + leaf, "/api/v1/submissions"} {
		v.get(path).hasNot(t, path, string(r.Number), "请撤回这一条")
	}
	v.get("/notices/"+slug).hasNot(t, "notice", `#said">`)
	page, _ := b.open(r.Code)
	page.hasNot(t, "opened", `value="withdraw"`, `value="remark"`)
	b.post("/track", url.Values{"pass": {pass}, "act": {"remark"}, "text": {"再说"}}).want(t, "afterwards", http.StatusConflict)
}

// A code that staff have seen is replaced at its first use (contract, section 5).
func TestSpokenCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r, err := w.intake.Enter(context.Background(), opinion("打电话来的。"), feedback.Deskwork{Channel: feedback.Phone, By: "mod", Received: w.clock.Now()})
	must(t, err)
	page, oldPass := b.open(r.Code)
	fresh := code(t, page.body)
	if fresh == string(r.Code) {
		t.Fatal("the spoken code stays")
	}
	b.post("/track", url.Values{"code": {string(r.Code)}}).want(t, "old code", http.StatusUnprocessableEntity)
	page, _ = b.open(feedback.Code(fresh))
	page.hasNot(t, "second time", `id="code-new"`)
	b.post("/track", url.Values{"pass": {oldPass}, "act": {"remark"}, "text": {"补充"}}).want(t, "pass of the first page", http.StatusOK)
	for _, secret := range []string{fresh, string(r.Code), "打电话来的", senderPhone} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// T74, T108: a code stands in no address, header, title, log or figure, and
// GET with one opens nothing.
func TestCodeNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r := w.file(opinion("屏幕坏了。"))
	secret := string(r.Code)
	got := b.get("/track?code="+secret).want(t, "GET with a code", http.StatusOK)
	got.hasNot(t, "GET with a code", secret, "屏幕坏了")
	page, pass := b.open(r.Code)
	page.hasNot(t, "opened", secret, strings.Join(r.Code.Groups(), " "), "<span>"+secret[:4])
	for _, a := range []answer{
		page, b.post("/track", url.Values{"pass": {pass}, "act": {"remark"}, "text": {"补充"}}), b.get("/none/" + secret), b.get("/feedback/" + secret),
		b.post("/track?code="+secret, url.Values{"code": {secret}}), b.post("/mode", url.Values{"mode": {"en"}, "back": {"/track"}}),
	} {
		for name, values := range a.header {
			if strings.Contains(strings.Join(values, " "), secret) {
				t.Errorf("header %s holds the code", name)
			}
		}
		if m := regexp.MustCompile(`<title>[^<]*`).FindString(a.body); strings.Contains(m, secret) {
			t.Errorf("title %s", m)
		}
		for _, n := range elements(parsed(t, a.body)) {
			for _, k := range []string{"href", "action", "value"} {
				if strings.Contains(attr(n, k), secret) {
					t.Errorf("<%s %s=%q>", n.Data, k, attr(n, k))
				}
			}
		}
	}
	if log := w.log.String(); strings.Contains(log, secret) || strings.Contains(log, "屏幕坏了") || strings.Contains(log, "127.0.0.1") {
		t.Errorf("log: %s", log)
	}
	if strings.Contains(b.get("/metrics").body, secret) {
		t.Error("the figures hold the code")
	}
}

package main

import (
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/mailtest"
	"rectify/feedback/mail/mailtest/servers"
	"rectify/feedback/mailout/smtptest"
	"rectify/site/i18n"
)

const (
	noticeMail = "yijian@wlj.linshui.example" // as the built-in notices print it
	zhou, li   = "zhou@mail.example", "li@mail.example"
	gone, away = "gone@mail.example", "away@mail.example"
	spread     = "stranger@mail.example"
	inQueue    = 5 * time.Second
	dropped    = `"outcome":"drop"` // as the log says it
)

// The whole way of an e-mail: from a real sender by a real relay, and out of a
// real mailbox, into the queue; acknowledged, moderated, asked back, answered,
// answered again; and all of it by receipt code.
func TestMailJourney(t *testing.T) { mailJourney(t) }

// The same on MongoDB.
func TestMailJourneyMongo(t *testing.T) { mailJourney(t, "--mongo", freshMongo(t)) }

// mailWorld is a site with the mail programs around it.
type mailWorld struct {
	*program
	t      *testing.T
	base   string
	door   string // the site's own listener
	relay  string // exim: takes citizens' mail and the site's letters
	box    servers.Dovecot
	sink   *smtptest.Server // where citizens read
	anna   *clerk           // moderates and drafts
	bob    *clerk           // approves
	number string           // of the one that is followed
	code   string
}

func mailJourney(t *testing.T, store ...string) {
	p := newMailWorld(t, store...)
	first := p.comesIn()
	p.claims(first)
	p.moderated()
	p.askedBack()
	p.answered()
	p.followed()
	p.strangers()
	p.bounces()
	p.loops()
	if log := p.said(); strings.Contains(log, "mail.example") || strings.Contains(log, "指示标志") || strings.Contains(log, p.code) {
		t.Error("the log holds something of a person")
	}
}

// newMailWorld starts the site between a mailbox, a relay and the citizens' server,
// which knows nobody called gone.
func newMailWorld(t *testing.T, store ...string) *mailWorld {
	p := &mailWorld{t: t, box: mailtest.StartDovecot(t), sink: &smtptest.Server{Answer: func(word, line string) string {
		if word == "RCPT" && strings.Contains(line, gone) {
			return "550 5.1.1 no such user"
		}
		return ""
	}}}
	p.sink.Start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.door = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p.relay = mailtest.StartExim(t, servers.Route{Domain: "wlj.linshui.example", LMTP: p.door}, servers.Route{Domain: "mail.example", LMTP: p.sink.Addr()})
	at := append([]string{"--data", t.TempDir()}, store...)
	account(t, "anna", []string{"moderator", "replier", "admin"}, at...)
	account(t, "bob", []string{"approver"}, at...)
	u := url.URL{Scheme: "imap", User: url.UserPassword(p.box.User, p.box.Password), Host: p.box.IMAP, Path: "/INBOX", RawQuery: "moved=Archive"}
	p.program = start(t, append(at,
		"--lmtp", p.door, "--imap", u.String(), "--smtp", "smtp://"+p.relay, "--mail-address", noticeMail, "--base-url", "http://www.linshui.example/zt")...)
	p.base = p.program.base + "/zt"
	p.anna, p.bob = signedIn(t, p.base, "anna"), signedIn(t, p.base, "bob")
	return p
}

// send sends with swaks by the relay.
func (p *mailWorld) send(from, to, subject, text string, head ...string) {
	p.t.Helper()
	p.swaks("SMTP", p.relay, from, to, subject, text, head...)
}

func (p *mailWorld) swaks(protocol, server, from, to, subject, text string, head ...string) {
	p.t.Helper()
	args := []string{"--body", text}
	for _, h := range append(head, "Subject: "+mime.BEncoding.Encode("utf-8", subject), "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8") {
		args = append(args, "--header", h)
	}
	if out, taken := mailtest.Swaks(p.t, protocol, server, from, to, args...); !taken {
		p.t.Fatalf("not sent: %s", out)
	}
}

// queued waits until staff see a text in the queue, and says how long that took.
func (p *mailWorld) queued(text string, sent time.Time) {
	p.t.Helper()
	for !strings.Contains(p.anna.page("/desk"), text) {
		if time.Since(sent) > inQueue {
			p.t.Fatalf("%q is not in the queue after %s: %s", text, inQueue, p.said())
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Logf("in the queue after %.2f s: %s", time.Since(sent).Seconds(), text)
}

// letter waits for the n-th letter to somebody, from 1.
func (p *mailWorld) letter(to string, n int) (*mail.Message, smtptest.Mail) {
	p.t.Helper()
	var got []smtptest.Mail
	for limit := time.Now().Add(15 * time.Second); len(got) < n; time.Sleep(20 * time.Millisecond) {
		if got = p.letters(to); time.Now().After(limit) {
			p.t.Fatalf("%d letters to %s, want %d: %s", len(got), to, n, p.said())
		}
	}
	m, err := mail.Read(mail.Envelope{Raw: []byte(got[n-1].Data)}, mail.DefaultLimits())
	if err != nil {
		p.t.Fatal(err)
	}
	return m, got[n-1]
}

func (p *mailWorld) letters(to string) []smtptest.Mail {
	return slices.DeleteFunc(p.sink.Taken(), func(m smtptest.Mail) bool { return m.To != to })
}

// wait asks a page until it says something.
func (p *mailWorld) wait(c *clerk, path string, want ...string) string {
	p.t.Helper()
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		page := c.page(path)
		missing := slices.DeleteFunc(slices.Clone(want), func(w string) bool { return strings.Contains(page, w) })
		if len(missing) == 0 {
			return page
		}
		if time.Now().After(limit) {
			p.t.Fatalf("%s does not say %q: %s", path, missing, words(page))
		}
	}
}

var quotedNumber = regexp.MustCompile(`20\d\d-\d{6,}`)

// comesIn sends one mail by the relay and one into the mailbox; both are in the
// queue in time and acknowledged. It answers the first one's acknowledgement.
func (p *mailWorld) comesIn() *mail.Message {
	p.t.Helper()
	began := time.Now()
	p.send(zhou, noticeMail, "疏散指示标志", "通报里说疏散通道被占用、指示标志损坏都改好了，可文化馆二楼的指示标志还是黑着。")
	p.queued("指示标志还是黑着", began)
	began = time.Now()
	p.swaks("LMTP", p.box.LMTP, li, p.box.User, "窗户", "展厅西侧的窗户漏雨，地上湿滑。", "To: "+noticeMail)
	p.queued("窗户漏雨", began)
	p.letter(li, 1)
	p.t.Logf("acknowledged after %.2f s", time.Since(began).Seconds())
	m, raw := p.letter(zhou, 1)
	if p.number = quotedNumber.FindString(m.Subject); p.number == "" || !strings.Contains(m.Text, p.number) || strings.Contains(m.Text, "指示标志") {
		p.t.Errorf("acknowledgement %q:\n%s", m.Subject, m.Text)
	}
	if !strings.HasPrefix(raw.From, "yijian+b-") || !strings.HasPrefix(string(m.ReplyTo.Addr), "yijian+r-") || !strings.Contains(raw.Data, "Auto-Submitted:") {
		p.t.Errorf("from %s, answers to %s", raw.From, m.ReplyTo.Addr)
	}
	return m
}

// claims opens the link of the acknowledgement and draws the code.
func (p *mailWorld) claims(m *mail.Message) {
	p.t.Helper()
	link := regexp.MustCompile(`http://www\.linshui\.example/zt(/track/open\?t=(\S+))`).FindStringSubmatch(m.Text)
	if link == nil {
		p.t.Fatalf("no link in %s", m.Text)
	}
	v := passerby(p.t, p.base)
	for range 2 { // programs that look at links use nothing up
		if page := v.page(link[1]); strings.Contains(page, `id="code-new"`) {
			p.t.Error("the code is shown without a press of the button")
		}
	}
	status, page := v.post("/track/open", url.Values{"t": {link[2]}})
	shown := regexp.MustCompile(`id="code-new">((?:<span>\d{4}</span> ?){5})`).FindStringSubmatch(page)
	if status != http.StatusOK || shown == nil || !strings.Contains(page, "指示标志还是黑着") {
		p.t.Fatalf("drawing the code answers %d: %s", status, words(page))
	}
	p.code = notDigit.ReplaceAllString(shown[1], "")
	if status, _ := v.post("/track/open", url.Values{"t": {link[2]}}); status != http.StatusGone {
		p.t.Errorf("the link used twice answers %d", status)
	}
}

// moderated takes the item that the program suggests, and accepts.
func (p *mailWorld) moderated() {
	p.t.Helper()
	page := p.anna.page(casePath(p.number))
	target := hiddenValue(page, "target")
	if target != "venue-safety-2026|3-1" {
		p.t.Fatalf("suggested is %q", target)
	}
	p.anna.act(p.number, "locate", url.Values{"target": {target}})
	p.anna.act(p.number, "accept", url.Values{"category": {"opinion"}})
	p.wait(p.anna, casePath(p.number), "第3-1项")
	if m, _ := p.letter(zhou, 2); !strings.Contains(m.Subject, "已受理") {
		p.t.Errorf("second letter: %q", m.Subject)
	}
}

// askedBack asks, and has the answer by mail.
func (p *mailWorld) askedBack() {
	p.t.Helper()
	p.anna.act(p.number, "ask", url.Values{"question": {"请问是哪一层的标志？"}})
	m, _ := p.letter(zhou, 3)
	if !strings.Contains(m.Text, "请问是哪一层的标志？") {
		p.t.Errorf("the question: %s", m.Text)
	}
	p.answer(m, "二层，靠楼梯的那一块。")
	p.wait(p.anna, casePath(p.number), "二层，靠楼梯的那一块。")
}

// answer replies to a letter as mail programs do, with the letter below.
func (p *mailWorld) answer(m *mail.Message, text string) {
	p.t.Helper()
	p.send(zhou, string(m.ReplyTo.Addr), "回复："+m.Subject, text+"\n\n"+"在 2026年11月30日，文旅局写道：\n> "+strings.ReplaceAll(m.Text, "\n", "\n> "), "In-Reply-To: <"+m.ID+">")
}

// answered drafts as one and approves as another; the letter has all of it.
func (p *mailWorld) answered() {
	p.t.Helper()
	const reply = "您说得对，二层的指示标志已更换电源，今天恢复使用。"
	p.anna.act(p.number, "draft", url.Values{"reply": {reply}, "office": {"公共服务科"}, "submit": {"1"}})
	p.bob.act(p.number, "approve", nil)
	m, _ := p.letter(zhou, 4)
	if !strings.Contains(m.Text, reply) || !strings.Contains(m.Text, "公共服务科") || len(m.References) == 0 {
		p.t.Errorf("the answer, after %v: %s", m.References, m.Text)
	}
	p.answer(m, "灯亮了，字还是太小，能放大吗？")
	page := p.wait(p.anna, casePath(p.number), "字还是太小", "重新办理")
	said, mails, _ := strings.Cut(page, `<h2 id="a7">`) // below it the history can be unfolded
	if strings.Count(page, reply) == 0 || strings.Contains(said, "&gt; 您好") || !strings.Contains(mails, "&gt; 您好") {
		p.t.Errorf("after the answer to the answer: %s", words(page))
	}
}

// followed looks at all of it by code: each step, in order.
func (p *mailWorld) followed() {
	p.t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		p.t.Fatal(err)
	}
	status, page := passerby(p.t, p.base).post("/track", url.Values{"code": {p.code}})
	if status != http.StatusOK {
		p.t.Fatalf("track answers %d", status)
	}
	for _, part := range []string{"指示标志还是黑着", "请问是哪一层的标志？", "二层，靠楼梯的那一块。", "今天恢复使用", "字还是太小", "正在重新办理"} {
		if !strings.Contains(page, part) {
			p.t.Errorf("track lacks %q", part)
		}
	}
	var steps []string
	for _, m := range regexp.MustCompile(`</time><b>([^<]+)</b>`).FindAllStringSubmatch(page, -1) {
		steps = append(steps, m[1])
	}
	slices.Reverse(steps) // newest first on the page
	mails := catalogue.Text(i18n.Chinese, "step.queued")
	steps = slices.DeleteFunc(steps, func(s string) bool { return s == mails }) // when it was sent is a matter of seconds
	var want []string
	for _, act := range []string{"receive.email", "renew-code", "accept", "ask", "explain", "approve", "follow-up"} {
		want = append(want, catalogue.Text(i18n.Chinese, "step."+act))
	}
	if !slices.Equal(steps, want) {
		p.t.Errorf("steps %q, want %q", steps, want)
	}
}

// strangers quote the number and get nowhere near: theirs is a matter of its
// own, which suggests where it might belong.
func (p *mailWorld) strangers() {
	p.t.Helper()
	began := time.Now()
	p.send(spread, noticeMail, "Re: 您的留言 "+p.number, "我也说一句，停车场没有划线。")
	p.queued("停车场没有划线", began)
	own := rowOf(p.t, p.anna.page("/desk"), "停车场没有划线")
	if own == p.number {
		p.t.Fatal("a stranger is taken for the sender")
	}
	if page := p.anna.page(casePath(own)); !strings.Contains(page, casePath(p.number)+`"`) {
		p.t.Errorf("no merge is suggested: %s", words(page))
	}
	if strings.Contains(p.anna.page(casePath(p.number)), "停车场") {
		p.t.Error("a stranger's words stand in the sender's matter")
	}
}

// rowOf is the number of the queue's row that begins with a text.
func rowOf(t *testing.T, page, text string) string {
	t.Helper()
	before, _, ok := strings.Cut(page, text)
	numbers := quotedNumber.FindAllString(before, -1)
	if !ok || len(numbers) == 0 {
		t.Fatalf("%q has no row", text)
	}
	return numbers[len(numbers)-1]
}

// bounces has a letter come back from a real server.
func (p *mailWorld) bounces() {
	p.t.Helper()
	began := time.Now()
	p.send(gone, noticeMail, "开放时间", "周末去了两次都锁着门，到底几点开？")
	p.queued("周末去了两次", began)
	number := rowOf(p.t, p.anna.page("/desk"), "周末去了两次")
	p.wait(p.anna, casePath(number), "没有送到")
}

// loops ends a talk between programs: a hundred answers of a mailbox whose
// owner is away are no submission, and get no letter.
func (p *mailWorld) loops() {
	p.t.Helper()
	began := time.Now()
	p.send(away, noticeMail, "坡道", "记忆馆门口的坡道太陡，轮椅上不去。")
	p.queued("坡道太陡", began)
	m, _ := p.letter(away, 1)
	number := quotedNumber.FindString(m.Subject)
	before := words(p.anna.page(casePath(number)))
	already := strings.Count(p.said(), dropped)
	for i := range 100 {
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Automatic reply %d: %s\r\nMessage-ID: <away%d@mail.example>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n", away, m.ReplyTo.Addr, i, number, i)
		if err := deliver(p.t.Context(), p.door, away, string(m.ReplyTo.Addr), []byte(text)); err != nil {
			p.t.Fatal(err)
		}
	}
	for limit := time.Now().Add(30 * time.Second); strings.Count(p.said(), dropped) < already+100; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(limit) {
			p.t.Fatalf("%d of 100 came in", strings.Count(p.said(), dropped)-already)
		}
	}
	p.send(spread, noticeMail, "最后", "这一封在所有自动回复之后，说停水。")
	p.queued("所有自动回复之后", time.Now())
	if after := words(p.anna.page(casePath(number))); after != before {
		p.t.Errorf("automatic answers changed it: %s", after)
	}
	if n := len(p.letters(away)); n != 1 {
		p.t.Errorf("%d letters to who is away", n)
	}
	if strings.Contains(p.anna.page("/desk"), "I am away") {
		p.t.Error("an automatic answer stands in the queue")
	}
}

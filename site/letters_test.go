package site_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/mail"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
	"rectify/site"
)

const secretText = "单元门口的井盖松了三个月，晚上有人摔倒。"

// mailWorld is a world that writes letters and has a mailbox.
func mailWorld(t *testing.T, change ...func(*site.Config)) *world {
	t.Helper()
	return newWorld(t, append([]func(*site.Config){func(c *site.Config) {
		c.BaseURL = "https://www.linshui.example/zt"
		var err error
		c.Mailing.Address, err = mail.NewAddress("yijian@linshui.example", c.Keys.Derive("mail tokens", nil))
		must(t, err)
		c.Mailing.Answers = true
		c.Mailing.Post = &outbox.Post{Box: c.Mailing.Box}
	}}, change...)...)
}

// byMail files a submission as the mailbox would.
func (w *world) byMail(text string) feedback.Submission {
	w.t.Helper()
	r, err := w.intake.File(context.Background(), feedback.Incoming{
		Category: feedback.Opinion, Text: text, Contact: feedback.Contact{Name: "张三", Email: "zhang@example.com"}, ContactConsent: true, Key: "mail-key-" + text[:9],
	}, feedback.Mail{Digest: "d", MessageID: "<first@example.com>", At: w.clock.Now()}, nil, feedback.Circumstances{})
	must(w.t, err)
	s, err := w.store.Get(context.Background(), r.Number)
	must(w.t, err)
	return s
}

// letterOf writes the letter about the last event of a submission.
func (w *world) letterOf(n feedback.Number) (outbox.Message, error) {
	w.t.Helper()
	s, err := w.store.Get(context.Background(), n)
	must(w.t, err)
	for i := len(s.Events) - 1; i >= 0; i-- {
		if l, ok := outbox.About(&s, i, w.clock.Now()); ok {
			return w.site.Write(context.Background(), l)
		}
	}
	w.t.Fatal("nothing to be told")
	return outbox.Message{}, nil
}

// T69: letters are neutral, each has its links, and texts stand in them only
// where their reader wants that.
func TestLettersAreNeutral(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	file := func(full bool) feedback.Number {
		in := opinion(secretText)
		in.Email, in.ContactConsent, in.FullText, in.Notice, in.Item = "zhang@example.com", true, full, slug, leaf
		return w.file(in).Number
	}
	const reply = "井盖已经更换。"
	acts := []struct {
		kind outbox.Kind
		do   feedback.Action
		role feedback.Role
		full string
	}{
		{outbox.Received, nil, "", ""},
		{outbox.Accepted, feedback.Accept{}, feedback.Moderator, ""},
		{outbox.Ask, feedback.Ask{Text: "请问是几号楼？"}, feedback.Moderator, "几号楼"},
		{outbox.Extension, nil, "", "材料"},
		{outbox.Reply, nil, "", reply},
		{outbox.Reopened, feedback.Reopen{Note: "没有修好"}, feedback.Moderator, ""},
		{outbox.Branched, nil, "", ""},
		{outbox.Forwarded, feedback.Forward{Where: feedback.ToHotline, Name: "12345热线", Text: "请拨12345查询。"}, feedback.Moderator, "请拨12345查询"},
	}
	for _, full := range []bool{false, true} {
		n := file(full)
		for _, x := range acts {
			switch x.kind {
			case outbox.Extension:
				w.act(n, actor("lisi", feedback.Replier), feedback.Extend{Days: 10, Reason: "等材料。"})
				w.act(n, actor("zhaoliu", feedback.Approver), feedback.Grant{})
			case outbox.Reply:
				w.act(n, actor("lisi", feedback.Replier), feedback.DraftReply{Text: reply, Office: "办公室", Submit: true})
				s, err := w.store.Get(context.Background(), n)
				must(t, err)
				w.act(n, actor("zhaoliu", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
			case outbox.Branched:
				p, err := feedback.NewPiece(rand.Reader, feedback.Piece{Text: "井盖松了", Category: feedback.Question})
				must(t, err)
				w.act(n, actor("wangwu", feedback.Moderator), feedback.Split{Pieces: []feedback.Piece{p}})
				s, err := w.office.Branch(context.Background(), n)
				must(t, err)
				if m, err := w.letterOf(n); err != nil || !strings.Contains(m.Text, string(s.Pieces[0].Number)) {
					t.Errorf("the letter does not name %s: %v\n%s", s.Pieces[0].Number, err, m.Text)
				}
			default:
				if x.do != nil {
					w.act(n, actor("wangwu", x.role), x.do)
				}
			}
			m, err := w.letterOf(n)
			must(t, err)
			all := m.Subject + m.Text + m.HTML
			if !strings.Contains(m.Subject, string(n)) || !strings.Contains(m.Text, string(n)) || !strings.HasPrefix(m.Subject, "【") {
				t.Errorf("%s: subject %q", x.kind, m.Subject)
			}
			if !strings.Contains(m.Text, "https://www.linshui.example/zt/track\n") || !strings.Contains(m.HTML, `<a href="https://www.linshui.example/zt/track">`) {
				t.Errorf("%s: no link in\n%s\n%s", x.kind, m.Text, m.HTML)
			}
			for _, never := range []string{"井盖松了", "摔倒", slug, "3-2", "track/open", "{{", "⟦", "没有修好"} {
				if strings.Contains(all, never) {
					t.Errorf("%s holds %q:\n%s", x.kind, never, m.Text)
				}
			}
			if x.full != "" && strings.Contains(m.Text, x.full) != full {
				t.Errorf("%s: full text asked for %v:\n%s", x.kind, full, m.Text)
			}
			if strings.Contains(m.Subject, reply) || m.To != "zhang@example.com" || m.UnsubscribeAt != "" || m.Answer {
				t.Errorf("%s: %+v", x.kind, m)
			}
			if !strings.HasPrefix(m.ReplyTo, "yijian+r-2026") || !strings.HasPrefix(m.Return, "yijian+b-2026") || !strings.HasSuffix(m.ID, "@linshui.example") {
				t.Errorf("%s: reply to %q, return %q, id %q", x.kind, m.ReplyTo, m.Return, m.ID)
			}
			if zh, en := strings.Index(m.Text, "您好"), strings.Index(m.Text, "Hello"); zh < 0 || en < zh {
				t.Errorf("%s is not in two languages:\n%s", x.kind, m.Text)
			}
		}
	}
	// What was taken back meanwhile is told no more.
	n := file(false)
	_, err := w.office.DoBySender(context.Background(), n, feedback.Withdraw{})
	must(t, err)
	if _, err := w.letterOf(n); !errors.Is(err, outbox.ErrVoid) {
		t.Errorf("after the withdrawal: %v", err)
	}
	n = file(false)
	w.act(n, actor("wangwu", feedback.Moderator), feedback.Reject{Reason: feedback.RejectPetition})
	m, err := w.letterOf(n)
	if err != nil || !strings.Contains(m.Text, w.words.Text("zh-CN", "reject.petition")) {
		t.Errorf("rejected: %v\n%s", err, m.Text)
	}
	into, from := file(false), file(false)
	w.act(from, actor("wangwu", feedback.Moderator), feedback.Merge{Into: into})
	if m, err = w.letterOf(from); err != nil || !strings.Contains(m.Text, string(into)) {
		t.Errorf("merged: %v\n%s", err, m.Text)
	}
	if _, err = w.site.Write(context.Background(), outbox.Letter{Kind: outbox.Received, Number: from}); !errors.Is(err, outbox.ErrVoid) {
		t.Errorf("an earlier letter of a merged one: %v", err)
	}
}

var claimLink = regexp.MustCompile(`https://www\.linshui\.example/zt(/track/open\?t=([A-Za-z0-9_-]+))`)

// T101, T40: the link of an acknowledgement gives one code, to a press of the
// button; looking at it uses nothing up.
func TestClaim(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	s := w.byMail(secretText)
	m, err := w.letterOf(s.Number)
	must(t, err)
	if !m.Answer || len(m.References) != 1 || m.References[0] != "first@example.com" {
		t.Errorf("acknowledgement of a mail: %+v", m)
	}
	found := claimLink.FindStringSubmatch(m.Text)
	if found == nil || strings.Contains(m.Text, "井盖") {
		t.Fatalf("no link in\n%s", m.Text)
	}
	b := w.visitor()
	for range 3 { // mail scanners
		a := b.get(found[1])
		a.want(t, "look", http.StatusOK).has(t, "look", "显示查询码")
		if a.header.Get("Cache-Control") != "no-store" || strings.Contains(a.body, "井盖") || regexp.MustCompile(`\d{4} ?</span>`).MatchString(a.body) {
			t.Errorf("look: %v", a.header)
		}
		if strings.Contains(strings.ReplaceAll(a.body, `name="t" value="`+found[2], ""), found[2]) {
			t.Error("the token stands in the page outside of its form")
		}
	}
	form := url.Values{"t": {found[2]}, "once": {field(t, b.get(found[1]).body, "once")}}
	a := b.post("/track/open", form)
	a.want(t, "claim", http.StatusOK).has(t, "claim", string(s.Number))
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("the code may be kept")
	}
	drawn := code(t, a.body)
	b.post("/track", url.Values{"code": {drawn}}).want(t, "the code", http.StatusOK).has(t, "the code", string(s.Number))
	if again := b.post("/track/open", form).want(t, "pressed twice", http.StatusOK); code(t, again.body) != drawn {
		t.Error("the second press draws another code")
	}
	b.post("/track/open", url.Values{"t": {found[2]}}).want(t, "again", http.StatusGone)
	b.get(found[1]).want(t, "look again", http.StatusGone)
	if m, err = w.letterOf(s.Number); err != nil || strings.Contains(m.Text, "track/open") || !strings.Contains(m.Text, "/zt/track\n") {
		t.Errorf("a letter after the claim: %v\n%s", err, m.Text)
	}
	for _, forged := range []string{"", "x", found[2][:20], found[2] + "A"} {
		b.get("/track/open?t="+forged).want(t, "forged", http.StatusGone)
		b.post("/track/open", url.Values{"t": {forged}}).want(t, "forged", http.StatusGone)
	}
	late := w.byMail("另外一件事情，路口的灯也坏了。")
	m, err = w.letterOf(late.Number)
	must(t, err)
	w.clock.move(feedback.ClaimLife + time.Minute)
	b.get(claimLink.FindStringSubmatch(m.Text)[1]).want(t, "too late", http.StatusGone)
	if strings.Contains(w.log.String(), found[2]) {
		t.Error("the token stands in the log")
	}
}

// Double opt-in, one click out, and the same answer whatever is known.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	b := w.visitor()
	topic := string(subscribe.OnLeaf(slug, leaf))
	b.get("/subscribe?topic="+topic).want(t, "form", http.StatusOK).has(t, "form", "feed.atom")
	for _, none := range []string{"", "leaf/none/1", "leaf/" + slug + "/99", "opinion/2026-000001", "notice/../x", "x", strings.Repeat("notice/a", 100)} {
		b.get("/subscribe?topic="+url.QueryEscape(none)).want(t, "no such topic "+none, http.StatusNotFound)
		b.post("/subscribe", url.Values{"topic": {none}, "email": {"a@example.com"}}).want(t, "no such topic "+none, http.StatusNotFound)
	}
	ask := func(email string) answer { return b.post("/subscribe", url.Values{"topic": {topic}, "email": {email}}) }
	ask("nobody").want(t, "no address", http.StatusUnprocessableEntity)
	ask("").want(t, "no address", http.StatusUnprocessableEntity)
	first := ask("li@example.com")
	first.want(t, "asked", http.StatusOK)
	list, _, err := w.store.Letters(t.Context(), outbox.Query{Limit: 50})
	must(t, err)
	if len(list) != 1 || list[0].Kind != outbox.Confirm {
		t.Fatalf("letters %+v", list)
	}
	m, err := w.site.Write(t.Context(), list[0])
	must(t, err)
	link := regexp.MustCompile(`/zt(/subscribe/confirm\?t=([\w-]+))`).FindStringSubmatch(m.Text)
	if m.To != "li@example.com" || link == nil || m.UnsubscribeAt != "" || m.ReplyTo != "" {
		t.Fatalf("confirmation: %+v", m)
	}
	b.get(link[1]).want(t, "look", http.StatusOK)
	must(t, w.store.Stir(t.Context(), subscribe.Topic(topic), w.clock.Now().Add(time.Second)))
	desk := &subscribe.Desk{Store: w.store, Box: w.store, Vault: w.store, Keys: w.config.Keys, Sealer: subscribe.ByKeys(w.config.Keys), Now: w.clock.Now}
	must(t, desk.Tell(t.Context()))
	if list, _, _ = w.store.Letters(t.Context(), outbox.Query{Limit: 50}); len(list) != 1 {
		t.Errorf("told before it was confirmed: %+v", list)
	}
	b.post("/subscribe/confirm", url.Values{"t": {link[2]}}).want(t, "confirm", http.StatusOK).has(t, "confirm", "已订阅")
	b.post("/subscribe/confirm", url.Values{"t": {link[2]}}).want(t, "confirm again", http.StatusOK)
	if again := ask("LI@example.com"); again.body != first.body || again.status != first.status {
		t.Error("the answer tells that the address is known")
	}
	if list, _, _ = w.store.Letters(t.Context(), outbox.Query{Limit: 50}); len(list) != 1 {
		t.Errorf("a second confirmation: %+v", list)
	}
	for range 20 {
		ask("victim@example.com")
	}
	if list, _, _ = w.store.Letters(t.Context(), outbox.Query{Limit: 50}); len(list) != 6 {
		t.Errorf("%d letters to one address in a day", len(list)-1)
	}

	// News: once an hour, nothing but where it is.
	told := func() []outbox.Letter {
		t.Helper()
		must(t, desk.Tell(t.Context()))
		var news []outbox.Letter
		all, _, err := w.store.Letters(t.Context(), outbox.Query{Limit: 50})
		must(t, err)
		for _, l := range all {
			if l.Kind == outbox.News {
				news = append(news, l)
			}
		}
		return news
	}
	stir := func() {
		w.clock.move(time.Second)
		must(t, w.store.Stir(t.Context(), subscribe.Topic(topic), w.clock.Now()))
	}
	stir()
	news := told()
	if len(news) != 1 {
		t.Fatalf("news %+v", news)
	}
	m, err = w.site.Write(t.Context(), news[0])
	must(t, err)
	out := regexp.MustCompile(`/zt(/subscribe/out\?t=([\w-]+))`).FindStringSubmatch(m.UnsubscribeAt)
	if out == nil || !m.Bulk || !strings.Contains(m.Return, "+s-"+news[0].Whom+"@") || !strings.Contains(m.Text, "/zt/notices/"+slug+"/items/"+leaf) || !strings.Contains(m.Text, m.UnsubscribeAt) || !strings.Contains(m.HTML, "/items/"+leaf+`">`) {
		t.Fatalf("news: %+v", m)
	}
	stir()
	w.clock.minutes(30)
	if len(told()) != 1 {
		t.Error("a second letter within the hour")
	}
	w.clock.minutes(31)
	if len(told()) != 2 {
		t.Error("no letter after the hour")
	}
	w.clock.minutes(90)
	if len(told()) != 2 {
		t.Error("a letter without news")
	}

	// RFC 8058: one POST from somewhere else ends it.
	b.get(out[1]).want(t, "look", http.StatusOK).has(t, "look", "全部退订")
	b.postAs(out[1], "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded").want(t, "one click", http.StatusOK)
	b.get(out[1]).want(t, "look", http.StatusOK).has(t, "look", "没有订阅什么")
	b.postAs(out[1], "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n", "multipart/form-data; boundary=x").want(t, "again", http.StatusOK)
	b.get("/subscribe/out?t=x").want(t, "forged", http.StatusGone)
	b.post("/subscribe/confirm", url.Values{"t": {link[2]}}).want(t, "confirm after the end", http.StatusGone)
	if _, err := w.site.Write(t.Context(), news[0]); !errors.Is(err, outbox.ErrVoid) {
		t.Errorf("a letter to somebody who left: %v", err)
	}
	subs, err := w.store.Subscriptions(t.Context(), "", 10)
	must(t, err)
	for _, s := range subs {
		if strings.Contains(string(s.Address), "example.com") || strings.Contains(s.Who, "victim") {
			t.Errorf("an address in clear: %+v", s)
		}
	}
}

// postAs sends a body as a mail program would, with no page of ours before it.
func (b *browser) postAs(path, body, kind string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, strings.NewReader(body), "Content-Type", kind)
}

// A letter that does not arrive is noted once, where staff see it.
func TestLost(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	s := w.byMail(secretText)
	l, _ := outbox.About(&s, 0, w.clock.Now())
	l, err := w.store.PutLetter(t.Context(), l)
	must(t, err)
	post := &outbox.Post{Box: w.store, Now: w.clock.Now, Lost: w.site.Lost, Log: w.config.Log}
	for range 3 {
		must(t, post.Bounce(t.Context(), l.ID, "5.1.1"))
		must(t, w.site.Lost(t.Context(), l, "5.1.1"))
	}
	s, err = w.store.Get(t.Context(), s.Number)
	must(t, err)
	if n := len(s.Events); n != 2 || s.Events[1].Act != feedback.ActUndelivered || s.Events[1].Note != "received 5.1.1" {
		t.Errorf("events %+v", s.Events)
	}
	b := w.signedIn("wangwu", feedback.Moderator)
	b.get("/desk/submissions/"+string(s.Number)).want(t, "case", http.StatusOK).has(t, "case", "没有送到（收到，5.1.1）")
	page := b.get("/desk/outbox?state=bounced")
	page.want(t, "outbox", http.StatusOK).has(t, "outbox", "5.1.1", string(s.Number))
	if strings.Contains(page.body, "zhang@example.com") {
		t.Error("an address stands on the desk's list of letters")
	}
	b.post("/desk/outbox", url.Values{"csrf": {b.csrf()}, "id": {l.ID}}).want(t, "resend", http.StatusSeeOther)
	if l, err = w.store.Letter(t.Context(), l.ID); err != nil || l.State != outbox.Waiting || l.Tries != 0 {
		t.Errorf("resent: %+v %v", l, err)
	}
	b.get("/desk/outbox?state=none").want(t, "no state", http.StatusNotFound)
	b.post("/desk/outbox", url.Values{"csrf": {b.csrf()}, "id": {"none"}}).want(t, "resend nothing", http.StatusNotFound)
}

// Reminders: on working days, from half past eight, once, and only what the
// reader may see.
func TestReminders(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	add := func(name, email string, roles ...feedback.Role) {
		must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: name, Roles: roles, Password: password}))
		must(t, w.config.Keeper.SetEmail(t.Context(), name, email))
	}
	add("wangwu", "wangwu@linshui.example", feedback.Moderator)
	add("lisi", "lisi@linshui.example", feedback.Replier)
	add("sunqi", "sunqi@linshui.example", feedback.Auditor)
	add("nobody", "", feedback.Moderator)
	clue := opinion(secretText)
	clue.Category = feedback.Clue
	n := w.file(clue).Number
	w.clock.days(4) // from Tuesday to Saturday, 10:00 in Beijing
	reminders := func() map[string]outbox.Letter {
		t.Helper()
		for range 2 {
			must(t, w.site.Remind(t.Context()))
		}
		list, _, err := w.store.Letters(t.Context(), outbox.Query{Limit: 50})
		must(t, err)
		got := map[string]outbox.Letter{}
		for _, l := range list {
			if l.Kind == outbox.Reminder && calendar.On(l.Queued) == calendar.On(w.clock.Now()) {
				got[l.Whom] = l
			}
		}
		return got
	}
	if got := reminders(); len(got) != 0 {
		t.Errorf("on a Saturday: %v", got)
	}
	w.clock.days(2)
	w.clock.move(-2 * time.Hour) // Monday, 8:00
	if got := reminders(); len(got) != 0 {
		t.Errorf("at eight: %v", got)
	}
	w.clock.minutes(30)
	got := reminders()
	if len(got) != 3 {
		t.Fatalf("at half past eight: %v", got)
	}
	m, err := w.site.Write(t.Context(), got["wangwu"])
	must(t, err)
	if m.To != "wangwu@linshui.example" || !strings.Contains(m.Text, string(n)) || !strings.Contains(m.Text, "/zt/desk/submissions/"+string(n)) || strings.Contains(m.Text, "井盖") {
		t.Errorf("reminder:\n%s", m.Text)
	}
	for _, who := range []string{"lisi", "sunqi"} {
		if _, err := w.site.Write(t.Context(), got[who]); !errors.Is(err, outbox.ErrVoid) {
			t.Errorf("%s is told of a clue: %v", who, err)
		}
	}
	w.clock.days(1)
	if _, err := w.site.Write(t.Context(), got["wangwu"]); !errors.Is(err, outbox.ErrVoid) {
		t.Errorf("yesterday's reminder: %v", err)
	}
}

// The administrator changes words; what would not work is not saved.
func TestLetterWords(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	b := w.signedIn("admin1", feedback.Admin)
	b.get("/desk/letters").want(t, "list", http.StatusOK).has(t, "list", "收到", "原样")
	page := b.get("/desk/letters?kind=received")
	page.want(t, "form", http.StatusOK).has(t, "form", "{{number}}")
	b.get("/desk/letters?kind=slot").want(t, "no kind", http.StatusNotFound)
	form := func(act, was, subject, body string) url.Values {
		return url.Values{
			"csrf": {b.csrf()}, "kind": {"received"}, "act": {act}, "was": {was}, "zh_subject": {subject}, "zh_body": {body},
			"en_subject": {"Your message {{number}}"}, "en_body": {"It is {{number}}, by {{due}}: {{link}}"},
		}
	}
	good := "收到 {{number}}。\r\n\r\n期限{{due}}。\r\n\r\n{{link}}"
	for name, bad := range map[string][2]string{
		"unknown name": {"留言 {{number}}", good + "{{code}}"}, "missing name": {"留言 {{number}}", "{{number}} {{due}}"}, "braces": {"留言 {{number}}", good + " {{ x"},
		"subject tells": {"{{due}}", good}, "no body": {"留言", ""}, "no subject": {"", good}, "long": {strings.Repeat("长", 121), good}, "longer": {"留言", good + strings.Repeat("长", 4000)},
	} {
		b.post("/desk/letters", form("save", "", bad[0], bad[1])).want(t, name, http.StatusUnprocessableEntity)
	}
	if _, err := w.config.Press.Notices.Read(t.Context(), "letters.yaml"); !errors.Is(err, shelf.ErrNotFound) {
		t.Errorf("something was saved: %v", err)
	}
	b.post("/desk/letters", form("preview", "", "新标题 {{number}}", good)).want(t, "preview", http.StatusOK).has(t, "preview", "新标题 2026-000123")
	b.post("/desk/letters", form("save", "", "新标题 <b> {{number}}", good)).want(t, "save", http.StatusSeeOther)
	b.post("/desk/letters", form("save", "", "别的标题 {{number}}", good)).want(t, "an old page", http.StatusConflict).has(t, "an old page", "别的标题")
	s := w.byMail(secretText)
	m, err := w.letterOf(s.Number)
	must(t, err)
	if m.Subject != "新标题 <b> "+string(s.Number) || !strings.Contains(m.HTML, "新标题 &lt;b&gt;") || !strings.HasPrefix(m.Text, "收到 "+string(s.Number)+"。\n\n期限") || !strings.Contains(m.Text, "It is ") {
		t.Errorf("with the body's own words: %q\n%s", m.Subject, m.Text)
	}
	src, err := w.config.Press.Notices.Read(t.Context(), "letters.yaml")
	must(t, err)
	b.post("/desk/letters", form("reset", shelf.Digest(src), "x", "y")).want(t, "reset", http.StatusSeeOther)
	if m, err = w.letterOf(s.Number); err != nil || !strings.HasPrefix(m.Text, "您好") {
		t.Errorf("after the reset: %v\n%s", err, m.Text)
	}
	// A file that is broken by hand costs no letter.
	must(t, w.config.Press.Notices.Put(t.Context(), "letters.yaml", []byte("received: {zh: {body: '{{nothing}}'}}\n"), shelf.Any))
	if m, err = w.letterOf(s.Number); err != nil || !strings.HasPrefix(m.Text, "您好") {
		t.Errorf("with a broken file: %v\n%s", err, m.Text)
	}
	b.get("/desk/letters").want(t, "list", http.StatusOK).has(t, "list", "{{nothing}}")
}

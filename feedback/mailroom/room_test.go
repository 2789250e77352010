package mailroom_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/blobdir"
	"rectify/feedback/calendar"
	"rectify/feedback/mail"
	"rectify/feedback/mail/corpus"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/sqlitestore"
)

// at is a working Monday, ten in the morning in Beijing.
func at() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, calendar.Beijing()).UTC() }

const sender = "zhou@example.com"

// office is a mailroom over an embedded store, with one submission that was
// made by the web and left an address.
type office struct {
	*mailroom.Room
	store *sqlitestore.Store
	addr  mail.Address
	s     feedback.Submission
	mu    sync.Mutex
	back  []string // letters that came back
	gone  []string // subscribers whose mailbox takes nothing
}

func newOffice(t *testing.T) *office {
	t.Helper()
	st, err := sqlitestore.Open(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	files, err := blobdir.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	must(t, err)
	addr, err := mail.NewAddress("yijian@wlj.linshui.example", bytes.Repeat([]byte{9}, 32))
	must(t, err)
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	blobs := feedback.SealedBlobs{Blobs: files, Sealer: keys.Sealer("blobs")}
	stage := &attachment.Stage{Workshop: attachment.NewWorkshop(attachment.LeastMemory), Blobs: blobs, Keys: keys, Now: at, Rand: rand.Reader}
	o := &office{store: st, addr: addr}
	o.Room = &mailroom.Room{
		Intake: &feedback.Intake{Store: st, Keys: keys, Clocks: clocks, Now: at}, Office: &feedback.Office{Store: st, Clocks: clocks, Now: at},
		Pen: mailroom.Pen{Store: st, Sealer: keys.Sealer("held")}, Blobs: blobs, Ours: []mail.Address{addr}, Relay: "mx.linshui.example",
		Now: at, Log: slog.New(slog.DiscardHandler), Keep: stage.Add, NoText: "（见附件）", Cut: "（以下从略，全文见邮件原件）",
		Mask: func(text string) string { return strings.ReplaceAll(text, "11010519491231002X", "110＊＊＊002X") },
		Candidates: func() []mail.Candidate {
			return []mail.Candidate{{Notice: "culture-2023", Item: "3-2", Title: "场馆导览屏长期黑屏"}, {Notice: "culture-2023", Item: "1-1", Title: "第一议题制度落实不到位"}}
		},
		Bounce: func(_ context.Context, letter, status string) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.back = append(o.back, letter+" "+status)
			return nil
		},
		Gone: func(_ context.Context, whom string) error {
			o.gone = append(o.gone, whom)
			return nil
		},
	}
	in, faults := (feedback.Incoming{Text: "导览屏黑了。", Contact: feedback.Contact{Email: sender}, ContactConsent: true}).Check()
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r, err := o.Intake.Submit(t.Context(), in)
	must(t, err)
	o.s = o.get(t, r.Number)
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) get(t testing.TB, n feedback.Number) feedback.Submission {
	t.Helper()
	s, err := o.store.Get(t.Context(), n)
	must(t, err)
	return s
}

func (o *office) all(t testing.TB) []feedback.Submission {
	t.Helper()
	list, _, err := o.store.List(t.Context(), feedback.Query{Sort: feedback.ByNewest, Limit: feedback.MaxPage})
	must(t, err)
	return list
}

func (o *office) held(t testing.TB, closed bool) []mailroom.Held {
	t.Helper()
	list, _, err := o.Pen.Page(t.Context(), mailroom.Query{Closed: closed, Limit: mailroom.MaxPage})
	must(t, err)
	return list
}

// message is plain mail; more are header lines.
func message(from, to, subject, text string, more ...string) []byte {
	head := []string{"From: " + from, "To: " + to, "Subject: " + subject, "Date: Mon, 23 Nov 2026 09:00:00 +0800", "Message-ID: <" + fmt.Sprint(len(text), subject) + "@mail.example>", "Content-Type: text/plain; charset=utf-8"}
	return []byte(strings.Join(append(head, more...), "\r\n") + "\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n")
}

func (o *office) take(t testing.TB, raw []byte) {
	t.Helper()
	must(t, o.Take(t.Context(), mail.Envelope{Raw: raw, Size: int64(len(raw)), ReceivedAt: at()}))
}

const plain = "yijian@wlj.linshui.example"

// A message becomes one submission, however often and at how many copies of
// the site it comes, in the channel of e-mail, with its raw form kept.
func TestFiledOnce(t *testing.T) {
	o := newOffice(t)
	raw := message("周女士 <wang@example.com>", plain, "关于导览屏", "场馆的导览屏一直黑屏，请修一修。")
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			copied := append([]byte(fmt.Sprintf("Received: from relay%d\r\n", i)), raw...)
			if err := o.Take(t.Context(), mail.Envelope{Raw: copied, Size: int64(len(copied)), ReceivedAt: at().Add(time.Duration(i) * time.Second)}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	list := o.all(t)
	if len(list) != 2 {
		t.Fatalf("%d submissions, want the earlier one and this", len(list))
	}
	s := list[0]
	if s.Channel != feedback.Email || s.Text != "场馆的导览屏一直黑屏，请修一修。" || s.Contact.Email != "wang@example.com" || s.Contact.Name != "周女士" || !s.ContactConsent || s.PublishConsent || !s.CodeSpoken {
		t.Errorf("filed as %+v", s)
	}
	if len(s.Owed) != 1 || len(s.Mails) != 1 || s.Mails[0].Subject != "关于导览屏" {
		t.Errorf("owed %v, mails %+v", s.Owed, s.Mails)
	}
	if len(s.Guesses) == 0 || s.Guesses[0].Item != "3-2" || s.Notice != "" {
		t.Errorf("guesses %+v, filed under %q", s.Guesses, s.Notice)
	}
	kept, err := o.Blobs.Get(t.Context(), feedback.BlobID(s.Mails[0].Raw))
	if err != nil || !bytes.Contains(kept, []byte("Subject:")) {
		t.Errorf("raw form: %v", err)
	}
}

// Identity numbers are hidden before a text is kept; the raw form is sealed.
func TestMasked(t *testing.T) {
	o := newOffice(t)
	o.take(t, message("x@example.com", plain, "办证", "我的证号是11010519491231002X，请查。"))
	o.take(t, message(sender, string(o.addr.Reply(o.s.Number, o.s.ID)), "Re", "证号11010519491231002X。"))
	if got := o.all(t)[0]; got.Text != "我的证号是110＊＊＊002X，请查。" || !slices.Contains(got.Mails[0].Marks, feedback.MailMasked) {
		t.Errorf("filed as %q %v", got.Text, got.Mails[0].Marks)
	}
	if got := o.get(t, o.s.Number).Remarks; len(got) != 1 || got[0].Text != "证号110＊＊＊002X。" {
		t.Errorf("added as %+v", got)
	}
}

// T64: an answer is known by the address that only our letter had, or by our
// letter's own id and the same sender; never by the number.
func TestThreads(t *testing.T) {
	for name, c := range map[string]struct {
		from, to, subject string
		head              func(o *office) []string
		added             bool
	}{
		"reply address":                {from: sender, added: true},
		"reply address, other mailbox": {from: "same-person@work.example", added: true},
		"references, same sender": {from: sender, to: plain, added: true, head: func(o *office) []string {
			return []string{"References: <x@y> <" + o.addr.MessageID(o.s.Number, o.s.ID, 0) + ">"}
		}},
		"references, stranger": {from: "stranger@example.com", to: plain, head: func(o *office) []string {
			return []string{"In-Reply-To: <" + o.addr.MessageID(o.s.Number, o.s.ID, 0) + ">"}
		}},
		"number in the subject": {from: "stranger@example.com", to: plain, subject: "Re: 您的留言 2026-000001"},
		"number, same sender":   {from: sender, to: plain, subject: "2026-000001"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			to := c.to
			if to == "" {
				to = string(o.addr.Reply(o.s.Number, o.s.ID))
			}
			var head []string
			if c.head != nil {
				head = c.head(o)
			}
			for range 2 {
				o.take(t, message(c.from, to, c.subject, "还有一层也黑了。\n\n> 您好，您的留言已收到", head...))
			}
			s, all := o.get(t, o.s.Number), o.all(t)
			if c.added {
				if other := slices.Contains(s.Mails[0].Marks, feedback.MailOther); other != (c.from != sender) {
					t.Errorf("told as another sender's: %v", other)
				}
				if len(all) != 1 || len(s.Remarks) != 1 || s.Remarks[0].Text != "还有一层也黑了。" || len(s.Mails) != 1 {
					t.Errorf("%d submissions, remarks %+v", len(all), s.Remarks)
				}
				return
			}
			if len(all) != 2 || len(s.Remarks) != 0 {
				t.Fatalf("%d submissions, %d remarks", len(all), len(s.Remarks))
			}
			if strings.Contains(c.subject, "2026-") && (len(all[0].Guesses) == 0 || all[0].Guesses[0].Number != o.s.Number) {
				t.Errorf("no merge is suggested: %+v", all[0].Guesses)
			}
		})
	}
}

// What can no more be added is a matter of its own that suggests the old one;
// an open question is answered by mail too.
func TestAnswersByState(t *testing.T) {
	o := newOffice(t)
	mod := feedback.Actor{Kind: feedback.Staff, ID: "anna", Roles: feedback.Roles()}
	act := func(a feedback.Action) {
		t.Helper()
		s := o.get(t, o.s.Number)
		_, err := o.Office.Do(t.Context(), s.Number, s.Rev, a, mod)
		must(t, err)
	}
	reply := string(o.addr.Reply(o.s.Number, o.s.ID))
	act(feedback.Ask{Text: "哪一层？"})
	o.take(t, message(sender, reply, "Re: 1", "二层。"))
	if s := o.get(t, o.s.Number); s.OpenEnquiry() != nil || s.Enquiries[0].Answer != "二层。" {
		t.Errorf("the question: %+v", s.Enquiries)
	}
	act(feedback.Reject{Reason: feedback.RejectUnclear})
	o.take(t, message(sender, reply, "Re: 2", "为什么不受理？"))
	all := o.all(t)
	if len(all) != 2 || all[0].Text != "为什么不受理？" || len(all[0].Guesses) == 0 || all[0].Guesses[0].Number != o.s.Number {
		t.Errorf("after the end: %d submissions, %+v", len(all), all[0].Guesses)
	}
}

// T61: a hundred automatic answers are no submission and lead to no letter.
func TestNoLoop(t *testing.T) {
	o := newOffice(t)
	reply := string(o.addr.Reply(o.s.Number, o.s.ID))
	for i := range 100 {
		o.take(t, message(sender, reply, fmt.Sprint("自动回复 ", i), "我在休假。", "Auto-Submitted: auto-replied"))
	}
	s := o.get(t, o.s.Number)
	if all := o.all(t); len(all) != 1 || len(s.Remarks) != 0 || len(s.Events) != len(o.s.Events) {
		t.Errorf("%d submissions, %d remarks", len(all), len(s.Remarks))
	}
	if n := len(o.held(t, false)); n != 0 {
		t.Errorf("%d wait for a person", n)
	}
	if n := len(o.held(t, true)); n != 100 {
		t.Errorf("%d of 100 are still there", n)
	}
}

// T62: a letter that came back is known by its own return path; a forged
// report changes nothing.
func TestBounces(t *testing.T) {
	o := newOffice(t)
	report := func(to string) []byte {
		return []byte("From: MAILER-DAEMON@mx.example\r\nTo: " + to + "\r\nSubject: Undelivered\r\nMessage-ID: <" + to + "@mx>\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
			"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; " + sender + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n")
	}
	good := string(o.addr.Return(o.s.Number, o.s.ID, 0))
	o.take(t, report(good))
	forged := good[:strings.LastIndex(good, "@")-3] + "aaa" + good[strings.LastIndex(good, "@"):]
	o.take(t, report(forged))
	o.take(t, report(plain))
	if len(o.back) != 1 || !strings.HasSuffix(o.back[0], " 5.1.1") {
		t.Errorf("came back: %q", o.back)
	}
	if n := len(o.all(t)); n != 1 {
		t.Errorf("%d submissions", n)
	}
}

// News that comes back ends what its subscriber has, unless a later letter may
// arrive.
func TestNewsComesBack(t *testing.T) {
	o := newOffice(t)
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	must(t, err)
	who := outbox.Digest(keys, "li@example.com")
	for _, status := range []string{"5.2.2", "5.7.1", "4.4.1", "5.1.1"} {
		to := strings.ToUpper(string(o.addr.News(who)))
		o.take(t, []byte("From: MAILER-DAEMON@mx.example\r\nTo: "+to+"\r\nSubject: Undelivered\r\nMessage-ID: <"+status+"@mx>\r\nMIME-Version: 1.0\r\n"+
			"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"+
			"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; li@example.com\r\nAction: "+map[bool]string{true: "failed", false: "delayed"}[status[0] == '5']+"\r\nStatus: "+status+"\r\n\r\n--b--\r\n"))
	}
	if !slices.Equal(o.gone, []string{who}) || len(o.back) != 0 {
		t.Errorf("ended for %q, letters %q", o.gone, o.back)
	}
}

// A person decides on what is held: new, part of another, or nothing.
func TestHoldingPen(t *testing.T) {
	o := newOffice(t)
	for i := range 3 {
		o.take(t, message(fmt.Sprintf("x%d@example.com", i), plain, "", ""))
	}
	waiting := o.held(t, false)
	if len(waiting) != 3 {
		t.Fatalf("%d wait", len(waiting))
	}
	if _, err := o.AsNew(t.Context(), waiting[0], "", "anna"); !errors.Is(err, mailroom.ErrNotRead) {
		t.Errorf("an empty message as a submission: %v", err)
	}
	n, err := o.AsNew(t.Context(), waiting[0], "看了附件，说的是窗户。", "anna")
	must(t, err)
	if s := o.get(t, n); s.Text != "看了附件，说的是窗户。" || s.Channel != feedback.Email {
		t.Errorf("filed as %+v", s)
	}
	if _, err := o.AsNew(t.Context(), waiting[0], "再来一次", "anna"); err == nil && len(o.all(t)) != 2 {
		t.Errorf("filed twice: %d", len(o.all(t)))
	}
	must(t, o.Dismiss(t.Context(), waiting[1], "anna"))
	if err := o.Dismiss(t.Context(), waiting[1], "bob"); !errors.Is(err, feedback.ErrConflict) {
		t.Errorf("dismissed twice: %v", err)
	}
	if left := o.held(t, false); len(left) != 1 {
		t.Errorf("%d left", len(left))
	}
}

// The three hundred messy messages: each ends somewhere, none stops the reader.
func TestCorpus(t *testing.T) {
	o := newOffice(t)
	cases := corpus.Cases(1, corpus.World{Address: o.addr, Number: o.s.Number, ID: o.s.ID})
	twins := 0
	for _, c := range cases {
		if c.Twin != "" {
			twins++
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		e := c.Envelope()
		e.ReceivedAt = at()
		if err := o.Take(ctx, e); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		cancel()
	}
	s, all := o.get(t, o.s.Number), o.all(t)
	filed, added, open, done := len(all)-1, len(s.Mails), len(o.held(t, false)), len(o.held(t, true))
	t.Logf("%d messages: %d filed, %d added, %d held for a person, %d by programs, %d bounces", len(cases), filed, added, open, done, len(o.back))
	if sum := filed + added + open + done; sum > len(cases) || sum < len(cases)-2*twins-10 || filed == 0 || added == 0 || open == 0 || done == 0 || len(o.back) == 0 {
		t.Errorf("%d messages in %d places", len(cases), sum)
	}
}

// An answer's files come with it, once; what is not taken is said, and what was
// folded away can be read.
func TestAnswersWithFiles(t *testing.T) {
	o := newOffice(t)
	raw := message(sender, string(o.addr.Reply(o.s.Number, o.s.ID)), "Re", "", "MIME-Version: 1.0")
	raw = bytes.Replace(raw, []byte("text/plain; charset=utf-8"), []byte("multipart/mixed; boundary=b"), 1)
	raw = append(raw, []byte("--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n见附件。\r\n\r\n发自我的iPhone\r\n> 旧信，证号11010519491231002X\r\n"+
		"--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n清单一份\r\n"+
		"--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=b.zip\r\n\r\nPK\x03\x04zip\r\n--b--\r\n")...)
	for range 2 {
		o.take(t, raw)
	}
	s := o.get(t, o.s.Number)
	if len(s.Remarks) != 1 || len(s.Attachments) != 1 || s.Attachments[0].Name != "a.txt" {
		t.Fatalf("remarks %+v, files %+v", s.Remarks, s.Attachments)
	}
	m := s.Mails[0]
	if !slices.Contains(m.Marks, feedback.MailFilesLeft) || !strings.Contains(m.Folded, "发自我的iPhone") || !strings.Contains(m.Folded, "> 旧信，证号110＊＊＊002X") {
		t.Errorf("mail %+v", m)
	}
}

// What reads like an automatic answer to a letter of ours waits, with the
// submission that it is about as the first guess.
func TestLikeAutomatic(t *testing.T) {
	o := newOffice(t)
	o.take(t, message("x@example.com", string(o.addr.Reply(o.s.Number, o.s.ID)), "Re: 1", "您好，这是自动回复：我已收到。"))
	if s := o.get(t, o.s.Number); len(s.Remarks) != 0 || len(o.all(t)) != 1 {
		t.Errorf("added or filed: %+v", s.Remarks)
	}
	held := o.held(t, false)
	if len(held) != 1 || held[0].Kind != mail.AutoLike || len(held[0].Guesses) == 0 || held[0].Guesses[0].Number != o.s.Number {
		t.Errorf("held %+v", held)
	}
}

package mailout

import (
	"context"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mailout/smtptest"
	"rectify/feedback/outbox"
)

func letter() outbox.Message {
	return outbox.Message{
		From: "临水市文化和旅游局", To: "zhang@example.com", Subject: "【整改公开】您的留言 2026-000123", ID: "2026000123.0.abc@example.gov.cn",
		Text: strings.Repeat("您好，您的留言已经收到。", 40) + "\n", HTML: "<p>您好</p>\n",
		ReplyTo: "yijian+r-2026000123-x@example.gov.cn", Return: "yijian+b-2026000123-0-y@example.gov.cn",
	}
}

// to is a sender to the test server; the address of a relay may have more.
func to(t *testing.T, s *smtptest.Server, scheme, user, query string) Sender {
	t.Helper()
	r, err := ParseRelay(scheme + "://" + user + s.Addr() + query)
	if err != nil {
		t.Fatal(err)
	}
	r.timeout = 2 * time.Second
	return Sender{Relay: r, From: "yijian@example.gov.cn"}
}

// F46: every answer a server can give, and what becomes of the letter.
func TestFates(t *testing.T) {
	at := func(word, answer string) func(string, string) string {
		return func(w, _ string) string {
			if w == word {
				return answer
			}
			return ""
		}
	}
	for name, c := range map[string]struct {
		server *smtptest.Server
		want   outbox.Result
	}{
		"taken":               {&smtptest.Server{}, outbox.Result{Fate: outbox.Taken, Code: "250"}},
		"421 greeting":        {&smtptest.Server{Greeting: "421 4.3.2 not now"}, outbox.Result{Fate: outbox.Unable, Code: "421"}},
		"421 recipient":       {&smtptest.Server{Answer: at("RCPT", "421 4.7.0 later")}, outbox.Result{Fate: outbox.Again, Code: "421 4.7.0"}},
		"450 greylisted":      {&smtptest.Server{Answer: at("RCPT", "450 4.2.0 <zhang@example.com> greylisted")}, outbox.Result{Fate: outbox.Again, Code: "450 4.2.0"}},
		"451 after the dot":   {&smtptest.Server{Answer: at(".", "451 4.3.0 disk")}, outbox.Result{Fate: outbox.Again, Code: "451 4.3.0"}},
		"550 recipient":       {&smtptest.Server{Answer: at("RCPT", "550 5.1.1 <zhang@example.com> unknown")}, outbox.Result{Fate: outbox.Refused, Code: "550 5.1.1"}},
		"552 after the dot":   {&smtptest.Server{Answer: at(".", "552 5.2.2 full")}, outbox.Result{Fate: outbox.Refused, Code: "552 5.2.2"}},
		"554 data":            {&smtptest.Server{Answer: at("DATA", "554 no")}, outbox.Result{Fate: outbox.Refused, Code: "554"}},
		"553 sender":          {&smtptest.Server{Answer: at("MAIL", "553 5.7.1 not yours")}, outbox.Result{Fate: outbox.Unable, Code: "553 5.7.1"}},
		"silence after dot":   {&smtptest.Server{Answer: at(".", smtptest.Hang)}, outbox.Result{Fate: outbox.Again, Code: "cut"}},
		"gone after the dot":  {&smtptest.Server{Answer: at(".", smtptest.Drop)}, outbox.Result{Fate: outbox.Again, Code: "cut"}},
		"gone once it has it": {&smtptest.Server{Answer: at("RSET", smtptest.Drop)}, outbox.Result{Fate: outbox.Taken, Code: "250"}},
		"no SMTP at all":      {&smtptest.Server{Greeting: "HTTP/1.1 200 OK"}, outbox.Result{Fate: outbox.Unable, Code: "connect"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.server
			s.Start(t)
			if got := to(t, s, "smtp", "", "").Send(t.Context(), letter()); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
	if got := (Sender{Relay: Relay{Host: "127.0.0.1", Port: 1, plain: true, timeout: time.Second}, From: "a@b.cn"}).Send(t.Context(), letter()); got.Fate != outbox.Unable || got.Code != "connect" {
		t.Errorf("nobody listens: %+v", got)
	}
}

// T70: no password and no letter without a TLS connection to the right server.
func TestNoPasswordWithoutTLS(t *testing.T) {
	right, rightCA := smtptest.Certificate(t, "127.0.0.1")
	wrong, wrongCA := smtptest.Certificate(t, "mail.example.com")
	for name, c := range map[string]struct {
		server *smtptest.Server
		scheme string
		ca     string
		want   outbox.Result
	}{
		"good":                {&smtptest.Server{TLS: right}, "smtp", rightCA, outbox.Result{Fate: outbox.Taken, Code: "250"}},
		"good, TLS at once":   {&smtptest.Server{TLS: right, Implicit: true}, "smtps", rightCA, outbox.Result{Fate: outbox.Taken, Code: "250"}},
		"STARTTLS missing":    {&smtptest.Server{}, "smtp", rightCA, outbox.Result{Fate: outbox.Unable, Code: "no-starttls"}},
		"STARTTLS refused":    {&smtptest.Server{TLS: right, Answer: func(w, _ string) string { return map[string]string{"STARTTLS": "454 4.7.0 no"}[w] }}, "smtp", rightCA, outbox.Result{Fate: outbox.Unable, Code: "454"}},
		"another name":        {&smtptest.Server{TLS: wrong}, "smtp", wrongCA, outbox.Result{Fate: outbox.Unable, Code: "tls"}},
		"another authority":   {&smtptest.Server{TLS: right}, "smtp", wrongCA, outbox.Result{Fate: outbox.Unable, Code: "tls"}},
		"smtps without TLS":   {&smtptest.Server{}, "smtps", rightCA, outbox.Result{Fate: outbox.Unable, Code: "tls"}},
		"smtps, another name": {&smtptest.Server{TLS: wrong, Implicit: true}, "smtps", wrongCA, outbox.Result{Fate: outbox.Unable, Code: "tls"}},
		"wrong password":      {&smtptest.Server{TLS: right, Answer: func(w, _ string) string { return map[string]string{"AUTH": "535 5.7.8 no"}[w] }}, "smtp", rightCA, outbox.Result{Fate: outbox.Unable, Code: "auth"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.server
			s.Start(t)
			got := to(t, s, c.scheme, "post:geheim-42@", "?ca-file="+c.ca).Send(t.Context(), letter())
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			// base64 of "\x00post\x00geheim-42" and of the password alone
			heard := s.Heard()
			asked := strings.Contains(heard, "AHBvc3QAZ2VoZWltLTQy") || strings.Contains(heard, "Z2VoZWltLTQy")
			if over := c.want.Fate == outbox.Taken || c.want.Code == "auth"; asked != over {
				t.Errorf("password was sent: %v, want %v", asked, over)
			}
			if c.want.Fate != outbox.Taken && strings.Contains(heard, "RCPT") {
				t.Error("a recipient was named")
			}
		})
	}
}

func TestParseRelay(t *testing.T) {
	for s, want := range map[string]string{
		"smtp://relay.example.cn": "relay.example.cn:587", "smtps://relay.example.cn": "relay.example.cn:465",
		"smtp://[::1]:2525": "[::1]:2525", "smtp://a:b@relay:25/": "relay:25",
	} {
		if r, err := ParseRelay(s); err != nil || r.String() != want {
			t.Errorf("%s: %s %v", s, r, err)
		}
	}
	for _, s := range []string{
		"", "relay", "http://relay", "smtp://", "smtp://relay:99999", "smtp://relay/path", "smtp://user@relay", "smtp://:pw@relay",
		"smtp://relay?x=1", "smtp://relay?password-file=/none", "smtp://u:geheim@relay:bad", "smtp://u:geheim@relay?starttls=off",
	} {
		r, err := ParseRelay(s)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v %v", s, r, err)
		}
	}
	for s, plain := range map[string]bool{
		"smtp://127.0.0.1": true, "smtp://localhost": true, "smtp://[::1]": true, "smtp://u:p@127.0.0.1": false,
		"smtp://10.0.0.1": false, "smtp://127.0.0.1.example.cn": false, "smtps://127.0.0.1": false,
	} {
		if r, err := ParseRelay(s); err != nil || r.plain != plain {
			t.Errorf("%s: without TLS %v, want %v (%v)", s, r.plain, plain, err)
		}
	}
}

// What goes over the wire: short ASCII lines, one recipient, and both forms.
func TestMessage(t *testing.T) {
	s := (&smtptest.Server{}).Start(t)
	m := letter()
	m.References, m.Answer, m.Bulk, m.UnsubscribeAt = []string{"first@example.com", "b a d", "two@example.com"}, true, true, "https://example.gov.cn/subscribe/out?t=abc"
	if got := to(t, s, "smtp", "", "").Send(t.Context(), m); got.Fate != outbox.Taken {
		t.Fatal(got)
	}
	got := s.Taken()[0]
	if got.From != m.Return || got.To != m.To {
		t.Errorf("envelope from %q to %q", got.From, got.To)
	}
	for l := range strings.SplitSeq(got.Data, "\r\n") {
		if len(l) > 200 || strings.ContainsFunc(l, func(r rune) bool { return r > '~' || r < ' ' && r != '\t' }) {
			t.Errorf("line %q", l)
		}
	}
	msg, err := mail.ReadMessage(strings.NewReader(got.Data))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Auto-Response-Suppress": "All", "Message-Id": "<" + m.ID + ">", "Reply-To": "<" + m.ReplyTo + ">",
		"In-Reply-To": "<two@example.com>", "References": "<first@example.com> <two@example.com>", "To": "<" + m.To + ">", "Cc": "", "Bcc": "", "X-Mailer": "", "User-Agent": "",
		"List-Unsubscribe": "<" + m.UnsubscribeAt + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if have := msg.Header.Get(name); have != want {
			t.Errorf("%s: %q, want %q", name, have, want)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	if !strings.HasPrefix(msg.Header.Get("Content-Type"), "multipart/alternative") {
		t.Errorf("type %q", msg.Header.Get("Content-Type"))
	}
}

// T59, T60: nothing that somebody wrote ends a header or adds a recipient.
func TestNoInjection(t *testing.T) {
	s := (&smtptest.Server{}).Start(t)
	sender := to(t, s, "smtp", "", "")
	for _, evil := range []string{"a\r\nBcc: v@x.cn", "a\nBcc: v@x.cn", "a\rBcc: v@x.cn", "a\u2028Bcc: v@x.cn", "a\x00b", "=?utf-8?q?a=0D=0ABcc:_v@x.cn?="} {
		m := letter()
		m.Subject, m.From, m.References = evil, evil, []string{evil}
		if got := sender.Send(t.Context(), m); got.Fate != outbox.Taken {
			t.Errorf("%q: %+v", evil, got)
			continue
		}
		taken := s.Taken()
		msg, err := mail.ReadMessage(strings.NewReader(taken[len(taken)-1].Data))
		if err != nil || msg.Header.Get("Bcc") != "" || taken[len(taken)-1].To != m.To {
			t.Errorf("%q: %v %v", evil, err, msg.Header)
		}
	}
	before := len(s.Taken())
	for _, evil := range []string{"", "x", "a@b.cn, c@d.cn", "a@b.cn>\r\nRCPT TO:<v@x.cn", `"a> <b@evil"@x.cn`, "a@b.cn c", "A <a@b.cn>", "a@b.cn\r\n", strings.Repeat("(", 10000) + "a@b.cn"} {
		m := letter()
		m.To = evil
		begun := time.Now()
		if got := sender.Send(context.Background(), m); got.Fate != outbox.Refused || got.Code != "address" || time.Since(begun) > time.Second {
			t.Errorf("%.30q: %+v", evil, got)
		}
	}
	if len(s.Taken()) != before {
		t.Error("a letter went to an address that is none")
	}
}

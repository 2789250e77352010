package mail_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rectify/feedback/mail"
	"rectify/feedback/mail/corpus"
)

func FuzzParse(f *testing.F) {
	for _, c := range corpus.Cases(1, world(f)) {
		if raw := c.Make(); len(raw) < 8<<10 {
			f.Add(raw)
		}
	}
	w := world(f)
	lim := mail.Limits{Bytes: 1 << 20, HeaderBytes: 16 << 10, Parts: 50, Addresses: 100, TextBytes: 8 << 10}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := mail.Parse(raw, lim)
		if err != nil {
			if len(raw) <= lim.Bytes {
				t.Fatal(err)
			}
			return
		}
		for _, s := range []string{m.Subject, m.Text, m.Quoted, m.Signature, m.Hidden, m.From.Name} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\u2028\u202e") || len(s) > 3*lim.TextBytes {
				t.Fatalf("not fit to be shown: %q", s)
			}
		}
		if strings.Contains(m.Subject, "\n") || len(m.Attachments) > 2*lim.Parts || len(m.To) > lim.Addresses {
			t.Fatal("beyond a bound")
		}
		again, err := mail.Parse(raw, lim)
		if err != nil || again.Digest != m.Digest {
			t.Fatal("another digest the second time")
		}
		v := mail.Sort(m, w.Address)
		if (v.Outcome == mail.File || v.Outcome == mail.FollowUp) && v.Kind != mail.Human {
			t.Fatalf("%+v", v)
		}
		for _, c := range v.Claims {
			if w.Address.Holds(c, "no such id") {
				t.Fatal("a token was guessed")
			}
		}
	})
}

func FuzzReport(f *testing.F) {
	f.Add([]byte("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.net\nAction: failed\nStatus: 5.1.1\n"))
	f.Add([]byte("\n\n\nAction:\n\nStatus: 9\n"))
	f.Fuzz(func(t *testing.T, status []byte) {
		m, err := mail.Parse(append([]byte("From: a@example.net\nContent-Type: message/delivery-status\n\n"), status...), mail.Limits{})
		if err != nil {
			return
		}
		if m.Report == nil || len(m.Report.Recipients) > 25 {
			t.Fatalf("%+v", m.Report)
		}
		m.Report.Failed()
		for _, r := range m.Report.Recipients {
			if _, ok := mail.ParseAddr(string(r.Addr)); r.Addr != "" && !ok {
				t.Fatalf("no address: %q", r.Addr)
			}
		}
	})
}

func FuzzAuth(f *testing.F) {
	f.Add("mx.example.gov.cn; spf=pass smtp.mailfrom=a@example.net; dkim=fail (x) header.d=b.example")
	f.Add(`"mx.example.gov.cn"/1 ; dmarc = pass reason="a\"b" header.from=x`)
	f.Fuzz(func(t *testing.T, field string) {
		m, err := mail.Parse([]byte("Authentication-Results: "+field+"\nFrom: a@example.net\n\nx"), mail.Limits{})
		if err != nil {
			return
		}
		a := m.Auth("mx.example.gov.cn")
		if !a.Known && (a.SPF.Result != "" || a.DMARC.Result != "" || len(a.DKIM) > 0) {
			t.Fatalf("%+v of a stranger", a)
		}
		if len(a.DKIM) > 10 {
			t.Fatal("beyond a bound")
		}
	})
}

func FuzzToken(f *testing.F) {
	w := world(f)
	f.Add(string(w.Address.Reply(w.Number, w.ID)), w.Address.MessageID(w.Number, w.ID, 7))
	f.Add(string(w.Address.Return(w.Number, w.ID, 7)), "a.b.c@example.gov.cn")
	f.Fuzz(func(t *testing.T, addr, id string) {
		c, ok := w.Address.ReadAddress(addr)
		if ok && w.Address.Holds(c, "another id") {
			t.Fatalf("%q was guessed", addr)
		}
		if ok && c.Purpose != mail.ForReply && c.Purpose != mail.ForReturn {
			t.Fatalf("%+v", c)
		}
		if c, ok := w.Address.ReadID(id); ok && (c.Purpose != mail.ForID || w.Address.Holds(c, "another id")) {
			t.Fatalf("%q: %+v", id, c)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("好的\n\n在 2026-03-01 10:00，某人 <a@b.cn> 写道：\n> 原文")
	f.Add("ok\n-----Original Message-----\nFrom: a\nTo: b\nSubject: c")
	f.Fuzz(func(t *testing.T, text string) {
		own, quoted := mail.Fold(text)
		strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if len(strip(own))+len(strip(quoted)) != len(strip(text)) {
			t.Fatalf("%q became %q and %q", text, own, quoted)
		}
	})
}

package lmtp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/lmtp"
	"rectify/feedback/mail/mailtest"
	"rectify/feedback/mail/mailtest/servers"
)

func TestSwaks(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, nil)
	out, ok := mailtest.Swaks(t, "LMTP", addr, "citizen@example.net", "yijian@example.gov.cn,yijian+x@example.gov.cn", "--header", "Subject: 路灯", "--body", "路灯不亮")
	if !ok || len(k.list()) != 1 || len(k.list()[0].Rcpt) != 2 {
		t.Fatalf("%v\n%s", k.list(), out)
	}
	out, ok = mailtest.Swaks(t, "LMTP", addr, "citizen@example.net", "someone@example.net")
	if ok || !strings.Contains(out, "550 5.1.1") {
		t.Error(out)
	}
}

// A relay keeps what we cannot take yet and brings it again, and bounces what
// we refuse: the bounce comes back to the return path of the letter and says
// which one it was.
func TestExim(t *testing.T) {
	ours, err := mail.NewAddress("yijian@example.gov.cn", []byte("a key of the tests, 32 bytes long"))
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{fail: errors.New("store away")}
	addr, _ := start(t, k, func(c *lmtp.Config) { c.Accept = ours.Receives })
	relay := mailtest.StartExim(t, servers.Route{Domain: "example.gov.cn", LMTP: addr})
	if out, ok := mailtest.Swaks(t, "SMTP", relay, "citizen@example.net", "yijian@example.gov.cn", "--body", "kept by the relay"); !ok {
		t.Fatal(out)
	}
	k.mu.Lock()
	k.fail = nil
	k.mu.Unlock()
	arrived := func(n int) []mail.Envelope {
		t.Helper()
		for deadline := time.Now().Add(60 * time.Second); len(k.list()) < n; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d messages, want %d", len(k.list()), n)
			}
		}
		return k.list()
	}
	first := arrived(1)[0]
	if !strings.Contains(string(first.Raw), "kept by the relay") || first.From != "citizen@example.net" {
		t.Errorf("%+v", first)
	}
	back := string(ours.Return("2026-000123", "an id", 7))
	id := ours.MessageID("2026-000123", "an id", 7)
	if out, ok := mailtest.Swaks(t, "SMTP", relay, back, "gone@example.gov.cn", "--header", "Message-Id: <"+id+">", "--body", "our letter"); !ok {
		t.Fatal(out)
	}
	m, err := mail.Read(arrived(2)[1], mail.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	v := mail.Sort(m, ours)
	if v.Kind != mail.Bounce || v.Outcome != mail.Bounced || !m.Report.Standard || !m.Report.Failed() || m.Report.OriginalID != id {
		t.Errorf("%+v of %+v", v, m.Report)
	}
	if len(v.Claims) != 2 || !ours.Holds(v.Claims[0], "an id") || !ours.Holds(v.Claims[1], "an id") || v.Claims[0].Letter != 7 {
		t.Errorf("%+v", v.Claims)
	}
}

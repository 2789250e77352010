package imap_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/corpus"
	"rectify/feedback/mail/mailtest"
	"rectify/feedback/mail/mailtest/servers"
)

// door is the mailbox's address on a dovecot.
func door(d servers.Dovecot, scheme, addr, options string) string {
	u := url.URL{Scheme: scheme, User: url.UserPassword(d.User, d.Password), Host: addr, Path: "/INBOX", RawQuery: options}
	return u.String()
}

func TestDovecot(t *testing.T) {
	d := mailtest.StartDovecot(t)
	send := func(subject string) {
		t.Helper()
		out, ok := mailtest.Swaks(t, "LMTP", d.LMTP, "citizen@example.net", d.User, "--header", "Subject: "+subject, "--body", "words")
		if !ok {
			t.Fatal(out)
		}
	}
	send("waiting")
	k := &kept{}
	stop, log := read(t, k, nil, door(d, "imaps", d.IMAPS, "moved=Archive&ca-file="+d.CAFile))
	wait(t, "the one that waited", func() bool { return k.count() == 1 })
	began := time.Now()
	send("while idle")
	wait(t, "the new one", func() bool { return k.count() == 2 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v, want 5 s at most", took)
	}
	stop()
	if log.String() != "" {
		t.Error(log)
	}
	send("while we were away")
	stop, _ = read(t, k, nil, door(d, "imap", d.IMAP, "moved=Archive")) // the loopback needs no TLS
	wait(t, "the third", func() bool { return k.count() == 3 })
	for i, want := range []string{"waiting", "while idle", "while we were away"} {
		m, err := mail.Read(k.all[i], mail.Limits{})
		if err != nil || m.Subject != want || m.From.Addr != "citizen@example.net" || m.ReturnPath != "citizen@example.net" {
			t.Errorf("%d: %+v, %v", i, m, err)
		}
	}
	archive := &kept{}
	u := strings.Replace(door(d, "imaps", d.IMAPS, "ca-file="+d.CAFile), "/INBOX", "/Archive", 1)
	read(t, archive, nil, u)
	wait(t, "the archive is read with a keyword, and the third was moved there", func() bool { return archive.count() == 3 })
	stop()
	again := &kept{}
	send("while nobody read")
	read(t, again, nil, door(d, "imaps", d.IMAPS, "ca-file="+d.CAFile))
	wait(t, "the fourth", func() bool { return again.count() > 0 })
	if m, err := mail.Read(again.all[0], mail.Limits{}); again.count() != 1 || err != nil || m.Subject != "while nobody read" {
		t.Errorf("%d came, the first %q, %v; want the fourth alone", again.count(), m.Subject, err)
	}
}

// T70 with a real server: a certificate that nobody vouches for.
func TestDovecotWrongCertificate(t *testing.T) {
	d := mailtest.StartDovecot(t)
	k := &kept{}
	_, log := read(t, k, nil, door(d, "imaps", d.IMAPS, ""))
	wait(t, "refused", func() bool { return strings.Contains(log.String(), "password not sent") })
	if s := log.String(); strings.Contains(s, d.Password) || k.count() != 0 {
		t.Error(s)
	}
}

// Every message of the corpus goes through a real mailbox and is sorted the
// same; none stops the reader. What dovecot itself will not take is counted.
func TestCorpusThroughDovecot(t *testing.T) {
	if testing.Short() {
		t.Skip("300 messages take long under the race detector")
	}
	d := mailtest.StartDovecot(t)
	address, err := mail.NewAddress(mail.Addr(d.User), []byte("a key of the tests, 32 bytes long"))
	if err != nil {
		t.Fatal(err)
	}
	cases := corpus.Cases(1, corpus.World{Address: address, Number: "2026-000123", ID: "an id"})
	want := map[[32]byte]corpus.Case{}
	sent := 0
	for i, c := range cases {
		e := c.Envelope()
		if e.Size > 1<<20 && i%2 == 0 {
			continue // half of the huge ones will do
		}
		if mail.Marks(c.Marks).Has(mail.NoHeader, mail.NulBytes) {
			continue // dovecot gives every message a head, and writes 0x80 for NUL
		}
		if err := deliver(d, e); err != nil {
			t.Logf("%s: not taken by dovecot: %v", c.Name, err)
			continue
		}
		m, err := mail.Read(e, mail.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want[m.Digest] = c
		sent++
	}
	k := &kept{thin: true}
	k.fail = func(e mail.Envelope) error {
		m, err := mail.Read(e, mail.Limits{})
		if err != nil {
			return err
		}
		c, ok := want[m.Digest]
		if v := mail.Sort(m, address); !ok || v.Kind != c.Kind {
			t.Errorf("%q, %q: came as %s, %v: %.100q; known %v, %s", c.Name, m.Subject, v.Kind, m.Marks, m.Text, ok, c.Kind)
		}
		return nil
	}
	read(t, k, nil, door(d, "imaps", d.IMAPS, "moved=Archive&ca-file="+d.CAFile))
	wait(t, "all read", func() bool { return k.count() == sent })
	if sent < 280 {
		t.Errorf("only %d of %d went in", sent, len(cases))
	}
}

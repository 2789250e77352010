package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/lmtp"
	"rectify/feedback/mail/mailtest"
	"rectify/feedback/mail/mailtest/servers"
	"rectify/feedback/mailout/smtptest"
)

// withLetters starts a site whose letters go to a mail server of the loopback.
func withLetters(t *testing.T, data, smtp string, more ...string) *program {
	t.Helper()
	return start(t, append([]string{
		"--data", data, "--smtp", "smtp://" + smtp, "--mail-address", "yijian@linshui.example", "--base-url", "https://www.linshui.example/zt",
	}, more...)...)
}

// writeIn files a submission whose sender may be written to.
func writeIn(t *testing.T, p *program, text, email string) (number string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"text": text, "email": email, "contact_consent": true})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.base+"/zt/api/v1/submissions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var r struct{ Number string }
	if err := json.NewDecoder(res.Body).Decode(&r); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("filing answers %d, %v", res.StatusCode, err)
	}
	return r.Number
}

// An acknowledgement goes through a real mail server to its reader's mailbox:
// within 5 s, as a program's letter, with a reply address that holds.
func TestAcknowledgementThroughExim(t *testing.T) {
	var mu sync.Mutex
	var got []mail.Envelope
	box, err := lmtp.Listen(lmtp.Config{
		Address: "lmtp://127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Accept: func(string) bool { return true },
		Sink: func(_ context.Context, e mail.Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, e)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- box.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	p := withLetters(t, t.TempDir(), mailtest.StartExim(t, servers.Route{Domain: "example.com", LMTP: box.Addr().String()}))
	begun := time.Now()
	number := writeIn(t, p, "单元门口的井盖松了三个月。", "zhang@example.com")
	until(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(got) > 0 })
	t.Logf("acknowledged after %s", time.Since(begun).Round(time.Millisecond))
	m, err := mail.Read(got[0], mail.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.Subject, number) || !strings.Contains(m.Text, number) || !strings.Contains(m.Text, "https://www.linshui.example/zt/track") || strings.Contains(m.Text, "井盖") {
		t.Errorf("subject %q, text:\n%s", m.Subject, m.Text)
	}
	if got[0].Rcpt[0] != "zhang@example.com" || !strings.HasPrefix(got[0].From, "yijian+b-") || !strings.HasPrefix(string(m.ReplyTo.Addr), "yijian+r-") {
		t.Errorf("from %s to %v, reply to %s", got[0].From, got[0].Rcpt, m.ReplyTo.Addr)
	}
	if head := string(got[0].Raw); !strings.Contains(head, "Auto-Submitted: auto-generated") {
		t.Error("it does not say that a program wrote it")
	}
}

// Killed while the server hesitates, the program loses no letter and takes it
// up again when the lease is over; stopped, it gives it back at once.
func TestLettersSurvive(t *testing.T) {
	data := t.TempDir()
	slow := (&smtptest.Server{Answer: func(word, _ string) string {
		return map[string]string{"RCPT": "451 4.3.0 not now"}[word]
	}}).Start(t)
	p := withLetters(t, data, slow.Addr())
	writeIn(t, p, "路灯坏了。", "zhang@example.com")
	until(t, func() bool { return strings.Contains(slow.Heard(), "RCPT") })
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-p.done; err == nil {
		t.Error("the killed program says that it ended well")
	}
	p.done <- nil
	good := (&smtptest.Server{}).Start(t)
	p = withLetters(t, data, good.Addr())
	second := writeIn(t, p, "井盖松了。", "li@example.com")
	until(t, func() bool { return len(good.Taken()) > 0 })
	if to := good.Taken()[0].To; to != "li@example.com" {
		t.Errorf("the letter about %s went to %s", second, to)
	}
	p.stop(t)
	backup := filepath.Join(t.TempDir(), "b")
	if code, out, errs := said(t, "", "backup", backup, "--data", data); code != 0 || !strings.Contains(out, "邮件 ") {
		t.Fatalf("backup: %d %s%s", code, out, errs)
	}
	restored := t.TempDir()
	if code, _, errs := said(t, "", "restore", backup, "--data", restored, "--key-file", filepath.Join(data, "master.key")); code != 0 {
		t.Fatalf("restore: %s", errs)
	}
	withLetters(t, restored, good.Addr(), "--key-file", filepath.Join(data, "master.key"))
	time.Sleep(time.Second) // long enough for a letter that should not go twice
	for _, m := range good.Taken()[1:] {
		if m.To == "li@example.com" {
			t.Error("a letter that was sent is sent again after a restore")
		}
	}
}

// What letters cannot do without is asked for at the start, and no password is
// said back.
func TestMailFlags(t *testing.T) {
	for name, args := range map[string][]string{
		"no address":  {"--smtp", "smtp://127.0.0.1:25", "--base-url", "https://x.example", "--content", empty(t)},
		"no base":     {"--smtp", "smtp://127.0.0.1:25", "--mail-address", "a@x.example"},
		"bad address": {"--smtp", "smtp://127.0.0.1:25", "--base-url", "https://x.example", "--mail-address", "a b@x"},
		"bad server":  {"--smtp", "smtp://u:geheim@127.0.0.1:x", "--base-url", "https://x.example", "--mail-address", "a@x.example"},
		"no password": {"--smtp", "smtp://u@127.0.0.1", "--base-url", "https://x.example", "--mail-address", "a@x.example"},
	} {
		code, out, errs := said(t, "", append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, args...)...)
		if code != 2 || strings.Contains(out+errs, "geheim") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
	}
}

// empty is a folder of notices without settings.
func empty(t *testing.T) string {
	t.Helper()
	dir := folder(t)
	change(t, filepath.Join(dir, "site.yaml"), "email:", "# email:")
	return dir
}

// The words of letters stand beside the notices and are checked with them.
func TestCheckLetters(t *testing.T) {
	dir := folder(t)
	write := func(text string) (int, string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "letters.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, _ := said(t, "", "check", dir)
		return code, out
	}
	if code, out := write("received:\n  zh:\n    subject: 您的留言 {{number}}\n    body: |\n      {{number}}，{{due}}\n\n      {{link}}\n"); code != 0 {
		t.Errorf("good words: %d %s", code, out)
	}
	for text, want := range map[string]string{
		"received:\n  zh:\n    body: 没有编号 {{link}} {{due}}\n": "letters.yaml:3: 错误：正文必须有{{number}}",
		"hello: {}\n":                            "letters.yaml:1: ",
		"reply:\n  zh: {subject: '{{reply}}'}\n": "letters.yaml:2: 错误：这封信里没有{{reply}}可填",
		"reply:\n  fr: {subject: x}\n":           "letters.yaml:2: ",
	} {
		if code, out := write(text); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%q: %d\n%s", text, code, out)
		}
	}
}

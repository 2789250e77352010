package lmtp_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/lmtp"
)

// kept collects what a listener takes.
type kept struct {
	mu   sync.Mutex
	all  []mail.Envelope
	fail error
	gate chan struct{} // closed when the sink may go on; nil: at once
	in   chan struct{} // told when the sink is entered
}

func (k *kept) sink(ctx context.Context, e mail.Envelope) error {
	if k.in != nil {
		k.in <- struct{}{}
	}
	if k.gate != nil {
		select {
		case <-k.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	k.all = append(k.all, e)
	return nil
}

func (k *kept) list() []mail.Envelope {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]mail.Envelope(nil), k.all...)
}

// start runs a listener until the test ends; stop ends it earlier.
func start(t *testing.T, k *kept, change func(*lmtp.Config)) (addr string, stop func()) {
	t.Helper()
	cfg := lmtp.Config{
		Address: "lmtp://127.0.0.1:0", Sink: k.sink, Timeout: 5 * time.Second, Log: slog.New(slog.DiscardHandler),
		Accept: func(r string) bool { return strings.HasSuffix(r, "@example.gov.cn") },
	}
	if change != nil {
		change(&cfg)
	}
	s, err := lmtp.Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return s.Addr().String(), stop
}

// talk is one connection, past its greeting.
type talk struct {
	t *testing.T
	net.Conn
	r *textproto.Reader
}

func dial(t *testing.T, addr string) *talk {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	k := &talk{t, c, textproto.NewReader(bufio.NewReader(c))}
	k.want(220)
	return k
}

func (k *talk) say(format string, args ...any) {
	k.t.Helper()
	if _, err := fmt.Fprintf(k.Conn, format, args...); err != nil {
		k.t.Fatal(err)
	}
}

func (k *talk) want(code int) {
	k.t.Helper()
	if got, text, err := k.r.ReadResponse(code); err != nil {
		k.t.Fatalf("want %d, got %d %s (%v)", code, got, text, err)
	}
}

// upTo goes as far as DATA's answer.
func (k *talk) upTo(rcpt ...string) {
	k.t.Helper()
	k.say("LHLO test\r\n")
	k.want(250)
	k.say("MAIL FROM:<a@example.net>\r\n")
	k.want(250)
	for _, r := range rcpt {
		k.say("RCPT TO:<%s>\r\n", r)
		k.want(250)
	}
	k.say("DATA\r\n")
	k.want(354)
}

func TestOneMessage(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, nil)
	c := dial(t, addr)
	c.upTo("one@example.gov.cn", "two@example.gov.cn")
	c.say("Subject: x\r\n\r\n..dot\r\n.\r\n")
	c.want(250)
	c.want(250)
	all := k.list()
	if len(all) != 1 {
		t.Fatalf("%d messages, want one for both recipients", len(all))
	}
	e := all[0]
	if string(e.Raw) != "Subject: x\r\n\r\n.dot\r\n" || e.From != "a@example.net" || len(e.Rcpt) != 2 || e.NullFrom || e.ReceivedAt.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestAnswersOnlyWhenDurable(t *testing.T) {
	k := &kept{fail: errors.New("disk full")}
	addr, _ := start(t, k, nil)
	c := dial(t, addr)
	c.upTo("one@example.gov.cn")
	c.say("x\r\n.\r\n")
	c.want(451)
	k.mu.Lock()
	k.fail = mail.Permanent{Err: errors.New("put aside")}
	k.mu.Unlock()
	c.upTo("one@example.gov.cn")
	c.say("x\r\n.\r\n")
	c.want(250)
}

func TestRefuses(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, func(c *lmtp.Config) { c.MaxBytes = 1 << 20 })
	for _, rcpt := range []string{"x@example.net", "x", "", "x@example.gov.cn@example.net", "@example.net:x@example.org"} {
		c := dial(t, addr)
		c.say("LHLO t\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\n", rcpt)
		c.want(250)
		c.want(250)
		if code, _, _ := c.r.ReadResponse(0); code < 500 {
			t.Errorf("%q: %d", rcpt, code)
		}
	}
	// T68: none of these may become a message, let alone two.
	for name, data := range map[string]string{
		"LF dot CRLF":    "a\r\n\n.\r\nMAIL FROM:<evil@example.net>\r\nRCPT TO:<x@example.gov.cn>\r\nDATA\r\nforged\r\n.\r\n",
		"LF dot LF":      "a\n.\nMAIL FROM:<evil@example.net>\r\n.\r\n",
		"CRLF dot LF":    "a\r\n.\nMAIL FROM:<evil@example.net>\r\n.\r\n",
		"CR dot CR":      "a\r.\rMAIL FROM:<evil@example.net>\r\n.\r\n",
		"bare line feed": "a\nb\r\n.\r\n",
	} {
		c := dial(t, addr)
		c.upTo("x@example.gov.cn")
		c.say("%s", data)
		if code, _, _ := c.r.ReadResponse(0); code != 550 {
			t.Errorf("%s: %d, want 550", name, code)
		}
	}
	c := dial(t, addr)
	c.upTo("x@example.gov.cn")
	c.say("%s\r\n.\r\n", strings.Repeat(strings.Repeat("x", 70)+"\r\n", 20000))
	c.want(552)
	c.say("NOOP\r\n") // the rest was read as the message, not as commands
	c.want(250)
	c.say("MAIL FROM:<a@example.net> SIZE=99999999\r\n")
	c.want(552)
	if n := len(k.list()); n != 0 {
		t.Errorf("%d messages taken", n)
	}
}

func TestTooManyRecipients(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, nil)
	c := dial(t, addr)
	c.say("LHLO t\r\nMAIL FROM:<a@example.net>\r\n")
	c.want(250)
	c.want(250)
	for i := range 120 {
		c.say("RCPT TO:<r%d@example.gov.cn>\r\n", i)
		want := 250
		if i >= 100 {
			want = 452
		}
		c.want(want)
	}
	c = dial(t, addr)
	c.say("LHLO t\r\nMAIL FROM:<a@example.net>\r\n")
	c.want(250)
	c.want(250)
	for i := range 10000 {
		if _, err := fmt.Fprintf(c.Conn, "RCPT TO:<r%d@example.net>\r\n", i); err != nil {
			return
		}
		if code, _, err := c.r.ReadResponse(550); err != nil && code != 550 {
			return // closed or told to stop
		}
	}
	t.Error("10,000 wrong recipients were borne")
}

// A line of a gigabyte is cut off without holding it.
func TestEndlessLine(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, nil)
	for _, data := range []bool{false, true} {
		c := dial(t, addr)
		if data {
			c.upTo("x@example.gov.cn")
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		block := bytes.Repeat([]byte("x"), 1<<20)
		sent := 0
		for ; sent < 1<<10; sent++ {
			if _, err := c.Write(block); err != nil {
				break
			}
		}
		runtime.ReadMemStats(&after)
		if sent > 64 {
			t.Errorf("took %d MB of one line", sent)
		}
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 64<<20 {
			t.Errorf("grew by %d MB", grown>>20)
		}
	}
	if n := len(k.list()); n != 0 {
		t.Errorf("%d messages taken", n)
	}
}

func TestBDAT(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, func(c *lmtp.Config) { c.Timeout = 300 * time.Millisecond })
	c := dial(t, addr)
	c.say("LHLO t\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<x@example.gov.cn>\r\n")
	for range 3 {
		c.want(250)
	}
	c.say("BDAT 6\r\nab\r\nc\nBDAT 0 LAST\r\n") // a chunk may hold anything, but not this
	c.want(250)
	c.want(550)
	c.say("MAIL FROM:<a@example.net>\r\nRCPT TO:<x@example.gov.cn>\r\nBDAT 5 LAST\r\nok\r\n.")
	for range 2 {
		c.want(250)
	}
	c.want(250)
	c.say("MAIL FROM:<a@example.net>\r\nRCPT TO:<x@example.gov.cn>\r\nBDAT 1000 LAST\r\nshort")
	c.want(250)
	c.want(250)
	if code, _, _ := c.r.ReadResponse(0); code/100 == 2 {
		t.Error("a chunk that never came whole was taken")
	}
	if all := k.list(); len(all) != 1 || string(all[0].Raw) != "ok\r\n." {
		t.Errorf("%+v", all)
	}
}

func TestCutAndSilence(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, func(c *lmtp.Config) { c.Timeout = 200 * time.Millisecond })
	c := dial(t, addr)
	c.upTo("x@example.gov.cn")
	c.say("half a mess")
	_ = c.Close()
	c = dial(t, addr)
	c.upTo("x@example.gov.cn")
	c.say("half a mess") // and silence
	if code, _, _ := c.r.ReadResponse(0); code/100 == 2 {
		t.Error("half a message was taken")
	}
	c = dial(t, addr) // says nothing, never quits
	if code, _, err := c.r.ReadResponse(421); err != nil {
		t.Errorf("%d %v", code, err)
	}
	if n := len(k.list()); n != 0 {
		t.Errorf("%d messages taken", n)
	}
}

// A stop waits for the message on its way, closes the rest, and takes no more.
func TestGracefulStop(t *testing.T) {
	k := &kept{gate: make(chan struct{}), in: make(chan struct{}, 1)}
	addr, stop := start(t, k, nil)
	idle := dial(t, addr)
	idle.say("LHLO idle\r\n")
	idle.want(250)
	c := dial(t, addr)
	c.upTo("x@example.gov.cn")
	c.say("last words\r\n.\r\n")
	<-k.in
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	if _, err := io.ReadAll(idle.Conn); err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		t.Error("an idle connection was not closed:", err)
	}
	select {
	case <-stopped:
		t.Fatal("did not wait")
	default:
	}
	close(k.gate)
	c.want(250)
	<-stopped
	if len(k.list()) != 1 {
		t.Error("the last message is lost")
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("still listening")
	}
}

// When the grace is over, an unfinished sink ends and the sender is not told 250.
func TestStopWithoutEnd(t *testing.T) {
	k := &kept{gate: make(chan struct{}), in: make(chan struct{}, 1)}
	addr, stop := start(t, k, func(c *lmtp.Config) { c.Grace = 50 * time.Millisecond })
	c := dial(t, addr)
	c.upTo("x@example.gov.cn")
	c.say("x\r\n.\r\n")
	<-k.in
	stop()
	if code, _, err := c.r.ReadResponse(250); err == nil {
		t.Errorf("told %d", code)
	}
}

func TestSMTPMode(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, func(c *lmtp.Config) { c.Address = "smtp://127.0.0.1:0" })
	c := dial(t, addr)
	c.say("EHLO t\r\nMAIL FROM:<>\r\nRCPT TO:<x@example.gov.cn>\r\nDATA\r\n")
	for range 3 {
		c.want(250)
	}
	c.want(354)
	c.say("x\r\n.\r\n")
	c.want(250)
	if all := k.list(); len(all) != 1 || !all[0].NullFrom {
		t.Errorf("%+v", all)
	}
}

func TestManyAtOnce(t *testing.T) {
	k := &kept{}
	addr, _ := start(t, k, nil)
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			c := dial(t, addr)
			c.upTo("x@example.gov.cn")
			c.say("%s\r\n.\r\n", strings.Repeat("line\r\n", 1000))
			c.want(250)
			_ = c.Close()
		})
	}
	wg.Wait()
	if n := len(k.list()); n != 60 {
		t.Errorf("%d messages, want 60", n)
	}
}

package imap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/imap"
)

// kept collects what a reader hands over.
type kept struct {
	mu   sync.Mutex
	all  []mail.Envelope
	fail func(e mail.Envelope) error
	thin bool // keep no bodies
}

func (k *kept) sink(_ context.Context, e mail.Envelope) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		if err := k.fail(e); err != nil {
			return err
		}
	}
	if k.thin {
		e.Raw = nil
	}
	k.all = append(k.all, e)
	return nil
}

func (k *kept) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.all)
}

// read runs a reader until the test ends; stop ends it earlier.
func read(t testing.TB, k *kept, change func(*imap.Options), urls ...string) (stop func(), log *safeLog) {
	t.Helper()
	log = &safeLog{}
	opt := imap.Options{
		Sink: k.sink, Log: slog.New(slog.NewTextHandler(log, nil)), Backoff: 5 * time.Millisecond,
		Command: 2 * time.Second, Silence: 2 * time.Second, Fetch: 10 * time.Second,
	}
	if change != nil {
		change(&opt)
	}
	var boxes []imap.Mailbox
	for _, u := range urls {
		b, err := imap.ParseURL(u)
		if err != nil {
			t.Fatal(err)
		}
		boxes = append(boxes, b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- imap.Run(ctx, boxes, opt) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Error("reader does not stop")
			}
		})
	}
	t.Cleanup(stop)
	return stop, log
}

type safeLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func letter(n int, more string) string {
	return fmt.Sprintf("From: a@example.net\r\nMessage-ID: <%d@example.net>\r\nSubject: x\r\n\r\n%s\r\n", n, more)
}

func TestMovesWhatIsTaken(t *testing.T) {
	f, k := newFake(t), &kept{}
	for i := range 3 {
		f.put(uint32(i+10), letter(i, "words"))
	}
	read(t, k, nil, f.url("moved=Archive"))
	wait(t, "all moved", func() bool { return f.left() == 0 })
	if k.count() != 3 || string(k.all[0].Raw) != letter(0, "words") || k.all[0].Mailbox != f.l.Addr().String()+"/INBOX" {
		t.Errorf("%d taken, %+v", k.count(), k.all[0])
	}
	if k.all[0].ReceivedAt.UTC().Format(time.DateTime) != "2026-03-02 02:00:00" {
		t.Errorf("received %v, want the server's own time", k.all[0].ReceivedAt)
	}
}

func TestKeywordWhereNothingMoves(t *testing.T) {
	for name, c := range map[string]struct{ caps, options string }{
		"no folder named":     {"IMAP4rev1 IDLE MOVE UIDPLUS", ""},
		"no safe way to move": {"IMAP4rev1 IDLE", "moved=Archive"}, // COPY and EXPUNGE would take what others deleted
	} {
		f, k := newFake(t), &kept{}
		f.caps = c.caps
		f.put(1, letter(1, "x"))
		read(t, k, nil, f.url(c.options))
		wait(t, name, func() bool { return f.left() == 0 })
		if k.count() != 1 || len(f.moved) != 0 {
			t.Errorf("%s: %d taken, %d moved", name, k.count(), len(f.moved))
		}
	}
}

// memory is a State.
type memory struct {
	mu   sync.Mutex
	last map[string]uint32
}

func (m *memory) Last(_ context.Context, box string, validity uint32) (uint32, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last[fmt.Sprint(box, validity)], nil
}

func (m *memory) Done(_ context.Context, box string, validity, uid uint32) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last[fmt.Sprint(box, validity)] = uid
	return nil
}

func TestStateWhereNothingIsAllowed(t *testing.T) {
	f, k, state := newFake(t), &kept{}, &memory{last: map[string]uint32{}}
	f.caps, f.flags = "IMAP4rev1", `\Seen`
	var broken sync.Map
	k.fail = func(e mail.Envelope) error {
		if bytes.Contains(e.Raw, []byte("<5@")) {
			if _, again := broken.LoadOrStore("5", true); !again {
				return errors.New("not now")
			}
		}
		return nil
	}
	for i := range 9 {
		f.put(uint32(i+1), letter(i+1, "x"))
	}
	with := func(o *imap.Options) { o.State = state }
	stop, _ := read(t, k, with, f.url("poll=1s"))
	wait(t, "all taken", func() bool { return k.count() == 9 })
	wait(t, "progress noted", func() bool { n, _ := state.Last(t.Context(), f.l.Addr().String()+"/INBOX", 1); return n == 9 })
	stop()
	f.put(10, letter(10, "x"))
	read(t, k, with, f.url("poll=1s"))
	wait(t, "the new one", func() bool { return k.count() == 10 })
	for uid, n := range f.fetched {
		if want := map[bool]int{true: 2, false: 1}[uid == 5]; n != want {
			t.Errorf("%d fetched %d times, want %d", uid, n, want)
		}
	}
}

func TestNowhereToKeepProgress(t *testing.T) {
	f, k := newFake(t), &kept{}
	f.caps, f.flags = "IMAP4rev1", `\Seen`
	f.put(1, letter(1, "x"))
	_, log := read(t, k, nil, f.url(""))
	wait(t, "said so", func() bool { return strings.Contains(log.String(), "neither move nor flag") })
	if k.count() != 0 {
		t.Error("taken without a way to remember it")
	}
}

// A server that says OK and moves nothing gets the message once and no more.
func TestServerThatOnlySaysSo(t *testing.T) {
	f, k := newFake(t), &kept{}
	f.lies = true
	f.put(1, letter(1, "x"))
	read(t, k, nil, f.url("moved=A&poll=1s"))
	wait(t, "taken", func() bool { return k.count() == 1 })
	f.mu.Lock()
	f.lies = false
	f.mu.Unlock()
	wait(t, "moved at last", func() bool { return f.left() == 0 })
	if k.count() != 1 || f.fetched[1] != 1 {
		t.Errorf("%d taken, fetched %d times", k.count(), f.fetched[1])
	}
}

func TestNewUIDValidity(t *testing.T) {
	f, k := newFake(t), &kept{}
	f.put(1, letter(1, "old"))
	var mu sync.Mutex
	hang := false
	f.before = func(_ int, cmd string) string {
		mu.Lock()
		defer mu.Unlock()
		if hang && (cmd == "IDLE" || strings.HasPrefix(cmd, "UID")) {
			hang = false
			return "CLOSE"
		}
		return ""
	}
	_, log := read(t, k, func(o *imap.Options) { o.Idle = 50 * time.Millisecond }, f.url(""))
	wait(t, "the old one", func() bool { return f.left() == 0 && k.count() == 1 })
	f.mu.Lock()
	f.validity, f.mails, f.taken = 2, map[uint32]string{1: letter(2, "another under the same UID")}, map[uint32]bool{}
	f.mu.Unlock()
	mu.Lock()
	hang = true
	mu.Unlock()
	wait(t, "the new one", func() bool { return k.count() == 2 })
	if !bytes.Contains(k.all[1].Raw, []byte("another")) || !strings.Contains(log.String(), "made anew") {
		t.Error("the new mailbox was not read as one")
	}
}

func TestIdleTellsAtOnce(t *testing.T) {
	f, k := newFake(t), &kept{}
	idling := make(chan struct{}, 10)
	arrive := make(chan struct{})
	f.idle = func(say func(string)) {
		idling <- struct{}{}
		select {
		case <-arrive:
			say("* 1 EXISTS")
		case <-time.After(10 * time.Second):
		}
	}
	read(t, k, nil, f.url("moved=A"))
	<-idling
	f.put(1, letter(1, "x"))
	began := time.Now()
	close(arrive)
	wait(t, "taken", func() bool { return k.count() == 1 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// timedWrites is a connection that notes whether each write was given time of its own.
type timedWrites struct {
	net.Conn
	given bool
	stale *atomic.Int32
}

func (c *timedWrites) SetWriteDeadline(at time.Time) error {
	c.given = time.Until(at) > writeTime
	return c.Conn.SetWriteDeadline(at)
}

func (c *timedWrites) Write(b []byte) (int, error) {
	if !c.given {
		c.stale.Add(1)
	}
	c.given = false
	return c.Conn.Write(b)
}

const writeTime = 30 * time.Second

// An IDLE is ended long after it was begun; what was left of its time then must
// not be all that the end is given, or every quiet minute breaks the connection.
func TestEachWriteHasItsOwnTime(t *testing.T) {
	f, k := newFake(t), &kept{}
	var stale, idles atomic.Int32
	f.idle = func(func(string)) { idles.Add(1) }
	read(t, k, func(o *imap.Options) {
		o.Idle = 20 * time.Millisecond
		o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, network, addr)
			return &timedWrites{Conn: c, stale: &stale}, err
		}
	}, f.url("moved=A"))
	wait(t, "three times idle", func() bool { return idles.Load() >= 3 })
	if n := stale.Load(); n > 0 {
		t.Errorf("%d writes under an older deadline", n)
	}
}

// One message that never goes in keeps nobody out and is tried again.
func TestOneThatFails(t *testing.T) {
	f, k := newFake(t), &kept{}
	tries := 0
	k.fail = func(e mail.Envelope) error {
		if bytes.Contains(e.Raw, []byte("<3@")) {
			if tries++; tries < 4 {
				return errors.New("not this one")
			}
		}
		if bytes.Contains(e.Raw, []byte("<4@")) {
			return mail.Permanent{Err: errors.New("put aside")}
		}
		return nil
	}
	for i := range 8 {
		f.put(uint32(i), letter(i, "x"))
	}
	delete(f.mails, 0)
	read(t, k, func(o *imap.Options) { o.Idle = 20 * time.Millisecond }, f.url("moved=A"))
	wait(t, "all moved", func() bool { return f.left() == 0 })
	if k.count() != 6 || tries != 4 {
		t.Errorf("%d taken after %d tries", k.count(), tries)
	}
}

// While nothing is taken, nothing is moved and the mailbox is not read through.
func TestStoreAway(t *testing.T) {
	f, k := newFake(t), &kept{}
	var away sync.Map
	away.Store("", true)
	k.fail = func(mail.Envelope) error {
		if _, yes := away.Load(""); yes {
			return errors.New("store away")
		}
		return nil
	}
	for i := range 500 {
		f.put(uint32(i+1), letter(i, "x"))
	}
	_, log := read(t, k, nil, f.url("moved=A"))
	wait(t, "gave up for now", func() bool { return strings.Count(log.String(), "not being taken") >= 2 })
	if f.left() != 500 {
		t.Errorf("%d left, want all", f.left())
	}
	away.Delete("")
	wait(t, "all moved", func() bool { return f.left() == 0 })
	if k.count() != 500 {
		t.Errorf("%d taken", k.count())
	}
}

// F45: a message of 50 MB comes as its head; 10,000 wait; memory stays bounded.
func TestLargeAndMany(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 messages take long under the race detector")
	}
	f, k := newFake(t), &kept{thin: true}
	f.put(1, letter(1, strings.Repeat("x", 50<<20)))
	f.put(2, letter(2, strings.Repeat("y", 26<<20)))
	f.size[2] = 1000 // said to be small
	for i := range 10000 {
		f.put(uint32(i+10), letter(i+10, "x"))
	}
	var cut []mail.Envelope
	k.fail = func(e mail.Envelope) error {
		if e.Cut {
			cut = append(cut, e)
		}
		return nil
	}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	read(t, k, nil, f.url("moved=A"))
	most := uint64(0)
	wait(t, "all moved", func() bool {
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse)
		return f.left() == 0
	})
	if k.count() != 10002 || len(cut) != 2 {
		t.Fatalf("%d taken, %d cut", k.count(), len(cut))
	}
	if cut[0].Size < 50<<20 || !strings.HasSuffix(string(cut[0].Raw), "Subject: x\r\n\r\n") {
		t.Errorf("size %d, head %q", cut[0].Size, cut[0].Raw)
	}
	if grown := most - min(most, before.HeapInuse); grown > 200<<20 { // the fake's own copies of 50 and 26 MB included
		t.Errorf("grew by %d MB", grown>>20)
	}
}

func TestSeveralMailboxes(t *testing.T) {
	a, b, k := newFake(t), newFake(t), &kept{}
	a.put(1, letter(1, "x"))
	b.put(1, letter(2, "x"))
	read(t, k, nil, a.url("moved=A"), b.url(""))
	wait(t, "both", func() bool { return a.left() == 0 && b.left() == 0 })
}

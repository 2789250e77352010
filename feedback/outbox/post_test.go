package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/outbox"
	"rectify/feedback/sqlitestore"
)

type backend interface {
	feedback.Store
	outbox.Store
	io.Closer
}

// each runs a test on every kind of store.
func each(t *testing.T, test func(t *testing.T, s backend)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		name := mongotest.Name(t, uri)
		s, err := mongostore.Open(t.Context(), uri, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
}

func begin() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }

// clock is moved by hand.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return begin().Add(time.Duration(c.ahead.Load())) }
func (c *clock) move(d time.Duration) { c.ahead.Add(int64(d)) }

// server counts what it took.
type server struct {
	mu    sync.Mutex
	taken map[string]int
	fate  func(id string) outbox.Result
	lost  []string
}

func (s *server) post(box outbox.Store, c *clock) *outbox.Post {
	return &outbox.Post{
		Box: box, Now: c.now, Log: slog.New(slog.DiscardHandler),
		Write: func(_ context.Context, l outbox.Letter) (outbox.Message, error) { return outbox.Message{ID: l.ID}, nil },
		Send: func(_ context.Context, m outbox.Message) outbox.Result {
			s.mu.Lock()
			defer s.mu.Unlock()
			r := outbox.Result{Fate: outbox.Taken, Code: "250"}
			if s.fate != nil {
				r = s.fate(m.ID)
			}
			if r.Fate == outbox.Taken {
				if s.taken == nil {
					s.taken = map[string]int{}
				}
				s.taken[m.ID]++
			}
			return r
		},
		Lost: func(_ context.Context, l outbox.Letter, code string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.lost = append(s.lost, l.ID+" "+code)
			return nil
		},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func round(t testing.TB, p *outbox.Post) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = p.Round(context.Background())
		must(t, err)
	}
}

func state(t testing.TB, box outbox.Store, id string) outbox.Letter {
	t.Helper()
	l, err := box.Letter(context.Background(), id)
	must(t, err)
	return l
}

func put(t testing.TB, box outbox.Store, n int, now time.Time) {
	t.Helper()
	for i := range n {
		_, err := box.PutLetter(context.Background(), outbox.New(fmt.Sprintf("2026-%06d/0", i+1), outbox.Received, now))
		must(t, err)
	}
}

// F33: several copies send each letter once.
func TestCopiesSendOnce(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		var srv server
		put(t, s, 45, c.now())
		var wg sync.WaitGroup
		for range 3 {
			p := srv.post(s, &c)
			wg.Go(func() {
				for range 12 {
					_, err := p.Round(context.Background())
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for id, n := range srv.taken {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(srv.taken) != 45 {
			t.Errorf("%d of 45 letters were sent", len(srv.taken))
		}
	})
}

// A copy that dies with letters in its hands loses none: others take them when
// the lease is over, not before. One that wakes up late does not send them again.
func TestKilledInBetween(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		var srv server
		put(t, s, 3, c.now())
		dead, err := s.ClaimLetters(t.Context(), "dead", c.now(), c.now().Add(10*time.Minute), 2)
		must(t, err)
		if len(dead) != 2 {
			t.Fatalf("claimed %d", len(dead))
		}
		other := srv.post(s, &c)
		round(t, other)
		if len(srv.taken) != 1 {
			t.Errorf("while the lease runs: sent %v", srv.taken)
		}
		c.move(11 * time.Minute)
		round(t, other)
		if len(srv.taken) != 3 {
			t.Errorf("after it: sent %v", srv.taken)
		}
		if err := s.ReplaceLetter(t.Context(), dead[0], dead[0].Rev); !errors.Is(err, feedback.ErrConflict) {
			t.Errorf("the one that woke up: %v", err)
		}
		// F28: stopped for a while with a batch in hand, it sends the first at most.
		put(t, s, 8, c.now())
		slow := srv.post(s, &c)
		send := slow.Send
		slow.Send = func(ctx context.Context, m outbox.Message) outbox.Result {
			r := send(ctx, m)
			if len(srv.taken) == 4 {
				c.move(time.Hour)
				round(t, other)
			}
			return r
		}
		round(t, slow)
		for id, n := range srv.taken {
			if n > 1 && id != "2026-000004/0" {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(srv.taken) != 8 {
			t.Errorf("sent %v", srv.taken)
		}
	})
}

func TestRetries(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		srv := server{fate: func(string) outbox.Result { return outbox.Result{Fate: outbox.Again, Code: "450 4.2.0"} }}
		put(t, s, 1, c.now())
		p := srv.post(s, &c)
		id := "2026-000001/0"
		var last time.Time
		for tries := 1; ; tries++ {
			round(t, p)
			l := state(t, s, id)
			if l.State != outbox.Waiting {
				break
			}
			if l.Tries != tries || l.Code != "450 4.2.0" || l.Lease != "" {
				t.Fatalf("after %d tries: %+v", tries, l)
			}
			if wait := l.Next.Sub(c.now()); wait < 45*time.Second || wait > 5*time.Hour {
				t.Errorf("waits %s after %d tries", wait, tries)
			}
			last = c.now()
			c.move(l.Next.Sub(c.now()))
		}
		l := state(t, s, id)
		if l.State != outbox.Failed || len(srv.lost) != 1 || last.Sub(begin()) > outbox.Patience || last.Sub(begin()) < outbox.Patience-6*time.Hour || l.Tries > 40 {
			t.Errorf("given up: %+v, lost %v, last try after %s", l, srv.lost, last.Sub(begin()))
		}
		srv.fate = nil
		must(t, outbox.Resend(t.Context(), s, id, c.now()))
		round(t, p)
		if l := state(t, s, id); l.State != outbox.Sent || l.Tries != 1 {
			t.Errorf("sent again: %+v", l)
		}
	})
}

// A server that cannot be used costs no letter a try, and one letter that is to
// blame after all does not keep the others.
func TestUnable(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		srv := server{fate: func(string) outbox.Result { return outbox.Result{Fate: outbox.Unable, Code: "tls"} }}
		put(t, s, 3, c.now())
		p := srv.post(s, &c)
		for range 3 {
			c.move(2 * time.Minute)
			round(t, p)
		}
		if code, since := p.Trouble(); code != "tls" || since.IsZero() {
			t.Errorf("trouble %q since %s", code, since)
		}
		for i := range 3 {
			if l := state(t, s, fmt.Sprintf("2026-%06d/0", i+1)); l.State != outbox.Waiting || l.Tries != 0 || l.Lease != "" {
				t.Errorf("%+v", l)
			}
		}
		srv.fate = func(id string) outbox.Result {
			if id == "2026-000002/0" {
				return outbox.Result{Fate: outbox.Unable, Code: "553"}
			}
			return outbox.Result{Fate: outbox.Taken, Code: "250"}
		}
		for range 4 {
			c.move(30 * time.Second)
			round(t, p)
		}
		if len(srv.taken) != 2 {
			t.Errorf("sent %v", srv.taken)
		}
		c.move(3 * time.Minute)
		srv.fate = nil
		round(t, p)
		if code, _ := p.Trouble(); code != "" || len(srv.taken) != 3 {
			t.Errorf("trouble %q, sent %v", code, srv.taken)
		}
	})
}

func TestRefusedBouncedVoid(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		srv := server{fate: func(id string) outbox.Result {
			if id == "2026-000001/0" {
				return outbox.Result{Fate: outbox.Refused, Code: "550 5.1.1"}
			}
			return outbox.Result{Fate: outbox.Taken, Code: "250"}
		}}
		put(t, s, 3, c.now())
		p := srv.post(s, &c)
		write := p.Write
		p.Write = func(ctx context.Context, l outbox.Letter) (outbox.Message, error) {
			if l.ID == "2026-000003/0" {
				return outbox.Message{}, fmt.Errorf("withdrawn: %w", outbox.ErrVoid)
			}
			return write(ctx, l)
		}
		round(t, p)
		must(t, p.Bounce(t.Context(), "2026-000002/0", "4.4.7")) // a delay is no end
		if l := state(t, s, "2026-000002/0"); l.State != outbox.Sent {
			t.Errorf("delayed: %+v", l)
		}
		must(t, p.Bounce(t.Context(), "2026-000002/0", "5.1.1"))
		must(t, p.Bounce(t.Context(), "2026-000002/0", "5.1.1")) // the same report again
		if err := p.Bounce(t.Context(), "2026-000009/0", "5.1.1"); !errors.Is(err, feedback.ErrNotFound) {
			t.Errorf("bounce of no letter: %v", err)
		}
		for id, want := range map[string]outbox.State{"2026-000001/0": outbox.Failed, "2026-000002/0": outbox.Bounced, "2026-000003/0": outbox.Void} {
			if l := state(t, s, id); l.State != want || l.Ended.IsZero() {
				t.Errorf("%+v, want %s", l, want)
			}
		}
		if fmt.Sprint(srv.lost) != "[2026-000001/0 550 5.1.1 2026-000002/0 5.1.1]" {
			t.Errorf("lost %v", srv.lost)
		}
		// What waited a month before its first try says nothing true any more.
		_, err := s.PutLetter(t.Context(), outbox.New("2026-000004/0", outbox.Accepted, c.now().Add(-outbox.Stale-time.Hour)))
		must(t, err)
		round(t, p)
		if l := state(t, s, "2026-000004/0"); l.State != outbox.Void || l.Code != "stale" || srv.taken["2026-000004/0"] != 0 {
			t.Errorf("%+v", l)
		}
	})
}

// T61 and idempotent queueing: what is owed becomes letters once, an address
// gets one acknowledgement a day, and those who took it back get nothing.
func TestQueue(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var c clock
		keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
		must(t, err)
		clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
		office := &feedback.Office{Store: s, Clocks: clocks, Now: c.now}
		in := &feedback.Intake{Store: s, Keys: keys, Clocks: clocks, Now: c.now}
		file := func(email string) feedback.Number {
			t.Helper()
			r, err := in.Submit(context.Background(), feedback.Incoming{
				Category: feedback.Opinion, Text: "路灯坏了。", Contact: feedback.Contact{Email: email}, ContactConsent: email != "",
			})
			must(t, err)
			return r.Number
		}
		posing, err := in.File(t.Context(), feedback.Incoming{
			Category: feedback.Opinion, Text: "路灯坏了。", Contact: feedback.Contact{Email: "victim@example.com"}, ContactConsent: true, Key: "mail.posing-0001",
		}, feedback.Mail{At: c.now(), Digest: "d", Auth: "spf=fail dmarc=fail"}, nil, feedback.Circumstances{})
		must(t, err)
		one, two, other, none := file("a@example.com"), file("A@example.com"), file("b@example.com"), file("")
		gone := file("c@example.com")
		_, err = office.DoBySender(t.Context(), gone, feedback.Withdraw{})
		must(t, err)
		var wg sync.WaitGroup
		for range 4 {
			q := &outbox.Queue{Store: s, Office: office, Box: s, Keys: keys, Now: c.now, Log: slog.New(slog.DiscardHandler)}
			wg.Go(func() {
				for range 3 {
					if err := q.Look(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for n, want := range map[feedback.Number]bool{one: true, two: false, other: true, none: false, gone: false, posing.Number: false} {
			sub, err := s.Get(t.Context(), n)
			must(t, err)
			if len(sub.Owed) > 0 {
				t.Errorf("%s still owes %v", n, sub.Owed)
			}
			_, err = s.Letter(t.Context(), outbox.ID(n, 0))
			if (err == nil) != want {
				t.Errorf("letter of %s: %v", n, err)
			}
		}
		counts, err := s.CountLetters(t.Context())
		must(t, err)
		if counts[outbox.Waiting] != 2 {
			t.Errorf("letters %v", counts)
		}
		c.move(24 * time.Hour)
		next := file("a@example.com")
		q := &outbox.Queue{Store: s, Office: office, Box: s, Keys: keys, Now: c.now, Log: slog.New(slog.DiscardHandler)}
		must(t, q.Look(t.Context()))
		if _, err := s.Letter(t.Context(), outbox.ID(next, 0)); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestPause(t *testing.T) {
	for n, want := range map[int]time.Duration{0: time.Minute, 1: time.Minute, 2: 2 * time.Minute, 8: 128 * time.Minute, 9: 4 * time.Hour, 1000: 4 * time.Hour} {
		if got := outbox.Pause(n, 0.5); got != want {
			t.Errorf("after %d tries: %s, want %s", n, got, want)
		}
		if lo, hi := outbox.Pause(n, 0), outbox.Pause(n, 1); lo != want*3/4 || hi != want*5/4 {
			t.Errorf("after %d tries: from %s to %s", n, lo, hi)
		}
	}
}

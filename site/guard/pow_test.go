package guard_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/site/guard"
)

// hand is a clock that stands still until it is moved.
type hand struct{ at time.Time }

func (h *hand) now() time.Time { return h.at }

func newHand() *hand { return &hand{time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)} }

const formKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func proofs() (*guard.Proofs, *hand) {
	h := newHand()
	return guard.NewProofs(bytes.Repeat([]byte{1}, 32), h.now), h
}

// busy sends n submissions within a minute.
func busy(p *guard.Proofs, n int) {
	for range n {
		p.Check("", "", "", "")
	}
}

// Nothing is asked for while it is quiet, more as more come, and nothing again
// soon after.
func TestDifficulty(t *testing.T) {
	t.Parallel()
	p, h := proofs()
	sent := 0
	for _, c := range []struct{ sent, bits int }{{0, 0}, {29, 0}, {30, 14}, {59, 14}, {60, 15}, {240, 17}, {960, 19}, {100_000, 19}} {
		busy(p, c.sent-sent)
		if sent = c.sent; p.Bits() != c.bits {
			t.Errorf("after %d in a minute %d bits are asked for, want %d", sent, p.Bits(), c.bits)
		}
	}
	h.at = h.at.Add(10 * time.Minute)
	if p.Bits() != 0 {
		t.Errorf("ten minutes later %d bits", p.Bits())
	}
	h.at = h.at.Add(-time.Hour)
	busy(p, 1)
	h.at = h.at.Add(15 * time.Minute)
	if p.Bits() != 0 {
		t.Errorf("after the clock went back: %d bits", p.Bits())
	}
}

func TestProof(t *testing.T) {
	t.Parallel()
	p, h := proofs()
	quietStamp, bits := p.Stamp(formKey)
	if bits != 0 {
		t.Fatalf("%d bits while it is quiet", bits)
	}
	busy(p, 50)
	stamp, bits := p.Stamp(formKey)
	if bits != 14 || len(stamp) > 55 { // the browser hashes it as one block
		t.Fatalf("stamp %q asks for %d bits", stamp, bits)
	}
	proof := guard.Solve(t.Context(), stamp, bits)
	h.at = h.at.Add(20 * time.Second)
	for name, c := range map[string]struct {
		key, stamp, proof string
		dated, proved     bool
		stale             bool
	}{
		"nothing":          {formKey, "", "", false, false, false},
		"no scripts":       {formKey, stamp, "", true, false, false},
		"opened in quiet":  {formKey, quietStamp, "", true, false, false},
		"quiet with proof": {formKey, quietStamp, "1", true, false, true},
		"wrong proof":      {formKey, stamp, proof + "0", true, false, true},
		"odd proof":        {formKey, stamp, strings.Repeat("1", 21), true, false, true},
		"another key":      {formKey + "2", stamp, proof, false, false, true},
		"cut":              {formKey, stamp[1:], proof, false, false, true},
		"more bits":        {formKey, strings.Replace(stamp, ".14.", ".15.", 1), proof, false, false, true},
		"garbage":          {formKey, "a.b.c.d", proof, false, false, true},
		"long":             {formKey, strings.Repeat("1", 9999), "x", false, false, true},
	} {
		got := p.Check(c.key, c.stamp, c.proof, "一")
		if !got.Asked || got.Dated != c.dated || got.Proved != c.proved || got.Stale != c.stale {
			t.Errorf("%s: %+v", name, got)
		}
		if c.dated && got.Open != 20*time.Second {
			t.Errorf("%s: open for %v", name, got.Open)
		}
	}
	// Good once; for the same text, sent twice, it stays good.
	for i, c := range []struct {
		text   string
		proved bool
	}{{"一", true}, {"一", true}, {"二", false}, {"一", true}} {
		if got := p.Check(formKey, stamp, proof, c.text); got.Proved != c.proved {
			t.Errorf("use %d: %+v", i, got)
		}
	}
	if got := p.Check(formKey, stamp, "", "三"); !got.Reused { // the texts so far: 一 二 一 三
		t.Errorf("a form that is used again and again: %+v", got)
	}
	h.at = h.at.Add(2 * time.Hour)
	busy(p, 40)
	if got := p.Check(formKey, stamp, proof, "三"); got.Dated || got.Proved || !got.Stale {
		t.Errorf("expired: %+v", got)
	}
}

// A form that was opened before it got much busier has to try again; one that
// was opened a little earlier has not.
func TestProofOfQuieterTimes(t *testing.T) {
	t.Parallel()
	p, _ := proofs()
	busy(p, 40)
	stamp, bits := p.Stamp(formKey)
	proof := guard.Solve(t.Context(), stamp, bits)
	busy(p, 100) // 16 bits now
	if got := p.Check(formKey, stamp, proof, "一"); !got.Proved {
		t.Errorf("a little earlier: %+v", got)
	}
	busy(p, 1000)
	stamp2, _ := p.Stamp(formKey + "2")
	if got := p.Check(formKey, stamp, proof, "一"); got.Proved || !got.Stale || stamp2 == stamp {
		t.Errorf("much earlier: %+v", got)
	}
}

// Used proofs are remembered within bounds: each has cost its sender work.
func TestSpentIsBounded(t *testing.T) {
	p, h := proofs()
	busy(p, 31)
	for i := range 300 {
		key := fmt.Sprint(formKey, i)
		stamp, bits := p.Stamp(key)
		proof := guard.Solve(t.Context(), stamp, min(bits, 14))
		if got := p.Check(key, stamp, proof, "一"); bits == 14 && !got.Proved {
			t.Fatalf("%d: %+v", i, got)
		}
		h.at = h.at.Add(2 * time.Second)
	}
	if got := guard.Solve(canceled(), "1.40.x", 60); got != "" {
		t.Errorf("a canceled search found %q", got)
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func FuzzStamp(f *testing.F) {
	p, _ := proofs()
	stamp, _ := p.Stamp(formKey)
	f.Add(formKey, stamp, "1")
	f.Add("", "1.2.3", "")
	f.Fuzz(func(t *testing.T, key, s, proof string) {
		if got := p.Check(key, s, proof, ""); got.Dated && (key != formKey || s != stamp) {
			t.Errorf("a stamp of nobody is good: %q %q", key, s)
		}
	})
}

func from(addr string) *fasthttp.RequestCtx {
	ctx := request("/")
	ctx.SetRemoteAddr(&net.TCPAddr{IP: net.ParseIP(addr), Port: 1})
	return ctx
}

// T73: a guesser is slowed down and then refused; the owner of a right code is
// not, beside the guesser or elsewhere, and never waits for more than 2 s.
func TestGuesses(t *testing.T) {
	t.Parallel()
	h, waited := newHand(), []time.Duration(nil)
	pause := func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	w := guard.NewWatch(nil, nil, nil, h.now, pause)
	guesser, neighbour, elsewhere := from("203.0.113.9"), from("203.0.113.77"), from("198.51.100.1")
	refusedAt := 0
	for i := range 200 {
		if err := w.Hold(t.Context(), guesser); err != nil {
			t.Fatal(err)
		}
		if refused, wait := w.Wrong(guesser); refused {
			if refusedAt == 0 {
				refusedAt = i + 1
			}
			if wait <= 0 || wait > time.Hour {
				t.Fatalf("told to wait %v", wait)
			}
		}
	}
	if refusedAt != 20 || len(waited) != 189 || waited[0] != 250*time.Millisecond || waited[1] != 500*time.Millisecond || waited[100] != 2*time.Second {
		t.Errorf("refused from try %d on, %d pauses, the first %v", refusedAt, len(waited), waited[:4])
	}
	waited = nil
	_ = w.Hold(t.Context(), neighbour) // a right code is not counted and not refused
	_ = w.Hold(t.Context(), elsewhere)
	if len(waited) != 1 || waited[0] > 5*time.Second {
		t.Errorf("the owner waits %v", waited)
	}
	if refused, _ := w.Wrong(elsewhere); refused {
		t.Error("another network is refused")
	}
	h.at = h.at.Add(46 * time.Minute)
	if refused, _ := w.Wrong(guesser); refused {
		t.Error("still refused after three quarters of an hour")
	}
}

// Somebody who leaves does not go on waiting, and no more than a number wait.
func TestHoldEnds(t *testing.T) {
	t.Parallel()
	h := newHand()
	w := guard.NewWatch(nil, nil, nil, h.now, nil)
	for range 30 {
		w.Wrong(from("203.0.113.9"))
	}
	if err := w.Hold(canceled(), from("203.0.113.9")); err == nil {
		t.Error("waited for somebody who left")
	}
	ctx, cancel := context.WithCancel(t.Context())
	entered, ended := make(chan struct{}, 300), make(chan struct{}, 300)
	slow := guard.NewWatch(nil, nil, nil, h.now, func(ctx context.Context, _ time.Duration) error {
		entered <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	for range 30 {
		slow.Wrong(from("203.0.113.9"))
	}
	for range 256 {
		go func() { _ = slow.Hold(ctx, from("203.0.113.9")); ended <- struct{}{} }()
	}
	for range 256 {
		<-entered
	}
	if err := slow.Hold(ctx, from("203.0.113.9")); err != nil { // the next one is not kept waiting
		t.Error(err)
	}
	cancel()
	for range 256 {
		<-ended
	}
}

// What a watch says of who sends: a busy network is noticed, a busy address
// without proof earlier, nobody is refused.
func TestArrive(t *testing.T) {
	t.Parallel()
	h := newHand()
	w := guard.NewWatch(nil, nil, []byte("k"), h.now, nil)
	crowded := func(addr string) int {
		for i := range 200 {
			if w.Arrive(from(addr), guard.Sent{}).Crowded {
				return i
			}
		}
		return 200
	}
	if n := crowded("203.0.113.1"); n != 34 { // 29 in quiet, and 5 without the proof
		t.Errorf("one address is crowded after %d", n)
	}
	for i := range 100 {
		w.Arrive(from(fmt.Sprintf("203.0.113.%d", 10+i)), guard.Sent{})
	}
	if !w.Arrive(from("203.0.113.200"), guard.Sent{}).Crowded {
		t.Error("a network that sends a lot is not noticed")
	}
	if w.Arrive(from("203.0.114.1"), guard.Sent{}).Crowded {
		t.Error("the next network is held for crowded")
	}
	var none *guard.Watch
	if a := none.Arrive(from("203.0.113.1"), guard.Sent{}); a != (guard.Arrival{}) || none.Hold(t.Context(), from("203.0.113.1")) != nil {
		t.Errorf("without limits: %+v", a)
	}
}

// A flood of addresses fills no memory, does not wash the guilty out, and bars
// nobody honest.
func TestFloodOfAddresses(t *testing.T) {
	t.Parallel()
	h := newHand()
	l := guard.NewLimiter(map[string]guard.Rate{"a": {Most: 5, Over: 10 * time.Minute}}, h.now)
	guilty := netip.MustParseAddr("203.0.113.9")
	for range 10 {
		l.Allow("a", guilty)
	}
	for i := range 300_000 {
		l.Allow("a", netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if ok, _ := l.Allow("a", guilty); ok {
		t.Error("the flood made the guilty be forgotten")
	}
	barred := 0
	for i := range 1000 {
		if ok, _ := l.Allow("a", netip.AddrFrom4([4]byte{172, 16, byte(i), 1})); !ok {
			barred++
		}
	}
	if barred > 4 { // one network of 256 by bad luck
		t.Errorf("%d of 1000 honest newcomers are barred", barred)
	}
	h.at = h.at.Add(11 * time.Minute) // all is given back: there is room again
	for range 5 {
		if ok, _ := l.Allow("a", guilty); !ok {
			t.Error("not given back")
		}
	}
	if ok, _ := l.Allow("a", guilty); ok {
		t.Error("not counted any more")
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	h := newHand()
	l := guard.NewLimiter(map[string]guard.Rate{"n": {Most: 1, Over: time.Hour, Net: true}}, h.now)
	for _, c := range []struct {
		addr string
		ok   bool
	}{
		{"203.0.113.1", true}, {"203.0.113.254", false}, {"203.0.114.1", true},
		{"2001:db8:1::1", true}, {"2001:db8:1:ffff::1", false}, {"2001:db8:2::1", true},
	} {
		if ok, _ := l.Allow("n", netip.MustParseAddr(c.addr)); ok != c.ok {
			t.Errorf("%s: %v", c.addr, ok)
		}
	}
}

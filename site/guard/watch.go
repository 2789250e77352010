package guard

import (
	"context"
	"maps"
	"math"
	"net/netip"
	"time"

	"github.com/valyala/fasthttp"
)

// The classes that Watch counts by itself.
const (
	classCode     = "code"     // wrong receipt codes, by network
	classNetwork  = "network"  // submissions, by network
	classUnproved = "unproved" // submissions without the proof that was asked for
	classFile     = "file"     // files, by network
)

// How who guesses receipt codes is slowed down.
const (
	firstPause = 250 * time.Millisecond
	maxPause   = 2 * time.Second
	refuseFrom = 10  // wrong ones beyond those that are free
	maxPaused  = 256 // requests kept waiting at once; more are not, they would take memory
)

// Watch (门卫) knows who sends how much, and how busy the site is. A nil Watch
// lets everything pass. Refusing is its last means: it counts, asks for work,
// and lets others judge.
type Watch struct {
	proxies Proxies
	limiter *Limiter
	proofs  *Proofs
	paused  chan struct{}
	pause   func(context.Context, time.Duration) error
}

// NewWatch makes a watch. Rates are those of the site's classes; key seals the
// stamps of forms; pause keeps a guesser waiting, nil means by the clock.
func NewWatch(proxies Proxies, rates map[string]Rate, key []byte, now func() time.Time, pause func(context.Context, time.Duration) error) *Watch {
	all := map[string]Rate{
		classCode:     {Most: 10, Over: 15 * time.Minute, Net: true},
		classNetwork:  {Most: 120, Over: 10 * time.Minute, Net: true},
		classUnproved: {Most: 5, Over: 10 * time.Minute},
		classFile:     {Most: 60, Over: time.Hour, Net: true},
	}
	maps.Copy(all, signInRates())
	maps.Copy(all, rates)
	if pause == nil {
		pause = sleep
	}
	return &Watch{
		proxies: proxies, limiter: NewLimiter(all, now), proofs: NewProofs(key, now),
		paused: make(chan struct{}, maxPaused), pause: pause,
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Allow counts one request of a class and reports whether it may go on; if
// not, wait says when the next may.
func (w *Watch) Allow(ctx *fasthttp.RequestCtx, class string) (ok bool, wait time.Duration) {
	if w == nil {
		return true, 0
	}
	return w.limiter.Allow(class, w.proxies.Client(ctx))
}

// File counts one file that somebody sends and reports whether it may be kept;
// if not, wait says when the next may.
func (w *Watch) File(ctx *fasthttp.RequestCtx) (ok bool, wait time.Duration) {
	return w.Allow(ctx, classFile)
}

// Stamp is what a form with that idempotency key carries, and how many bits of
// work it asks for. Old is the stamp that it carried before: it stays as long as
// it is good, so that mending a fault costs nobody the work done for it.
func (w *Watch) Stamp(key, old string) (stamp string, bits int) {
	if w == nil {
		return "", 0
	}
	if bits, ok := w.proofs.Good(key, old); ok {
		return old, bits
	}
	return w.proofs.Stamp(key)
}

// Sent is what came with a text.
type Sent struct{ Key, Stamp, Proof, Text string }

// Arrival is what is known of how a text came.
type Arrival struct {
	Effort
	Crowded bool // its network sent more than networks do
}

// Arrive looks at a submission and counts it. It refuses nothing.
func (w *Watch) Arrive(ctx *fasthttp.RequestCtx, s Sent) Arrival {
	if w == nil {
		return Arrival{}
	}
	addr := w.proxies.Client(ctx)
	a := Arrival{Effort: w.proofs.Check(s.Key, s.Stamp, s.Proof, s.Text)}
	a.Crowded = w.over(classNetwork, addr)
	if a.Asked && !a.Proved {
		a.Crowded = w.over(classUnproved, addr) || a.Crowded
	}
	return a
}

func (w *Watch) over(class string, addr netip.Addr) bool {
	ok, _ := w.limiter.Allow(class, addr)
	return !ok
}

// Hold keeps a try of a receipt code waiting before it is looked up, where its
// network tried many wrong ones: 250 ms at first, twice as long each time, up
// to 2 s. Right ones wait as long, so that waiting tells nothing.
func (w *Watch) Hold(ctx context.Context, req *fasthttp.RequestCtx) error {
	if w == nil {
		return nil
	}
	owed, _ := w.limiter.Owed(classCode, w.proxies.Client(req))
	if owed < 1 {
		return nil
	}
	return w.wait(ctx, min(firstPause<<min(owed-1, 10), maxPause))
}

// Wrong counts a wrong receipt code. After many, refused says that the answer
// is that they are too many, and wait when there are less. A right code is
// never refused: the code itself is not locked, nor the network of its owner.
func (w *Watch) Wrong(req *fasthttp.RequestCtx) (refused bool, wait time.Duration) {
	if w == nil {
		return false, 0
	}
	addr := w.proxies.Client(req)
	if w.limiter.Owe(classCode, addr) < refuseFrom {
		return false, 0
	}
	_, wait = w.limiter.Owed(classCode, addr)
	return true, time.Duration(math.Ceil(wait.Seconds())) * time.Second
}

package guard

import (
	"context"
	"net/netip"
	"time"

	"github.com/valyala/fasthttp"
)

// The classes by which tries to sign in are counted; only failed ones stay counted.
const (
	classPair   = "sign-in here"     // one name from one address
	className   = "sign-in name"     // one name from anywhere, by browsers that it was never used in
	classHere   = "sign-in address"  // any name from one address, likewise
	classSpray  = "sign-in anywhere" // any name from anywhere, likewise
	classDevice = "sign-in device"   // one name in a browser that it was used in
)

// signInRates are how many wrong passwords are taken. An office of thirty behind
// one address, each of whom mistypes three times in the morning, stays below
// them; one who guesses gets at most 30 tries an hour at a name, and the
// passwords that are tried first are refused when they are chosen.
func signInRates() map[string]Rate {
	return map[string]Rate{
		classPair:   {Most: 10, Over: 15 * time.Minute},
		classDevice: {Most: 10, Over: 15 * time.Minute},
		className:   {Most: 30, Over: time.Hour},
		classHere:   {Most: 120, Over: 15 * time.Minute},
		classSpray:  {Most: 300, Over: 15 * time.Minute},
	}
}

// sprayed is how long strangers wait while names are tried from everywhere.
const sprayed = 2 * time.Second

// Attempt is one try to sign in by a password.
type Attempt struct {
	watch  *Watch
	addr   netip.Addr
	counts []counting
	spray  bool
}

// counting is one bucket that a try was counted in.
type counting struct{ class, key string }

// SignIn counts a try for a name, before it is known whether the password is
// right. Known is whether this browser signed in by that name before: those who
// work here are not shut out by strangers who try their names. Refused: there
// were too many wrong ones; then the answer must be as to a wrong password.
func (w *Watch) SignIn(ctx context.Context, req *fasthttp.RequestCtx, name, known string) (a *Attempt, refused bool, err error) {
	a = &Attempt{watch: w}
	if w == nil {
		return a, false, nil
	}
	a.addr = w.proxies.Client(req)
	here := counted(a.addr, false).String()
	asked := []counting{{classDevice, name + "\x00" + known}}
	if known == "" {
		asked = []counting{{classPair, name + "\x00" + here}, {className, name}, {classHere, here}}
	}
	for _, c := range asked {
		if !w.limiter.allowKey(c.class, c.key) {
			a.Right()
			return a, true, nil
		}
		a.counts = append(a.counts, c)
	}
	if known == "" {
		if a.spray = w.limiter.allowKey(classSpray, ""); !a.spray {
			return a, false, w.wait(ctx, sprayed)
		}
	}
	return a, false, nil
}

// Right says that the password was right: the try counts nowhere any more.
func (a *Attempt) Right() {
	if a.watch == nil {
		return
	}
	for _, c := range a.counts {
		a.watch.limiter.giveBack(c.class, c.key)
	}
	if a.spray {
		a.watch.limiter.giveBack(classSpray, "")
	}
	a.counts, a.spray = nil, false
}

// wait keeps somebody waiting, if there is room to.
func (w *Watch) wait(ctx context.Context, d time.Duration) error {
	select {
	case w.paused <- struct{}{}:
		defer func() { <-w.paused }()
	default:
		return nil
	}
	return w.pause(ctx, d)
}

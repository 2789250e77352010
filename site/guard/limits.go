package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"sync"
	"time"
)

// Rate allows a burst of Most requests and gives them back over Over.
type Rate struct {
	Most int
	Over time.Duration
	Net  bool // counted by network, not by address
}

// Bounds of a Limiter's memory, and of the work to keep it.
const (
	maxAddresses = 100_000
	crowds       = 1 << 16 // shared buckets for newcomers when there is no room
	crowdRate    = 10      // each takes so many times what one address may
	sweepEvery   = 10 * time.Second
)

// saltLife is how long a salt is used: after it nothing that was counted can
// be joined to what comes.
const saltLife = 24 * time.Hour

// deepest is how far below nothing a bucket goes, in bursts.
const deepest = 2

// Limiter counts requests by class and address, or network. It keeps digests
// of addresses under a salt that never leaves memory and is forgotten with them.
//
// A flood of addresses must neither fill the memory, nor make the guilty be
// forgotten, nor bar the honest. So, when maxAddresses buckets are held, those
// that are full again go first: they say nothing that an absent one does not.
// If all of them still say something, none goes. Newcomers then share a fixed
// number of wide buckets, four to a network: an honest one is refused only beside
// neighbours who sent forty times what one address may in the same while.
type Limiter struct {
	rates map[string]Rate
	now   func() time.Time

	mu      sync.Mutex
	salt    []byte
	salted  time.Time
	swept   time.Time
	buckets map[[16]byte]bucket
	crowd   []bucket
}

// bucket holds what is left, when that was true, and when all is given back.
type bucket struct {
	left     float64
	at, full time.Time
}

// NewLimiter makes a limiter of classes.
func NewLimiter(rates map[string]Rate, now func() time.Time) *Limiter {
	return &Limiter{rates: rates, now: now}
}

// Allow counts one request of an address and reports whether it may go on; if
// not, it is not counted and wait says when the next may.
func (l *Limiter) Allow(class string, addr netip.Addr) (ok bool, wait time.Duration) {
	ok = true
	l.change(class, addr, func(b *bucket, r Rate) {
		if b.left < 1 {
			ok, wait = false, time.Duration((1-b.left)*float64(r.token()))
			return
		}
		b.left--
	})
	return ok, wait
}

// Owe counts one request also when nothing is left, and answers how many are
// owed then.
func (l *Limiter) Owe(class string, addr netip.Addr) (owed int) {
	l.change(class, addr, func(b *bucket, r Rate) {
		b.left = max(b.left-1, -deepest*float64(r.Most))
		owed = int(max(-b.left, 0))
	})
	return owed
}

// Owed answers how many requests are owed, and when the next would be free.
func (l *Limiter) Owed(class string, addr netip.Addr) (owed int, wait time.Duration) {
	l.change(class, addr, func(b *bucket, r Rate) {
		owed, wait = int(max(-b.left, 0)), time.Duration(max(1-b.left, 0)*float64(r.token()))
	})
	return owed, wait
}

// token is the time in which one request is given back.
func (r Rate) token() time.Duration { return r.Over / time.Duration(r.Most) }

// allowKey is Allow for what is counted by something else than an address.
func (l *Limiter) allowKey(class, key string) (ok bool) {
	l.with(class, []byte(key), []byte(key), func(b *bucket, _ Rate) {
		if ok = b.left >= 1; ok {
			b.left--
		}
	})
	return ok
}

// giveBack takes one that was allowed back.
func (l *Limiter) giveBack(class, key string) {
	l.with(class, []byte(key), []byte(key), func(b *bucket, r Rate) { b.left = min(b.left+1, float64(r.Most)) })
}

// change brings the bucket of an address up to now and lets do change it.
func (l *Limiter) change(class string, addr netip.Addr, do func(*bucket, Rate)) {
	l.with(class, counted(addr, l.rates[class].Net).AsSlice(), counted(addr, true).AsSlice(), do)
}

// with is change for the bucket of own; wide is what it shares a bucket with when
// there is no room for one of its own.
func (l *Limiter) with(class string, own, wide []byte, do func(*bucket, Rate)) {
	rate, known := l.rates[class]
	if !known {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.salt == nil || now.Sub(l.salted) > saltLife {
		l.renew(now)
	}
	key := l.key(class, own)
	b, seen := l.buckets[key]
	if !seen && !l.room(now) {
		rate.Most *= crowdRate
		do(l.shared(l.key(class, wide), rate, now), rate)
		return
	}
	b.refill(rate, now)
	do(&b, rate)
	b.full = now.Add(time.Duration((float64(rate.Most) - b.left) * float64(rate.token())))
	l.buckets[key] = b
}

// shared is where a network without a bucket of its own is counted: the
// emptiest of four, so that it meets no flood by chance in all of them.
func (l *Limiter) shared(key [16]byte, rate Rate, now time.Time) (best *bucket) {
	if l.crowd == nil {
		l.crowd = make([]bucket, crowds)
	}
	for i := 0; i < len(key); i += 4 {
		b := &l.crowd[binary.BigEndian.Uint32(key[i:])%crowds]
		b.refill(rate, now)
		if best == nil || b.left > best.left {
			best = b
		}
	}
	return best
}

// refill gives back what is due; a clock that goes back gives nothing.
func (b *bucket) refill(rate Rate, now time.Time) {
	if b.at.IsZero() {
		b.left = float64(rate.Most)
	} else {
		b.left = min(float64(rate.Most), b.left+float64(now.Sub(b.at))/float64(rate.token()))
	}
	b.at = now
}

// room reports whether another bucket may be made, and makes room where it can.
func (l *Limiter) room(now time.Time) bool {
	if len(l.buckets) < maxAddresses {
		return true
	}
	if now.Sub(l.swept) < sweepEvery {
		return false
	}
	l.swept = now
	for key, b := range l.buckets {
		if !b.full.After(now) {
			delete(l.buckets, key)
		}
	}
	return len(l.buckets) < maxAddresses
}

func (l *Limiter) renew(now time.Time) {
	l.salt = make([]byte, 32)
	_, _ = rand.Read(l.salt) // never fails (crypto/rand)
	l.salted = now
	l.buckets = make(map[[16]byte]bucket)
	l.crowd = nil
}

// key is the digest of class and what is counted.
func (l *Limiter) key(class string, what []byte) [16]byte {
	h := hmac.New(sha256.New, l.salt)
	h.Write([]byte(class + "\x00"))
	h.Write(what)
	return [16]byte(h.Sum(nil))
}

// counted is what an address is counted as: of IPv6 only the part that one
// household or office holds, as a network what a provider gives to one site or
// street (/24, and /48 after RFC 6177).
func counted(addr netip.Addr, net bool) netip.Addr {
	bits := addr.BitLen()
	switch {
	case addr.Is6() && net:
		bits = 48
	case addr.Is6():
		bits = 64
	case net:
		bits = 24
	}
	if p, err := addr.Prefix(bits); err == nil {
		return p.Addr()
	}
	return addr
}

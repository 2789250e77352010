package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"
)

// Rate allows a burst of Most requests and gives them back over Over.
type Rate struct {
	Most int
	Over time.Duration
}

// maxAddresses bounds the memory of a Limiter.
const maxAddresses = 100_000

// saltLife is how long a salt is used: after it nothing that was counted can
// be joined to what comes.
const saltLife = 24 * time.Hour

// Limiter counts requests by class and address. It keeps digests of addresses
// under a salt that never leaves memory and is forgotten with them.
type Limiter struct {
	rates map[string]Rate
	now   func() time.Time

	mu      sync.Mutex
	salt    []byte
	salted  time.Time
	buckets map[[16]byte]bucket
}

// bucket holds what is left, and when that was true.
type bucket struct {
	left float64
	at   time.Time
}

// NewLimiter makes a limiter of classes.
func NewLimiter(rates map[string]Rate, now func() time.Time) *Limiter {
	return &Limiter{rates: rates, now: now}
}

// Allow counts one request of an address and reports whether it may go on; if
// not, wait says when the next may.
func (l *Limiter) Allow(class string, addr netip.Addr) (ok bool, wait time.Duration) {
	rate, known := l.rates[class]
	if !known {
		return true, 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.salt == nil || now.Sub(l.salted) > saltLife || len(l.buckets) >= maxAddresses {
		l.renew(now)
	}
	key := l.key(class, addr)
	b, seen := l.buckets[key]
	if !seen {
		b = bucket{left: float64(rate.Most), at: now}
	}
	perToken := rate.Over / time.Duration(rate.Most)
	b.left = min(float64(rate.Most), b.left+float64(now.Sub(b.at))/float64(perToken))
	b.at = now
	if b.left < 1 {
		l.buckets[key] = b
		return false, time.Duration((1 - b.left) * float64(perToken))
	}
	b.left--
	l.buckets[key] = b
	return true, 0
}

func (l *Limiter) renew(now time.Time) {
	l.salt = make([]byte, 32)
	_, _ = rand.Read(l.salt) // never fails (crypto/rand)
	l.salted = now
	l.buckets = make(map[[16]byte]bucket)
}

// key is the digest of class and network.
func (l *Limiter) key(class string, addr netip.Addr) [16]byte {
	h := hmac.New(sha256.New, l.salt)
	h.Write([]byte(class + "\x00"))
	h.Write(network(addr).Addr().AsSlice())
	return [16]byte(h.Sum(nil))
}

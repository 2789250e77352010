package guard

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of the work that is asked for. Half a million hashes take an old phone
// some seconds, while its owner is still writing.
const (
	quiet    = 30 // submissions a minute, over the whole site, up to which none is asked for
	easiest  = 14 // leading zero bits: 16,000 hashes
	hardest  = 19 // 500,000 hashes
	slack    = 2  // bits that a form may lack when it got busier since it was opened
	stampFor = 2 * time.Hour
	maxSpent = 50_000 // used stamps in each of two generations
	retries  = 3      // texts that one form may bring: somebody goes back and corrects
)

// Proofs asks browsers for work before they send a form, and tells how long a
// form was open. It keeps nothing of a challenge: time and difficulty travel in
// the form as a stamp, sealed and bound to the form's idempotency key. Several
// copies of a site that share the key take each other's stamps; how busy it is
// each of them sees for itself.
type Proofs struct {
	key []byte
	now func() time.Time

	mu         sync.Mutex
	pulse      pulse
	spent, old map[[16]byte]use // by stamp
	turned     time.Time
}

// use is what a stamp was used for.
type use struct {
	first, last [16]byte // texts
	texts       int
}

// NewProofs makes one that seals with a key.
func NewProofs(key []byte, now func() time.Time) *Proofs {
	return &Proofs{key: key, now: now, spent: make(map[[16]byte]use)}
}

// Bits is how many leading zero bits a form that is opened now is asked for: 0
// while it is quiet, one more each time that twice as many come.
func (p *Proofs) Bits() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bits()
}

func (p *Proofs) bits() int {
	rate := p.pulse.rate(p.now())
	if rate < quiet {
		return 0
	}
	return min(easiest+int(math.Log2(rate/quiet)), hardest)
}

// Stamp is what a form with that idempotency key carries, and the bits that it
// asks for.
func (p *Proofs) Stamp(key string) (stamp string, bits int) {
	bits = p.Bits()
	return p.seal(key, p.now().Unix(), bits), bits
}

// Good answers what a stamp asks for; false for one that is not ours, not of
// this key, or older than a form may be.
func (p *Proofs) Good(key, stamp string) (bits int, ok bool) {
	at, bits, ours := p.open(key, stamp)
	return bits, ours && p.young(at)
}

// open answers when a stamp of that key was made and what it asks for.
func (p *Proofs) open(key, stamp string) (at time.Time, bits int, ours bool) {
	part := strings.Split(stamp, ".")
	if len(stamp) > 100 || len(part) != 3 {
		return at, 0, false
	}
	unix, err1 := strconv.ParseInt(part[0], 10, 64)
	bits, err2 := strconv.Atoi(part[1])
	ours = err1 == nil && err2 == nil && hmac.Equal([]byte(p.seal(key, unix, bits)), []byte(stamp))
	return time.Unix(unix, 0), bits, ours
}

func (p *Proofs) young(at time.Time) bool {
	age := p.now().Sub(at)
	return age > -time.Minute && age <= stampFor // copies' clocks differ a little
}

func (p *Proofs) seal(key string, unix int64, bits int) string {
	head := strconv.FormatInt(unix, 10) + "." + strconv.Itoa(bits)
	h := hmac.New(sha256.New, p.key)
	h.Write([]byte(head + "\n" + key))
	return head + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// Effort is what a form's stamp and proof tell.
type Effort struct {
	Ours   bool          // the stamp is one of ours, of whatever age
	Dated  bool          // and young enough to be good
	Open   time.Duration // since then the form was open
	Asked  bool          // it is so busy that work is asked for
	Proved bool          // and was done, for this text
	Reused bool          // the same form brought several other texts before
	Stale  bool          // a proof came that is not good any more: a browser could try again
}

// Check looks at what came with a text, and counts it as one submission of the
// site. A proof is good for the first text under its stamp: for another it counts
// for nothing, for the same text again it stays good, because that is one
// submission sent twice.
func (p *Proofs) Check(key, stamp, proof, text string) Effort {
	at, bits, ours := p.open(key, stamp)
	ok := ours && p.young(at)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.pulse.beat(now)
	want := p.bits()
	e := Effort{Ours: ours, Dated: ok, Asked: want > 0}
	if ok {
		e.Open = max(now.Sub(at), 0)
	}
	if ok {
		used := p.used(stamp, text, now)
		e.Reused = used.texts > retries
		e.Proved = used.first == sum(text) && bits >= max(easiest, want-slack) && worked(stamp, proof, bits)
	}
	e.Stale = e.Asked && proof != "" && !e.Proved
	return e
}

// used notes a text under its stamp, and answers what the stamp was used for.
// Who makes more stamps than are remembered has opened a form for each of them.
func (p *Proofs) used(stamp, text string, now time.Time) use {
	if len(p.spent) >= maxSpent || now.Sub(p.turned) > stampFor {
		p.old, p.spent, p.turned = p.spent, make(map[[16]byte]use), now
	}
	s, t := sum(stamp), sum(text)
	u, ok := p.spent[s]
	if !ok {
		u = p.old[s]
	}
	switch {
	case u.texts == 0:
		u = use{first: t, last: t, texts: 1}
	case u.last != t:
		u.last = t
		u.texts++
	}
	p.spent[s] = u
	return u
}

func sum(s string) [16]byte {
	h := sha256.Sum256([]byte(s))
	return [16]byte(h[:16])
}

// worked reports whether SHA-256 of the stamp's own digest, in hexadecimal, and
// the proof begins with so many zero bits. The digest fills one block of the
// hash exactly, so that a browser hashes one block a try.
func worked(stamp, proof string, bits int) bool {
	if proof == "" || len(proof) > 20 {
		return false
	}
	return zeros(sha256.Sum256([]byte(challenge(stamp)+proof))) >= bits
}

func challenge(stamp string) string {
	h := sha256.Sum256([]byte(stamp))
	return hex.EncodeToString(h[:])
}

func zeros(h [sha256.Size]byte) int {
	n := 0
	for _, b := range h {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}

// Solve does the work that a browser does; empty when ctx ended first.
func Solve(ctx context.Context, stamp string, bits int) string {
	head := challenge(stamp)
	for n := 0; n&0xfff != 0 || ctx.Err() == nil; n++ {
		proof := strconv.Itoa(n)
		if zeros(sha256.Sum256([]byte(head+proof))) >= bits {
			return proof
		}
	}
	return ""
}

// pulse is a rate that forgets: what came a minute ago weighs about a third.
type pulse struct {
	weight float64
	at     time.Time
}

func (p *pulse) beat(now time.Time) {
	p.weight, p.at = p.rate(now)+1, now // also when the clock went back
}

// rate is how many came a minute.
func (p *pulse) rate(now time.Time) float64 {
	return p.weight * math.Exp(-max(now.Sub(p.at), 0).Minutes())
}

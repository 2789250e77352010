package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"rectify/feedback"
)

// Address is a mailbox of ours that makes an address of its own for each
// submission, by which an answer is known:
//
//	yijian+r-2026000123-4q8m…@example.gov.cn   answers to our letters
//	yijian+b-2026000123-17-9xk…@example.gov.cn return path of one letter
//	<2026000123.17.c07…@example.gov.cn>        Message-ID of one letter
//	yijian+s-ab3x…@example.gov.cn              return path of letters to a subscriber
//
// The last piece is a MAC of 100 bits over the submission's random ID, the
// purpose and the letter. The number is there to find the submission and proves
// nothing. Letters are read without regard to case, o as 0, i and l as 1.
type Address struct {
	local, domain string
	key           []byte
}

const (
	maxLocal = 20 // leaves room for the longest token within RFC 5321's 64 bytes
	macChars = 20 // of base32: 100 bits
	minKey   = 16
	// MaxLetter is the highest number of a letter within one submission.
	MaxLetter = 99999
)

// ErrAddress means that an address cannot carry tokens, or that its key is too short.
var ErrAddress = errors.New("not usable for reply addresses")

// NewAddress takes the mailbox's plain address and a secret key of at least 16
// bytes, the same in every copy of the site.
func NewAddress(plain Addr, key []byte) (Address, error) {
	local, domain, ok := strings.Cut(string(plain), "@")
	if !ok || len(local) > maxLocal || strings.ContainsRune(local, '+') || len(key) < minKey {
		return Address{}, fmt.Errorf("%w: local part of at most %d bytes without +, key of at least %d", ErrAddress, maxLocal, minKey)
	}
	return Address{local: local, domain: domain, key: append([]byte(nil), key...)}, nil
}

// Plain is the mailbox itself.
func (a Address) Plain() Addr { return Addr(a.local + "@" + a.domain) }

// Purpose is what a token is for; a token of one purpose is none of another.
type Purpose string

// The purposes.
const (
	ForReply  Purpose = "r" // the address that an answer is sent to
	ForReturn Purpose = "b" // the return path of one letter: only bounces go there
	ForID     Purpose = "m" // the Message-ID of one letter
	ForNews   Purpose = "s" // the return path of letters to a subscriber
)

// Claim is a token that was found and still has to be proved with Holds. For a
// ForID claim the caller must also compare the sender: Message-IDs are seen by
// everybody who is sent a copy, reply addresses are meant to be used.
type Claim struct {
	Number  feedback.Number
	Purpose Purpose
	Letter  int    // 0 for ForReply
	Whom    string // the subscriber of ForNews, which has nothing else
	mac     string
}

// Reply is the address to which answers about a submission go.
func (a Address) Reply(n feedback.Number, id string) Addr {
	return a.with(fmt.Sprintf("r-%s-%s", digits(n), a.mac(ForReply, n, 0, id)))
}

// Return is the return path (MAIL FROM) of one letter about a submission.
func (a Address) Return(n feedback.Number, id string, letter int) Addr {
	return a.with(fmt.Sprintf("b-%s-%d-%s", digits(n), letter, a.mac(ForReturn, n, letter, id)))
}

// MessageID is the id of one letter, without brackets. The same letter has the
// same id however often it is sent.
func (a Address) MessageID(n feedback.Number, id string, letter int) string {
	return fmt.Sprintf("%s.%d.%s@%s", digits(n), letter, a.mac(ForID, n, letter, id), a.domain)
}

// News is the return path of letters to a subscriber. Its name is a keyed digest
// that stands nowhere else, and so is the proof itself.
func (a Address) News(whom string) Addr { return a.with("s-" + whom) }

var subscriber = regexp.MustCompile(`^s-([a-z2-7]{24})$`) // as outbox.Digest makes them

// Holds reports whether the claim was made by us for the submission with that
// random ID. It takes the same time for every wrong MAC.
func (a Address) Holds(c Claim, id string) bool {
	want := a.mac(c.Purpose, c.Number, c.Letter, id)
	return id != "" && subtle.ConstantTimeCompare([]byte(want), []byte(c.mac)) == 1
}

// ReadAddress finds a token in a recipient's address.
func (a Address) ReadAddress(s string) (Claim, bool) {
	addr, ok := ParseAddr(s)
	if !ok {
		return Claim{}, false
	}
	local, domain, _ := strings.Cut(string(addr), "@")
	base, token, ok := strings.Cut(local, "+")
	if !ok || !strings.EqualFold(base, a.local) || !strings.EqualFold(domain, a.domain) {
		return Claim{}, false
	}
	if s := subscriber.FindStringSubmatch(strings.ToLower(token)); s != nil {
		return Claim{Purpose: ForNews, Whom: s[1]}, true
	}
	part := strings.Split(alike(token), "-")
	switch {
	case len(part) == 3 && part[0] == string(ForReply):
		return claim(ForReply, part[1], "0", part[2])
	case len(part) == 4 && part[0] == string(ForReturn):
		return claim(ForReturn, part[1], part[2], part[3])
	}
	return Claim{}, false
}

// ReadID finds a token in a Message-ID, brackets or not.
func (a Address) ReadID(id string) (Claim, bool) {
	left, domain, ok := strings.Cut(strings.Trim(id, "<> "), "@")
	part := strings.Split(alike(left[:min(len(left), 100)]), ".")
	if !ok || len(part) != 3 || !strings.EqualFold(domain, a.domain) {
		return Claim{}, false
	}
	return claim(ForID, part[0], part[1], part[2])
}

func claim(p Purpose, number, letter, mac string) (Claim, bool) {
	n, okNumber := numberOf(number)
	l, err := strconv.Atoi(letter)
	if !okNumber || err != nil || l < 0 || l > MaxLetter || len(mac) != macChars {
		return Claim{}, false
	}
	return Claim{Number: n, Purpose: p, Letter: l, mac: mac}, true
}

func (a Address) with(token string) Addr { return Addr(a.local + "+" + token + "@" + a.domain) }

// alphabet is Crockford's base 32: digits, and letters that no digit looks like.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

func (a Address) mac(p Purpose, n feedback.Number, letter int, id string) string {
	h := hmac.New(sha256.New, a.key)
	fmt.Fprintf(h, "rectify mail token 1\n%s\n%s\n%d\n%d\n%s", p, n, letter, len(id), id)
	return base32.NewEncoding(alphabet).EncodeToString(h.Sum(nil)[:25])[:macChars]
}

// alike reads what people and programs make of a token.
func alike(s string) string {
	return strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(s))
}

// digits is a number without its dash: 2026000123.
func digits(n feedback.Number) string { return strings.ReplaceAll(string(n), "-", "") }

func numberOf(s string) (feedback.Number, bool) {
	if len(s) < 5 {
		return "", false
	}
	return feedback.ParseNumber(s[:4] + "-" + s[4:])
}

// Receives reports whether mail for s comes to this mailbox: its plain address
// or any with something after a plus sign.
func (a Address) Receives(s string) bool {
	addr, ok := ParseAddr(s)
	if !ok {
		return false
	}
	local, domain, _ := strings.Cut(string(addr), "@")
	base, _, _ := strings.Cut(local, "+")
	return strings.EqualFold(base, a.local) && strings.EqualFold(domain, a.domain)
}

package feedback

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"rectify/feedback/calendar"
)

// Number (编号) is the public serial of a submission: the Beijing year of its
// receipt and six or more digits, 2026-000123. It is never a secret.
type Number string

// MakeNumber is the n-th number of a year, n from 1.
func MakeNumber(year int, n int64) Number { return Number(fmt.Sprintf("%04d-%06d", year, n)) }

// NumberYear is the year in whose series something received at t is numbered.
func NumberYear(t time.Time) int { return t.In(calendar.Beijing()).Year() }

// ParseNumber reads a number as people write it: full-width digits and
// surrounding space are allowed.
func ParseNumber(s string) (Number, bool) {
	s = strings.TrimSpace(width.Narrow.String(s))
	year, serial, ok := strings.Cut(s, "-")
	if !ok || len(year) != 4 || len(serial) < 6 || len(serial) > 9 || !digits(year) || !digits(serial) {
		return "", false
	}
	n, err := strconv.ParseInt(serial, 10, 64)
	if err != nil || n == 0 || (len(serial) > 6 && serial[0] == '0') {
		return "", false
	}
	return Number(s), true
}

// Code (查询码) is the secret that lets its holder follow a submission: 20
// digits, the last a check digit (ISO 7064 MOD 11,10), so that it can be
// dictated by phone and typed on a keypad.
type Code string

// codeDigits is the length of a Code without its check digit.
const codeDigits = 19

// NewCode draws a code from r, which must be a cryptographic source. It fails
// when r fails and never falls back to anything weaker.
func NewCode(r io.Reader) (Code, error) {
	n, err := rand.Int(r, new(big.Int).Exp(big.NewInt(10), big.NewInt(codeDigits), nil))
	if err != nil {
		return "", fmt.Errorf("draw receipt code: %w", err)
	}
	body := fmt.Sprintf("%0*d", codeDigits, n)
	return Code(body + string(checkDigit(body))), nil
}

// ParseCode reads a code as people type it: spaces, hyphens and full-width
// digits are allowed. It reports false when the length or check digit is wrong.
func ParseCode(s string) (Code, bool) {
	if len(s) > 200 {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || hiddenRune(r) {
			return -1
		}
		return r
	}, width.Narrow.String(s))
	if len(s) != codeDigits+1 || !digits(s) || s[codeDigits] != checkDigit(s[:codeDigits]) {
		return "", false
	}
	return Code(s), true
}

// TypedCode is what somebody typed as a code, to be shown to them again: its
// digits in groups, no more than a few beyond those that a code has.
func TypedCode(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range width.Narrow.String(s[:min(len(s), 200)]) {
		if r < '0' || r > '9' || n >= codeDigits+4 {
			continue
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// Groups is the code in five groups of four, for the eye and the voice.
func (c Code) Groups() []string {
	var groups []string
	for i := 0; i+4 <= len(c); i += 4 {
		groups = append(groups, string(c[i:i+4]))
	}
	return groups
}

// MAC is the only form in which a code is kept: an HMAC-SHA-256 under a key
// that is not in the store.
func (c Code) MAC(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("rectify receipt code\n"))
	h.Write([]byte(c))
	return h.Sum(nil)
}

// checkDigit is the ISO 7064 MOD 11,10 check digit of a run of digits.
func checkDigit(body string) byte {
	p := 10
	for i := range len(body) {
		s := (p + int(body[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

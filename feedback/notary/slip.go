package notary

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// A slip is the part of a receipt that no log can give back, as letters and
// digits that can be printed, scanned or typed: number, time, digest of the
// text, blind, and the leaf's index. The proof is fetched from the log again.

// slipAlphabet leaves out I, L, O and U, which are misread (Crockford's base 32).
const slipAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func slipCode() *base32.Encoding {
	return base32.NewEncoding(slipAlphabet).WithPadding(base32.NoPadding)
}

const (
	slipVersion = 1
	slipSum     = 4 // bytes of the check at its end
	slipSize    = 1 + 8 + 8 + 32 + feedback.BlindSize + 8 + slipSum
)

// Slip is the receipt as one run of letters and digits.
func (r Receipt) Slip() (string, error) {
	at, err := time.Parse(received, r.Received)
	if err != nil {
		return "", fmt.Errorf("%w: time %.40q", ErrReceipt, r.Received)
	}
	serial, ok := cursor.Serial(r.Number)
	text, err1 := hex.DecodeString(r.TextSHA256)
	blind, err2 := hex.DecodeString(r.Blind)
	if !ok || err1 != nil || err2 != nil || len(text) != 32 || len(blind) != feedback.BlindSize {
		return "", ErrReceipt
	}
	b := []byte{slipVersion}
	b = binary.BigEndian.AppendUint64(b, uint64(serial)) //nolint:gosec // never negative
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
	b = append(append(b, text...), blind...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Index)) //nolint:gosec // never negative
	sum := sha256.Sum256(b)
	return slipCode().EncodeToString(append(b, sum[:slipSum]...)), nil
}

// ParseSlip reads a slip as people type it: spaces, hyphens, small letters, and
// O, I, L for what they look like.
func ParseSlip(s string) (Receipt, error) {
	if len(s) > 1000 {
		return Receipt{}, fmt.Errorf("%w: %d characters", ErrReceipt, len(s))
	}
	s = strings.NewReplacer(" ", "", "-", "", "\n", "", "\r", "", "\t", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	b, err := slipCode().DecodeString(s)
	if err != nil || len(b) != slipSize || b[0] != slipVersion {
		return Receipt{}, fmt.Errorf("%w: not a printed receipt of %d letters and digits", ErrReceipt, slipCode().EncodedLen(slipSize))
	}
	sum := sha256.Sum256(b[:slipSize-slipSum])
	if string(sum[:slipSum]) != string(b[slipSize-slipSum:]) {
		return Receipt{}, fmt.Errorf("%w: a character was misread", ErrReceipt)
	}
	serial, at, index := binary.BigEndian.Uint64(b[1:]), binary.BigEndian.Uint64(b[9:]), binary.BigEndian.Uint64(b[slipSize-slipSum-8:])
	const perYear = cursor.MaxSerial + 1
	if serial >= 10_000*perYear || at >= 1<<48 || index >= 1<<48 {
		return Receipt{}, ErrReceipt
	}
	return Receipt{
		Kind: receiptKind, Number: cursor.Number(int64(serial)), Received: time.UnixMilli(int64(at)).UTC().Format(received),
		TextSHA256: hex.EncodeToString(b[17:49]), Blind: hex.EncodeToString(b[49 : 49+feedback.BlindSize]), Index: int64(index),
	}, nil
}

// Groups cuts a slip into groups of five for the eye.
func Groups(slip string) []string {
	var groups []string
	for len(slip) > 5 {
		groups, slip = append(groups, slip[:5]), slip[5:]
	}
	return append(groups, slip)
}

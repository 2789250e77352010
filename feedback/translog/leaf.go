package translog

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// Entry is one line of the log. Leaf is public. Ref is the site's own name for
// what the line is about; it makes appending the same thing twice one entry and
// is never served.
type Entry struct {
	Index int64  `json:"index"`
	Ref   string `json:"ref"`
	At    int64  `json:"at,omitempty"` // Unix milliseconds of the change that the line tells, 0 where it tells of none; never served
	Leaf  string `json:"leaf"`
}

// Hash is the leaf's place in the tree.
func (e Entry) Hash() tlog.Hash { return tlog.RecordHash([]byte(e.Leaf)) }

// Kind says what a leaf is about.
type Kind string

// The kinds of leaves.
const (
	KindNotice  Kind = "notice"  // a version of a notice: slug, number of the version, SHA-256 of its source
	KindRecord  Kind = "record"  // what is said of that version: slug, number, SHA-256 of when, by whom and why
	KindOpinion Kind = "opinion" // what the public sees of a submission: its number, SHA-256 of the statement
	KindReply   Kind = "reply"   // a published reply: number, which reply from 1, SHA-256 of the statement
	KindGone    Kind = "gone"    // a published submission was taken off: number, reason
	KindReceipt Kind = "receipt" // a submission was received: its blinded commitment and nothing else
	KindAudit   Kind = "audit"   // the site's own audit chain has come to a new end: the digest of that and nothing else
)

// Leaf is a leaf in its parts. Which of them are set follows from Kind.
type Leaf struct {
	Kind   Kind
	Name   string // slug, or number of a submission
	N      int    // of the version or reply, from 1
	Digest string // SHA-256 or HMAC-SHA-256, 64 lower-case hexadecimal digits
	Reason string
}

// leafHead begins every leaf; a leaf of another form gets another version.
const leafHead = "rectify/v1 "

// maxLeaf bounds a leaf in bytes, far below the 65,535 of a tile's entry.
const maxLeaf = 1024

// ErrLeaf means that a line is not one that this log writes.
var ErrLeaf = errors.New("not a leaf of this log")

// String is the leaf as it stands in the log.
func (l Leaf) String() string {
	parts := []string{string(l.Kind)}
	switch l.Kind {
	case KindNotice, KindRecord, KindReply:
		parts = append(parts, l.Name, strconv.Itoa(l.N), l.Digest)
	case KindOpinion:
		parts = append(parts, l.Name, l.Digest)
	case KindGone:
		parts = append(parts, l.Name, l.Reason)
	case KindReceipt, KindAudit:
		parts = append(parts, l.Digest)
	}
	return leafHead + strings.Join(parts, " ")
}

// ParseLeaf reads what String wrote, byte for byte, or answers ErrLeaf.
func ParseLeaf(line string) (Leaf, error) {
	text, ok := strings.CutPrefix(line, leafHead)
	if !ok || len(line) > maxLeaf {
		return Leaf{}, ErrLeaf
	}
	part := strings.Split(text, " ")
	l := Leaf{Kind: Kind(part[0])}
	switch {
	case (l.Kind == KindNotice || l.Kind == KindRecord || l.Kind == KindReply) && len(part) == 4:
		l.Name, l.Digest = part[1], part[3]
		l.N, _ = strconv.Atoi(part[2]) // checked below, by writing it again
	case l.Kind == KindOpinion && len(part) == 3:
		l.Name, l.Digest = part[1], part[2]
	case l.Kind == KindGone && len(part) == 3:
		l.Name, l.Reason = part[1], part[2]
	case (l.Kind == KindReceipt || l.Kind == KindAudit) && len(part) == 2:
		l.Digest = part[1]
	default:
		return Leaf{}, ErrLeaf
	}
	if l.String() != line || l.Check() != nil {
		return Leaf{}, ErrLeaf
	}
	return l, nil
}

// Check holds the parts of a leaf to what may stand in one line.
func (l Leaf) Check() error {
	words := []string{}
	switch l.Kind {
	case KindNotice, KindRecord, KindReply:
		if l.N < 1 {
			return fmt.Errorf("%w: %s number %d", ErrLeaf, l.Kind, l.N)
		}
		words = append(words, l.Name)
	case KindOpinion:
		words = append(words, l.Name)
	case KindGone:
		words = append(words, l.Name, l.Reason)
	case KindReceipt, KindAudit:
	default:
		return fmt.Errorf("%w: kind %q", ErrLeaf, l.Kind)
	}
	for _, w := range words {
		if w == "" || len(w) > maxLeaf/4 || !utf8.ValidString(w) || strings.ContainsFunc(w, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return fmt.Errorf("%w: %q", ErrLeaf, w)
		}
	}
	if l.Kind != KindGone && !isDigest(l.Digest) {
		return fmt.Errorf("%w: digest %q", ErrLeaf, l.Digest)
	}
	return nil
}

func isDigest(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == tlog.HashSize && strings.ToLower(s) == s
}

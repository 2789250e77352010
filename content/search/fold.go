package search

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rectify/content/simplified"
)

// unit is one folded character and the bytes of the text that it came from.
type unit struct {
	r        rune
	from, to int32
}

// What folding makes of a character that is no letter.
const (
	gap    = 0  // parts words: a space, a mark, a sign
	hidden = -1 // is passed over: it has no shape of its own
	many   = -2 // becomes several, in table.more
)

// table folds characters: [0] to the end of the basic plane by index.
type table struct {
	to   [1 << 16]int32
	more map[rune][]rune
}

var folding = sync.OnceValue(newTable)

func newTable() *table {
	t := &table{more: make(map[rune][]rune)}
	for r := range rune(len(t.to)) {
		switch out := foldRune(r); {
		case len(out) == 1:
			t.to[r] = out[0]
		default:
			t.to[r] = many
			t.more[r] = out
		}
	}
	return t
}

// foldRune answers what a character is found as: compatibility forms (full and
// half width, ①, ㎡) as the plain one, letters in lower case without accents,
// traditional characters as simplified ones.
func foldRune(r rune) []rune {
	if unicode.In(r, unicode.Cf, unicode.Cs, unicode.Cc, unicode.Mn, unicode.Me, unicode.Variation_Selector) && !unicode.IsSpace(r) {
		return []rune{hidden}
	}
	form := norm.NFKC
	if unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) {
		form = norm.NFKD
	}
	var out []rune
	for _, c := range form.String(string(r)) {
		if unicode.Is(unicode.Mn, c) {
			continue
		}
		c = unicode.ToLower(unicode.ToUpper(c))
		c = simplified.Rune(c)
		if !unicode.IsLetter(c) && !unicode.IsNumber(c) && !unicode.Is(unicode.Mc, c) {
			c = gap
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return []rune{hidden}
	}
	return out
}

// fold appends the folded characters of s to dst. Bytes that are no text part
// words.
func fold(dst []unit, s string) []unit {
	t := folding()
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		next := at + size
		out := int32(gap)
		switch {
		case r == utf8.RuneError && size == 1:
		case r < 1<<16:
			out = t.to[r]
		case unicode.IsLetter(r):
			out = r
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			out = hidden
		}
		switch out {
		case hidden:
		case many:
			for _, c := range t.more[r] {
				dst = append(dst, unit{c, int32(at), int32(next)}) //nolint:gosec // maxText is far below
			}
		default:
			dst = append(dst, unit{out, int32(at), int32(next)}) //nolint:gosec // maxText is far below
		}
		at = next
	}
	return dst
}

// Fold is what a text is found as, for tests and for those who compare.
func Fold(s string) string {
	var b strings.Builder
	for _, u := range fold(nil, s) {
		if u.r == gap {
			u.r = ' '
		}
		b.WriteRune(u.r)
	}
	return b.String()
}

// whole reports whether a folded character is found by itself, wherever it
// stands: Chinese, Japanese, Korean characters, and figures. Letters of other
// scripts make words, found by their beginning.
func whole(r rune) bool { return r >= 0x2e80 || (r >= '0' && r <= '9') }

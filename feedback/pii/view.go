package pii

import (
	"unicode"

	"golang.org/x/text/width"
)

// view is a text as the eye takes it: without what has no shape, in one width
// and case, with one kind of space, dash and digit.
type view struct {
	r  []rune
	at []int // where each rune stood in the text, in runes
}

func look(text string) view {
	v := view{r: make([]rune, 0, len(text)/2), at: make([]int, 0, len(text)/2)}
	n := 0
	for _, r := range text {
		if f, seen := fold(r); seen {
			v.r, v.at = append(v.r, f), append(v.at, n)
		}
		n++
	}
	return v
}

// fold is the plain form of a rune, and whether it has a shape at all.
func fold(r rune) (plain rune, seen bool) {
	switch {
	case r == '\n', r >= ' ' && r < 'A', r > 'Z' && r < 0x7f:
		return r, true
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A', true
	case r >= 0x4e00 && r <= 0x9fff:
		return r, true
	case unicode.IsSpace(r), r == 0x2800: // an empty Braille cell
		return ' ', true
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Other_Default_Ignorable_Code_Point):
		return 0, false
	case unicode.Is(unicode.Pd, r), r == '−':
		return '-', true
	case unicode.Is(unicode.Nd, r):
		return decimal(r), true
	}
	if w := width.LookupRune(r).Folded(); w != 0 {
		r = w
	}
	return unicode.ToLower(r), true
}

// decimal is the ASCII form of a decimal digit of any script: in Unicode each
// range of them starts at a zero and counts on in tens.
func decimal(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) { //nolint:gosec // code points fit a rune
			return '0' + (r-rune(x.Lo))%10 //nolint:gosec // code points fit a rune
		}
	}
	return r
}

// get is the rune at i, or a line end outside the text.
func (v view) get(i int) rune {
	if i < 0 || i >= len(v.r) {
		return '\n'
	}
	return v.r[i]
}

// has reports whether w stands at i.
func (v view) has(i int, w []rune) bool {
	if i < 0 || i+len(w) > len(v.r) {
		return false
	}
	for k, r := range w {
		if v.r[i+k] != r {
			return false
		}
	}
	return true
}

// skip is the first place from i on, at most limit further, whose rune is not
// wanted; back is the same towards the beginning, for the place after it.
func (v view) skip(i, limit int, wanted func(rune) bool) int {
	for end := min(i+limit, len(v.r)); i < end && wanted(v.r[i]); {
		i++
	}
	return i
}

func (v view) back(i, limit int, wanted func(rune) bool) int {
	for end := max(i-limit, 0); i > end && wanted(v.r[i-1]); {
		i--
	}
	return i
}

// clause is the part of the text before i, at most limit runes, up to the
// nearest stop.
func (v view) clause(i, limit int) []rune {
	return v.r[v.back(i, limit, func(r rune) bool { return !stop(r) }):i]
}

func stop(r rune) bool {
	switch r {
	case '\n', ',', '，', '。', ';', '；', '!', '！', '?', '？', '、', '…':
		return true
	}
	return false
}

func digit(r rune) bool  { return r >= '0' && r <= '9' }
func letter(r rune) bool { return r >= 'a' && r <= 'z' }
func alnum(r rune) bool  { return digit(r) || letter(r) }
func han(r rune) bool    { return unicode.Is(unicode.Han, r) }

// numeral is the value of a digit written as a figure or in Chinese, or -1.
func numeral(r rune) int {
	if digit(r) {
		return int(r - '0')
	}
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

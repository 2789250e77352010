// Package numbering reads the numbers that official documents set before their
// headings: 一、 （一） 1. ① （1）, half and full width alike (GB/T 9704—2012).
//
// It knows one line at a time and nothing of notices.
package numbering

import (
	"strings"
	"unicode/utf8"
)

// Kind is the shape of a number; the order is that of the levels in a document.
type Kind int

// The shapes of numbers.
const (
	None    Kind = iota
	Han          // 一、
	HanPar       // （一）
	Arabic       // 1.
	Circled      // ①
	Par          // （1）
)

// Marker is the number at the head of a line.
type Marker struct {
	Kind    Kind
	Text    string // as written: （一）
	Ordinal int
}

// Read splits a line into its number and the rest. A line without a number
// answers a Marker of kind None and the whole line, trimmed.
func Read(line string) (Marker, string) {
	line = strings.TrimSpace(line)
	for _, read := range []func(string) (Marker, int){circled, parenthesised, plain} {
		if m, n := read(line); n > 0 {
			m.Text = line[:n]
			return m, strings.TrimLeft(line[n:], " \t\u3000")
		}
	}
	return Marker{}, line
}

func circled(s string) (Marker, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= '①' && r <= '⑳':
		return Marker{Kind: Circled, Ordinal: int(r-'①') + 1}, n
	case r >= '㉑' && r <= '㉟':
		return Marker{Kind: Circled, Ordinal: int(r-'㉑') + 21}, n
	case r >= '㊱' && r <= '㊿':
		return Marker{Kind: Circled, Ordinal: int(r-'㊱') + 36}, n
	}
	return Marker{}, 0
}

func parenthesised(s string) (Marker, int) {
	open, n := utf8.DecodeRuneInString(s)
	if open != '（' && open != '(' {
		return Marker{}, 0
	}
	end := strings.IndexAny(s, "）)")
	if end < 0 || end > n+20 {
		return Marker{}, 0
	}
	_, closing := utf8.DecodeRuneInString(s[end:])
	inner := strings.TrimSpace(s[n:end])
	if v, ok := HanNumber(inner); ok {
		return Marker{Kind: HanPar, Ordinal: v}, end + closing
	}
	if v, ok := arabic(inner); ok {
		return Marker{Kind: Par, Ordinal: v}, end + closing
	}
	return Marker{}, 0
}

// plain reads 一、 and 1. A number that goes on as a decimal (1.5) is none.
func plain(s string) (Marker, int) {
	end := strings.IndexAny(s, "、.．")
	if end <= 0 || end > 20 {
		return Marker{}, 0
	}
	stop, n := utf8.DecodeRuneInString(s[end:])
	if v, ok := HanNumber(s[:end]); ok && stop == '、' {
		return Marker{Kind: Han, Ordinal: v}, end + n
	}
	v, ok := arabic(s[:end])
	if !ok {
		return Marker{}, 0
	}
	if next, _ := utf8.DecodeRuneInString(s[end+n:]); next >= '0' && next <= '9' || next >= '０' && next <= '９' {
		return Marker{}, 0
	}
	return Marker{Kind: Arabic, Ordinal: v}, end + n
}

func arabic(s string) (int, bool) {
	v := 0
	for _, r := range s {
		if r >= '０' && r <= '９' {
			r -= '０' - '0'
		}
		if r < '0' || r > '9' || v > 99 {
			return 0, false
		}
		v = v*10 + int(r-'0')
	}
	return v, s != "" && v > 0
}

// HanNumber reads 一 to 九十九.
func HanNumber(s string) (int, bool) {
	const digits = "一二三四五六七八九"
	value, unit, tens := 0, 0, false
	for _, r := range s {
		switch i := strings.IndexRune(digits, r); {
		case r == '十' && !tens:
			tens = true
			value, unit = max(unit, 1)*10, 0
		case i >= 0 && unit == 0:
			unit = i/len("一") + 1
		default:
			return 0, false
		}
	}
	if s == "" || (!tens && utf8.RuneCountInString(s) != 1) {
		return 0, false
	}
	return value + unit, true
}

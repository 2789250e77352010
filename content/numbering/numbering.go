// Package numbering reads the numbers that official documents set before their
// headings: 一、 （一） 1. ① （1） 1）, half and full width alike (GB/T 9704—2012),
// and the single characters ㈠ ⒈ ⑴ that GB 2312 has for them.
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
	Closed       // 1）
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
	for _, read := range []func(string) (Marker, int){enclosed, parenthesised, plain, closed} {
		if m, n := read(line); n > 0 {
			m.Text = line[:n]
			return m, strings.TrimLeft(line[n:], " \t\u3000")
		}
	}
	return Marker{}, line
}

// enclosed reads a number that is one character.
func enclosed(s string) (Marker, int) {
	r, n := utf8.DecodeRuneInString(s)
	n += stop(s[n:])
	switch {
	case r >= '㈠' && r <= '㈩':
		return Marker{Kind: HanPar, Ordinal: int(r-'㈠') + 1}, n
	case r >= '⒈' && r <= '⒛':
		return Marker{Kind: Arabic, Ordinal: int(r-'⒈') + 1}, n
	case r >= '⑴' && r <= '⒇':
		return Marker{Kind: Par, Ordinal: int(r-'⑴') + 1}, n
	case r >= '①' && r <= '⑳':
		return Marker{Kind: Circled, Ordinal: int(r-'①') + 1}, n
	case r >= '㉑' && r <= '㉟':
		return Marker{Kind: Circled, Ordinal: int(r-'㉑') + 21}, n
	case r >= '㊱' && r <= '㊿':
		return Marker{Kind: Circled, Ordinal: int(r-'㊱') + 36}, n
	}
	return Marker{}, 0
}

// stop is how long the stop is that some typists add behind a number: （一）、.
func stop(s string) int {
	for _, mark := range []string{"、", "．", "."} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

// start is as much of a line as a number can take: nothing else is looked at.
func start(s string) string { return s[:min(len(s), 24)] }

func parenthesised(s string) (Marker, int) {
	open, n := utf8.DecodeRuneInString(s)
	if open != '（' && open != '(' {
		return Marker{}, 0
	}
	end := strings.IndexAny(start(s), "）)")
	if end < 0 {
		return Marker{}, 0
	}
	inner := strings.TrimSpace(s[n:end])
	_, closing := utf8.DecodeRuneInString(s[end:])
	end += closing
	end += stop(s[end:])
	if v, ok := HanNumber(inner); ok {
		return Marker{Kind: HanPar, Ordinal: v}, end
	}
	if v, ok := arabic(inner); ok {
		return Marker{Kind: Par, Ordinal: v}, end
	}
	return Marker{}, 0
}

// closed reads 1） and 1).
func closed(s string) (Marker, int) {
	end := strings.IndexAny(start(s), "）)")
	if end <= 0 {
		return Marker{}, 0
	}
	if v, ok := arabic(s[:end]); ok {
		_, n := utf8.DecodeRuneInString(s[end:])
		return Marker{Kind: Closed, Ordinal: v}, end + n
	}
	return Marker{}, 0
}

// plain reads 一、 and 1. A number that goes on as a decimal (1.5) is none.
func plain(s string) (Marker, int) {
	end := strings.IndexAny(start(s), "、.．")
	if end <= 0 {
		return Marker{}, 0
	}
	mark, n := utf8.DecodeRuneInString(s[end:])
	next, _ := utf8.DecodeRuneInString(s[end+n:])
	if v, ok := HanNumber(s[:end]); ok && (mark == '、' || !strings.ContainsRune(hanDigits, next)) {
		return Marker{Kind: Han, Ordinal: v}, end + n
	}
	v, ok := arabic(s[:end])
	if !ok || next >= '0' && next <= '9' || next >= '０' && next <= '９' {
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

const hanDigits = "一二三四五六七八九"

// HanNumber reads 一 to 九十九.
func HanNumber(s string) (int, bool) {
	value, unit, tens := 0, 0, false
	for _, r := range s {
		switch i := strings.IndexRune(hanDigits, r); {
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

package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanText keeps what can be seen: LF alone ends a line, trailing blanks and
// more than one empty line in a row go, as do controls and letters that turn
// text around. Cut says that max bytes were not enough.
func cleanText(s string, max int) (text string, cut bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	var out strings.Builder
	empty := 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRightFunc(visible(line), unicode.IsSpace)
		if line == "" {
			empty++
			continue
		}
		breaks := 0
		if out.Len() > 0 {
			breaks = 1 + min(empty, 1)
		}
		if out.Len()+breaks+len(line) > max {
			out.WriteString(strings.Repeat("\n", breaks))
			out.WriteString(cutRunes(line, max0(max-out.Len())))
			return out.String(), true
		}
		out.WriteString("\n\n"[:breaks])
		out.WriteString(line)
		empty = 0
	}
	return out.String(), false
}

// visible drops controls but keeps tabs and all blanks.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == '\f' || r == '\v' || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xA0:
			return ' '
		case unicode.IsControl(r) || invisible(r):
			return -1
		}
		return r
	}, line)
}

// cutRunes cuts s to at most max bytes between letters.
func cutRunes(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

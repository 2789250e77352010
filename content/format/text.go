package format

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// entityText is what gomarkdown would take for a named or numbered character.
	entityText = regexp.MustCompile(`&#?[0-9A-Za-z]*;`)
	// orderedText begins a line as an ordered list does.
	orderedText = regexp.MustCompile(`^[0-9]+[.)](?:[ \t]|$)`)
)

// Text writes plain text as one paragraph of Markdown: on one line, and with
// no character that would be read as markup. Line ends become spaces; what
// cannot be seen is left out.
func Text(plain string) string {
	s := inline(plain)
	if s == "" {
		return ""
	}
	if m := orderedText.FindString(s); m != "" {
		at := strings.IndexAny(m, ".)")
		return s[:at] + `\` + s[at:]
	}
	switch s[0] {
	case '#', '-', '+', '>', '.', '{', '~':
		return `\` + s
	}
	return s
}

// inline escapes what is markup anywhere in a line.
func inline(plain string) string {
	s := tidy(plain)
	if !strings.ContainsAny(s, "\\`*_[]<>&~|^$") {
		return s
	}
	closers := map[byte]bool{'_': closes(s, '_'), '~': closes(s, '~')}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; c {
		case '\\', '`', '*', '[', ']', '<', '|':
			b.WriteByte('\\')
		case '(':
			if i > 0 && s[i-1] == ']' { // not the target of a link to any reader
				b.WriteByte('\\')
			}
		case '_', '~':
			if closers[c] {
				b.WriteByte('\\')
			}
		case '&':
			if at := entityText.FindStringIndex(s[i:min(len(s), i+64)]); at != nil && at[0] == 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// closes reports whether mark could end a stressed run in s: inside of words
// it cannot, so that addresses such as a_b_c@example stay as they are.
func closes(s string, mark byte) bool {
	for i := range len(s) {
		if s[i] != mark {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i+1:])
		if i+1 == len(s) || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return true
		}
	}
	return false
}

// tidy brings text onto one line and leaves out what cannot be seen.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return ' '
		case Hidden(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.TrimSpace(s)
}

// Hidden reports whether r cannot be seen and is no space: controls, turned
// writing direction, width nil, tags, annotations. A notice may hold none.
func Hidden(r rune) bool {
	switch {
	case r >= ' ' && r <= '~' || r >= 0x3000 && r < 0xFE00:
		return false // nearly all there is
	case r == '\n' || r == '\t' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085':
		return false
	case unicode.IsControl(r), r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0xAD, r == 0x61C, r == 0xFEFF, r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// Table writes rows of plain text as a table, the first row as its head. Rows
// may differ in length.
func Table(rows [][]string) string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
	}
	if width == 0 {
		return ""
	}
	var b strings.Builder
	for i, r := range rows {
		b.WriteByte('|')
		for c := range width {
			cell := ""
			if c < len(r) {
				// A back tick pairs with one in another cell even if escaped.
				cell = strings.ReplaceAll(inline(r[c]), "\\`", "&#96;")
				if i == 0 && cell != "" && strings.Trim(cell, "-: ") == "" {
					cell = `\` + cell // a head of dashes is no rule under a head
				}
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteByte('\n')
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", width) + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

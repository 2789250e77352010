package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWords bounds the bytes of one header value that are decoded at all.
const maxWords = 16 << 10

// decodeWords reads RFC 2047 in a header value. Neighbouring words of one
// charset are joined before their letters are read, because programs cut
// letters in two; a word that cannot be read stays as it is written. It takes
// time in proportion to the value's length.
func decodeWords(s string) string {
	s = s[:min(len(s), maxWords)]
	var out strings.Builder
	var run []byte // decoded bytes of neighbouring words
	var label string
	flush := func() {
		if len(run) > 0 {
			text, _ := decodeCharset(run, label, maxWords)
			out.WriteString(text)
			run = nil
		}
	}
	for s != "" {
		at := strings.Index(s, "=?")
		if at < 0 {
			break
		}
		if between := s[:at]; len(run) == 0 || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(rawText(between))
		}
		charset, data, rest, ok := word(s[at:])
		if !ok {
			flush()
			out.WriteString("=?")
			s = s[at+2:]
			continue
		}
		if !strings.EqualFold(charset, label) {
			flush()
		}
		label, run, s = charset, append(run, data...), rest
	}
	flush()
	out.WriteString(rawText(s))
	return out.String()
}

// word reads one encoded word at the start of s. Its data goes up to the next
// ?=, which must be near: RFC 2047 allows 75 bytes, programs write up to 1000.
func word(s string) (charset string, data []byte, rest string, ok bool) {
	near := s[:min(len(s), 1200)]
	part := strings.SplitN(near[2:], "?", 4)
	if len(part) < 4 || len(part[1]) != 1 || part[0] == "" || len(part[0]) > 60 {
		return "", nil, "", false
	}
	head := 2 + len(part[0]) + 1 + 1 + 1
	end := strings.Index(near[head:], "?=")
	if end < 0 {
		return "", nil, "", false
	}
	payload := near[head : head+end]
	switch part[1] {
	case "b", "B":
		data, _ = decodeBase64([]byte(payload))
	case "q", "Q":
		data, _ = decodeQuoted([]byte(strings.ReplaceAll(payload, "_", "=20")))
	default:
		return "", nil, "", false
	}
	charset, _, _ = strings.Cut(part[0], "*") // RFC 2231, 5: language
	return charset, data, s[head+end+2:], true
}

// rawText is header text outside encoded words: ASCII, UTF-8, or whatever
// charset a program wrote without saying so.
func rawText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := decodeCharset([]byte(s), "", maxWords)
	return text
}

// oneLine keeps the visible characters of s on one line and cuts it to max
// bytes between letters.
func oneLine(s string, max int) string {
	var out strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' || unicode.IsControl(r):
			space = out.Len() > 0
			continue
		case invisible(r):
			continue
		}
		n := utf8.RuneLen(r)
		if space {
			n++
		}
		if out.Len()+n > max {
			break
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		out.WriteRune(r)
	}
	return out.String()
}

// invisible letters turn text around or hide in it; joiners stay, some scripts
// and signs need them.
func invisible(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200B, r == 0x200E, r == 0x200F, r == 0x2060, r == 0xFEFF, r == 0x00AD:
		return true
	case r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

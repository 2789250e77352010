package attachment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rectify/feedback"
)

// CleanName makes a sender's name of a file safe to show, to offer for saving
// (RFC 6266, 4.3) and to save under on any system: its last part only, nothing
// that cannot be seen or turns the direction of writing, nothing that a shell or
// a file system reads in its own way, no name that Windows keeps for itself, at
// most feedback.MaxAttachmentName bytes; and it ends with ext, what the content is.
func CleanName(sent, ext string) string {
	stem := tidy(shown(sent))
	if i := strings.LastIndexByte(stem, '.'); i >= 0 && len(stem)-i <= 6 {
		stem = stem[:i]
	}
	if n := len(stem) - len(ext); n > 0 && strings.EqualFold(stem[n:], ext) {
		stem = stem[:n]
	}
	stem = trimEnds(stem)
	stem = trimEnds(cut(stem, feedback.MaxAttachmentName-len(ext)-1))
	if stem == "" {
		stem = "file"
	}
	if reserved(stem) {
		stem = "_" + stem
	}
	return stem + ext
}

// shown is the last part of a name without what cannot be seen, for sentences.
func shown(sent string) string {
	if len(sent) > 4<<10 {
		sent = sent[len(sent)-4<<10:]
	}
	sent = norm.NFC.String(strings.ToValidUTF8(sent, ""))
	if i := strings.LastIndexAny(sent, `/\`); i >= 0 {
		sent = sent[i+1:]
	}
	marks := 0
	sent = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			if marks++; marks > 4 {
				return -1
			}
		} else {
			marks = 0
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) || r == '\u3164' || r == '\u115f' || r == '\u1160' || r == '\uffa0' || r == '\u034f' {
			return -1
		}
		return r
	}, sent)
	return cut(strings.Join(strings.Fields(sent), " "), feedback.MaxAttachmentName)
}

// tidy leaves of ASCII what means nothing to any shell, file system or header.
func tidy(s string) string {
	return strings.Map(func(r rune) rune {
		ascii := r < utf8.RuneSelf
		if ascii && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.()+,@=", r) {
			return '_'
		}
		return r
	}, s)
}

// trimEnds takes away what hides a file or means an option at the front, and
// what Windows drops at the end.
func trimEnds(s string) string { return strings.TrimRight(strings.TrimLeft(s, " .-"), " .") }

// cut shortens s to at most n bytes, between characters; what tells files
// apart mostly stands at the front.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// reserved reports names that Windows keeps for devices, with any ending.
func reserved(stem string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	switch first = strings.TrimRight(first, " "); first {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	for _, device := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(first, device); ok && utf8.RuneCountInString(n) == 1 && strings.Contains("0123456789¹²³", n) {
			return true
		}
	}
	return false
}

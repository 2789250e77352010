package attachment

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// readText answers plain text in UTF-8 without a mark before it; not empty: why
// it is not taken. What is not UTF-8 and has no mark is taken for GB18030, in
// which old programs write Chinese.
func readText(data []byte) (text []byte, refuse string) {
	var err error
	guessed := false
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, err = xunicode.UTF16(xunicode.LittleEndian, xunicode.ExpectBOM).NewDecoder().Bytes(data)
	case utf8.Valid(data):
		text = bytes.TrimPrefix(data, []byte("\ufeff"))
	default:
		guessed = true
		text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	}
	if err != nil || !readable(text, guessed) {
		return nil, unknownFile
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, empty
	}
	if reason := foreign(string(text)); reason != "" {
		return nil, reason
	}
	return text, ""
}

// readable reports whether text is what people write: of controls only those
// that lay out lines, no character that no one has; of a guessed encoding no
// character for private use, as random bytes make them.
func readable(text []byte, guessed bool) bool {
	for _, r := range string(text) {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\f':
		case r < ' ' || r == 0x7f || r == utf8.RuneError || r&0xfffe == 0xfffe:
			return false
		case guessed && (unicode.Is(unicode.Co, r) || unicode.IsControl(r) || !unicode.IsOneOf([]*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z}, r)):
			return false
		}
	}
	return true
}

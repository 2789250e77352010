package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// decodeCharset turns bytes into UTF-8 by their label, and by a look at the
// bytes where the label is missing, unknown or wrong. At most max bytes are
// read. The marks say what was guessed or lost.
func decodeCharset(b []byte, label string, max int) (string, Marks) {
	var marks markSet = map[Mark]bool{}
	if len(b) > max {
		b = b[:max]
		marks.add(TextCut)
	}
	label = strings.ToLower(strings.Trim(label, " \t\"'"))
	if isUTF7(label, b) {
		marks.add(UTF7)
		return strings.ToValidUTF8(string(b), "\ufffd"), marks.list()
	}
	enc, known := charsetOf(label)
	enc, guessed := secondLook(b, enc, known)
	if guessed || (!known && !ascii(b)) {
		marks.add(CharsetGuessed)
	}
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		text = bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	if marks[TextCut] { // the cut may stand inside a letter
		text = bytes.TrimSuffix(text, []byte("\ufffd"))
	}
	if bytes.Contains(text, []byte("\ufffd")) && !bytes.Contains(b, []byte("\ufffd")) {
		marks.add(CharsetDamaged)
	}
	return string(text), marks.list()
}

// charsetOf finds the encoding that a label names. GB2312 and GBK are read as
// GB18030, which holds both: programs write the old label on the new letters.
func charsetOf(label string) (encoding.Encoding, bool) {
	switch label {
	case "":
		return unicode.UTF8, false
	case "gb2312", "gbk", "gb18030", "gb_2312-80", "gb2312-80", "gb_2312", "x-gbk", "cp936", "ms936", "windows-936", "euc-cn", "x-euc-cn", "chinese", "csgb2312", "iso-ir-58":
		return simplifiedchinese.GB18030, true
	case "hz-gb-2312", "hz":
		return simplifiedchinese.HZGB2312, true
	case "utf8", "utf-8", "unicode-1-1-utf-8", "x-utf_8j", "utf8mb4":
		return unicode.UTF8, true
	case "us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "binary", "default", "unknown-8bit", "x-unknown":
		return unicode.UTF8, false
	case "utf-16", "utf16", "unicode":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true // RFC 2781, 4.3
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case "cp950", "big5-hkscs", "big5", "x-x-big5", "big5-eten":
		return traditionalchinese.Big5, true
	}
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement {
		return enc, true
	}
	if enc, err := ianaindex.MIME.Encoding(label); err == nil && enc != nil {
		return enc, true
	}
	return unicode.UTF8, false
}

// secondLook overrides a label that the bytes contradict.
func secondLook(b []byte, enc encoding.Encoding, known bool) (encoding.Encoding, bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return unicode.UTF8BOM, enc != unicode.UTF8
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case !known && bytes.Contains(b, []byte("\x1b$")):
		return japanese.ISO2022JP, true
	case ascii(b):
		return enc, false
	case enc == unicode.UTF8 && validUTF8(b):
		return enc, false
	case enc == unicode.UTF8 || !known:
		return guess8bit(b), true
	case enc == charmap.Windows1252 || enc == charmap.ISO8859_1:
		if validUTF8(b) {
			return unicode.UTF8, true
		}
		if gb, big5 := score(b, gbCommon), score(b, big5Common); max(gb, big5) > 0.9 {
			return guess8bit(b), true
		}
	}
	return enc, false
}

// validUTF8 forgives a letter that was cut off at the end.
func validUTF8(b []byte) bool {
	for i := 0; i < utf8.UTFMax && len(b) > 0; i++ {
		if utf8.Valid(b) {
			return true
		}
		b = b[:len(b)-1]
	}
	return utf8.Valid(b)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mostlyUTF8 reports whether at most a tenth of the bytes beyond ASCII are not
// part of a letter: a few were damaged on the way.
func mostlyUTF8(b []byte) bool {
	high, bad := 0, 0
	for b = b[:min(len(b), 8<<10)]; len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		}
		if r >= utf8.RuneSelf {
			high += n
		}
		b = b[n:]
	}
	return high > 0 && bad*10 <= high
}

// guess8bit chooses for bytes that are no UTF-8: Chinese by what share of the
// letters would be common ones, otherwise Latin.
func guess8bit(b []byte) encoding.Encoding {
	gb, big5 := score(b, gbCommon), score(b, big5Common)
	switch {
	case mostlyUTF8(b):
		return unicode.UTF8
	case max(gb, big5) < 0.5:
		return charmap.Windows1252
	case big5 > gb:
		return traditionalchinese.Big5
	}
	return simplifiedchinese.GB18030
}

// score is the share of two-byte letters that common calls common.
func score(b []byte, common func(lead, trail byte) bool) float64 {
	b = b[:min(len(b), 8<<10)]
	letters, good := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		letters++
		if i+1 < len(b) && common(b[i], b[i+1]) {
			good++
		}
		i++
	}
	if letters == 0 {
		return 0
	}
	return float64(good) / float64(letters)
}

// gbCommon: level one of GB 2312 and its punctuation.
func gbCommon(lead, trail byte) bool {
	return trail >= 0xA1 && trail <= 0xFE && (lead >= 0xB0 && lead <= 0xD7 || lead >= 0xA1 && lead <= 0xA3)
}

// big5Common: level one of Big5 and its punctuation.
func big5Common(lead, trail byte) bool {
	return (trail >= 0x40 && trail <= 0x7E || trail >= 0xA1 && trail <= 0xFE) && (lead >= 0xA4 && lead <= 0xC6 || lead == 0xA1)
}

// isUTF7 by label only: its text is plain ASCII and a way to hide mark-up, so
// it is shown as it came (RFC 2152 is obsolete in mail).
func isUTF7(label string, b []byte) bool {
	switch label {
	case "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "csunicode11utf7":
		return bytes.Contains(b, []byte("+"))
	}
	return false
}

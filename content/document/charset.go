package document

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	xencoding "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// encoding is how the bytes of a text were read.
type encoding struct {
	name  string // UTF-8, UTF-16LE, UTF-16BE, GB18030, Big5
	bom   bool
	ascii bool   // the bytes are the same in any of them
	claim string // what the file says of itself, if it does
}

// The names of the encodings that are read.
const (
	utf8Name    = "UTF-8"
	utf16LEName = "UTF-16LE"
	utf16BEName = "UTF-16BE"
	gbName      = "GB18030"
	big5Name    = "Big5"
)

// decode finds the encoding of a text and reads it. What a file says of itself
// is believed only where its bytes leave the choice open. A text that can be
// read in no way, or in two, is an error: never wrong letters in silence.
func decode(src []byte) (string, encoding, error) {
	if text, found, ok, err := byMark(src); ok || err != nil {
		return text, found, err
	}
	if kind := escaped(src); kind != "" {
		return "", encoding{}, &Error{Err: ErrEncoding, Detail: kind}
	}
	claim := claimed(src)
	best, err := choose(readings(src), canonical(claim))
	if err != nil {
		return "", encoding{}, err
	}
	best.claim = claim
	if i := strings.IndexByte(best.text, 0); i >= 0 {
		return "", encoding{}, &Error{Err: ErrEncoding, Line: lineAt(best.text[:i]), Detail: "nul"}
	}
	return best.text, best.encoding, nil
}

// byMark goes by the byte order mark; ok is false if there is none.
func byMark(src []byte) (text string, found encoding, ok bool, err error) {
	for _, m := range []struct{ mark, name string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"}, {"\xef\xbb\xbf", utf8Name},
		{"\xff\xfe", utf16LEName}, {"\xfe\xff", utf16BEName}, {"\x84\x31\x95\x33", gbName},
	} {
		rest, has := bytes.CutPrefix(src, []byte(m.mark))
		if !has {
			continue
		}
		if m.name == "UTF-32" {
			return "", encoding{}, true, &Error{Err: ErrEncoding, Detail: m.name}
		}
		r := read(rest, m.name)
		if r.bad >= 0 {
			return "", encoding{}, true, &Error{Err: ErrEncoding, Line: r.bad, Detail: "invalid " + m.name}
		}
		if i := strings.IndexByte(r.text, 0); i >= 0 {
			return "", encoding{}, true, &Error{Err: ErrEncoding, Line: lineAt(r.text[:i]), Detail: "nul"}
		}
		return r.text, encoding{name: m.name, bom: true, claim: claimed(rest)}, true, nil
	}
	return "", encoding{}, false, nil
}

func lineAt(before string) int {
	n := 1
	for range lines(before) {
		n++
	}
	if before != "" && !strings.HasSuffix(before, "\n") && !strings.HasSuffix(before, "\r") {
		n--
	}
	return n
}

// reading is a text read one way.
type reading struct {
	encoding
	text   string
	bad    int // the line of the first byte that cannot stand there, -1 if none
	faults int
}

// readings reads a text in all the ways there are; in UTF-8 alone, which is
// the first of them, if that leaves no doubt.
func readings(src []byte) []reading {
	all := []reading{read(src, utf8Name)}
	if u := all[0]; u.bad < 0 && ((u.ascii && plain(u.text)) || (long(u.text) && weigh(u.text) >= likely)) {
		return all
	}
	names := []string{gbName, big5Name}
	if len(src)%2 == 0 && len(src) > 0 {
		names = append(names, utf16LEName, utf16BEName)
	}
	for _, name := range names {
		all = append(all, read(src, name))
	}
	return all
}

func read(src []byte, name string) reading {
	r := reading{encoding: encoding{name: name}, bad: -1}
	switch name {
	case utf8Name:
		r.ascii = isASCII(src)
		r.text = string(src)
		r.markInvalidUTF8()
	case utf16LEName, utf16BEName:
		r.fromUTF16(src)
	case gbName:
		r.fromTable(src, simplifiedchinese.GB18030, gbInvalid)
	case big5Name:
		r.fromTable(src, traditionalchinese.Big5, big5Invalid)
	}
	return r
}

func isASCII(src []byte) bool {
	for _, b := range src {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (r *reading) markInvalidUTF8() {
	for s, at := r.text, 0; at < len(s); {
		c, size := utf8.DecodeRuneInString(s[at:])
		if c == utf8.RuneError && size <= 1 {
			r.fault(lineAt(s[:min(at, len(s))]))
			if r.faults > 64 {
				return
			}
		}
		at += size
	}
}

// fault counts one; the first one's line is kept.
func (r *reading) fault(line int) {
	if r.faults++; r.bad < 0 {
		r.bad = line
	}
}

func (r *reading) fromUTF16(src []byte) {
	units := make([]uint16, len(src)/2)
	for i := range units {
		a, b := uint16(src[2*i]), uint16(src[2*i+1])
		if r.name == utf16BEName {
			a, b = b, a
		}
		units[i] = a | b<<8
	}
	line := 1
	for i := 0; i < len(units); i++ {
		switch u := units[i]; {
		case u == '\n':
			line++
		case u >= 0xd800 && u < 0xdc00 && i+1 < len(units) && units[i+1] >= 0xdc00 && units[i+1] < 0xe000:
			i++
		case u >= 0xd800 && u < 0xe000, u == 0xfffe, u == 0xffff:
			r.fault(line)
		}
	}
	if len(src)%2 != 0 {
		r.fault(line)
	}
	r.text = string(utf16.Decode(units))
}

// fromTable decodes by a table of x/text, which writes U+FFFD for what it does
// not know; invalid tells where the bytes themselves are wrong.
func (r *reading) fromTable(src []byte, e xencoding.Encoding, invalid func([]byte) (size int, ok bool)) {
	line, lost := 1, 0
	for at := 0; at < len(src); {
		if src[at] < utf8.RuneSelf {
			if src[at] == '\n' {
				line++
			}
			at++
			continue
		}
		size, ok := invalid(src[at:])
		if !ok {
			if r.fault(line); r.faults > 64 {
				return
			}
		}
		if size == 4 && string(src[at:at+4]) == "\x84\x31\xa4\x37" {
			lost++ // U+FFFD itself
		}
		at += size
	}
	out, err := e.NewDecoder().Bytes(src)
	if err != nil {
		r.fault(1)
		return
	}
	r.text = string(out)
	if r.faults == 0 && strings.Count(r.text, "\ufffd") > lost {
		r.fault(lineAt(r.text[:strings.Index(r.text, "\ufffd")]))
	}
}

func gbInvalid(b []byte) (int, bool) {
	switch {
	case b[0] == 0x80 || b[0] == 0xff || len(b) < 2:
		return 1, false
	case b[1] >= 0x40 && b[1] != 0x7f && b[1] != 0xff:
		return 2, true
	case len(b) >= 4 && b[1] >= 0x30 && b[1] <= 0x39 && b[2] >= 0x81 && b[2] <= 0xfe && b[3] >= 0x30 && b[3] <= 0x39:
		return 4, true
	}
	return 1, false
}

func big5Invalid(b []byte) (int, bool) {
	if b[0] < 0x81 || b[0] == 0xff || len(b) < 2 {
		return 1, false
	}
	if t := b[1]; (t >= 0x40 && t <= 0x7e) || (t >= 0xa1 && t <= 0xfe) {
		return 2, true
	}
	return 1, false
}

// claimed finds what a page or XML says of its own encoding.
func claimed(src []byte) string {
	m := claim.FindSubmatch(src[:min(len(src), 4096)])
	if m == nil {
		return ""
	}
	return string(m[1])
}

var claim = regexp.MustCompile(`(?i)(?:<meta\b[^>]{0,200}?charset|<\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?\s*([-\w.:]{2,32})`)

// canonical answers the name used here for one in use elsewhere, "" if none.
func canonical(name string) string {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return utf8Name
	case "gb18030", "gbk", "gb2312", "gb_2312-80", "x-gbk", "cp936", "ms936", "windows-936", "hz-gb-2312":
		return gbName
	case "big5", "big5-hkscs", "big-5", "cn-big5", "x-x-big5", "cp950":
		return big5Name
	case "utf-16", "utf-16le", "unicode":
		return utf16LEName
	case "utf-16be":
		return utf16BEName
	}
	return ""
}

package document

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
)

const (
	sample = 1 << 13 // letters that are weighed
	likely = 0.30    // the least weight that a text in Chinese has: true ones have 0.5 and more
	surely = 0.50    // the same for UTF-16 without a mark
	enough = 24      // bytes of UTF-8 that such a text has at the least
	margin = 0.10    // by which the best reading must lead the next
	bare   = 0.02    // faults per letter up to which an encoding is named in an error
)

// choose answers the reading that is Chinese. Longer forms of UTF-8 hardly ever
// come about by chance, so that is taken where it is valid, unless another
// reading is clearly Chinese and it is clearly not.
func choose(all []reading, hint string) (reading, error) {
	weights := make([]float64, len(all))
	best, next := -1, -1
	for i := range all {
		if all[i].bad >= 0 {
			continue
		}
		if all[i].ascii && plain(all[i].text) {
			return all[i], nil
		}
		weights[i] = weigh(all[i].text)
		if strings.HasPrefix(all[i].name, "UTF-16") && (weights[i] < surely || len(all[i].text) < enough) {
			all[i].bad = 0 // any two bytes are a letter in it, so it takes more to be believed
			continue
		}
		switch {
		case best < 0 || weights[i] > weights[best]:
			best, next = i, best
		case next < 0 || weights[i] > weights[next]:
			next = i
		}
	}
	if u := all[0]; u.bad < 0 && long(u.text) && (best == 0 || weights[best] < likely || weights[0] > 0) {
		return u, nil
	}
	for i := range all {
		if all[i].bad < 0 && all[i].name == hint && weights[i] >= likely && weights[i] >= weights[best]-margin {
			return all[i], nil
		}
	}
	if best >= 0 && weights[best] >= likely && (next < 0 || weights[best]-weights[next] >= margin) {
		return all[best], nil
	}
	return reading{}, undecided(all, best)
}

// plain says whether a text in ASCII is one: UTF-16 can look like ASCII full of
// control characters. A zero never stands in a text.
func plain(text string) bool {
	controls := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == 0:
			return false
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f':
			controls++
		}
	}
	return controls*32 <= len(text)
}

// undecided names the encoding that a text nearly has, and the line where it
// breaks; a text that is readable in several ways has no such line.
func undecided(all []reading, best int) error {
	if best >= 0 {
		for _, r := range all {
			if i := bytes.IndexByte([]byte(r.text), 0); i >= 0 && r.name == utf8Name && r.bad < 0 {
				return &Error{Err: ErrEncoding, Line: lineAt(r.text[:i]), Detail: "nul"}
			}
		}
	}
	var near *reading
	for i := range all {
		r := &all[i]
		if r.faults == 0 || r.text == "" || float64(r.faults) > max(1, bare*float64(len(r.text)/2)) {
			continue
		}
		if weigh(r.text) >= likely && (near == nil || r.faults < near.faults) {
			near = r
		}
	}
	if near != nil {
		return &Error{Err: ErrEncoding, Line: near.bad, Detail: "invalid " + near.name}
	}
	return &Error{Err: ErrEncoding, Detail: "undecided"}
}

// long says whether a text has characters of three bytes and more in UTF-8.
func long(text string) bool {
	for _, r := range text {
		if r >= 0x800 && r != '\ufffd' {
			return true
		}
	}
	return false
}

// runes is a set of characters of the basic plane: it is asked of each letter.
type runes [1 << 10]uint64

func (s *runes) add(r rune)      { s[r>>6] |= 1 << (r & 63) }
func (s *runes) has(r rune) bool { return r < 1<<16 && s[r>>6]&(1<<(r&63)) != 0 }

var common = sync.OnceValue(func() *runes {
	set := new(runes)
	for _, r := range commonHan {
		set.add(r)
	}
	for _, r := range "，。、：；！？（）《》〈〉【】〔〕“”‘’—…·　％～①②③④⑤⑥⑦⑧⑨⑩０１２３４５６７８９．〇" {
		set.add(r)
	}
	return set
})

// weigh says how much a text looks like Chinese, from -1 to 1: of the letters
// beyond ASCII, the share that is common, less the share that never stands in
// such a text. Control characters count against, whatever the encoding.
func weigh(text string) float64 {
	set, sum, n := common(), 0, 0
	for _, r := range text {
		if n >= sample {
			break
		}
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\f':
		case r < ' ':
			sum, n = sum-1, n+1
		case r < 0x80:
		case set.has(r):
			sum, n = sum+1, n+1
		case unicode.Is(unicode.Han, r) && r <= 0x9fff, r >= 0x2010 && r <= 0x33ff, r >= 0xff00 && r <= 0xffef, r == '\u00b7', r == '\u00d7', r == '\u00a0':
			n++
		default:
			sum, n = sum-1, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

var utf7 = regexp.MustCompile(`\+([A-Za-z0-9+/]{3,})-?`)

// escaped names an encoding that writes Chinese in plain letters; read as ASCII
// it would be letters, and wrong ones.
func escaped(src []byte) string {
	if !isASCII(src) {
		return ""
	}
	switch {
	case bytes.Contains(src, []byte("\x1b$")):
		return "ISO-2022"
	case bytes.Contains(src, []byte("~{")) && bytes.Contains(src, []byte("~}")):
		return "HZ"
	}
	n := 0
	for _, m := range utf7.FindAllSubmatch(src, 256) {
		n += utf7Common(m[1])
	}
	if n >= 2 {
		return "UTF-7"
	}
	return ""
}

// utf7Common counts the common characters in a run of base64 that is Chinese in
// UTF-16BE and nothing else; 0 if it is anything else.
func utf7Common(run []byte) int {
	raw, err := base64.RawStdEncoding.Strict().DecodeString(string(run))
	if err != nil || len(raw) < 2 || len(raw)%2 != 0 {
		return 0
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	set, n := common(), 0
	for _, r := range utf16.Decode(units) {
		switch {
		case set.has(r):
			n++
		case r < 0x3000, r > 0x9fff && r < 0xff00, r > 0xffef:
			return 0
		}
	}
	return n
}

package guard

import (
	"bytes"
	"unicode/utf8"

	"github.com/valyala/fasthttp"
)

// maxPath bounds the address of a page; the longest real one is a slug of 120
// Chinese letters, each nine bytes when encoded.
const maxPath = 2000

// PlainPath reports whether the path is written in the one way that this site
// writes paths: no empty or dotted segment, no encoded slash, backslash, control
// character or plain letter, valid UTF-8. Anything else names nothing here, and must
// not be read differently by a proxy before us.
func PlainPath(ctx *fasthttp.RequestCtx) bool {
	raw := ctx.Request.Header.RequestURI()
	if i := bytes.IndexByte(raw, '?'); i >= 0 {
		raw = raw[:i]
	}
	if len(raw) == 0 || raw[0] != '/' || len(raw) > maxPath || bytes.Contains(raw, []byte("//")) ||
		bytes.ContainsAny(raw, "\\#;") || !utf8.Valid(raw) {
		return false
	}
	for seg := range bytes.SplitSeq(raw, []byte("/")) {
		if string(seg) == "." || string(seg) == ".." {
			return false
		}
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] < 0x21 || raw[i] == 0x7f {
			return false
		}
		if raw[i] != '%' {
			continue
		}
		hi, lo := unhex(raw, i+1), unhex(raw, i+2)
		if hi < 0 || lo < 0 {
			return false
		}
		if c := hi<<4 | lo; c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '%' || unreserved(c) {
			return false
		}
		i += 2
	}
	return true
}

// unreserved reports whether a character never needs encoding (RFC 3986, 2.3):
// encoded, it would be a second address of the same page.
func unreserved(c int) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func unhex(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch c := b[i]; {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

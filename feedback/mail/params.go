package mail

import (
	"strconv"
	"strings"
)

// maxParams bounds the parameters of one field.
const maxParams = 64

// mediaType reads a Content-Type or Content-Disposition as programs write it:
// quotes missing, names in raw letters or encoded words, RFC 2231 pieces. The
// value and the keys are lower case; parameter values are decoded.
func mediaType(field string) (value string, params map[string]string) {
	field = field[:min(len(field), maxWords)]
	value, rest, _ := strings.Cut(field, ";")
	value = strings.ToLower(strings.TrimSpace(value))
	params = map[string]string{}
	pieces := map[string]map[int]piece{}
	for n := 0; rest != "" && n < maxParams; n++ {
		var key, val string
		key, val, rest = nextParam(rest)
		if key == "" {
			continue
		}
		base, index, extended := splitKey(key)
		if index < 0 {
			if _, twice := params[base]; !twice {
				params[base] = decodeWords(val)
			}
			continue
		}
		if pieces[base] == nil {
			pieces[base] = map[int]piece{}
		}
		pieces[base][index] = piece{val, extended}
	}
	for base, p := range pieces {
		params[base] = joinPieces(p)
	}
	return value, params
}

// nextParam cuts the first key=value off; a value may stand in quotes.
func nextParam(s string) (key, val, rest string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 || s[eq] == ';' {
		_, rest, _ = strings.Cut(s, ";")
		return "", "", rest
	}
	key = strings.ToLower(strings.TrimSpace(s[:eq]))
	s = strings.TrimLeft(s[eq+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		val, rest, _ = strings.Cut(s, ";")
		return key, strings.TrimSpace(val), rest
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			_, rest, _ = strings.Cut(s[i+1:], ";")
			return key, out.String(), rest
		case '\\':
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
				i++
			}
		}
		out.WriteByte(s[i])
	}
	return key, out.String(), "" // the closing quote is missing
}

// piece is one part of a value cut up by RFC 2231.
type piece struct {
	val      string
	extended bool // percent-encoded; the first one begins with charset'language'
}

// splitKey reads name*0*, name*1 and name*; index is -1 for a plain name.
func splitKey(key string) (base string, index int, extended bool) {
	base, tail, star := strings.Cut(key, "*")
	if !star {
		return key, -1, false
	}
	if tail == "" {
		return base, 0, true
	}
	digits, extended := strings.CutSuffix(tail, "*")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n >= maxParams {
		return base, -1, false
	}
	return base, n, extended
}

func joinPieces(pieces map[int]piece) string {
	var raw []byte
	label := ""
	for i := range maxParams {
		p, ok := pieces[i]
		if !ok {
			break
		}
		val := p.val
		if p.extended && i == 0 {
			if part := strings.SplitN(val, "'", 3); len(part) == 3 {
				label, val = part[0], part[2]
			}
		}
		if p.extended {
			raw = append(raw, percent(val)...)
		} else {
			raw = append(raw, val...)
		}
	}
	text, _ := decodeCharset(raw, label, maxWords)
	return decodeWords(text)
}

// percent undoes %XX and leaves a broken one as it is.
func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, ok := hexByte(s[i+1 : i+3]); ok {
				out = append(out, c)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

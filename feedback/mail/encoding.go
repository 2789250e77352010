package mail

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding, keeping what can be read
// of a broken one. The result may be body itself.
func (p *parser) decodeTransfer(body []byte, encoding string) []byte {
	ok := true
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit":
	case "base64":
		body, ok = decodeBase64(body)
	case "quoted-printable":
		body, ok = decodeQuoted(body)
	case "x-uuencode", "uuencode", "x-uue", "uue": // taken out with those in plain text
	default:
		p.marks.add(EncodingOdd)
	}
	if !ok {
		p.marks.add(EncodingBroken)
	}
	return body
}

// decodeBase64 leaves out what is not of the alphabet, reads on after padding
// in the middle (joined pieces), and says false when anything but white space
// was left out or bits were missing.
func decodeBase64(b []byte) ([]byte, bool) {
	out := make([]byte, 0, base64.StdEncoding.DecodedLen(len(b))+3)
	ok := true
	var quad [4]byte
	var three [3]byte
	n := 0
	flush := func() {
		if n == 1 {
			ok = false // six bits are no byte
		}
		if n > 1 {
			m, err := base64.RawStdEncoding.Decode(three[:], quad[:n])
			out = append(out, three[:m]...)
			ok = ok && err == nil
		}
		n = 0
	}
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			quad[n] = c
			if n++; n == 4 {
				flush()
			}
		case c == '=':
			flush()
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			ok = false
		}
	}
	flush()
	return out, ok
}

// decodeQuoted reads RFC 2045, 6.7; an = that starts no pair stays as it is.
func decodeQuoted(b []byte) ([]byte, bool) {
	out := make([]byte, 0, len(b))
	ok := true
	for line := range bytes.Lines(b) {
		text := bytes.TrimRight(line, "\r\n")
		ending := line[len(text):]
		text = bytes.TrimRight(text, " \t")
		if soft := bytes.TrimSuffix(text, []byte("=")); len(soft) < len(text) {
			text, ending = soft, nil
		}
		for i := 0; i < len(text); i++ {
			if text[i] != '=' {
				out = append(out, text[i])
				continue
			}
			if i+2 < len(text) {
				if c, ok := hexByte(string(text[i+1 : i+3])); ok {
					out = append(out, c)
					i += 2
					continue
				}
			}
			ok = false
			out = append(out, '=')
		}
		out = append(out, ending...)
	}
	return out, ok
}

// hexByte is the byte that two hexadecimal digits write.
func hexByte(s string) (byte, bool) {
	v, err := strconv.ParseUint(s, 16, 8)
	return byte(v), err == nil
}

package mail

import (
	"bufio"
	"bytes"
	"strings"

	"github.com/emersion/go-message/textproto"
)

// header is one block of fields, raw values unfolded.
type header struct{ textproto.Header }

// text is a field decoded to one visible line of at most max bytes.
func (h header) text(key string, max int) string { return oneLine(decodeWords(h.Get(key)), max) }

// token is a field's first word, lower case, without parameters.
func (h header) token(key string) string {
	v, _, _ := strings.Cut(h.Get(key), ";")
	v, _, _ = strings.Cut(strings.TrimSpace(v), " ")
	return strings.ToLower(v)
}

// values are all fields of a name, topmost first.
func (h header) values(key string) []string { return h.Values(key) }

// splitHeader cuts a message or part at its first empty line and reads the
// fields above it. Lines that are no field are left out and marked; a part may
// have no header at all.
func (p *parser) splitHeader(raw []byte) (header, []byte) {
	block, body := cutBlank(raw)
	if len(block) > p.lim.HeaderBytes {
		block = block[:p.lim.HeaderBytes]
		p.marks.add(HeaderCut)
	}
	fields, rest := p.tidy(block)
	h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(fields)))
	if err != nil {
		p.marks.add(HeaderBroken) // tidy leaves nothing that could be refused
	}
	if rest < len(block) && !p.marks[HeaderCut] {
		body = raw[rest:] // the empty line before the text is missing
	}
	return header{h}, body
}

// cutBlank splits at the first empty line. A message that begins with one has
// no header.
func cutBlank(raw []byte) (head, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			return raw, nil
		}
		if line := raw[at : at+end]; len(line) == 0 || (len(line) == 1 && line[0] == '\r') {
			return raw[:at], raw[at+end+1:]
		}
		at += end + 1
	}
	return raw, nil
}

// tidy keeps the lines of a header block that are fields or continue one, at
// most lim.Fields of them, with NUL and bare CR taken out. It answers also where
// the lines begin after which no field comes any more.
func (p *parser) tidy(block []byte) (out []byte, rest int) {
	out = make([]byte, 0, len(block)+2)
	at, fields, keeping := 0, 0, false
	for line := range bytes.Lines(block) {
		at += len(line)
		text := bytes.TrimRight(line, "\r\n")
		switch {
		case len(text) > 0 && (text[0] == ' ' || text[0] == '\t'):
			if !keeping {
				continue
			}
		case isField(text):
			if fields++; fields > p.lim.Fields {
				p.marks.add(HeaderCut)
				return out, len(block)
			}
			keeping = true
		default:
			keeping = false
			if fields == 0 && bytes.HasPrefix(text, []byte("From ")) { // mbox's own line is no fault
				rest = at
				continue
			}
			p.marks.add(HeaderBroken)
			continue
		}
		rest = at
		out = appendField(out, text)
	}
	return out, rest
}

// appendField adds a line with NUL and bare CR made spaces, byte by byte: the
// rest may be in any charset.
func appendField(out, line []byte) []byte {
	for _, c := range line {
		if c == 0 || c == '\r' {
			c = ' '
		}
		out = append(out, c)
	}
	return append(out, '\r', '\n')
}

// isField reports whether a line has a name of printable characters and a colon.
func isField(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 200 {
		return false
	}
	name := bytes.TrimRight(line[:colon], " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(name) > 0
}

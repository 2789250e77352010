package mail

import (
	"bytes"
	"fmt"
	"strings"
)

// place is where a part stands.
type place struct {
	depth int
	kind  string // the media type of a part that states none
}

func (at place) into(kind string) place {
	at.depth++
	at.kind = kind
	return at
}

// part reads one entity and everything in it. It answers the readable text
// that belongs to the message's own words; all else it files in p.m.
func (p *parser) part(h header, body []byte, at place) string {
	if p.parts++; p.parts > p.lim.Parts {
		p.marks.add(PartsCut)
		p.digestLeaf("", body)
		return ""
	}
	kind, params := mediaType(h.Get("Content-Type"))
	if !strings.Contains(kind, "/") || strings.ContainsAny(kind, " \t\"") {
		kind = at.kind
	}
	if at.depth >= p.lim.Depth && (strings.HasPrefix(kind, "multipart/") || kind == "message/rfc822") {
		p.marks.add(DepthCut)
		p.attach(Attachment{Name: "part.eml", Type: "application/octet-stream", Data: body})
		p.digestLeaf(kind, body)
		return ""
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return p.multipart(kind, params, body, at)
	case kind == "message/rfc822" || kind == "message/global":
		return p.message(h, body, at)
	}
	return p.leaf(h, kind, params, body)
}

// multipart reads the parts of one container and puts their text together.
func (p *parser) multipart(kind string, params map[string]string, body []byte, at place) string {
	p.crypto(kind, params)
	if kind == "multipart/report" && !strings.EqualFold(params["report-type"], "delivery-status") {
		p.m.notice = true
	}
	boundary := params["boundary"]
	pieces, ended := split(body, boundary, p.lim.Parts)
	if len(pieces) == 0 {
		p.marks.add(NoBoundary)
		return p.leaf(header{}, "text/plain", nil, body) // what there is, as text
	}
	p.markIf(!ended, NoEnd)
	p.markIf(len(pieces) >= p.lim.Parts, PartsCut)
	inner := at.into("text/plain")
	if kind == "multipart/digest" {
		inner.kind = "message/rfc822"
	}
	if kind == "multipart/alternative" {
		return p.alternative(pieces, inner)
	}
	var text string
	for _, raw := range pieces {
		h, b := p.splitHeader(raw)
		text = joinBlocks(text, p.part(h, b, inner))
		if len(text) > 2*p.lim.TextBytes {
			p.marks.add(TextCut)
			text = cutRunes(text, 2*p.lim.TextBytes)
		}
	}
	return text
}

// alternative chooses among forms of one text: the plain one, unless it is so
// much shorter that it only says to look at the other.
func (p *parser) alternative(pieces [][]byte, at place) string {
	var plain, rich string
	before := p.marks[HTMLOnly]
	for _, raw := range pieces {
		h, b := p.splitHeader(raw)
		kind, _ := mediaType(h.Get("Content-Type"))
		text := p.part(h, b, at)
		if kind == "" || kind == "text/plain" {
			plain = joinBlocks(plain, text)
		} else if text != "" {
			rich = text // later ones are richer (RFC 2046, 5.1.4)
		}
	}
	if letters(plain) == 0 || (p.parts <= p.lim.Parts && letters(plain)*5 < letters(rich)) {
		return rich
	}
	p.marks[HTMLOnly] = before // its plain form is what counts
	return plain
}

// letters counts what is not blank.
func letters(s string) int {
	n := 0
	for f := range strings.FieldsSeq(s) {
		n += len(f)
	}
	return n
}

// message keeps a message inside this one as a file and its words as history.
func (p *parser) message(h header, body []byte, at place) string {
	body = p.decodeTransfer(body, h.Get("Content-Transfer-Encoding"))
	inner, rest := p.splitHeader(body)
	name := fileName(h)
	if name == "" {
		name = cutRunes(inner.text("Subject", 100), 100) + ".eml"
	}
	p.marks.add(Nested)
	p.attach(Attachment{Name: name, Type: "message/rfc822", Data: body, Mark: Nested})
	if r := p.m.Report; r != nil && r.OriginalID == "" {
		r.OriginalID = firstID(inner.Get("Message-Id"))
	}
	n := len(p.nested)
	p.nested = append(p.nested, "")
	text := p.part(inner, rest, at.into("text/plain"))
	room := p.lim.TextBytes - len(strings.Join(p.nested, ""))
	p.nested[n] = cutRunes(fmt.Sprintf("%s\n%s\n\n%s", inner.text("From", maxName), inner.text("Subject", maxSubject), text), max0(room))
	return ""
}

// leaf reads a part without parts.
func (p *parser) leaf(h header, kind string, params map[string]string, body []byte) string {
	data := p.decodeTransfer(body, h.Get("Content-Transfer-Encoding"))
	p.digestLeaf(kind, data)
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		p.deliveryStatus(data)
		return ""
	case "text/rfc822-headers", "message/rfc822-headers":
		p.originalHeader(data)
		return ""
	}
	name := fileName(h)
	disposition, _ := mediaType(h.Get("Content-Disposition"))
	if !strings.HasPrefix(kind, "text/") || disposition == "attachment" || (name != "" && disposition != "inline") || kind == "text/calendar" || !readable(kind) {
		p.file(kind, params, name, data)
		return ""
	}
	text, marks := decodeCharset(data, charsetLabel(kind, params["charset"], data), 4*p.lim.TextBytes)
	p.marks.add(marks...)
	switch kind {
	case "text/html":
		return p.html(text)
	case "text/enriched", "text/richtext":
		return enriched(text)
	}
	text = strings.ReplaceAll(text, "&nbsp;", " ") // QQ's web mail writes it into its plain form
	return p.uuencoded(text, data)
}

// readable are the kinds of text that are words for people.
func readable(kind string) bool {
	switch kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown":
		return true
	}
	return false
}

// split cuts a body at its boundary lines into at most max pieces, and says
// whether the end was marked. It looks at line starts only, takes LF and CRLF,
// and copies nothing. go-message's own reader stops for good at a part whose
// header is broken; here the next part still counts.
func split(body []byte, boundary string, max int) (pieces [][]byte, ended bool) {
	if boundary == "" || len(boundary) > 200 {
		return nil, false
	}
	mark := []byte("--" + boundary)
	start := -1
	for at := 0; at < len(body); {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			break
		}
		i += at
		at = i + len(mark)
		if i > 0 && body[i-1] != '\n' {
			continue
		}
		line, next := restOfLine(body, at)
		last := bytes.HasPrefix(line, []byte("--"))
		if !last && len(bytes.TrimSpace(line)) > 0 {
			continue // a longer boundary that begins alike
		}
		if start >= 0 {
			pieces = append(pieces, trimBreak(body[start:i]))
		}
		if last || len(pieces) >= max {
			return pieces, last
		}
		start, at = next, next
	}
	if start >= 0 && start < len(body) {
		pieces = append(pieces, body[start:])
	}
	return pieces, false
}

func restOfLine(b []byte, at int) (line []byte, next int) {
	if end := bytes.IndexByte(b[at:], '\n'); end >= 0 {
		return bytes.TrimRight(b[at:at+end], "\r"), at + end + 1
	}
	return b[at:], len(b)
}

// trimBreak takes off the line break that belongs to the boundary.
func trimBreak(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

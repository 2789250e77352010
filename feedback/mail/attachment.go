package mail

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// file keeps a part that is no text, and says what is special about it.
func (p *parser) file(kind string, params map[string]string, name string, data []byte) {
	a := Attachment{Name: name, Type: kind, Data: data}
	switch {
	case kind == "text/calendar" || kind == "application/ics":
		a.Mark = Calendar
		if a.Name == "" {
			a.Name = "calendar.ics"
		}
	case kind == "application/ms-tnef" || strings.EqualFold(name, "winmail.dat"):
		a.Mark = TNEF
	case kind == "application/pkcs7-signature" || kind == "application/x-pkcs7-signature" || kind == "application/pgp-signature":
		a.Mark = SignedMark
	case kind == "application/pkcs7-mime" || kind == "application/x-pkcs7-mime":
		a.Mark = p.smime(params["smime-type"])
	}
	if a.Mark != "" {
		p.marks.add(a.Mark)
	}
	p.attach(a)
}

func (p *parser) attach(a Attachment) { p.m.Attachments = append(p.m.Attachments, a) }

// smime tells signed from encrypted (RFC 8551, 3.2.2).
func (p *parser) smime(kind string) Mark {
	if strings.EqualFold(kind, "signed-data") {
		p.m.Signed = SMIME
		return SignedMark
	}
	p.m.Encrypted = SMIME
	return EncryptedMark
}

// crypto reads the containers of RFC 1847.
func (p *parser) crypto(kind string, params map[string]string) {
	c := PGP
	if strings.Contains(strings.ToLower(params["protocol"]), "pkcs7") {
		c = SMIME
	}
	switch kind {
	case "multipart/signed":
		p.m.Signed = c
	case "multipart/encrypted":
		p.m.Encrypted = c
	}
}

// fileName is the name a part claims, without folders, or empty.
func fileName(h header) string {
	_, params := mediaType(h.Get("Content-Disposition"))
	name := params["filename"]
	if name == "" {
		_, params = mediaType(h.Get("Content-Type"))
		name = params["name"]
	}
	return baseName(name)
}

func baseName(name string) string {
	name = oneLine(name, maxName)
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	return name
}

var (
	uuBegin   = regexp.MustCompile(`(?m)^begin(?:-base64)? [0-7]{3,4} (.{1,200}?)\r?$`)
	metaLabel = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_:.-]{1,40})`)
	xmlLabel  = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,100}encoding=["']([a-z0-9_:.-]{1,40})`)
)

// sniffBytes is how far a charset is looked for inside an HTML part.
const sniffBytes = 2048

// charsetLabel is the charset parameter, or what an HTML part says inside.
func charsetLabel(kind, label string, data []byte) string {
	if label != "" || kind != "text/html" {
		return label
	}
	head := data[:min(len(data), sniffBytes)]
	for _, re := range []*regexp.Regexp{metaLabel, xmlLabel} {
		if m := re.FindSubmatch(head); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// uuencoded takes files out of plain text, as programs before MIME put them.
// The text is in UTF-8; the files are read from the bytes, which may differ.
func (p *parser) uuencoded(text string, data []byte) string {
	if !bytes.Contains(data, []byte("begin ")) {
		return text
	}
	var kept strings.Builder
	for n := 0; n < 20; n++ {
		at := uuBegin.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		file, rest, ok := uudecode(text[at[1]:])
		if !ok {
			kept.WriteString(text[:at[1]])
			text = text[at[1]:]
			continue
		}
		kept.WriteString(text[:at[0]])
		p.marks.add(UUEncoded)
		p.attach(Attachment{Name: baseName(text[at[2]:at[3]]), Type: "application/octet-stream", Data: file, Mark: UUEncoded})
		text = rest
	}
	kept.WriteString(text)
	return kept.String()
}

// uudecode reads lines up to "end". A line that is none ends it with false, so
// that a sentence beginning with "begin" stays text.
func uudecode(s string) (file []byte, rest string, ok bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "\r"), "\n")
	for s != "" {
		line, after, _ := strings.Cut(s, "\n")
		line = strings.TrimRight(line, "\r")
		s = after
		if line == "end" {
			return file, s, true
		}
		if line == "" || line == "`" {
			continue
		}
		n := int(line[0]-' ') & 63
		body := line[1:]
		if line[0] < ' ' || line[0] > '`' || len(body) < (n*4+2)/3 {
			return nil, "", false
		}
		file = append(file, uuline(body, n)...)
	}
	return nil, "", false
}

func uuline(s string, n int) []byte {
	out := make([]byte, 0, n+3)
	for i := 0; len(out) < n; i += 4 {
		var v uint32
		for j := range 4 {
			c := byte('`')
			if i+j < len(s) {
				c = s[i+j]
			}
			v = v<<6 | uint32(c-' ')&63
		}
		out = append(out, byte(v>>16), byte(v>>8), byte(v))
	}
	return out[:n]
}

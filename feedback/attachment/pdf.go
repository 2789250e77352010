package attachment

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
)

// Bounds of what is unpacked of a PDF to look through it.
const (
	pdfStreams = 500
	pdfStream  = 2 << 20  // bytes of one
	pdfTotal   = 24 << 20 // bytes of all
)

// pdfNames are the names in a PDF that staff should know of (ISO 32000-2). Those
// of two or three letters are left out: they stand in packed bytes by chance.
func pdfNames() map[string]string {
	return map[string]string{
		"JavaScript": WarnScript, "Launch": WarnScript, "SubmitForm": WarnScript, "ImportData": WarnScript, "XFA": WarnScript,
		"EmbeddedFile": WarnEmbedded, "EmbeddedFiles": WarnEmbedded, "RichMedia": WarnEmbedded,
		"GoToR": WarnExternal, "GoToE": WarnEmbedded, "Encrypt": WarnEncrypted, "Author": WarnAuthor,
	}
}

// readPDF looks through a PDF; false for one that is not whole. Whatever else it
// may be, it is only ever handed out to be saved.
func readPDF(data []byte) (warnings, bool) {
	if !bytes.Contains(data, []byte("%%EOF")) || !bytes.Contains(data, []byte("obj")) {
		return nil, false
	}
	found := make(warnings)
	p := &pdfScan{names: pdfNames(), found: found}
	p.scan(data)
	left := pdfTotal
	for i, at := range p.packed {
		if i >= pdfStreams || left <= 0 {
			found[WarnDeep] = true
			break
		}
		inner := unpackStream(data, at, min(left, pdfStream))
		left -= len(inner)
		(&pdfScan{names: p.names, found: found}).scan(inner)
	}
	return found, true
}

// pdfScan reads names. In packed it notes where streams begin that may hold more.
type pdfScan struct {
	names  map[string]string
	found  warnings
	packed []int
}

func (p *pdfScan) scan(data []byte) {
	for _, mark := range []string{"<dc:creator", "<xmp:CreatorName", "<pdf:Author"} { // XMP
		if i := bytes.Index(data, []byte(mark)); i >= 0 && worded(data[i:], "</"+mark[1:]) {
			p.found[WarnAuthor] = true
		}
	}
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '/')
		if i < 0 {
			return
		}
		at += i + 1
		name, n := pdfName(data[at:])
		at += n
		code := p.names[name]
		switch {
		case name == "ObjStm" || name == "XML":
			p.packed = append(p.packed, at)
		case code == "" || code == WarnAuthor && blankString(data[at:]):
		default:
			p.found[code] = true
		}
	}
}

// pdfName reads a name with its #xx written out, and how long it stood.
func pdfName(data []byte) (string, int) {
	name := make([]byte, 0, 16)
	for i := 0; i < len(data); i++ {
		c := data[i]
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 || len(name) == 32 {
			return string(name), i
		}
		var b [1]byte
		if c == '#' && i+3 <= len(data) {
			if _, err := hex.Decode(b[:], data[i+1:i+3]); err == nil {
				c, i = b[0], i+2
			}
		}
		name = append(name, c)
	}
	return string(name), len(data)
}

// blankString reports whether an empty string follows.
func blankString(data []byte) bool {
	data = bytes.TrimLeft(data[:min(len(data), 64)], " \t\r\n\f\x00")
	return bytes.HasPrefix(data, []byte("()")) || bytes.HasPrefix(data, []byte("<>")) || bytes.HasPrefix(data, []byte("<FEFF>")) || bytes.HasPrefix(data, []byte("null"))
}

// worded reports whether there is a word before the element of XML at the
// beginning of data ends.
func worded(data []byte, ends string) bool {
	data = data[:min(len(data), 2<<10)]
	if end := bytes.Index(data, []byte(ends)); end > 0 {
		data = data[:end]
	}
	inside := true
	for _, c := range data {
		switch {
		case c == '<':
			inside = true
		case c == '>':
			inside = false
		case !inside && c > ' ':
			return true
		}
	}
	return false
}

// unpackStream answers the beginning of the stream that follows at, unpacked.
func unpackStream(data []byte, at, most int) []byte {
	rest := data[at:min(len(data), at+2<<10)]
	i := bytes.Index(rest, []byte("stream"))
	if i < 0 || bytes.HasPrefix(rest[max(0, i-3):], []byte("endstream")) {
		return nil
	}
	body := bytes.TrimPrefix(bytes.TrimPrefix(data[at+i+len("stream"):], []byte("\r")), []byte("\n"))
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	inner, _ := io.ReadAll(io.LimitReader(z, int64(most))) // cut or broken: what there is
	return inner
}

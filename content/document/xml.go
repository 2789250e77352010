package document

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// xmlReader walks one part by elements, within bounds. It is strict: no entity
// but XML's own five, no DOCTYPE, hence nothing that could be fetched.
type xmlReader struct {
	ctx    context.Context // lives as long as one Read
	src    io.Reader
	dec    *xml.Decoder
	entry  string
	depth  int
	tokens *int // of all parts of the file
}

func newXML(ctx context.Context, r io.Reader, entry string, tokens *int) *xmlReader {
	return &xmlReader{ctx: ctx, src: r, dec: xml.NewDecoder(r), entry: entry, tokens: tokens}
}

func (x *xmlReader) fail(err error, detail string, cause error) error {
	return &Error{Err: err, Entry: x.entry, Detail: detail, Cause: cause}
}

// token answers the next one, io.EOF after the last.
func (x *xmlReader) token() (xml.Token, error) {
	if *x.tokens++; *x.tokens > maxTokens {
		return nil, x.fail(ErrTooLarge, "xml", nil)
	}
	if *x.tokens%1024 == 0 && x.ctx.Err() != nil {
		return nil, x.ctx.Err()
	}
	t, err := x.dec.Token()
	if err != nil {
		return nil, x.readFault(err)
	}
	switch t := t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxXMLDepth {
			return nil, x.fail(ErrTooDeep, "xml", nil)
		}
		if len(t.Attr) > maxAttrs {
			return nil, x.fail(ErrTooLarge, "attributes", nil)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, x.fail(ErrUnsafe, "doctype", nil)
	}
	return t, nil
}

func (x *xmlReader) readFault(err error) error {
	var own *Error
	switch {
	case errors.Is(err, io.EOF) && x.depth == 0:
		return io.EOF
	case errors.As(err, &own):
		return own
	case x.ctx.Err() != nil:
		return x.ctx.Err()
	}
	// A bound that cuts a character in two looks like damage; the reader knows.
	if _, cause := x.src.Read(make([]byte, 1)); errors.As(cause, &own) {
		return own
	}
	return x.fail(ErrDamaged, "xml", err)
}

// root moves into the part's one element.
func (x *xmlReader) root() (xml.StartElement, error) {
	for {
		t, err := x.token()
		if errors.Is(err, io.EOF) {
			return xml.StartElement{}, x.fail(ErrDamaged, "xml", nil)
		}
		if err != nil {
			return xml.StartElement{}, err
		}
		if e, ok := t.(xml.StartElement); ok {
			return e, nil
		}
	}
}

// end reads to the end of the part, so that a checksum that is wrong, or a
// DOCTYPE or second element after the first, is seen.
func (x *xmlReader) end() error {
	for {
		t, err := x.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, ok := t.(xml.StartElement); ok {
			return x.fail(ErrDamaged, "xml", nil)
		}
	}
}

// children calls fn for each child of the element just begun. fn must read its
// element to the end, by children, text or skip.
func (x *xmlReader) children(fn func(xml.StartElement) error) error {
	for {
		t, err := x.token()
		if err != nil {
			return x.unexpected(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := fn(t); err != nil {
				return err
			}
		}
	}
}

// text answers the characters of the element just begun and of those in it.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	for level := 1; level > 0; {
		t, err := x.token()
		if err != nil {
			return "", x.unexpected(err)
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			level++
		case xml.EndElement:
			level--
		}
	}
	return b.String(), nil
}

func (x *xmlReader) unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return x.fail(ErrDamaged, "xml", io.ErrUnexpectedEOF)
	}
	return err
}

func (x *xmlReader) skip() error {
	return x.children(func(xml.StartElement) error { return x.skip() })
}

// attr answers an attribute by its local name: Word writes w:val, the strict
// form of the standard another name space for the same.
func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// on reads a switch such as <w:vanish/> or <w:vanish w:val="0"/>.
func on(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

package pagecache

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/andybalholm/brotli"
	"github.com/valyala/fasthttp"
)

// minPacked is the size from which packing pays.
const minPacked = 512

// Page is one finished answer with status 200.
type Page struct {
	plain, gzip, brotli *form
	tags                []string
	size                int
}

// form is an answer in one encoding, headers and all.
type form struct {
	header   fasthttp.ResponseHeader
	unneeded fasthttp.ResponseHeader // the same as 304
	etag     []byte
	body     []byte
}

// New packs a body. header holds what every answer of the page says.
func New(header *fasthttp.ResponseHeader, body []byte, tags []string) (*Page, error) {
	sum := sha256.Sum256(body)
	etag := hex.EncodeToString(sum[:12])
	p := &Page{tags: tags, plain: newForm(header, "", etag, body)}
	p.size = len(body) + 2048
	if len(body) < minPacked {
		return p, nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("pack page: %w", err)
	}
	if _, err := z.Write(body); err != nil {
		return nil, fmt.Errorf("pack page: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack page: %w", err)
	}
	p.gzip = newForm(header, "gzip", etag+"-g", bytes.Clone(b.Bytes()))
	b.Reset()
	w := brotli.NewWriterLevel(&b, 6)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("pack page: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack page: %w", err)
	}
	p.brotli = newForm(header, "br", etag+"-b", bytes.Clone(b.Bytes()))
	p.size += len(p.gzip.body) + len(p.brotli.body)
	return p, nil
}

func newForm(header *fasthttp.ResponseHeader, encoding, etag string, body []byte) *form {
	f := &form{etag: []byte(`"` + etag + `"`), body: body}
	header.CopyTo(&f.header)
	f.header.SetNoDefaultContentType(true)
	f.header.SetBytesV(fasthttp.HeaderETag, f.etag)
	f.header.CopyTo(&f.unneeded)
	f.unneeded.SetStatusCode(fasthttp.StatusNotModified)
	if encoding != "" {
		f.header.Set(fasthttp.HeaderContentEncoding, encoding)
	}
	return f
}

// Send answers the request from the page.
func (p *Page) Send(ctx *fasthttp.RequestCtx) {
	f := p.pick(ctx.Request.Header.Peek(fasthttp.HeaderAcceptEncoding))
	if match := ctx.Request.Header.Peek(fasthttp.HeaderIfNoneMatch); len(match) > 0 && f.header.StatusCode() == fasthttp.StatusOK && p.has(match) {
		f.unneeded.CopyTo(&ctx.Response.Header)
		return
	}
	f.header.CopyTo(&ctx.Response.Header)
	ctx.Response.SetBodyRaw(f.body)
}

// pick chooses the smallest form that the reader takes (RFC 9110, 12.5.3).
func (p *Page) pick(accept []byte) *form {
	if p.brotli != nil && takes(accept, "br") {
		return p.brotli
	}
	if p.gzip != nil && takes(accept, "gzip") {
		return p.gzip
	}
	return p.plain
}

// takes reports whether an Accept-Encoding names a coding without refusing it.
func takes(accept []byte, coding string) bool {
	for part := range bytes.SplitSeq(accept, []byte(",")) {
		name, weight, _ := bytes.Cut(part, []byte(";"))
		if name = bytes.TrimSpace(name); len(name) == len(coding) && bytes.EqualFold(name, []byte(coding)) {
			return !refused(weight)
		}
	}
	return false
}

// refused reports whether a weight is q=0 in any of its spellings.
func refused(weight []byte) bool {
	name, value, found := bytes.Cut(bytes.TrimSpace(weight), []byte("="))
	return found && bytes.EqualFold(bytes.TrimSpace(name), []byte("q")) && len(bytes.Trim(bytes.TrimSpace(value), "0.")) == 0
}

// has reports whether an If-None-Match names any form of the page: they are
// the same page, and which encoding a reader has kept does not matter.
func (p *Page) has(match []byte) bool {
	if string(match) == "*" {
		return true
	}
	stem := p.plain.etag[:len(p.plain.etag)-1]
	for part := range bytes.SplitSeq(match[:min(len(match), 1000)], []byte(",")) {
		part = bytes.TrimPrefix(bytes.TrimSpace(part), []byte("W/"))
		if rest, ok := bytes.CutPrefix(part, stem); ok && (string(rest) == `"` || string(rest) == `-g"` || string(rest) == `-b"`) {
			return true
		}
	}
	return false
}

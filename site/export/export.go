// Package export writes the public part of a site as files that any web server,
// or none, can show: the same handlers draw the pages, asked one after the
// other from the front page on, and every link in them is made relative.
//
// It must not know what pages are about, nor where the files are kept on the
// machine: it gets a handler, the table of addresses, and a function that
// writes. What needs a program behind it (forms, search, following a
// submission) leads to the live site, or is left out where none is named. The
// files are in Chinese only; the switch of mode and language is left out.
//
// Start reading at this file, then address.go (what becomes of an address) and
// rewrite.go (what becomes of a page).
package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"rectify/site/web"
)

// ErrBroken means that a page of the site leads to an address that does not
// answer; nothing that was written should be used.
var ErrBroken = errors.New("broken link")

// maxPages bounds an export; a site of 2,000 notices has some 60,000 pages.
const maxPages = 2_000_000

// Exporter is one export.
type Exporter struct {
	Serve fasthttp.RequestHandler
	Table []web.Route
	Base  string // path before every address of the site, without a trailing slash
	// Origin is scheme and host of the place where the files will stand, empty
	// when it is not known: feeds and site maps, which need whole addresses, are
	// left out then.
	Origin string
	Live   string // whole address of the live site, without a trailing slash; empty: none
	// Write keeps one file; the name has slashes and no dotted part.
	Write func(name string, data []byte) error

	seen   map[string]string // address → page that led there
	folded map[string]string // file name in small letters → file name
	queue  []string
	icons  *icons
}

// Run asks for every public page and writes it. It answers how many files it
// wrote.
func (x *Exporter) Run(ctx context.Context) (int, error) {
	x.seen, x.folded = make(map[string]string), make(map[string]string)
	for _, r := range x.Table {
		if x.static(r) && !strings.Contains(r.Path, ":") && (x.Origin != "" || !needsOrigin(r.Path)) {
			x.enqueue(r.Path, "")
		}
	}
	for n := 0; len(x.queue) > 0; n++ {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if n == maxPages {
			return n, fmt.Errorf("more than %d pages", maxPages)
		}
		address := x.queue[0]
		x.queue = x.queue[1:]
		if err := x.page(address); err != nil {
			return n, fmt.Errorf("%s (from %s): %w", address, x.seen[address], err)
		}
	}
	return len(x.folded), nil
}

// enqueue notes an address of ours, in its canonical form, to be asked for once.
func (x *Exporter) enqueue(address, from string) {
	if _, known := x.seen[address]; known {
		return
	}
	if from == "" {
		from = "the table of addresses"
	}
	x.seen[address] = from
	x.queue = append(x.queue, address)
}

// page asks for one address and writes its file.
func (x *Exporter) page(address string) error {
	res, err := x.ask(address)
	if err != nil {
		return err
	}
	name := fileOf(address)
	body := res.Body()
	kind, _, err := mime.ParseMediaType(string(res.Header.ContentType()))
	switch {
	case res.StatusCode() == fasthttp.StatusSeeOther:
		body, err = x.elsewhere(address, string(res.Header.Peek(fasthttp.HeaderLocation)))
	case res.StatusCode() != fasthttp.StatusOK:
		return fmt.Errorf("answers %d: %w", res.StatusCode(), ErrBroken)
	case err != nil:
		return fmt.Errorf("type of the answer: %w", err)
	case (kind == "text/html") != strings.HasSuffix(name, ".html"):
		return fmt.Errorf("answers %s, which cannot stand in %s", kind, name)
	case kind == "text/html":
		body, err = x.html(address, body)
	case needsOrigin(address):
		body = x.absolute(address, body)
	}
	if err != nil {
		return err
	}
	return x.keep(name, body)
}

// keep writes a file. Two names that differ only in small and capital letters
// would be one file on many machines.
func (x *Exporter) keep(name string, body []byte) error {
	low := strings.ToLower(name)
	if other, taken := x.folded[low]; taken {
		return fmt.Errorf("files %s and %s cannot stand side by side", name, other)
	}
	x.folded[low] = name
	return x.Write(name, body)
}

// ask lets the site answer in this process, in Chinese.
func (x *Exporter) ask(address string) (*fasthttp.Response, error) {
	var req fasthttp.Request
	req.Header.SetMethod(fasthttp.MethodGet)
	req.SetRequestURI(x.Base + address)
	req.Header.SetHost("export.invalid")
	req.Header.Set(fasthttp.HeaderAcceptLanguage, "zh-CN")
	var c fasthttp.RequestCtx
	c.Init(&req, nil, nil)
	x.Serve(&c)
	res := &fasthttp.Response{}
	c.Response.CopyTo(res)
	if len(res.Header.ContentEncoding()) > 0 {
		return nil, fmt.Errorf("answers packed as %s", res.Header.ContentEncoding())
	}
	return res, nil
}

// elsewhere is a page that leads on to where the site sends its readers.
func (x *Exporter) elsewhere(address, location string) ([]byte, error) {
	to, ok := x.link(address, location)
	if !ok {
		return nil, fmt.Errorf("leads to %s: %w", location, ErrBroken)
	}
	var b bytes.Buffer
	u := (&url.URL{Path: to}).String() // only for an address that cannot be parsed
	if parsed, err := url.Parse(to); err == nil {
		u = parsed.String()
	}
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>→</title><meta http-equiv=\"refresh\" content=\"0; url=%[1]s\"></head><body><p><a href=\"%[1]s\">→</a></p></body></html>\n", escapeAttr(u))
	return b.Bytes(), nil
}

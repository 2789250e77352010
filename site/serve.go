package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rectify/site/guard"
	"rectify/site/pagecache"
	"rectify/site/web"
)

// Serve answers one request: a kept page at once, everything else through the
// guards to its route.
func (s *Site) Serve(ctx *fasthttp.RequestCtx) {
	s.cfg.Figures.Requests.Add(1)
	if ctx.IsGet() || ctx.IsHead() {
		var buf [512]byte
		if p := s.cache.Get(s.key(buf[:0], ctx)); p != nil {
			s.cfg.Figures.Hits.Add(1)
			p.Send(ctx)
			return
		}
	}
	guard.Headers(&ctx.Response.Header, s.links.Secure())
	if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
		// Fiber would answer a method that it does not know by itself, in
		// English; as TRACE it meets our own 405 or 404.
		ctx.Request.Header.SetMethod(fiber.MethodTrace)
	}
	s.inner(ctx)
}

// key is the address as it was asked for, with language and mode before it.
func (s *Site) key(buf []byte, ctx *fasthttp.RequestCtx) []byte {
	buf = append(buf, modeMark(ctx))
	return append(buf, ctx.Request.Header.RequestURI()...)
}

// modeMark is one letter for each of the four ways to show a page.
func modeMark(ctx *fasthttp.RequestCtx) byte {
	h := &ctx.Request.Header
	mode := web.ReadMode(string(h.Cookie(web.ModeCookie)), string(h.Peek(fasthttp.HeaderAcceptLanguage)))
	mark := byte('a')
	if mode.Elder {
		mark++
	}
	if mode.Lang == "en" {
		mark += 2
	}
	return mark
}

// errPanic is a fault of ours in one request.
var errPanic = errors.New("panic")

// survive makes an error of a panic, which must not end the program. The log
// gets the kind of the value and where, not the value: it may hold what
// somebody wrote.
func survive(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%w: %T at %s", errPanic, v, debug.Stack())
	}
}

// route wraps a row's handler into what every request of the row needs.
func (s *Site) route(r web.Route) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		defer survive(&err)
		if !guard.PlainPath(c.Context()) {
			return web.NotFound()
		}
		life, upload := requestLife, r.Uploads.Files > 0 && web.Streams(c)
		if upload {
			life = uploadLife
		}
		ctx, cancel := context.WithTimeout(context.Background(), life)
		defer cancel()
		c.SetUserContext(ctx)
		if upload {
			leave, err := s.enterUpload(c, r.Uploads)
			defer leave()
			if err != nil {
				return err
			}
		}
		if r.Files > 0 {
			// Nobody but staff may make us hold a file in memory.
			who, err := s.gate.Known(c)
			if err != nil {
				return err
			}
			if who == nil {
				guard.Drain(c.Context())
				return web.Error{Status: fiber.StatusUnauthorized, Code: "signed-out"}
			}
			web.TakeFiles(c)
		}
		if r.Method == fiber.MethodPost && !upload {
			if err := s.enter(c, r); err != nil {
				return err
			}
		}
		if err := s.limit(c, r); err != nil {
			return err
		}
		if r.Access.Staff {
			if done, err := s.gate.Admit(c, r.Access); done || err != nil {
				return err
			}
		}
		if r.Cache {
			return s.cached(c, r)
		}
		return r.Handler(c)
	}
}

// enter lets a POST in: its body within bounds, from a page of ours.
func (s *Site) enter(c *fiber.Ctx, r web.Route) error {
	if err := guard.ReadBody(c.Context(), max(guard.MaxBody, r.Files)); err != nil {
		switch large := errors.Is(err, guard.ErrTooLarge); {
		case large && r.Files > 0:
			return web.Error{Status: fiber.StatusRequestEntityTooLarge, Code: "file-large", Detail: err}
		case large:
			return fiber.ErrRequestEntityTooLarge
		}
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request", Detail: err}
	}
	if !guard.SameOrigin(c.Context(), s.links.Origin()) {
		return web.Error{Status: fiber.StatusForbidden, Code: "origin"}
	}
	return nil
}

// limit counts a request of a limited row.
func (s *Site) limit(c *fiber.Ctx, r web.Route) error {
	if r.Limit == web.NoLimit {
		return nil
	}
	if ok, wait := s.watch.Allow(c.Context(), string(r.Limit)); !ok {
		return web.TooMany(c, wait)
	}
	return nil
}

// varies names what else than the address makes another answer.
const varies = "Accept-Encoding, Accept-Language, Cookie"

// cached answers a page from the cache, or makes it once for everybody who
// asks at the same time.
func (s *Site) cached(c *fiber.Ctx, r web.Route) error {
	query, known := canonical(c, r)
	if !known {
		web.Private(c) // not kept here, so nowhere else
		c.Set(fiber.HeaderVary, varies)
		return r.Handler(c)
	}
	// Nothing but the path and these fields can change the page: the rest of
	// the query is not even seen by the handler.
	path := string(c.Request().URI().PathOriginal())
	uri := path
	if query != "" {
		uri += "?" + query
	}
	c.Request().SetRequestURI(uri)
	key := string(append([]byte{modeMark(c.Context())}, uri...))
	if p := s.cache.Get([]byte(key)); p != nil {
		p.Send(c.Context())
		return nil
	}
	made, err, _ := s.making.Do(key, func() (any, error) { return s.make(c, r, key) })
	if err != nil {
		return err
	}
	if p, ok := made.(*pagecache.Page); ok && p != nil {
		p.Send(c.Context())
	}
	return nil
}

// canonical is the query in the one form under which pages are kept; false when
// it holds more than the page knows.
func canonical(c *fiber.Ctx, r web.Route) (string, bool) {
	raw := c.Request().URI().QueryString()
	if len(raw) == 0 {
		return "", true
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil || len(raw) > 300 {
		return "", false
	}
	for name, list := range values {
		if !slices.Contains(r.Query, name) {
			values.Del(name) // foreign fields, as mail and chat programs add them
			continue
		}
		values[name] = list[:1]
	}
	return values.Encode(), true
}

// make lets the handler draw the page and keeps it when it is one.
func (s *Site) make(c *fiber.Ctx, r web.Route, key string) (p *pagecache.Page, err error) {
	defer survive(&err) // here, not for everybody who waits for the page
	turn := s.cache.Turn()
	if err := r.Handler(c); err != nil {
		return nil, err
	}
	res := c.Response()
	if len(res.Header.Peek(fiber.HeaderCacheControl)) == 0 {
		// A kept page may be shown again only after asking whether it changed.
		res.Header.Set(fiber.HeaderCacheControl, "no-cache")
	}
	res.Header.Set(fiber.HeaderVary, varies)
	p, err = pagecache.New(&res.Header, bytes.Clone(res.Body()), append(web.Tags(c), web.TagAll))
	if err != nil {
		return nil, fmt.Errorf("keep page: %w", err)
	}
	switch lack := web.Lacking(c); {
	case lack != nil:
		s.cfg.Figures.Lacking.Add(1)
		s.cfg.Log.Warn("page shown without opinions", "route", r.Path, "err", lack)
	case res.StatusCode() == fiber.StatusOK:
		s.cache.Put(key, p, turn)
	}
	return p, nil
}

package guard

import (
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// SameOrigin reports whether a request that changes something may come from a
// page of this site. own is the configured origin, empty when unknown: then
// the Host header is what the browser's own headers are held against.
// A request without any of the browser's headers is no cross-site forgery.
func SameOrigin(ctx *fasthttp.RequestCtx, own string) bool {
	h := &ctx.Request.Header
	site, origin := string(h.Peek("Sec-Fetch-Site")), string(h.Peek(fasthttp.HeaderOrigin))
	if site != "" && site != "same-origin" && site != "none" {
		return false
	}
	if origin == "null" {
		return site == "same-origin" // said by the browser itself; pages cannot set it
	}
	if origin == "" {
		referer := string(h.Peek(fasthttp.HeaderReferer))
		if referer == "" {
			return true
		}
		u, err := url.Parse(referer)
		if err != nil {
			return false
		}
		origin = u.Scheme + "://" + u.Host
	}
	if own != "" {
		return strings.EqualFold(origin, own)
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, string(h.Host()))
}

package guard

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"
)

// Proxies are the addresses whose X-Forwarded-For is believed; none by default.
type Proxies []netip.Prefix

// ParseProxies reads a list of addresses and prefixes, divided by commas.
func ParseProxies(list string) (Proxies, error) {
	var p Proxies
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if a, err := netip.ParseAddr(part); err == nil {
			p = append(p, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q: %w", part, err)
		}
		p = append(p, prefix.Masked())
	}
	return p, nil
}

func (p Proxies) trusts(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// Client is the address that asks: the peer, or, where the peer is a trusted
// proxy, the last address in X-Forwarded-For that is not one.
func (p Proxies) Client(ctx *fasthttp.RequestCtx) netip.Addr {
	peer, ok := netip.AddrFromSlice(ctx.RemoteIP())
	if !ok {
		return netip.IPv6Unspecified()
	}
	peer = peer.Unmap()
	if !p.trusts(peer) {
		return peer
	}
	// A proxy may add a line of its own after the one that the client sent:
	// together they are one list (RFC 9110, 5.3).
	lines := ctx.Request.Header.PeekAll(fasthttp.HeaderXForwardedFor)
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for i := len(hops) - 1; i >= 0 && i >= len(hops)-20; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return peer
		}
		if a = a.Unmap(); !p.trusts(a) {
			return a
		}
		peer = a
	}
	return peer
}

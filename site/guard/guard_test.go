package guard_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/site/guard"
)

func request(target string, header ...string) *fasthttp.RequestCtx {
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, nil, nil)
	ctx.Request.Header.SetRequestURI(target)
	for i := 0; i+1 < len(header); i += 2 {
		ctx.Request.Header.Add(header[i], header[i+1])
	}
	return &ctx
}

// T21, T22: whose address counts, by peer, trusted proxies and X-Forwarded-For.
func TestClient(t *testing.T) {
	t.Parallel()
	const trusted = "10.0.0.0/8, 127.0.0.1, fd00::/8, ::ffff:192.0.2.1"
	hops := strings.TrimSuffix(strings.Repeat("6.6.6.6, ", 100), ", ")
	for _, c := range []struct {
		peer, want string
		lines      []string
	}{
		{"203.0.113.9", "203.0.113.9", nil},
		{"203.0.113.9", "203.0.113.9", []string{"127.0.0.1"}}, // nobody's word
		{"127.0.0.1", "127.0.0.1", nil},
		{"127.0.0.1", "203.0.113.9", []string{"203.0.113.9"}},
		{"127.0.0.1", "203.0.113.9", []string{"1.2.3.4, 203.0.113.9"}}, // what the client wrote stands to the left
		{"127.0.0.1", "203.0.113.9", []string{"1.2.3.4,203.0.113.9,10.0.0.7"}},
		{"127.0.0.1", "203.0.113.9", []string{"1.2.3.4", "203.0.113.9"}}, // the proxy wrote a line of its own
		{"127.0.0.1", "203.0.113.9", []string{hops + ", 203.0.113.9"}},
		{"127.0.0.1", "203.0.113.9", []string{hops, "10.1.1.1", "203.0.113.9, 10.0.0.3"}},
		{"127.0.0.1", "127.0.0.1", []string{"1.2.3.4, _hidden"}},
		{"127.0.0.1", "127.0.0.1", []string{"1.2.3.4, unknown"}},
		{"127.0.0.1", "127.0.0.1", []string{""}},
		{"127.0.0.1", "127.0.0.1", []string{"203.0.113.9, "}},
		{"127.0.0.1", "10.0.0.7", []string{"10.0.0.7"}},
		{"::1", "::1", []string{"1.2.3.4"}},
		{"fd00::5", "2001:db8::1", []string{"2001:db8::1"}},
		{"fd00::5", "203.0.113.9", []string{"::ffff:203.0.113.9"}},
		{"::ffff:10.0.0.1", "203.0.113.9", []string{"203.0.113.9"}},
	} {
		p, err := guard.ParseProxies(trusted)
		if err != nil {
			t.Fatal(err)
		}
		ctx := request("/")
		ctx.SetRemoteAddr(&net.TCPAddr{IP: net.ParseIP(c.peer), Port: 1})
		for _, l := range c.lines {
			ctx.Request.Header.Add("X-Forwarded-For", l)
		}
		ctx.Request.Header.Set("X-Real-Ip", "9.9.9.9")
		ctx.Request.Header.Set("Forwarded", "for=9.9.9.9")
		if got := p.Client(ctx).String(); got != c.want {
			t.Errorf("peer %s, X-Forwarded-For %.60q: %s, want %s", c.peer, c.lines, got, c.want)
		}
		if got := guard.Proxies(nil).Client(ctx); got != netip.MustParseAddr(c.peer).Unmap() {
			t.Errorf("no proxy is trusted, peer %s: %s", c.peer, got)
		}
	}
	for _, bad := range []string{"x", "10.0.0.0/33", "10.0.0.1,,y", "localhost"} {
		if _, err := guard.ParseProxies(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	l := guard.NewLimiter(map[string]guard.Rate{"a": {Most: 5, Over: 5 * time.Minute}, "b": {Most: 1, Over: time.Hour}}, func() time.Time { return now })
	addr := netip.MustParseAddr("203.0.113.9")
	burst := func(class string, a netip.Addr) (n int, wait time.Duration) {
		for range 100 {
			ok, w := l.Allow(class, a)
			if !ok {
				return n, w
			}
			n++
		}
		return n, 0
	}
	if n, wait := burst("a", addr); n != 5 || wait <= 0 || wait > time.Minute {
		t.Errorf("a burst of %d, then wait %v", n, wait)
	}
	if n, _ := burst("b", addr); n != 1 {
		t.Errorf("another class is counted with the first: %d", n)
	}
	if n, _ := burst("none", addr); n != 100 {
		t.Errorf("an unknown class is limited to %d", n)
	}
	now = now.Add(2*time.Minute + time.Second)
	if n, _ := burst("a", addr); n != 2 {
		t.Errorf("%d given back after two minutes", n)
	}
	now = now.Add(time.Hour)
	if n, _ := burst("a", addr); n != 5 {
		t.Errorf("%d given back after an hour, more than a burst is never", n)
	}
	now = now.Add(-30 * time.Minute) // F35: a clock that goes back gives nothing
	if n, wait := burst("a", addr); n != 0 || wait > time.Hour {
		t.Errorf("%d after the clock went back, wait %v", n, wait)
	}
	now = now.Add(30 * time.Minute)
	// IPv6 is counted by network, IPv4 by address.
	if n, _ := burst("b", netip.MustParseAddr("2001:db8:0:1::1")); n != 1 {
		t.Errorf("IPv6: %d", n)
	}
	if n, _ := burst("b", netip.MustParseAddr("2001:db8:0:1:ffff::2")); n != 0 {
		t.Errorf("another address of the same network: %d", n)
	}
	if n, _ := burst("b", netip.MustParseAddr("2001:db8:0:2::1")); n != 1 {
		t.Errorf("another network: %d", n)
	}
	if n, _ := burst("b", netip.MustParseAddr("203.0.113.10")); n != 1 {
		t.Errorf("the next address: %d", n)
	}
	// After a day the salt is another: nothing is remembered.
	now = now.Add(24*time.Hour + time.Minute)
	if n, _ := burst("b", addr); n != 1 {
		t.Errorf("after the salt was renewed: %d", n)
	}
	for i := range 1 << 18 { // memory is bounded; the flood itself stays allowed or not, but ends
		l.Allow("b", netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
}

// T19: the one way in which this site writes paths.
func TestPlainPath(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"/", "/desk", "/notices/a-b_c.md", "/notices/%E4%B8%AD", "/notices/%e4%b8%ad", "/notices/中", "/a?x=%2f..//;\\", "/feedback/2026-000001", "/a/"} {
		if !guard.PlainPath(request(good)) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"desk", "//desk", "/desk//x", "/./desk", "/x/../desk", "/desk/.", "/desk/..", "/desk%2f", "/desk%2Fx", "/%2e%2e/desk", "/desk%5c", "/desk\\", "/desk;x", "/desk#x", "/desk%00", "/desk%0d%0aX:y", "/desk%7f", "/desk%252e",
		"/desk%", "/desk%2", "/desk%zz", "/desk\xff", "/a b", "/a\x7f", "/" + strings.Repeat("a", 2000), "http://x/desk", "*",
		"/%64esk", "/notices/%63ulture", "/notices/a%2Db", "/feedback/%32026-000001", // another spelling of the same page
	} {
		if guard.PlainPath(request(bad)) {
			t.Errorf("%.40q is taken", bad)
		}
	}
}

func FuzzPlainPath(f *testing.F) {
	for _, s := range []string{"/", "/a%20b", "/%", "/..", "/\xff", "/a?b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ctx := request("/")
		ctx.Request.Header.SetRequestURI(s)
		path, _, _ := strings.Cut(string(ctx.Request.Header.RequestURI()), "?") // an empty one is read as "/"
		if guard.PlainPath(ctx) && (!strings.HasPrefix(path, "/") || strings.Contains(path, "//") || strings.Contains(path+"/", "/../") || strings.ContainsAny(path, "\\;\r\n\x00 ")) {
			t.Errorf("%q is taken", s)
		}
	})
}

// T41, T42: which forms may come from a page of ours.
func TestSameOrigin(t *testing.T) {
	t.Parallel()
	const own = "https://www.linshui.example"
	for _, c := range []struct {
		own, host string
		header    []string
		want      bool
	}{
		{own, "x", nil, true}, // no browser
		{own, "x", []string{"Origin", own}, true},
		{own, "x", []string{"Origin", "HTTPS://WWW.linshui.example"}, true},
		{own, "x", []string{"Origin", "http://www.linshui.example"}, false},
		{own, "x", []string{"Origin", "https://www.linshui.example:8443"}, false},
		{own, "x", []string{"Origin", "https://www.linshui.example.evil"}, false},
		{own, "x", []string{"Origin", "https://sub.www.linshui.example"}, false},
		{own, "evil", []string{"Origin", "https://evil"}, false}, // a forged Host does not help
		{own, "x", []string{"Origin", "null"}, false},
		{own, "x", []string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, true},
		{own, "x", []string{"Origin", "null", "Sec-Fetch-Site", "none"}, false},
		{own, "x", []string{"Origin", own, "Sec-Fetch-Site", "cross-site"}, false},
		{own, "x", []string{"Sec-Fetch-Site", "same-site"}, false},
		{own, "x", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{own, "x", []string{"Sec-Fetch-Site", "none"}, true},
		{own, "x", []string{"Sec-Fetch-Site", "rubbish"}, false},
		{own, "x", []string{"Referer", own + "/zt/feedback/new?x=1"}, true},
		{own, "x", []string{"Referer", "https://evil/" + own}, false},
		{own, "x", []string{"Referer", "https://www.linshui.example@evil/"}, false},
		{own, "x", []string{"Referer", "%zz"}, false},
		{"", "site.example:8080", []string{"Origin", "http://site.example:8080"}, true},
		{"", "site.example:8080", []string{"Origin", "http://site.example"}, false},
		{"", "site.example", []string{"Origin", "https://evil"}, false},
		{"", "", []string{"Origin", "https://"}, false},
	} {
		ctx := request("/", c.header...)
		ctx.Request.Header.SetHost(c.host)
		if got := guard.SameOrigin(ctx, c.own); got != c.want {
			t.Errorf("own %q, host %q, %q: %v", c.own, c.host, c.header, got)
		}
	}
}

package pagecache_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/valyala/fasthttp"

	"rectify/site/pagecache"
)

func page(t *testing.T, body string, tags ...string) *pagecache.Page {
	t.Helper()
	var h fasthttp.ResponseHeader
	h.Set("Content-Type", "text/html; charset=utf-8")
	p, err := pagecache.New(&h, []byte(body), tags)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func send(p *pagecache.Page, header ...string) *fasthttp.Response {
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, nil, nil)
	for i := 0; i+1 < len(header); i += 2 {
		ctx.Request.Header.Set(header[i], header[i+1])
	}
	p.Send(&ctx)
	return &ctx.Response
}

// RFC 9110, 12.5.3: which coding a reader takes.
func TestAcceptEncoding(t *testing.T) {
	t.Parallel()
	long := page(t, strings.Repeat("整改进展。", 500))
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "br": "br", "gzip, br": "br", "br,gzip": "br", "gzip, deflate": "gzip", "deflate": "", "identity": "",
		"br;q=0": "", "br;q=0, gzip": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "gzip ;q=0.000": "", "gzip;Q=0": "", "gzip;\tq=0": "", "br; q = 0": "",
		"gzip;q=1": "gzip", "gzip;q=0.5": "gzip", "gzip;q=0.001": "gzip", "br;q=1.0": "br", "br;q=0.1, gzip;q=0.9": "br",
		"x-gzip": "", "x-br, br": "br", "brotli": "", "gzipx": "", "gzip;x=y": "gzip", "GZIP": "gzip", "Br": "br", " gzip ": "gzip", ",,gzip,,": "gzip", "*": "", "*;q=0": "",
		"identity;q=0, br": "br", "gzip;q=": "", "q=0": "", strings.Repeat("x,", 5000) + "br": "br",
	} {
		res := send(long, "Accept-Encoding", accept)
		if got := string(res.Header.Peek("Content-Encoding")); got != want && (accept != "gzip;q=" || got != "gzip") {
			t.Errorf("Accept-Encoding %.40q answers in %q, want %q", accept, got, want)
		}
		plain, err := res.BodyUncompressed()
		if err != nil || string(plain) != strings.Repeat("整改进展。", 500) {
			t.Errorf("Accept-Encoding %.40q: another page (%v)", accept, err)
		}
	}
	if got := send(page(t, "short"), "Accept-Encoding", "br, gzip").Header.Peek("Content-Encoding"); len(got) > 0 {
		t.Errorf("a short page is packed as %s", got)
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	p := page(t, strings.Repeat("整改进展。", 500))
	tags := make(map[string]string)
	for _, coding := range []string{"", "gzip", "br"} {
		tags[coding] = string(send(p, "Accept-Encoding", coding).Header.Peek("Etag"))
	}
	if tags[""] == tags["gzip"] || tags["gzip"] == tags["br"] {
		t.Errorf("one strong ETag for different bytes: %v", tags)
	}
	stem := strings.Trim(tags[""], `"`)
	for match, want := range map[string]int{
		tags[""]: 304, tags["gzip"]: 304, "W/" + tags["br"]: 304, `"a", ` + tags["gzip"] + `, "b"`: 304, "*": 304,
		`"a"`: 200, stem: 200, `"` + stem: 200, `"` + stem + `x"`: 200, `"` + stem + `-x"`: 200, "": 200, `""`: 200, strings.Repeat(`"a",`, 1000): 200,
	} {
		res := send(p, "Accept-Encoding", "br", "If-None-Match", match)
		if res.StatusCode() != want || (want == 304) != (len(res.Body()) == 0) {
			t.Errorf("If-None-Match %.60q answers %d with %d bytes", match, res.StatusCode(), len(res.Body()))
		}
	}
	var h fasthttp.ResponseHeader
	h.SetStatusCode(303)
	h.Set("Location", "/x")
	moved, err := pagecache.New(&h, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res := send(moved, "If-None-Match", "*"); res.StatusCode() != 303 || string(res.Header.Peek("Location")) != "/x" {
		t.Errorf("a redirect answers %d", res.StatusCode())
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	c := pagecache.NewCache()
	c.Put("a", page(t, "a", "one", "all"), c.Turn())
	c.Put("b", page(t, "b", "two", "all"), c.Turn())
	c.Put("b", page(t, "b again", "three", "all"), c.Turn())
	c.Drop("two")
	if c.Get([]byte("b")) == nil {
		t.Error("dropped by a tag that it has no more")
	}
	c.Drop("one", "none")
	if c.Get([]byte("a")) != nil || c.Get([]byte("b")) == nil {
		t.Error("Drop takes another page than its own")
	}
	turn := c.Turn()
	c.Drop("none")
	c.Put("late", page(t, "made before the change"), turn)
	if c.Get([]byte("late")) != nil {
		t.Error("what was made before a change is kept after it")
	}
	turn = c.Turn()
	c.Clear()
	c.Put("late", page(t, "x"), turn)
	if c.Get([]byte("late")) != nil || c.Get([]byte("b")) != nil {
		t.Error("Clear leaves something")
	}
	key := []byte("key")
	c.Put("key", page(t, "x"), c.Turn())
	_ = c.Get(key)
	copy(key, "xxx")
	if c.Get([]byte("key")) == nil {
		t.Error("the key is the caller's buffer")
	}
}

// The cache is bounded however many pages there are.
func TestBound(t *testing.T) {
	t.Parallel()
	c := pagecache.NewCache()
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	big := page(t, string(noise))
	for i := range 200 {
		c.Put(fmt.Sprint(i), big, c.Turn())
	}
	kept := 0
	for i := range 200 {
		if c.Get([]byte(fmt.Sprint(i))) != nil {
			kept++
		}
	}
	if kept == 0 || kept > 128 {
		t.Errorf("%d pages of 3 MB are kept", kept)
	}
	huge := page(t, string(bytes.Repeat(noise, 18)))
	c.Put("huge", huge, c.Turn())
	if c.Get([]byte("huge")) != nil {
		t.Error("one page takes more than a sixteenth")
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	c := pagecache.NewCache()
	p := page(t, strings.Repeat("a", 1000), "t")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 500 {
				key := fmt.Sprint(k % 17)
				switch (i + k) % 5 {
				case 0:
					c.Put(key, p, c.Turn())
				case 1:
					c.Drop("t")
				case 2:
					if k%50 == 0 {
						c.Clear()
					}
				default:
					if got := c.Get([]byte(key)); got != nil && len(send(got, "Accept-Encoding", "gzip").Body()) == 0 {
						t.Error("an empty page")
					}
				}
			}
		})
	}
	wg.Wait()
}

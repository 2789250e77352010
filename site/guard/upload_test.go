package guard_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/site/guard"
)

// A turn is given to so many, of one network to fewer, and is free once it is
// given back, however often that is said.
func TestTurns(t *testing.T) {
	t.Parallel()
	turns := &guard.Turns{Most: 3, Each: 2}
	one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	six, same := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff:1")
	take := func(addr netip.Addr, want bool) func() {
		t.Helper()
		give, ok := turns.Take(addr)
		if ok != want || ok != (give != nil) {
			t.Errorf("%v: %v, want %v", addr, ok, want)
		}
		return give
	}
	first, second := take(one, true), take(one, true)
	take(one, false)
	third := take(two, true)
	take(two, false)
	first()
	first()
	take(one, true)
	take(two, false)
	second()
	third()
	a, b := take(six, true), take(same, true) // beside the one of 192.0.2.1
	a()
	b()
	take(netip.Addr{}, true)
}

// A body that stops ends at its time, one that is too long where it is too long,
// and one that comes in time is whole (T20).
func TestStream(t *testing.T) {
	t.Parallel()
	type outcome struct {
		n    int
		err  error
		took time.Duration
	}
	got := make(chan outcome, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &fasthttp.Server{StreamRequestBody: true, MaxRequestBodySize: 1 << 10, ReadTimeout: time.Minute, Handler: func(ctx *fasthttp.RequestCtx) {
		began := time.Now()
		body, err := guard.Stream(ctx, 100_000, began.Add(400*time.Millisecond))
		var data []byte
		if err == nil {
			data, err = io.ReadAll(body)
		}
		got <- outcome{len(data), err, time.Since(began)}
	}}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Shutdown() })
	for name, c := range map[string]struct {
		head string
		body string
		want error
	}{
		"whole":           {"Content-Length: 50000", string(make([]byte, 50_000)), nil},
		"none":            {"Content-Length: 0", "", nil},
		"stops":           {"Content-Length: 50000", string(make([]byte, 20_000)), guard.ErrSlow},
		"too long, said":  {"Content-Length: 100001", string(make([]byte, 20_000)), guard.ErrTooLarge},
		"too long, comes": {"Transfer-Encoding: chunked", "186A1\r\n" + string(make([]byte, 100_001)), guard.ErrTooLarge},
		"most":            {"Transfer-Encoding: chunked", "186A0\r\n" + string(make([]byte, 100_000)) + "\r\n0\r\n\r\n", nil},
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\n"+c.head+"\r\n\r\n"+c.body)
		var o outcome
		select {
		case o = <-got:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nobody reads it", name)
		}
		if !errors.Is(o.err, c.want) || o.took > 5*time.Second {
			t.Errorf("%s: %d bytes, %v after %v; want %v", name, o.n, o.err, o.took, c.want)
		}
		_ = conn.Close()
	}
}

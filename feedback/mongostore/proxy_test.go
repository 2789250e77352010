package mongostore

import (
	"math/rand/v2"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// proxy stands between driver and server and cuts connections in the middle of
// what the driver says: in the middle of a request, or between a request and
// its answer.
type proxy struct {
	listener net.Listener
	server   string
	left     atomic.Int64 // cuts still to be made
	cuts     atomic.Int64 // cuts made
}

// oneIn is how seldom a piece of traffic is cut while cuts are left.
const oneIn = 12

// through starts a proxy before the server of uri and answers the uri of the
// way through it.
func through(t *testing.T, uri string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &proxy{listener: l, server: u.Host}
	go p.serve()
	u.Host = l.Addr().String()
	q := u.Query()
	q.Set("directConnection", "true") // or the driver would find the server itself
	u.RawQuery = q.Encode()
	return p, u.String()
}

func (p *proxy) serve() {
	for {
		driver, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = driver.Close()
			continue
		}
		go p.carry(server, driver, false)
		go p.carry(driver, server, true)
	}
}

// carry copies until one side ends, or until it is to cut.
func (p *proxy) carry(from, to net.Conn, mayCut bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if mayCut && n > 0 && rand.IntN(oneIn) == 0 && p.left.Add(-1) >= 0 {
			p.cuts.Add(1)
			p.cut(from, to, buf[:n])
			return
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// cut ends a connection: after half of the request, or after all of it, with
// time for the server to do it but nobody left to hear the answer.
func (p *proxy) cut(driver, server net.Conn, request []byte) {
	if rand.IntN(2) == 0 {
		_, _ = server.Write(request[:len(request)/2])
		return
	}
	_ = driver.Close()
	_, _ = server.Write(request)
	time.Sleep(20 * time.Millisecond)
}

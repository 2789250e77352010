// Package proxy stands between a driver and its server and breaks the network
// as tests want it: it cuts connections in the middle of what is said, is away
// altogether, or takes everything and passes nothing on.
//
// It must not know what is said.
//
// Start reading at New.
package proxy

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// oneIn is how seldom a piece of traffic is cut while cuts are left.
const oneIn = 12

// Proxy is one way to a server. Make one with New.
type Proxy struct {
	listener net.Listener
	server   string
	left     atomic.Int64 // cuts still to be made
	cuts     atomic.Int64 // cuts made

	mu    sync.Mutex
	open  map[net.Conn]bool
	down  bool
	hung  chan struct{} // not nil while nothing passes; closed when it does again
	ended bool
}

// New starts a proxy before a server, host:port.
func New(server string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{listener: l, server: server, open: make(map[net.Conn]bool)}
	go p.serve()
	return p, nil
}

// Before starts a proxy before the server of a MongoDB URI and answers the URI
// of the way through it.
func Before(uri string) (*Proxy, string, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return nil, "", fmt.Errorf("proxy: %w", err)
	}
	p, err := New(u.Host)
	if err != nil {
		return nil, "", err
	}
	u.Host = p.listener.Addr().String()
	q := u.Query()
	q.Set("directConnection", "true") // or the driver would find the server itself
	u.RawQuery = q.Encode()
	return p, u.String(), nil
}

// Cut lets n connections be cut while they say something: in the middle of a
// request, or between a request and its answer.
func (p *Proxy) Cut(n int64) { p.left.Store(n) }

// Cuts is how many were cut.
func (p *Proxy) Cuts() int64 { return p.cuts.Load() }

// Up lets everything pass.
func (p *Proxy) Up() { p.become(false, false) }

// Down ends every connection and takes no other.
func (p *Proxy) Down() { p.become(true, false) }

// Hang takes everything and passes nothing on.
func (p *Proxy) Hang() { p.become(false, true) }

func (p *Proxy) become(down, hung bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	switch {
	case hung && p.hung == nil:
		p.hung = make(chan struct{})
	case !hung && p.hung != nil:
		close(p.hung)
		p.hung = nil
	}
	if down {
		p.dropAll()
	}
}

func (p *Proxy) dropAll() {
	for c := range p.open {
		_ = c.Close()
	}
}

// Close ends the proxy and every connection.
func (p *Proxy) Close() error {
	p.Up()
	p.mu.Lock()
	p.ended = true
	p.dropAll()
	p.mu.Unlock()
	return p.listener.Close()
}

func (p *Proxy) serve() {
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
		if !p.enter(driver, server) {
			continue
		}
		go p.carry(server, driver, false)
		go p.carry(driver, server, true)
	}
}

// enter takes a pair of connections in, unless there is no way.
func (p *Proxy) enter(driver, server net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down || p.ended {
		_, _ = driver.Close(), server.Close()
		return false
	}
	p.open[driver], p.open[server] = true, true
	return true
}

func (p *Proxy) leave(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

// carry copies until one side ends, or until it is to cut.
func (p *Proxy) carry(from, to net.Conn, mayCut bool) {
	defer p.leave(from)
	defer p.leave(to)
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		p.wait()
		if mayCut && n > 0 && rand.IntN(oneIn) == 0 && p.left.Add(-1) >= 0 { //nolint:gosec // chance is enough
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

// wait holds what was said while nothing passes.
func (p *Proxy) wait() {
	p.mu.Lock()
	hung := p.hung
	p.mu.Unlock()
	if hung != nil {
		<-hung
	}
}

// cut ends a connection: after half of the request, or after all of it, with
// time for the server to do it but nobody left to hear the answer.
func (p *Proxy) cut(driver, server net.Conn, request []byte) {
	if rand.IntN(2) == 0 { //nolint:gosec // chance is enough
		_, _ = server.Write(request[:len(request)/2])
		return
	}
	_ = driver.Close()
	_, _ = server.Write(request)
	time.Sleep(20 * time.Millisecond)
}

package imap

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// errFlood means that a server sent far more than the command asked for.
var errFlood = errors.New("server sent too much")

// guard is a connection under our own clock: the library sets deadlines of its
// own and none at all while idle. Between commands nothing is timed; within one
// there is an end, a longest silence, and a most of bytes.
type guard struct {
	net.Conn
	mu      sync.Mutex
	end     time.Time // zero between commands
	silence time.Duration
	left    int64
	broke   error // what ended the connection, which the library may tell otherwise
}

// betweenBytes is what a server may send unasked between two commands.
const betweenBytes = 1 << 20

// writeLimit is how long the other end may take no byte of ours: each write has
// its own, because an IDLE is ended long after it was begun.
const writeLimit = time.Minute

func newGuard(c net.Conn) *guard { return &guard{Conn: c, left: betweenBytes} }

// begin starts the clock of one command.
func (g *guard) begin(total, silence time.Duration, bytes int64) {
	g.mu.Lock()
	g.end, g.silence, g.left = time.Now().Add(total), silence, bytes
	g.mu.Unlock()
	g.touch()
}

// over stops it.
func (g *guard) over() {
	g.mu.Lock()
	g.end, g.left = time.Time{}, betweenBytes
	g.mu.Unlock()
	g.touch()
}

// touch moves the read deadline: to the next silence or the end of the command.
func (g *guard) touch() {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.end
	if !at.IsZero() {
		if next := time.Now().Add(g.silence); next.Before(at) {
			at = next
		}
	}
	_ = g.Conn.SetReadDeadline(at) // fails only on a closed connection
}

// Read counts bytes and gives the server new time for more.
func (g *guard) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	if n > 0 {
		g.touch()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left -= int64(n); g.left < 0 {
		g.broke = errFlood
		return 0, errFlood
	}
	if err != nil {
		err = fmt.Errorf("read: %w", err)
		if g.broke == nil {
			g.broke = err
		}
		return n, err
	}
	return n, nil
}

// Write gives the other end some time to take the bytes.
func (g *guard) Write(b []byte) (int, error) {
	_ = g.Conn.SetWriteDeadline(time.Now().Add(writeLimit)) // fails only on a closed connection
	n, err := g.Conn.Write(b)
	if err != nil {
		return n, fmt.Errorf("write: %w", err)
	}
	return n, nil
}

// SetDeadline and its sisters are the library's; the guard's own hold.
func (g *guard) SetDeadline(time.Time) error      { return nil }
func (g *guard) SetReadDeadline(time.Time) error  { return nil }
func (g *guard) SetWriteDeadline(time.Time) error { return nil }

// cause is what ended the connection in place of err, if anything did.
func (g *guard) cause(err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.broke == nil || errors.As(err, new(sinkError)) || errors.Is(err, errSink) {
		return err
	}
	return fmt.Errorf("connection: %w", g.broke)
}

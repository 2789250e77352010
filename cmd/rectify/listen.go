package main

import (
	"net"
	"time"
)

// coarse is how exactly a connection keeps its deadlines. They stand against
// peers that never finish, for which a second is nothing; to move them for each
// of the thousand requests that one connection may send in that second is not.
const coarse = time.Second

// listener hands out connections with coarse deadlines.
type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// conn moves a deadline only when the new one lies more than coarse after the
// old: what is waited for ends at most that much too early, never too late.
type conn struct {
	net.Conn
	read, write time.Time
}

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error {
	if near(c.read, t) {
		return nil
	}
	c.read = t
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if near(c.write, t) {
		return nil
	}
	c.write = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	c.read, c.write = t, t
	return c.Conn.SetDeadline(t)
}

func near(old, t time.Time) bool {
	return !old.IsZero() && !t.IsZero() && !t.Before(old) && t.Sub(old) < coarse
}

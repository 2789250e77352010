package main

import (
	"net"
	"testing"
	"time"
)

// counted counts how often the deadline of the connection below is moved.
type counted struct {
	net.Conn
	moves int
	last  time.Time
}

func (c *counted) SetReadDeadline(t time.Time) error {
	c.moves++
	c.last = t
	return nil
}

// A deadline that hardly moves is left; one that moves back, away or far is not.
func TestCoarseDeadlines(t *testing.T) {
	below := &counted{}
	c := &conn{Conn: below}
	now := time.Now()
	for i, x := range []struct {
		t     time.Time
		moves int
	}{
		{now.Add(45 * time.Second), 1},
		{now.Add(45*time.Second + 900*time.Millisecond), 1},
		{now.Add(46 * time.Second), 2},
		{now.Add(10 * time.Second), 3}, // sooner: never kept waiting longer than asked
		{time.Time{}, 4},
		{now.Add(45 * time.Second), 5},
	} {
		if err := c.SetReadDeadline(x.t); err != nil || below.moves != x.moves {
			t.Errorf("step %d: %d moves, want %d", i, below.moves, x.moves)
		}
		if below.last.After(x.t) && !x.t.IsZero() {
			t.Errorf("step %d: the deadline lies after the one asked for", i)
		}
	}
}

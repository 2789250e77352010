package imap

import (
	"time"

	"github.com/emersion/go-imap/v2"
)

// repeat is a message that failed: how often, and when it may come again.
type repeat struct {
	times int
	at    time.Time
}

const (
	maxRepeats  = 10000 // messages whose failures are remembered
	longestWait = time.Hour
)

// postpone notes one more failure of a message.
func (r *reader) postpone(uid imap.UID, now time.Time) {
	f := r.later[uid]
	if f == nil {
		if len(r.later) >= maxRepeats {
			return
		}
		f = &repeat{}
		r.later[uid] = f
	}
	f.times++
	f.at = now.Add(min(r.opt.Backoff<<min(f.times, 20), longestWait))
}

// ready reports whether a message may be tried now.
func (r *reader) ready(uid imap.UID, now time.Time) bool {
	f := r.later[uid]
	return f == nil || !f.at.After(now)
}

// due is how long until the next postponed message may come again.
func (r *reader) due(now time.Time) time.Duration {
	next := time.Hour
	for _, f := range r.later {
		next = min(next, max(f.at.Sub(now), r.opt.Backoff))
	}
	return next
}

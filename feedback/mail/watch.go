package mail

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Trouble is a mailbox that this copy of the site cannot read, and since when.
type Trouble struct {
	Mailbox string // without credentials
	Why     string // of the transport; the server's own words are left out of it
	Since   time.Time
}

// Watch remembers which mailboxes cannot be read, so that somebody is told while
// mail piles up there. The zero value is ready; it is safe for concurrent use.
type Watch struct {
	mu  sync.Mutex
	ill map[string]Trouble
}

// Note says how the last try at a mailbox ended; nil err: it was read.
func (w *Watch) Note(mailbox string, err error, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		delete(w.ill, mailbox)
		return
	}
	t, known := w.ill[mailbox]
	if !known {
		t = Trouble{Mailbox: mailbox, Since: now}
	}
	t.Why = err.Error()
	if w.ill == nil {
		w.ill = map[string]Trouble{}
	}
	w.ill[mailbox] = t
}

// Troubles lists the mailboxes that could not be read since before a time.
func (w *Watch) Troubles(before time.Time) []Trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Trouble
	for _, t := range w.ill {
		if t.Since.Before(before) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Trouble) int { return cmp.Compare(a.Mailbox, b.Mailbox) })
	return list
}

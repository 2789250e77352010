// Package live tells pages of the desk that are open what has arrived since they
// were made. One look at the store serves all of them, and there is none while
// nobody listens.
//
// It must not know pages, people or what makes an arrival worth telling: that is
// the listener's question.
//
// Start reading at Hub, then Listen.
package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Bounds of what listens and of what is told.
const (
	maxListeners = 500
	maxEach      = 30  // of one account: windows, and those left a moment ago
	MaxTold      = 200 // arrivals that one listener is told of; there may be more
	overlap      = 50  // numbers that are looked at again: copies do not file in order
)

// ErrFull means that enough pages listen already.
var ErrFull = errors.New("enough listeners")

// Lister is the part of a store that is asked.
type Lister interface {
	List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error)
}

// Hub is where pages listen. Make one with New; Stop ends it.
type Hub struct {
	every time.Duration

	mu      sync.Mutex
	store   Lister
	all     map[*Listener]struct{}
	each    map[string]int
	last    int64          // the highest number that was seen
	seen    map[int64]bool // those near it
	polling bool
	ended   chan struct{}
	stopped bool
	wg      sync.WaitGroup
}

// Listener is one page that listens.
type Listener struct {
	// News has at most one value, the count as it is now.
	News chan int

	who   string
	want  func(*feedback.Submission) bool
	known map[feedback.Number]bool
	since int64
}

// New makes a hub that looks at its store as often as every says.
func New(every time.Duration) *Hub {
	return &Hub{every: every, all: make(map[*Listener]struct{}), each: make(map[string]int), ended: make(chan struct{})}
}

// Use says where arrivals are looked for from now on.
func (h *Hub) Use(store Lister) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.store = store
}

// Ended is closed by Stop: whoever listens goes.
func (h *Hub) Ended() <-chan struct{} { return h.ended }

// Stop ends everything.
func (h *Hub) Stop() {
	h.mu.Lock()
	if !h.stopped {
		h.stopped = true
		close(h.ended)
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// Newest is the number after which something is new for a page made now; empty
// where there is none yet.
func Newest(ctx context.Context, store Lister) (feedback.Number, error) {
	page, _, err := store.List(ctx, feedback.Query{Sort: feedback.ByNewest, Limit: 1})
	if err != nil || len(page) == 0 {
		return "", err
	}
	return page[0].Number, nil
}

// Listen tells of arrivals with higher numbers than since that want wants. leave
// ends it. ErrFull: enough listen already.
func (h *Hub) Listen(ctx context.Context, who string, since feedback.Number, want func(*feedback.Submission) bool) (l *Listener, leave func(), err error) {
	l = &Listener{News: make(chan int, 1), who: who, want: want, known: make(map[feedback.Number]bool)}
	l.since, _ = cursor.Serial(since)
	store, err := h.enter(l)
	if err != nil {
		return nil, nil, err
	}
	leave = func() { h.leave(l) }
	page, err := after(ctx, store, l.since-overlap)
	if err != nil {
		leave()
		return nil, nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range page {
		if serial, _ := cursor.Serial(page[i].Number); serial > l.since {
			l.tell(&page[i])
		}
	}
	if !h.polling && !h.stopped {
		h.polling, h.last, h.seen = true, l.since, make(map[int64]bool)
		for i := range page {
			h.note(&page[i])
		}
		h.wg.Go(h.poll)
	}
	return l, leave, nil
}

func (h *Hub) enter(l *Listener) (Lister, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || len(h.all) >= maxListeners || h.each[l.who] >= maxEach {
		return nil, ErrFull
	}
	h.all[l] = struct{}{}
	h.each[l.who]++
	return h.store, nil
}

func (h *Hub) leave(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := h.all[l]; !there {
		return
	}
	delete(h.all, l)
	if h.each[l.who]--; h.each[l.who] == 0 {
		delete(h.each, l.who)
	}
}

// tell counts s for a listener, once.
func (l *Listener) tell(s *feedback.Submission) {
	if l.known[s.Number] || len(l.known) >= MaxTold || !l.want(s) {
		return
	}
	l.known[s.Number] = true
	select {
	case <-l.News: // the count of before, that nobody took
	default:
	}
	l.News <- len(l.known)
}

// after answers what has a higher number than serial, as much as is told of.
func after(ctx context.Context, store Lister, serial int64) ([]feedback.Submission, error) {
	q := feedback.Query{Sort: feedback.ByNumber, Limit: MaxTold}
	if serial > 0 {
		q.After = cursor.Place{Sort: feedback.ByNumber, Serial: serial}.String()
	}
	page, _, err := store.List(ctx, q)
	return page, err
}

// poll looks at the store until nobody listens any more.
func (h *Hub) poll() {
	tick := time.NewTicker(h.every)
	defer tick.Stop()
	for {
		select {
		case <-h.ended:
			return
		case <-tick.C:
		}
		store, from, on := h.next()
		if !on {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), h.every+lookTime)
		page, err := after(ctx, store, from)
		cancel()
		if err == nil { // else the next look tells as much
			h.hear(page)
		}
	}
}

// lookTime bounds one look at the store.
const lookTime = 5 * time.Second

// next says from where to look on; false ends the looking.
func (h *Hub) next() (store Lister, from int64, on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.polling = len(h.all) > 0 && !h.stopped
	return h.store, h.last - overlap, h.polling
}

// hear tells everybody of what was not seen before.
func (h *Hub) hear(page []feedback.Submission) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range page {
		if !h.note(&page[i]) {
			continue
		}
		for l := range h.all {
			l.tell(&page[i])
		}
	}
	for serial := range h.seen {
		if serial < h.last-overlap-MaxTold {
			delete(h.seen, serial)
		}
	}
}

// note remembers that s was seen, and reports whether that is new.
func (h *Hub) note(s *feedback.Submission) bool {
	serial, _ := cursor.Serial(s.Number)
	fresh := !h.seen[serial]
	h.seen[serial] = true
	h.last = max(h.last, serial)
	return fresh
}

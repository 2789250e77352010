package desk

import (
	"context"
	"sync"
	"time"
)

// recent keeps answers that are dear to work out for a short while, and works
// them out beside the pages that show them.
type recent[V any] struct {
	mu   sync.Mutex
	kept map[string]*known[V]
}

// known is an answer, or one on its way.
type known[V any] struct {
	value   V
	at      time.Time     // zero: there is none yet
	took    time.Duration // to work it out
	working chan struct{} // closed when it is worked out; nil: nobody is at it
}

const (
	renewed  = 5 * time.Second // an older answer is worked out anew, the old one shown meanwhile,
	share    = 20              // but not more often than so many times as long as that takes
	outdated = 5 * time.Minute // an older one is not shown
	patience = time.Second     // so long a page waits where there is none
	workTime = 30 * time.Second
	maxKnown = 200
)

// get answers what is known under key; false where that takes too long just now.
func (r *recent[V]) get(ctx context.Context, key string, work func(context.Context) (V, error)) (V, bool) {
	now := time.Now()
	r.mu.Lock()
	k := r.kept[key]
	if k == nil {
		if r.kept == nil || len(r.kept) >= maxKnown {
			r.kept = make(map[string]*known[V])
		}
		k = &known[V]{}
		r.kept[key] = k
	}
	if k.working == nil && now.Sub(k.at) > max(renewed, share*k.took) {
		k.working = make(chan struct{})
		go r.work(context.WithoutCancel(ctx), k, work)
	}
	value, good, working := k.value, now.Sub(k.at) < outdated, k.working
	r.mu.Unlock()
	if good {
		return value, true
	}
	select {
	case <-working:
	case <-time.After(patience):
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return k.value, time.Since(k.at) < outdated
}

// peek answers what is known under key, however old it is.
func (r *recent[V]) peek(key string) (value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.kept[key]; k != nil {
		value = k.value
	}
	return value
}

// work works an answer out. What fails is tried again by the next page that asks.
func (r *recent[V]) work(ctx context.Context, k *known[V], work func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	began := time.Now()
	value, err := work(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	close(k.working)
	k.working = nil
	if err == nil {
		k.value, k.at, k.took = value, time.Now(), time.Since(began)
	}
}

package desk

import (
	"context"
	"sync"
	"time"
)

// recent keeps answers that are dear to work out for a short while. One that is
// older than renewed is worked out anew beside the page that shows the old one;
// one that is older than outdated is waited for.
type recent[V any] struct {
	mu   sync.Mutex
	kept map[string]*known[V]
}

type known[V any] struct {
	value   V
	at      time.Time
	renewal bool // somebody is at it
}

const (
	renewed    = 5 * time.Second
	outdated   = time.Minute
	maxKnown   = 200
	renewalFor = 30 * time.Second // how long working out may take beside a page
)

// get answers what is kept under key, or else what work makes.
func (r *recent[V]) get(ctx context.Context, key string, work func(context.Context) (V, error)) (V, error) {
	now := time.Now()
	r.mu.Lock()
	k := r.kept[key]
	if k != nil && now.Sub(k.at) < outdated {
		value := k.value
		if now.Sub(k.at) > renewed && !k.renewal {
			k.renewal = true
			go r.renew(context.WithoutCancel(ctx), key, k, work)
		}
		r.mu.Unlock()
		return value, nil
	}
	r.mu.Unlock()
	value, err := work(ctx)
	if err == nil {
		r.keep(key, value)
	}
	return value, err
}

// renew works something out beside the pages. What fails is tried again by the
// next page that asks.
func (r *recent[V]) renew(ctx context.Context, key string, k *known[V], work func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(ctx, renewalFor)
	defer cancel()
	value, err := work(ctx)
	if err == nil {
		r.keep(key, value)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k.renewal = false
}

func (r *recent[V]) keep(key string, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= maxKnown {
		r.kept = make(map[string]*known[V])
	}
	r.kept[key] = &known[V]{value: value, at: time.Now()}
}

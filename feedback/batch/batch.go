package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

var (
	// ErrBusy means that the queue is full; the item was not taken.
	ErrBusy = errors.New("too many writes waiting")

	// ErrClosed means that the batch was closed; the item was not taken.
	ErrClosed = errors.New("closed for writing")
)

// Commit writes items in one step and answers one result an item, in their
// order. It returns nil only when every item that its result calls kept is
// durable. On an error every caller of the batch gets that error.
type Commit[T, R any] func(ctx context.Context, items []T) ([]R, error)

// Options bound a Batch; a zero field means its default.
type Options struct {
	Max     int           // items in one commit, default 64
	Queue   int           // items waiting for a commit, default 1024; beyond it ErrBusy
	Lanes   int           // commits running at once, default 1
	Timeout time.Duration // longest time of one commit, default 10 s
}

func (o Options) filled() Options {
	if o.Max <= 0 {
		o.Max = 64
	}
	if o.Queue <= 0 {
		o.Queue = 1024
	}
	if o.Lanes <= 0 {
		o.Lanes = 1
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	return o
}

// Batch gathers items of concurrent callers. Make one with New.
type Batch[T, R any] struct {
	commit Commit[T, R]
	opts   Options

	mu     sync.Mutex
	work   sync.Cond // the queue grew, or closed
	queue  []*waiter[T, R]
	closed bool
	lanes  sync.WaitGroup
}

// waiter is one caller's place; done has room for one answer, so that nobody
// waits for a caller who left.
type waiter[T, R any] struct {
	ctx  context.Context // of the caller: an item whose caller left in time is not committed
	item T
	done chan answer[R]
}

type answer[R any] struct {
	result R
	err    error
}

// New starts the lanes of a batch; Close ends them.
func New[T, R any](commit Commit[T, R], o Options) *Batch[T, R] {
	b := &Batch[T, R]{commit: commit, opts: o.filled()}
	b.work.L = &b.mu
	for range b.opts.Lanes {
		b.lanes.Go(b.lane)
	}
	return b
}

// Do hands in one item and waits until the commit that holds it has ended.
// When ctx ends first, Do returns its error and it is not known whether the
// item will be kept. ErrBusy and ErrClosed: it was not taken at all.
func (b *Batch[T, R]) Do(ctx context.Context, item T) (R, error) {
	var none R
	if err := ctx.Err(); err != nil {
		return none, err
	}
	w := &waiter[T, R]{ctx: ctx, item: item, done: make(chan answer[R], 1)}
	if err := b.enter(w); err != nil {
		return none, err
	}
	select {
	case a := <-w.done:
		return a.result, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-w.done: // both at once: the answer is worth more
		return a.result, a.err
	default:
		return none, ctx.Err()
	}
}

func (b *Batch[T, R]) enter(w *waiter[T, R]) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return ErrClosed
	case len(b.queue) >= b.opts.Queue:
		return ErrBusy
	}
	b.queue = append(b.queue, w)
	b.work.Signal()
	return nil
}

// Close takes no more items, waits until those already taken are answered,
// and returns. It may be called more than once.
func (b *Batch[T, R]) Close() {
	b.mu.Lock()
	b.closed = true
	b.work.Broadcast()
	b.mu.Unlock()
	b.lanes.Wait()
}

// lane commits one batch after the other until the batch is closed and empty.
func (b *Batch[T, R]) lane() {
	for {
		crowd := b.next()
		if crowd == nil {
			return
		}
		if crowd = present(crowd); len(crowd) > 0 {
			b.settle(crowd)
		}
	}
}

// next waits for work and takes as much of it as one commit may hold; nil when
// closed and empty.
func (b *Batch[T, R]) next() []*waiter[T, R] {
	b.mu.Lock()
	for len(b.queue) == 0 && !b.closed {
		b.work.Wait()
	}
	if !b.closed && len(b.queue) < b.opts.Max {
		// The callers whom the last commit answered are runnable but have not
		// run yet: one step aside lets them join this batch instead of the next.
		b.mu.Unlock()
		runtime.Gosched()
		b.mu.Lock()
	}
	defer b.mu.Unlock()
	n := min(len(b.queue), b.opts.Max)
	if n == 0 {
		if b.closed {
			return nil
		}
		return []*waiter[T, R]{} // another lane was quicker
	}
	crowd := b.queue[:n:n]
	if b.queue = b.queue[n:]; len(b.queue) == 0 {
		b.queue = nil // lets go of what was answered
	}
	return crowd
}

// present answers those whose context has ended and keeps the rest.
func present[T, R any](crowd []*waiter[T, R]) []*waiter[T, R] {
	kept := make([]*waiter[T, R], 0, len(crowd))
	for _, w := range crowd {
		if err := w.ctx.Err(); err != nil {
			w.done <- answer[R]{err: err}
			continue
		}
		kept = append(kept, w)
	}
	return kept
}

// settle commits one crowd and answers everybody in it.
func (b *Batch[T, R]) settle(crowd []*waiter[T, R]) {
	items := make([]T, len(crowd))
	for i, w := range crowd {
		items[i] = w.item
	}
	// No caller's context rules the commit: it belongs to all of them.
	ctx, cancel := context.WithTimeout(context.Background(), b.opts.Timeout)
	results, err := b.commit(ctx, items)
	cancel()
	if err == nil && len(results) != len(items) {
		err = fmt.Errorf("commit of %d items answered %d results", len(items), len(results))
	}
	for i, w := range crowd {
		if err != nil {
			w.done <- answer[R]{err: err}
			continue
		}
		w.done <- answer[R]{result: results[i]}
	}
}

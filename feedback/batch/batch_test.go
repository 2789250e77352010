package batch_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback/batch"
)

// double answers every item with twice itself.
func double(_ context.Context, items []int) ([]int, error) {
	results := make([]int, len(items))
	for i, x := range items {
		results[i] = 2 * x
	}
	return results, nil
}

// TestOwnResult: every caller gets the result of its own item, and many share a commit.
func TestOwnResult(t *testing.T) {
	const callers, each = 64, 50
	for _, lanes := range []int{1, 4} {
		var commits atomic.Int64
		b := batch.New(func(ctx context.Context, items []int) ([]int, error) {
			commits.Add(1)
			if len(items) > 16 {
				t.Errorf("commit of %d items", len(items))
			}
			time.Sleep(100 * time.Microsecond)
			return double(ctx, items)
		}, batch.Options{Max: 16, Lanes: lanes})
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				for k := range each {
					x := i*each + k
					if got, err := b.Do(t.Context(), x); err != nil || got != 2*x {
						t.Errorf("%d answered as %d, %v", x, got, err)
					}
				}
			})
		}
		wg.Wait()
		b.Close()
		if n := commits.Load(); n > callers*each/2 {
			t.Errorf("%d lanes: %d commits for %d items: nothing was shared", lanes, n, callers*each)
		}
	}
}

// held is a batch whose commits wait for the gate.
func held(o batch.Options, commit batch.Commit[int, int]) (b *batch.Batch[int, int], entered chan int, gate chan struct{}) {
	entered, gate = make(chan int, 100), make(chan struct{})
	return batch.New(func(ctx context.Context, items []int) ([]int, error) {
		entered <- len(items)
		<-gate
		return commit(ctx, items)
	}, o), entered, gate
}

func TestErrorIsEverybodys(t *testing.T) {
	boom := errors.New("boom")
	for name, commit := range map[string]batch.Commit[int, int]{
		"error":           func(context.Context, []int) ([]int, error) { return nil, boom },
		"too few results": func(context.Context, []int) ([]int, error) { return nil, nil },
	} {
		b, entered, gate := held(batch.Options{}, commit)
		var failed atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if _, err := b.Do(t.Context(), i); err != nil {
					failed.Add(1)
				}
			})
		}
		<-entered
		close(gate)
		wg.Wait()
		b.Close()
		if failed.Load() != 8 {
			t.Errorf("%s: %d of 8 callers were told", name, failed.Load())
		}
	}
}

// queued is a context that tells when Do begins to wait on it.
type queued struct {
	context.Context
	once sync.Once
	in   chan struct{}
}

func (q *queued) Done() <-chan struct{} {
	q.once.Do(func() { close(q.in) })
	return q.Context.Done()
}

// TestBusyAndGone: a full queue refuses; a caller who leaves while waiting is
// not committed; one who leaves during the commit does not stop it.
func TestBusyAndGone(t *testing.T) {
	var sum atomic.Int64
	b, entered, gate := held(batch.Options{Queue: 1}, func(ctx context.Context, items []int) ([]int, error) {
		for _, x := range items {
			sum.Add(int64(x))
		}
		return double(ctx, items)
	})
	during, leaveDuring := context.WithCancel(t.Context())
	waiting, leaveWaiting := context.WithCancel(t.Context())
	answers := make(chan error, 2)
	go func() { _, err := b.Do(during, 1); answers <- err }()
	<-entered
	second := &queued{Context: waiting, in: make(chan struct{})}
	go func() { _, err := b.Do(second, 10); answers <- err }()
	<-second.in
	if _, err := b.Do(t.Context(), 100); !errors.Is(err, batch.ErrBusy) {
		t.Errorf("third caller: %v", err)
	}
	leaveDuring()
	leaveWaiting()
	for range 2 {
		if err := <-answers; !errors.Is(err, context.Canceled) {
			t.Errorf("one who left: %v", err)
		}
	}
	close(gate)
	b.Close()
	b.Close()
	if sum.Load() != 1 {
		t.Errorf("committed %d, want the first item only", sum.Load())
	}
	if _, err := b.Do(t.Context(), 1); !errors.Is(err, batch.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

// TestCloseWaits: what was taken is answered.
func TestCloseWaits(t *testing.T) {
	b, entered, gate := held(batch.Options{Max: 1}, double)
	var kept atomic.Int64
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			_, err := b.Do(t.Context(), i)
			switch {
			case err == nil:
				kept.Add(1)
			case !errors.Is(err, batch.ErrClosed):
				t.Error(err)
			}
		})
	}
	<-entered
	time.AfterFunc(10*time.Millisecond, func() { close(gate) })
	b.Close()
	wg.Wait()
	if got := 1 + int64(len(entered)); kept.Load() != got {
		t.Errorf("%d committed, %d answered", got, kept.Load())
	}
}

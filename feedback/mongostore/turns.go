package mongostore

import (
	"context"
	"sync"
)

// turns lets calls with the same name go one after the other. Between
// processes the index on keys decides; inside one, waiting is cheaper than
// drawing a number for nothing.
type turns struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the turn ends
}

// take waits for the turn of name; done ends it.
func (t *turns) take(ctx context.Context, name string) (done func(), err error) {
	for {
		t.mu.Lock()
		ahead, busy := t.held[name]
		if !busy {
			if t.held == nil {
				t.held = map[string]chan struct{}{}
			}
			mine := make(chan struct{})
			t.held[name] = mine
			t.mu.Unlock()
			return func() { t.end(name, mine) }, nil
		}
		t.mu.Unlock()
		select {
		case <-ahead:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) end(name string, mine chan struct{}) {
	t.mu.Lock()
	delete(t.held, name)
	t.mu.Unlock()
	close(mine)
}

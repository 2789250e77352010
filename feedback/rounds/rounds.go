// Package rounds does the same thing again and again beside the requests: what
// follows a store, queues letters, or counts. A row of failures is told of once,
// and so is its end.
//
// It must not know what is done, and keeps nothing.
//
// Start reading at Follow.
package rounds

import (
	"context"
	"math/rand/v2"
	"time"
)

// spread keeps copies of a site from going in step.
const spread = 100 * time.Millisecond

// Follow does one round at once and one after each pause, until ctx ends.
// failed is told of the first failure of a row, again when a round succeeds
// after it; nil is not told. The end of ctx is no failure.
func Follow(ctx context.Context, pause time.Duration, round func(context.Context) error, failed func(error), again func()) {
	for down := false; ; {
		err := round(ctx)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil && !down && failed != nil:
			failed(err)
		case err == nil && down && again != nil:
			again()
		}
		down = err != nil
		if wait(ctx, pause+rand.N(spread)) != nil { //nolint:gosec // no secret hangs on it
			return
		}
	}
}

// restful is how many times as long as it worked a reader rests.
const restful = 4

// Rest leaves the machine and the store to others after work that took so long:
// who reads on and on takes a fifth of one core at most. It answers the error of
// ctx when that ends.
func Rest(ctx context.Context, worked time.Duration) error { return wait(ctx, restful*worked) }

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // the caller ends with it
	case <-t.C:
		return nil
	}
}

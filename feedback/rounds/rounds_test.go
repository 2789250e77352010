package rounds_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"rectify/feedback/rounds"
)

// The first round comes at once; a row of failures is told of once, and its end
// once; the end of the context is neither.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		results := []error{nil, errors.New("a"), errors.New("b"), nil, errors.New("c"), nil, nil}
		var told []string
		begun, n := time.Now(), 0
		rounds.Follow(ctx, time.Second, func(context.Context) error {
			if n == 0 && time.Since(begun) > 0 {
				t.Error("the first round waits")
			}
			if n == len(results) {
				stop()
				return ctx.Err()
			}
			n++
			return results[n-1]
		}, func(err error) { told = append(told, err.Error()) }, func() { told = append(told, "again") })
		if want := []string{"a", "again", "c", "again"}; !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
		if took := time.Since(begun); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("seven pauses took %v", took)
		}
	})
}

// Who worked for long rests for longer, and not beyond the end.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := rounds.Rest(t.Context(), time.Second); err != nil || time.Since(begun) != 4*time.Second {
			t.Errorf("rested %v, %v", time.Since(begun), err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := rounds.Rest(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("beyond the end: %v", err)
		}
	})
}

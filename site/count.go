package site

import (
	"context"
	"sync/atomic"

	"rectify/feedback"
)

// counting is a store that counts what is filed through this copy of the site.
type counting struct {
	feedback.Store
	filed *atomic.Int64
}

// Insert implements feedback.Store.
func (c counting) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	kept, fresh, err := c.Store.Insert(ctx, e)
	if err == nil && fresh {
		c.filed.Add(1)
	}
	return kept, fresh, err //nolint:wrapcheck // the store's own errors are what callers decide on
}

package search

import (
	"context"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// Settle joins the many small files that a long run of Put leaves into few.
// Searching goes on meanwhile.
func (x *Index) Settle(ctx context.Context) error {
	return x.with(ctx, func(b bleve.Index) error {
		adv, err := b.Advanced()
		if err != nil {
			return fmt.Errorf("settle: %w", err)
		}
		s, ok := adv.(*scorch.Scorch)
		if !ok {
			return fmt.Errorf("settle: %w: %T", ErrDamaged, adv)
		}
		plan := mergeplan.SingleSegmentMergePlanOptions
		if err := s.ForceMerge(ctx, &plan); err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("settle: %w", err)
		}
		return ctx.Err()
	})
}

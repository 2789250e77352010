package feedback

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// merging is the kind of the briefs that say what is being merged just now; its
// group is the number of what goes. mergingFor is when such a brief of a
// program that died is forgotten.
const (
	merging    = "merging"
	mergingFor = 30 * time.Second
)

// announce tells other merges that s is about to go into another submission,
// until done is called. Whoever announces first and looks at the target after it
// closes no circle with merges that run at the same moment: of those that would,
// the last one to announce finds its target announced, or merged.
func (o *Office) announce(ctx context.Context, s *Submission) (done func(), err error) {
	if o.Briefs == nil {
		return func() {}, nil
	}
	b := Brief{Kind: merging, ID: rand.Text(), Group: string(s.Number), Until: o.Now().Add(mergingFor)}
	if err := o.Briefs.PutBrief(ctx, b); err != nil {
		return nil, fmt.Errorf("announce merge of %s: %w", s.Number, err)
	}
	return func() {
		// Left where the request is over: it is forgotten soon.
		_ = o.Briefs.DropBrief(context.WithoutCancel(ctx), b.Kind, b.ID)
	}, nil
}

// target holds a merge to a submission that exists, that who merges may see, and
// that did not end in a merge itself, nor is about to, so that merges form no
// circle.
func (o *Office) target(ctx context.Context, s *Submission, m Merge, who Actor) error {
	if o.Briefs != nil { // before the target is read: who is done has merged it by then
		others, err := o.Briefs.ListBriefs(ctx, merging, string(m.Into), o.Now())
		if err != nil {
			return fmt.Errorf("merge target: %w", err)
		}
		if len(others) > 0 {
			return Invalid{Field: "into", Rule: "merging"}
		}
	}
	into, err := o.Store.Get(ctx, m.Into)
	if errors.Is(err, ErrNotFound) || (err == nil && (into.State == Merged || into.Number == s.Number || !who.MaySee(&into))) {
		return Invalid{Field: "into", Rule: "other"}
	}
	if err != nil {
		return fmt.Errorf("merge target: %w", err)
	}
	if (into.Category == Clue) != (s.Category == Clue) {
		return Invalid{Field: "into", Rule: "clue"} // what is said on a clue would reach who wrote the other
	}
	return nil
}

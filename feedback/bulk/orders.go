package bulk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"rectify/feedback"
)

// kind and groups of the briefs that orders are kept as.
const (
	kind      = "order"
	openGroup = "open"
	pastGroup = "past"
)

// Orders takes orders, keeps them where every copy of the site finds them, and
// carries them out. Cut off in the middle, another copy, or the next start,
// goes on: what was done already is seen to be done.
type Orders struct {
	Briefs feedback.Briefs
	Office *feedback.Office
	// Actor answers who an account is now: rights that were lost since an order
	// was given are lost for it too.
	Actor func(ctx context.Context, account string) (feedback.Actor, error)
	// Explain makes a code for people of why something was not done.
	Explain func(err error) string
	Now     func() time.Time
	Log     *slog.Logger
}

// Give keeps an order. It is carried out after Grace.
func (b *Orders) Give(ctx context.Context, o Order) (string, error) {
	mine, err := b.Of(ctx, o.Who)
	if err != nil {
		return "", err
	}
	if len(mine) >= maxOpen {
		return "", ErrMany
	}
	if !slices.Contains(Acts(), o.Act) {
		return "", feedback.Invalid{Field: "act", Rule: "unknown"}
	}
	if len(o.Items) == 0 || len(o.Items) > MaxItems {
		return "", feedback.Invalid{Field: "pick", Rule: "range", Args: []any{1, MaxItems}}
	}
	o.ID, o.Given, o.Stage = rand.Text(), b.Now().UTC().Truncate(time.Millisecond), Held
	o.Due = o.Given.Add(Grace)
	return o.ID, b.keep(ctx, &o)
}

// Of answers the orders of somebody that are not carried out yet.
func (b *Orders) Of(ctx context.Context, who string) ([]Order, error) {
	all, err := b.open(ctx)
	var mine []Order
	for _, o := range all {
		if o.Who == who {
			mine = append(mine, o)
		}
	}
	return mine, err
}

// Look answers an order of who, or feedback.ErrNotFound.
func (b *Orders) Look(ctx context.Context, id, who string) (Order, error) {
	kept, err := b.Briefs.Brief(ctx, kind, id, b.Now())
	if err != nil {
		return Order{}, err
	}
	o, err := read(&kept)
	if err == nil && o.Who != who {
		err = fmt.Errorf("order: %w", feedback.ErrNotFound)
	}
	return o, err
}

// TakeBack undoes an order of who before it is carried out. ErrLate: it is, or
// was, carried out; feedback.ErrNotFound: there is none.
func (b *Orders) TakeBack(ctx context.Context, id, who string) error {
	o, err := b.Look(ctx, id, who)
	if err != nil {
		return err
	}
	if o.Stage == Undone {
		return nil
	}
	if o.Stage != Held {
		return ErrLate
	}
	o.Stage = Undone
	err = b.keep(ctx, &o)
	if errors.Is(err, feedback.ErrConflict) {
		return ErrLate // its time came at the same moment
	}
	return err
}

// open are the orders that are not carried out yet, of everybody.
func (b *Orders) open(ctx context.Context) ([]Order, error) {
	kept, err := b.Briefs.ListBriefs(ctx, kind, openGroup, b.Now())
	if err != nil {
		return nil, err
	}
	var list []Order
	for i := range kept {
		o, err := read(&kept[i])
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

func read(kept *feedback.Brief) (o Order, err error) {
	if err := json.Unmarshal(kept.Doc, &o); err != nil {
		return o, fmt.Errorf("order %s: %w", kept.ID, err)
	}
	o.ID, o.rev = kept.ID, kept.Rev
	return o, nil
}

// keep writes an order, if nobody else wrote it since it was read.
func (b *Orders) keep(ctx context.Context, o *Order) error {
	doc, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("order: %w", err)
	}
	brief := feedback.Brief{Kind: kind, ID: o.ID, Group: openGroup, Until: o.Due.Add(10 * shown), Doc: doc}
	if !o.Open() {
		brief.Group, brief.Until = pastGroup, b.Now().Add(shown)
	}
	if err := b.Briefs.SwapBrief(ctx, brief, o.rev); err != nil {
		return err
	}
	o.rev++
	return nil
}

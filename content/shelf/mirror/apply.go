package mirror

import (
	"context"
	"errors"
	"fmt"

	"rectify/content/shelf"
)

// ErrMoved means that a shelf was changed while it was read or written: what was
// done so far stands, and a new plan will say what is left.
var ErrMoved = errors.New("changed by someone else meanwhile")

// Apply takes the steps in their order and tells each that is done. A step
// writes only over what its plan saw.
func Apply(ctx context.Context, from, to shelf.Shelf, steps []Step, done func(Step)) error {
	for _, s := range steps {
		if err := apply(ctx, from, to, s); err != nil {
			return err
		}
		done(s)
	}
	return nil
}

func apply(ctx context.Context, from, to shelf.Shelf, s Step) error {
	switch s.Act {
	case Add, Replace:
		data, err := from.Read(ctx, s.Name)
		if errors.Is(err, shelf.ErrNotFound) || (err == nil && shelf.Digest(data) != s.Digest) {
			return fmt.Errorf("%s: %w", s.Name, ErrMoved)
		}
		if err != nil {
			return err
		}
		return moved(to.Put(ctx, s.Name, data, s.Was))
	case Remove:
		err := to.Remove(ctx, s.Name, s.Was)
		if errors.Is(err, shelf.ErrNotFound) {
			return nil
		}
		return moved(err)
	default:
		return ctx.Err()
	}
}

func moved(err error) error {
	if errors.Is(err, shelf.ErrConflict) {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	return err
}

// Agreed is the base after steps were taken: what is known to be equal now,
// and what was agreed on before for the rest.
func Agreed(base Base, steps []Step) Base {
	next := make(Base, len(steps))
	for _, s := range steps {
		switch s.Act {
		case Same, Add, Replace:
			next[s.Name] = s.Digest
		case Keep, Gone, Conflict, Only:
			if d, ok := base[s.Name]; ok {
				next[s.Name] = d
			}
		case Remove:
		}
	}
	return next
}

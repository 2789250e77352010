package staff

import (
	"context"
	"errors"
	"slices"
	"time"

	"rectify/feedback"
)

// Leaving (离岗交接) is an account that is closed for good, and what becomes of
// the work that was open under it.
type Leaving struct {
	To    string    `json:"to,omitempty"` // colleague who takes over; empty: back to the queue
	By    string    `json:"by"`           // who closed the account
	Since time.Time `json:"since"`
	Done  time.Time `json:"done,omitzero"` // when all of it was handed over; zero: not yet
}

// ErrTaker means that the colleague named cannot take the work over.
var ErrTaker = errors.New("not somebody who can take over")

// Leave closes the account of somebody who leaves: nothing opens it any more, its
// sessions, links and what it signs in by end, and it says to whom the open
// work goes. The work itself follows (package handover). Errors:
// ErrOwn, ErrLastAdmin, ErrLeft if it was closed before, ErrTaker if to is no
// account that may reply for the whole body or as far as the leaver could.
func (k *Keeper) Leave(ctx context.Context, by, name, to string) error {
	if own(by, name) {
		return ErrOwn
	}
	if to = Fold(to); to != "" {
		if err := k.taker(ctx, Fold(name), to); err != nil {
			return err
		}
	}
	return k.change(ctx, name, func(a *Account) error {
		if a.Leaving != nil {
			return ErrLeft
		}
		a.Disabled, a.Invited, a.Hash, a.Email = true, nil, "", ""
		a.Factor, a.Recovery, a.Passkeys, a.Linked = nil, nil, nil, nil
		a.Leaving = &Leaving{To: to, By: by, Since: k.instant()}
		return nil
	})
}

// taker holds who takes over to somebody who may do what the leaver could.
func (k *Keeper) taker(ctx context.Context, leaver, to string) error {
	b, err := k.store.Account(ctx, to)
	if errors.Is(err, feedback.ErrNotFound) || (err == nil && (b.Disabled || to == leaver)) {
		return ErrTaker
	}
	if err != nil {
		return err //nolint:wrapcheck // the store says what it did
	}
	a, err := k.store.Account(ctx, leaver)
	if err != nil {
		return err //nolint:wrapcheck // likewise
	}
	reach := a.Actor().Within(feedback.Replier)
	if reach == nil && !b.Actor().Whole(feedback.Replier) {
		return ErrTaker
	}
	if slices.ContainsFunc(reach, func(slug string) bool { return !b.Actor().For(slug, feedback.Replier) }) {
		return ErrTaker
	}
	return nil
}

// Left answers the accounts whose work is still to be handed over.
func (k *Keeper) Left(ctx context.Context) ([]Account, error) {
	list, err := k.Accounts(ctx)
	return slices.DeleteFunc(list, func(a Account) bool { return a.Leaving == nil || !a.Leaving.Done.IsZero() }), err
}

// HandedOver notes that nothing is left under an account.
func (k *Keeper) HandedOver(ctx context.Context, name string) error {
	return k.amend(ctx, name, func(a *Account) error {
		if a.Leaving == nil || !a.Leaving.Done.IsZero() {
			return nil
		}
		now := *a.Leaving
		now.Done = k.instant()
		a.Leaving = &now
		return nil
	})
}

package staff

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
)

// RecentLife is how long after a proof of who sits there a session may open
// contact details, export, and change what signs in (ASVS 7.5.1).
const RecentLife = 10 * time.Minute

// How many guesses an account's owner has at something that can be guessed. Who
// gets as far knows the password or holds a session already, so it is not
// strangers who use them up.
const (
	maxTries  = 10
	tryWindow = time.Hour
)

// try counts one guess at something of an account, over all copies of the site;
// ErrMany when there were too many in this hour. A right one is given back.
func (k *Keeper) try(ctx context.Context, what, account string) (giveBack func() error, err error) {
	began := k.now().UTC().Truncate(tryWindow)
	for i := range maxTries {
		key := digest(fmt.Sprintf("try %s %d %d %s", what, began.Unix(), i, account))
		err := k.vault.Keep(ctx, key, []byte{1}, began.Add(tryWindow))
		if errors.Is(err, feedback.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("count tries: %w", err)
		}
		return func() error {
			if _, err := k.vault.Take(ctx, key, k.now()); err != nil && !errors.Is(err, feedback.ErrNotFound) {
				return fmt.Errorf("count tries: %w", err)
			}
			return nil
		}, nil
	}
	return nil, ErrMany
}

// prove holds somebody who is signed in to the password of their account.
// ErrSignIn: it is another. ErrMany: too many others were tried.
func (k *Keeper) prove(ctx context.Context, a Account, password string) error {
	giveBack, err := k.try(ctx, "password", a.Name)
	if err != nil {
		return err
	}
	ok, err := k.fits(ctx, password, a.Hash)
	if err != nil {
		return err
	}
	if !ok {
		return ErrSignIn
	}
	return giveBack()
}

func recentKey(s Session) []byte { return digest("recent " + hex.EncodeToString(s.Digest)) }

// Recent reports whether who holds the session proved within RecentLife that
// it is theirs, by signing in or by Confirm.
func (k *Keeper) Recent(ctx context.Context, s Session) (bool, error) {
	now := k.now()
	if now.Sub(s.Started) <= RecentLife {
		return true, nil
	}
	_, err := k.vault.Look(ctx, recentKey(s), now)
	if errors.Is(err, feedback.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("recent: %w", err)
	}
	return true, nil
}

// Confirm makes a session recent by the account's password. Errors as ChangePassword.
func (k *Keeper) Confirm(ctx context.Context, a Account, s Session, password string) error {
	if err := k.prove(ctx, a, password); err != nil {
		return err
	}
	return k.confirmed(ctx, s)
}

func (k *Keeper) confirmed(ctx context.Context, s Session) error {
	if err := k.vault.Put(ctx, recentKey(s), []byte{1}, k.now().Add(RecentLife)); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	return nil
}

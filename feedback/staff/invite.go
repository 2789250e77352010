package staff

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
)

// InviteLife is how long a link that was handed to somebody is good.
const InviteLife = 72 * time.Hour

// Invitation (邀请) is the link by which a person sets how they sign in. Of
// those made for one account only the last is good.
type Invitation struct {
	Digest []byte    `json:"digest"` // of its token
	Until  time.Time `json:"until"`
}

// Invite makes an account that nothing opens yet, and answers the token of the
// link to hand over. Errors: a feedback.Invalid, ErrNameTaken.
func (k *Keeper) Invite(ctx context.Context, n New) (token string, err error) {
	if n, err = n.tidy(); err != nil {
		return "", err
	}
	if err := k.add(ctx, Account{Name: n.Name, Display: n.Display, Office: n.Office, Roles: n.Roles, Only: n.Only}); err != nil {
		return "", err
	}
	return k.Link(ctx, n.Name)
}

// Link answers the token of a new link for an account, in place of an earlier
// one. What opens the account now goes on opening it until the link is used.
func (k *Keeper) Link(ctx context.Context, name string) (token string, err error) {
	token = rand.Text()
	until := k.instant().Add(InviteLife)
	if err := k.vault.Keep(ctx, inviteKey(token), []byte(Fold(name)), until); err != nil {
		return "", fmt.Errorf("link: %w", err)
	}
	return token, k.amend(ctx, name, func(a *Account) error {
		if a.Disabled {
			return fmt.Errorf("link: %w", feedback.ErrNotFound)
		}
		a.Invited = &Invitation{Digest: digest(token), Until: until}
		return nil
	})
}

func inviteKey(token string) []byte { return digest("invitation " + token) }

// goodFor reports whether a token is the account's link at that time.
func (a Account) goodFor(token string, now time.Time) bool {
	return a.Invited != nil && !a.Disabled && now.Before(a.Invited.Until) && bytes.Equal(a.Invited.Digest, digest(token))
}

// Invited answers whose link a token is, or ErrLink. It uses nothing up.
func (k *Keeper) Invited(ctx context.Context, token string) (Account, error) {
	if token == "" || len(token) > 100 {
		return Account{}, ErrLink
	}
	name, err := k.vault.Look(ctx, inviteKey(token), k.now())
	if err != nil {
		return Account{}, linkOr(err)
	}
	a, err := k.store.Account(ctx, string(name))
	if errors.Is(err, feedback.ErrNotFound) || (err == nil && !a.goodFor(token, k.now())) {
		return Account{}, ErrLink
	}
	if err != nil {
		return Account{}, fmt.Errorf("link: %w", err)
	}
	return a, nil
}

// Accept uses a link to set a password. It answers a session, or a SecondStep:
// a link never stands in for a second factor. Errors: ErrLink, a feedback.Invalid.
func (k *Keeper) Accept(ctx context.Context, token, password string) (session string, err error) {
	a, err := k.Invited(ctx, token)
	if err != nil {
		return "", err
	}
	if err := checkPassword(a.Name, password); err != nil {
		return "", err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return "", err
	}
	a, err = k.spend(ctx, a.Name, token, func(a *Account) error {
		a.Hash = hash
		return nil
	})
	if err != nil {
		return "", err
	}
	return k.admit(ctx, a, k.now())
}

// spend uses a link up together with what it is used for.
func (k *Keeper) spend(ctx context.Context, name, token string, edit func(*Account) error) (kept Account, err error) {
	err = k.change(ctx, name, func(a *Account) error {
		if !a.goodFor(token, k.now()) {
			return ErrLink
		}
		a.Invited = nil
		err := edit(a)
		kept = *a
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if _, err := k.vault.Take(ctx, inviteKey(token), k.now()); err != nil && !errors.Is(err, feedback.ErrNotFound) {
		return Account{}, fmt.Errorf("link: %w", err)
	}
	return kept, nil
}

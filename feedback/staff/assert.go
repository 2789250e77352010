package staff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"rectify/feedback"
)

// What a challenge that asks for a known key is for.
const forSignIn = "sign in"

// AskSignIn asks any device for a key of this site, whoever's it is.
func (k *Keeper) AskSignIn(ctx context.Context, p Party) ([]byte, error) {
	return k.askKnown(ctx, p, forSignIn)
}

// AskConfirm asks for a key that shows who holds the session.
func (k *Keeper) AskConfirm(ctx context.Context, p Party, s Session) ([]byte, error) {
	return k.askKnown(ctx, p, "confirm "+s.ID())
}

func (k *Keeper) askKnown(ctx context.Context, p Party, purpose string) ([]byte, error) {
	lib, err := p.library()
	if err != nil {
		return nil, err
	}
	options, data, err := lib.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return k.ask(ctx, asked{For: purpose, Data: *data}, options)
}

// shown checks the answer of a device that was asked for a key it has, and
// answers whose it is.
func (k *Keeper) shown(ctx context.Context, p Party, response []byte, purpose string) (Account, error) {
	if len(response) > maxResponse {
		return Account{}, ErrPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Account{}, ErrPasskey
	}
	q, err := k.answered(ctx, parsed.Response.CollectedClientData.Challenge, purpose)
	if err != nil {
		return Account{}, err
	}
	accounts, err := k.store.Accounts(ctx)
	if err != nil {
		return Account{}, fmt.Errorf("passkey: %w", err)
	}
	i := slices.IndexFunc(accounts, func(a Account) bool {
		return len(a.Handle) > 0 && bytes.Equal(a.Handle, parsed.Response.UserHandle)
	})
	if i < 0 || accounts[i].Disabled {
		return Account{}, ErrPasskey
	}
	lib, err := p.library()
	if err != nil {
		return Account{}, err
	}
	find := func(_, _ []byte) (webauthn.User, error) { return holder{accounts[i]}, nil }
	_, c, err := lib.ValidatePasskeyLogin(find, q.Data, parsed)
	if err != nil || c.Authenticator.CloneWarning { // its count went back: somebody copied it
		return accounts[i], ErrPasskey
	}
	return accounts[i], k.used(ctx, accounts[i].Name, c)
}

// used notes that a key was used, if it may still be.
func (k *Keeper) used(ctx context.Context, name string, c *webauthn.Credential) error {
	return k.amend(ctx, name, func(a *Account) error {
		i := a.passkey(c.ID)
		if i < 0 || a.Disabled || a.Passkeys[i].Count > c.Authenticator.SignCount {
			return ErrPasskey
		}
		a.Passkeys[i].Count, a.Passkeys[i].Used = c.Authenticator.SignCount, k.instant()
		return nil
	})
}

// SignInPasskey answers who signed in and the token of a new session. A passkey
// is something one has and, by finger, face or PIN, something more: no second
// step follows. ErrPasskey, with the name where it is known.
func (k *Keeper) SignInPasskey(ctx context.Context, p Party, response []byte) (name, token string, err error) {
	started := k.now()
	a, err := k.shown(ctx, p, response, forSignIn)
	if err != nil {
		return a.Name, "", err
	}
	token, err = k.begin(ctx, a.Name, started)
	return a.Name, token, err
}

// ConfirmPasskey makes a session recent by a key of its own account.
func (k *Keeper) ConfirmPasskey(ctx context.Context, p Party, s Session, response []byte) error {
	a, err := k.shown(ctx, p, response, "confirm "+s.ID())
	if err != nil {
		return err
	}
	if a.Name != s.Account {
		return ErrPasskey
	}
	return k.confirmed(ctx, s)
}

// AskInvited asks the device of somebody with a link for a key, so that no
// password is needed. ErrLink. An account that has a second factor goes by
// password: a link never adds a key beside it.
func (k *Keeper) AskInvited(ctx context.Context, p Party, token string) ([]byte, error) {
	a, err := k.Invited(ctx, token)
	if err != nil {
		return nil, err
	}
	if a.HasFactor() {
		return nil, ErrMust
	}
	return k.askNew(ctx, p, a, New{}, "link "+token)
}

// AcceptPasskey uses a link to set that key, and answers whose it is and a session.
func (k *Keeper) AcceptPasskey(ctx context.Context, p Party, token string, response []byte) (name, session string, err error) {
	a, err := k.Invited(ctx, token)
	if err != nil {
		return "", "", err
	}
	key, q, err := k.made(ctx, p, response, "link "+token)
	if err != nil {
		return a.Name, "", err
	}
	_, err = k.spend(ctx, a.Name, token, func(a *Account) error {
		if a.HasFactor() {
			return ErrMust
		}
		a.Hash = "" // what is forgotten, or known to somebody else, opens nothing more
		return a.take(key, q.Data.UserID)
	})
	if err != nil {
		return a.Name, "", err
	}
	session, err = k.begin(ctx, a.Name, k.now())
	return a.Name, session, err
}

// AskFirst asks the device of the first administrator for a key.
func (k *Keeper) AskFirst(ctx context.Context, p Party, token string, n New) ([]byte, error) {
	n, err := firstOf(n).tidy()
	if err != nil {
		return nil, err
	}
	if _, err := k.vault.Look(ctx, firstKey(token), k.now()); err != nil {
		return nil, linkOr(err)
	}
	return k.askNew(ctx, p, Account{Name: n.Name, Display: n.Display}, n, "first "+token)
}

// FirstPasskey makes the first account with that key, and signs it in.
func (k *Keeper) FirstPasskey(ctx context.Context, p Party, token string, response []byte) (name, session string, err error) {
	key, q, err := k.made(ctx, p, response, "first "+token)
	if err != nil {
		return "", "", err
	}
	a := Account{Name: q.New.Name, Display: q.New.Display, Roles: q.New.Roles}
	if err := a.take(key, q.Data.UserID); err != nil {
		return "", "", err
	}
	session, err = k.first(ctx, token, a)
	return a.Name, session, err
}

// linkOr is ErrLink where what a link left in the vault is gone.
func linkOr(err error) error {
	if errors.Is(err, feedback.ErrNotFound) {
		return ErrLink
	}
	return fmt.Errorf("link: %w", err)
}

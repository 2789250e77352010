package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
)

// Link (关联的单位账号) is an identity at a provider of sign-ins by which an
// account can be opened. It is made by the account's owner while signed in, never
// by a name or address that happens to be the same.
type Link struct {
	Issuer  string    `json:"issuer"`
	Subject string    `json:"subject"` // the provider's own name of the person, which never changes
	Since   time.Time `json:"since"`
}

// Bounds of a link.
const (
	maxLinks   = 5
	maxIssuer  = 500
	maxSubject = 255 // OpenID Connect Core 1.0, section 2
)

// ErrLinked means that the identity opens an account already.
var ErrLinked = errors.New("linked to an account already")

// LinkTo lets an identity of a provider open an account. ErrLinked: it opens one
// already, this or another.
func (k *Keeper) LinkTo(ctx context.Context, name, issuer, subject string) error {
	if issuer == "" || subject == "" || len(issuer) > maxIssuer || len(subject) > maxSubject {
		return feedback.Invalid{Field: "links", Rule: "required"}
	}
	k.linking.Lock() // of two accounts that want one identity at once, one gets it
	defer k.linking.Unlock()
	all, err := k.store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if slices.ContainsFunc(all, func(a Account) bool { return a.linked(issuer, subject) >= 0 }) {
		return ErrLinked
	}
	return k.amend(ctx, name, func(a *Account) error {
		if len(a.Linked) >= maxLinks {
			return feedback.Invalid{Field: "links", Rule: "too-many", Args: []any{maxLinks}}
		}
		a.Linked = append(slices.Clip(a.Linked), Link{Issuer: issuer, Subject: subject, Since: k.instant()})
		return nil
	})
}

// Unlink takes a link away and ends all sessions, as one of them may have come by
// it. It answers a new one.
func (k *Keeper) Unlink(ctx context.Context, name, issuer, subject string) (token string, err error) {
	err = k.change(ctx, name, func(a *Account) error {
		i := a.linked(issuer, subject)
		if i < 0 {
			return fmt.Errorf("unlink: %w", feedback.ErrNotFound)
		}
		a.Linked = slices.Delete(slices.Clone(a.Linked), i, i+1)
		return nil
	})
	if err != nil {
		return "", err
	}
	return k.begin(ctx, Fold(name), k.now())
}

// SignInLinked answers who signed in by an identity that its provider vouches
// for, and a session; or a SecondStep where the account asks for more. ErrSignIn,
// with the name where it is known: it opens no account, one that is shut out, or
// more than one.
func (k *Keeper) SignInLinked(ctx context.Context, issuer, subject string) (name, token string, err error) {
	started := k.now()
	all, err := k.store.Accounts(ctx)
	if err != nil {
		return "", "", fmt.Errorf("sign in: %w", err)
	}
	all = slices.DeleteFunc(all, func(a Account) bool { return a.linked(issuer, subject) < 0 })
	if len(all) != 1 {
		return "", "", ErrSignIn
	}
	if all[0].Disabled {
		return all[0].Name, "", ErrSignIn
	}
	token, err = k.admit(ctx, all[0], started)
	return all[0].Name, token, err
}

func (a Account) linked(issuer, subject string) int {
	return slices.IndexFunc(a.Linked, func(l Link) bool { return l.Issuer == issuer && l.Subject == subject })
}

package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
)

// Accounts answers every account by name.
func (k *Keeper) Accounts(ctx context.Context) ([]Account, error) {
	list, err := k.store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return list, nil
}

// Add makes an account. Errors: a feedback.Invalid, ErrNameTaken.
func (k *Keeper) Add(ctx context.Context, n New) error {
	n, err := n.check()
	if err != nil {
		return err
	}
	hash, err := k.hash(ctx, n.Password)
	if err != nil {
		return err
	}
	return k.add(ctx, Account{Name: n.Name, Display: n.Display, Office: n.Office, Roles: n.Roles, Only: n.Only, Hash: hash})
}

// add keeps a new account.
func (k *Keeper) add(ctx context.Context, a Account) error {
	a.Created = k.instant()
	a.Changed = a.Created
	err := k.store.AddAccount(ctx, a)
	if errors.Is(err, feedback.ErrConflict) {
		return ErrNameTaken
	}
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	return nil
}

// changeTries is how often a change that met another copy's is tried again.
const changeTries = 5

// change applies edit to an account and ends its sessions. An edit that takes
// the last administrator away is refused; one that answers an error is not kept.
func (k *Keeper) change(ctx context.Context, name string, edit func(*Account) error) error {
	err := k.amend(ctx, name, func(a *Account) error {
		a.Changed = k.instant()
		return edit(a)
	})
	if err != nil {
		return err
	}
	if err := k.store.EndSessions(ctx, Fold(name), time.Time{}); err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	return nil
}

// amend is change for what lets sessions go on.
func (k *Keeper) amend(ctx context.Context, name string, edit func(*Account) error) error {
	k.editing.Lock()
	defer k.editing.Unlock()
	var err error
	for range changeTries {
		if err = k.amendOnce(ctx, Fold(name), edit); !errors.Is(err, feedback.ErrConflict) {
			break
		}
	}
	return err
}

func (k *Keeper) amendOnce(ctx context.Context, name string, edit func(*Account) error) error {
	accounts, err := k.store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	i := slices.IndexFunc(accounts, func(a Account) bool { return a.Name == name })
	if i < 0 {
		return fmt.Errorf("change account: %w", feedback.ErrNotFound)
	}
	rev, managed := accounts[i].Rev, hasAdmin(accounts)
	if err := edit(&accounts[i]); err != nil {
		return err
	}
	if managed && !hasAdmin(accounts) {
		return ErrLastAdmin
	}
	if err := k.store.ReplaceAccount(ctx, accounts[i], rev); err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	return nil
}

// hasAdmin reports whether anybody can manage accounts.
func hasAdmin(accounts []Account) bool {
	return slices.ContainsFunc(accounts, func(a Account) bool { return !a.Disabled && a.Has(feedback.Admin) })
}

// Disable shuts an account out, or lets it in again. A link that was handed
// over does not outlive it. By is the account of who does it, or something that
// is no name of one. ErrOwn: nobody shuts themselves out. ErrLeft: who left is
// let in only by an account of their own.
func (k *Keeper) Disable(ctx context.Context, by, name string, disabled bool) error {
	if own(by, name) {
		return ErrOwn
	}
	return k.change(ctx, name, func(a *Account) error {
		if a.Leaving != nil {
			return ErrLeft
		}
		a.Disabled, a.Invited = disabled, nil
		return nil
	})
}

// SetRoles gives an account its roles, and says for which notices some of them
// are held only. By is as for Disable. ErrOwn: nobody changes their own.
func (k *Keeper) SetRoles(ctx context.Context, by, name string, roles []feedback.Role, only Limits) error {
	if own(by, name) {
		return ErrOwn
	}
	roles, only, err := checkRoles(roles, only)
	if err != nil {
		return err
	}
	return k.change(ctx, name, func(a *Account) error {
		a.Roles, a.Only = roles, only
		return nil
	})
}

func own(by, name string) bool { return by != "" && Fold(by) == Fold(name) }

// SetEmail says where an account's reminders go; empty for none. Sessions go on.
func (k *Keeper) SetEmail(ctx context.Context, name, email string) error {
	email, err := feedback.TidyEmail(email)
	if err != nil {
		return err
	}
	return k.amend(ctx, name, func(a *Account) error {
		a.Email = email
		return nil
	})
}

// SetWeekly says whether an account gets the report of each week by e-mail.
// Sessions go on.
func (k *Keeper) SetWeekly(ctx context.Context, name string, yes bool) error {
	return k.amend(ctx, name, func(a *Account) error {
		a.Weekly = yes
		return nil
	})
}

// MaxTour bounds what an account keeps of where its tour stands.
const MaxTour = 40

// SetTour keeps where the tour of an account stands. Sessions go on.
func (k *Keeper) SetTour(ctx context.Context, name, at string) error {
	if len(at) > MaxTour {
		return feedback.Invalid{Field: "tour", Rule: "unknown"}
	}
	return k.amend(ctx, name, func(a *Account) error {
		a.Tour = at
		return nil
	})
}

// Reset gives an account a new password that the program draws, and answers it.
func (k *Keeper) Reset(ctx context.Context, name string) (password string, err error) {
	password = rand.Text()[:20]
	return password, k.SetPassword(ctx, name, password)
}

// SetPassword gives an account another password and ends its sessions.
func (k *Keeper) SetPassword(ctx context.Context, name, password string) error {
	if err := checkPassword(Fold(name), password); err != nil {
		return err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return err
	}
	return k.change(ctx, name, func(a *Account) error {
		a.Hash, a.Invited = hash, nil
		return nil
	})
}

// ChangePassword is SetPassword by somebody who knows the old one, and answers
// a new session in place of those that ended. ErrSignIn: the old one is wrong;
// ErrMany: too many wrong ones.
func (k *Keeper) ChangePassword(ctx context.Context, name, old, password string) (token string, err error) {
	a, err := k.store.Account(ctx, Fold(name))
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	if err := k.prove(ctx, a, old); err != nil {
		return "", err
	}
	if err := k.SetPassword(ctx, name, password); err != nil {
		return "", err
	}
	return k.begin(ctx, a.Name, k.now())
}

// FirstPassword gives an account that had none a password, and answers a new
// session in place of those that ended.
func (k *Keeper) FirstPassword(ctx context.Context, name, password string) (token string, err error) {
	if err := k.SetPassword(ctx, name, password); err != nil {
		return "", err
	}
	return k.begin(ctx, Fold(name), k.now())
}

package staff

import (
	"context"
	"crypto/rand"
	"fmt"

	"rectify/feedback"
)

// FirstLink answers a token that makes the first account, good for FirstLife,
// and false when accounts exist.
func (k *Keeper) FirstLink(ctx context.Context) (token string, needed bool, err error) {
	accounts, err := k.store.Accounts(ctx)
	if err != nil {
		return "", false, fmt.Errorf("first link: %w", err)
	}
	if len(accounts) > 0 {
		return "", false, nil
	}
	token = rand.Text()
	if err := k.vault.Keep(ctx, firstKey(token), []byte{1}, k.now().Add(FirstLife)); err != nil {
		return "", false, fmt.Errorf("first link: %w", err)
	}
	return token, true, nil
}

func firstKey(token string) []byte { return digest("first account " + token) }

// firstOf is what the first account is: an administrator with every role that
// the daily work needs but approval.
func firstOf(n New) New {
	n.Roles = []feedback.Role{feedback.Admin, feedback.Moderator}
	return n
}

// First makes the first account and signs it in. The token is used up only when
// everything else is in order.
func (k *Keeper) First(ctx context.Context, token string, n New) (session string, err error) {
	if n, err = firstOf(n).check(); err != nil {
		return "", err
	}
	hash, err := k.hash(ctx, n.Password)
	if err != nil {
		return "", err
	}
	return k.first(ctx, token, Account{Name: n.Name, Display: n.Display, Office: n.Office, Roles: n.Roles, Hash: hash})
}

// first keeps the first account.
func (k *Keeper) first(ctx context.Context, token string, a Account) (session string, err error) {
	k.editing.Lock() // two links at once make one account
	defer k.editing.Unlock()
	accounts, err := k.store.Accounts(ctx)
	if err != nil {
		return "", fmt.Errorf("first account: %w", err)
	}
	if len(accounts) > 0 {
		return "", ErrLink
	}
	if _, err := k.vault.Take(ctx, firstKey(token), k.now()); err != nil {
		return "", linkOr(err)
	}
	if err := k.add(ctx, a); err != nil {
		return "", err
	}
	return k.begin(ctx, a.Name, k.now())
}

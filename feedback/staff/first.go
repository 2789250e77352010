package staff

import (
	"context"
	"crypto/rand"
	"errors"
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

// First makes the first account, an administrator with every role that the
// daily work needs but approval, and signs it in. The token is used up only
// when everything else is in order.
func (k *Keeper) First(ctx context.Context, token string, n New) (session string, err error) {
	n.Roles = []feedback.Role{feedback.Admin, feedback.Moderator}
	n, err = n.check()
	if err != nil {
		return "", err
	}
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
		if errors.Is(err, feedback.ErrNotFound) {
			return "", ErrLink
		}
		return "", fmt.Errorf("first account: %w", err)
	}
	if err := k.Add(ctx, n); err != nil {
		return "", err
	}
	return k.begin(ctx, n.Name, k.now())
}

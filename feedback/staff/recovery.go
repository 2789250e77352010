package staff

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
)

// Recovery codes stand in for a phone that is lost. Each opens once. They are
// too long to be guessed, so a plain digest keeps them.
const (
	recoveryCodes  = 10
	recoveryLength = 16 // of 32 letters and digits each: 80 bits
)

// drawRecovery draws new codes, and what is kept of them.
func drawRecovery(account string) (codes, kept []string) {
	for range recoveryCodes {
		c := rand.Text()[:recoveryLength]
		kept = append(kept, recoveryDigest(account, c))
		codes = append(codes, strings.Join([]string{c[:4], c[4:8], c[8:12], c[12:]}, "-"))
	}
	return codes, kept
}

func recoveryDigest(account, code string) string {
	return hex.EncodeToString(digest("recovery code " + account + " " + code))
}

// isRecovery tells a recovery code from a one-time code by its length.
func isRecovery(code string) bool { return len(code) == recoveryLength }

// useRecovery takes a recovery code, and answers how many are left. ErrCode.
// Sessions go on: who lost a phone is not made to lose what is open.
func (k *Keeper) useRecovery(ctx context.Context, account, code string) (left int, err error) {
	err = k.amend(ctx, account, func(a *Account) error {
		i := slices.Index(a.Recovery, recoveryDigest(account, code))
		if i < 0 {
			return ErrCode
		}
		a.Recovery = slices.Delete(a.Recovery, i, i+1)
		left = len(a.Recovery)
		return nil
	})
	return left, err
}

// NewRecovery draws recovery codes in place of those that are left, to be shown
// this once. ErrCode: the account has no second factor.
func (k *Keeper) NewRecovery(ctx context.Context, account string) ([]string, error) {
	codes, kept := drawRecovery(account)
	err := k.amend(ctx, account, func(a *Account) error {
		if !a.HasFactor() {
			return ErrCode
		}
		a.Recovery = kept
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

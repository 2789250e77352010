package staff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
)

// HalfLife is how long after the password the second step may come.
const HalfLife = 5 * time.Minute

// halfAs is what half a sign-in is sealed with, so that nothing else sealed by
// the same key can stand in its place.
const halfAs = "half a sign-in"

// errSealer means that the keeper was made to manage accounts only.
var errSealer = errors.New("no keys for second factors")

// halfway is who gave the right password, and when.
type halfway struct {
	Account string
	Started time.Time
}

func (k *Keeper) seal(plain []byte, as string) ([]byte, error) {
	if k.Sealer == nil {
		return nil, errSealer
	}
	sealed, err := k.Sealer.Seal(plain, []byte(as))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

func (k *Keeper) open(sealed []byte, as string) ([]byte, error) {
	if k.Sealer == nil {
		return nil, errSealer
	}
	plain, err := k.Sealer.Open(sealed, []byte(as))
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	return plain, nil
}

// half is half a sign-in for the browser to bring back.
func (k *Keeper) half(account string, started time.Time) (string, error) {
	plain, err := json.Marshal(halfway{account, started.UTC().Truncate(time.Millisecond)})
	if err != nil {
		return "", fmt.Errorf("half a sign-in: %w", err)
	}
	sealed, err := k.seal(plain, halfAs)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Halfway answers whose second step is to come, or ErrHalf.
func (k *Keeper) Halfway(ctx context.Context, half string) (Account, error) {
	a, _, err := k.halfway(ctx, half)
	return a, err
}

func (k *Keeper) halfway(ctx context.Context, half string) (Account, time.Time, error) {
	var h halfway
	sealed, err := base64.RawURLEncoding.DecodeString(half)
	if err != nil || len(half) > 1000 || half == "" {
		return Account{}, h.Started, ErrHalf
	}
	plain, err := k.open(sealed, halfAs)
	if errors.Is(err, errSealer) {
		return Account{}, h.Started, err
	}
	if err != nil || json.Unmarshal(plain, &h) != nil {
		return Account{}, h.Started, ErrHalf
	}
	a, err := k.store.Account(ctx, h.Account)
	if errors.Is(err, feedback.ErrNotFound) {
		return Account{}, h.Started, ErrHalf
	}
	if err != nil {
		return Account{}, h.Started, fmt.Errorf("second step: %w", err)
	}
	if a.Disabled || h.Started.Before(a.Changed) || k.now().Sub(h.Started) > HalfLife {
		return Account{}, h.Started, ErrHalf
	}
	return a, h.Started, nil
}

// Passed is a second step that was right.
type Passed struct {
	Account, Token string
	Recovery       bool // by a recovery code
	Left           int  // recovery codes that are left
}

// Finish ends a sign-in by a one-time code, or by a recovery code in its place.
// ErrHalf: the password must be given again. ErrCode: the code is wrong or was
// used. ErrMany: too many wrong ones; a recovery code still opens, as nobody
// guesses those, so that who knows only the password shuts nobody out.
func (k *Keeper) Finish(ctx context.Context, half, code string) (Passed, error) {
	a, started, err := k.halfway(ctx, half)
	if err != nil {
		return Passed{}, err
	}
	p := Passed{Account: a.Name, Left: len(a.Recovery)}
	if code = foldCode(code); isRecovery(code) {
		p.Recovery = true
		p.Left, err = k.useRecovery(ctx, a.Name, code)
	} else {
		err = k.useCode(ctx, a, code)
	}
	if err != nil {
		return Passed{}, err
	}
	p.Token, err = k.begin(ctx, a.Name, started)
	return p, err
}

package staff

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"

	"rectify/feedback"
)

// What one-time codes are like (RFC 6238): what every phone takes.
const (
	codeDigits = otp.DigitsSix
	codePeriod = 30 // seconds a code is shown
	codeSkew   = 1  // codes before and after that are taken too (RFC 6238, 5.2)
)

// enrolLife is how long a secret that was shown waits for its first code.
const enrolLife = 15 * time.Minute

// Factor (动态口令) makes the one-time codes of an account.
type Factor struct {
	Secret []byte    `json:"secret"` // otpauth address, sealed
	Since  time.Time `json:"since"`
}

func factorAs(account string) string { return "one-time codes of " + account }

func enrolKey(s Session) []byte { return digest("enrol " + hex.EncodeToString(s.Digest)) }

// Enrol draws a new secret, which counts from the first right code on. Issuer
// is what the phone shows beside the code.
func (k *Keeper) Enrol(ctx context.Context, s Session, issuer string) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(issuer, ":", " "), AccountName: s.Account, Period: codePeriod, Digits: codeDigits})
	if err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	sealed, err := k.seal([]byte(key.URL()), factorAs(s.Account))
	if err != nil {
		return err
	}
	if err := k.vault.Put(ctx, enrolKey(s), sealed, k.now().Add(enrolLife)); err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	return nil
}

// Enrolling answers the secret that waits for its first code, as text and as
// the address that phones read. feedback.ErrNotFound: none waits.
func (k *Keeper) Enrolling(ctx context.Context, s Session) (secret, address string, err error) {
	sealed, err := k.vault.Look(ctx, enrolKey(s), k.now())
	if err != nil {
		return "", "", fmt.Errorf("enrol: %w", err)
	}
	key, err := k.key(s.Account, sealed)
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// Enrolled takes the first code of the secret that waits: from now on every
// sign-in by password asks for one. It ends all sessions and answers a new one,
// and recovery codes, which are shown this once. ErrCode: the code is wrong.
func (k *Keeper) Enrolled(ctx context.Context, s Session, code string) (token string, recovery []string, err error) {
	sealed, err := k.vault.Look(ctx, enrolKey(s), k.now())
	if err != nil {
		return "", nil, fmt.Errorf("enrol: %w", err)
	}
	f := &Factor{Secret: sealed, Since: k.instant()}
	if err := k.useCode(ctx, Account{Name: s.Account, Factor: f}, foldCode(code)); err != nil {
		return "", nil, err
	}
	recovery, kept := drawRecovery(s.Account)
	err = k.change(ctx, s.Account, func(a *Account) error {
		a.Factor, a.Recovery = f, kept
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	if _, err := k.vault.Take(ctx, enrolKey(s), k.now()); err != nil && !errors.Is(err, feedback.ErrNotFound) {
		return "", nil, fmt.Errorf("enrol: %w", err)
	}
	token, err = k.begin(ctx, s.Account, k.now())
	return token, recovery, err
}

// DropFactor takes an account's own one-time codes away. ErrMust when the
// account would be left without a second factor that it must have. It ends all
// sessions and answers a new one.
func (k *Keeper) DropFactor(ctx context.Context, name string) (token string, err error) {
	err = k.change(ctx, name, func(a *Account) error {
		a.Factor = nil
		return a.dropped()
	})
	if err != nil {
		return "", err
	}
	return k.begin(ctx, Fold(name), k.now())
}

// dropped tidies an account that lost one of its factors.
func (a *Account) dropped() error {
	if a.Lacks() {
		return ErrMust
	}
	if !a.HasFactor() {
		a.Recovery = nil
	}
	return nil
}

// ResetFactors takes every second factor of somebody else's account away, who
// lost them. What must be set up again is said by MustFactor.
func (k *Keeper) ResetFactors(ctx context.Context, name string) error {
	return k.change(ctx, name, func(a *Account) error {
		a.Factor, a.Recovery, a.Passkeys = nil, nil, nil
		return nil
	})
}

// Require says whether an account must have a second factor.
func (k *Keeper) Require(ctx context.Context, name string, must bool) error {
	return k.change(ctx, name, func(a *Account) error {
		a.MustFactor = must
		return nil
	})
}

func (k *Keeper) key(account string, sealed []byte) (*otp.Key, error) {
	plain, err := k.open(sealed, factorAs(account))
	if err != nil {
		return nil, err
	}
	key, err := otp.NewKeyFromURL(string(plain))
	if err != nil {
		return nil, errors.New("one-time codes: what was sealed is no address") // not the cause: it holds the secret
	}
	return key, nil
}

// useCode takes a one-time code, each once. ErrCode, ErrMany.
func (k *Keeper) useCode(ctx context.Context, a Account, code string) error {
	giveBack, err := k.try(ctx, "code", a.Name)
	if err != nil {
		return err
	}
	if a.Factor == nil || len(code) != codeDigits.Length() {
		return ErrCode
	}
	key, err := k.key(a.Name, a.Factor.Secret)
	if err != nil {
		return err
	}
	step, ok := matches(key.Secret(), code, k.now())
	if !ok {
		return ErrCode
	}
	used := digest(fmt.Sprintf("code %d %x", step, digest(key.Secret())))
	err = k.vault.Keep(ctx, used, []byte{1}, time.Unix((step+2*codeSkew+1)*codePeriod, 0))
	if errors.Is(err, feedback.ErrConflict) {
		return ErrCode
	}
	if err != nil {
		return fmt.Errorf("code: %w", err)
	}
	return giveBack()
}

// matches answers the step of time whose code this is.
func matches(secret, code string, now time.Time) (step int64, ok bool) {
	at := now.Unix() / codePeriod
	for step := at - codeSkew; step <= at+codeSkew; step++ {
		good, err := hotp.ValidateCustom(code, uint64(max(step, 0)), secret, hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && good {
			return step, true
		}
	}
	return 0, false
}

// foldCode is a code as it is compared, whichever way it was typed.
func foldCode(typed string) string {
	if len(typed) > 200 {
		return ""
	}
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, norm.NFKC.String(strings.TrimSpace(typed))))
}

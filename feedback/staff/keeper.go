package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"rectify/feedback"
)

// How long a session lasts: without use, and at all.
const (
	IdleLife    = 60 * time.Minute
	SessionLife = 12 * time.Hour
	// FirstLife is how long the link to the first account is good.
	FirstLife = time.Hour
)

// The errors that pages decide on.
var (
	// ErrSignIn does not tell a wrong name from a wrong password.
	ErrSignIn = errors.New("name or password is wrong")

	// ErrNameTaken means that an account of that name exists.
	ErrNameTaken = errors.New("name is taken")

	// ErrLastAdmin means that nobody would be left to manage accounts.
	ErrLastAdmin = errors.New("last administrator")

	// ErrOwn means that nobody does this to their own account: another
	// administrator must.
	ErrOwn = errors.New("own account")

	// ErrLeft means that the person left and the work was handed over.
	ErrLeft = errors.New("account of somebody who left")

	// ErrLink means that a link to the first account, or one that was handed to
	// somebody, is used up, too old, or was never given.
	ErrLink = errors.New("link is not good any more")

	// ErrCode means that a one-time or recovery code is wrong or was used.
	ErrCode = errors.New("code is wrong or was used")

	// ErrMany means that too many codes or passwords were tried for one account.
	ErrMany = errors.New("too many were tried")

	// ErrHalf means that the password must be given again before the code.
	ErrHalf = errors.New("sign-in must begin again")

	// ErrMust means that the account must keep a second factor.
	ErrMust = errors.New("second factor must stay")
)

// SecondStep is the answer to a right password where more is asked for: no
// session yet, but what Finish goes on from. It opens nothing else.
type SecondStep struct{ Half string }

// Error implements error.
func (SecondStep) Error() string { return "a second step is to come" }

// maxHashing bounds how many passwords are hashed at once: each takes 19 MB.
const maxHashing = 4

// Keeper (保管) signs people in and keeps their accounts.
type Keeper struct {
	// Sealer keeps what makes one-time codes unreadable at rest. Without one
	// accounts can be managed, but nobody signs in by a second step.
	Sealer feedback.Sealer

	store   Store
	vault   feedback.Vault
	now     func() time.Time
	hashing chan struct{}
	editing sync.Mutex // one change of accounts at a time, so that two do not take away two last administrators
	linking sync.Mutex
	params  argon2id.Params
	nobody  string // hash that a missing account is checked against, so that it takes as long
}

// NewKeeper makes a keeper over a store.
func NewKeeper(store Store, vault feedback.Vault, now func() time.Time) (*Keeper, error) {
	k := &Keeper{
		store: store, vault: vault, now: now, hashing: make(chan struct{}, maxHashing),
		// OWASP Password Storage: argon2id with 19 MiB, two passes, one lane.
		params: argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	}
	var err error
	k.nobody, err = argon2id.CreateHash(rand.Text(), &k.params)
	if err != nil {
		return nil, fmt.Errorf("hash: %w", err)
	}
	return k, nil
}

// instant is now as stores keep it.
func (k *Keeper) instant() time.Time { return k.now().UTC().Truncate(time.Millisecond) }

// hash makes the hash of a password.
func (k *Keeper) hash(ctx context.Context, password string) (string, error) {
	if err := k.enter(ctx); err != nil {
		return "", err
	}
	defer k.leave()
	h, err := argon2id.CreateHash(password, &k.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// fits reports whether a password is the one of a hash. An empty hash, as of an
// account without a password, and a password that is too long take as long as
// any other and never fit.
func (k *Keeper) fits(ctx context.Context, password, hash string) (bool, error) {
	never := hash == "" || len(password) > maxPassword
	if never {
		hash, password = k.nobody, ""
	}
	if err := k.enter(ctx); err != nil {
		return false, err
	}
	defer k.leave()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && !never, nil
}

func (k *Keeper) enter(ctx context.Context) error {
	select {
	case k.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", feedback.ErrBusy, ctx.Err())
	}
}

func (k *Keeper) leave() { <-k.hashing }

// Known answers the name of the account that somebody typed, folded, or "" if
// there is none of that name.
func (k *Keeper) Known(ctx context.Context, typed string) (string, error) {
	a, err := k.store.Account(ctx, Fold(typed))
	if errors.Is(err, feedback.ErrNotFound) {
		return "", nil
	}
	return a.Name, err
}

// SignIn answers the token of a new session, or a SecondStep. ErrSignIn for a
// wrong name, a wrong password and a disabled account alike, after the same work.
func (k *Keeper) SignIn(ctx context.Context, name, password string) (token string, err error) {
	// A session counts from before the password was looked up: one that is
	// changed while this one is checked ends the session.
	started := k.now()
	a, err := k.store.Account(ctx, Fold(name))
	missing := errors.Is(err, feedback.ErrNotFound)
	if err != nil && !missing {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if missing || a.Disabled {
		a.Hash = ""
	}
	ok, err := k.fits(ctx, password, a.Hash)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if !ok {
		return "", ErrSignIn
	}
	return k.admit(ctx, a, started)
}

// Refuse takes as long as SignIn does and lets nobody in: who asks too often must
// not learn it from the time that the answer takes.
func (k *Keeper) Refuse(ctx context.Context, name string) error {
	if _, err := k.store.Account(ctx, Fold(name)); err != nil && !errors.Is(err, feedback.ErrNotFound) {
		return fmt.Errorf("sign in: %w", err)
	}
	if _, err := k.fits(ctx, "", ""); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return ErrSignIn
}

// admit lets in who showed that the password is theirs: by a session, or on to
// the second step.
func (k *Keeper) admit(ctx context.Context, a Account, started time.Time) (token string, err error) {
	if !a.twoSteps() {
		return k.begin(ctx, a.Name, started)
	}
	half, err := k.half(a.Name, started)
	if err != nil {
		return "", err
	}
	return "", SecondStep{Half: half}
}

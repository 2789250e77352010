package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
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

	// ErrLink means that a link to the first account is used up, too old, or
	// was never given, or that accounts exist already.
	ErrLink = errors.New("link is not good any more")
)

// maxHashing bounds how many passwords are hashed at once: each takes 19 MB.
const maxHashing = 4

// Keeper (保管) signs people in and keeps their accounts.
type Keeper struct {
	store   Store
	vault   feedback.Vault
	now     func() time.Time
	hashing chan struct{}
	editing sync.Mutex // one change of accounts at a time, so that two do not take away two last administrators
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

// SignIn answers the token of a new session. ErrSignIn for a wrong name, a
// wrong password and a disabled account alike, after the same work.
func (k *Keeper) SignIn(ctx context.Context, name, password string) (token string, err error) {
	name = Fold(name)
	// A session counts from before the password was looked up: one that is
	// changed while this one is checked ends the session.
	started := k.now()
	a, err := k.store.Account(ctx, name)
	missing := errors.Is(err, feedback.ErrNotFound)
	if err != nil && !missing {
		return "", fmt.Errorf("sign in: %w", err)
	}
	hash := a.Hash
	if missing || a.Disabled || len(password) > maxPassword {
		hash, password = k.nobody, ""
	}
	if err := k.enter(ctx); err != nil {
		return "", err
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	k.leave()
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if !ok || missing || a.Disabled {
		return "", ErrSignIn
	}
	return k.begin(ctx, a.Name, started)
}

func (k *Keeper) begin(ctx context.Context, account string, started time.Time) (string, error) {
	token := rand.Text() + rand.Text()
	secret := make([]byte, sha256.Size)
	if _, err := rand.Read(secret); err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	started = started.UTC().Truncate(time.Millisecond)
	s := Session{Digest: digest(token), Account: account, Started: started, Seen: started, CSRF: secret}
	if err := k.store.AddSession(ctx, s); err != nil {
		return "", fmt.Errorf("session: %w", err)
	}
	return token, nil
}

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Who answers the account and session of a token, or feedback.ErrNotFound when
// there is none, it has ended, or the account changed since.
func (k *Keeper) Who(ctx context.Context, token string) (Account, Session, error) {
	if token == "" || len(token) > 200 {
		return Account{}, Session{}, feedback.ErrNotFound
	}
	s, err := k.store.Session(ctx, digest(token))
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("who: %w", err)
	}
	a, err := k.store.Account(ctx, s.Account)
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("who: %w", err)
	}
	now := k.now()
	if a.Disabled || s.Started.Before(a.Changed) || now.Sub(s.Seen) > IdleLife || now.Sub(s.Started) > SessionLife {
		if err := k.store.EndSession(ctx, s.Digest); err != nil {
			return Account{}, Session{}, fmt.Errorf("who: %w", err)
		}
		return Account{}, Session{}, feedback.ErrNotFound
	}
	if now.Sub(s.Seen) > time.Minute {
		if err := k.store.TouchSession(ctx, s.Digest, now.UTC().Truncate(time.Millisecond)); err != nil {
			return Account{}, Session{}, fmt.Errorf("who: %w", err)
		}
	}
	return a, s, nil
}

// SignOut ends the session of a token.
func (k *Keeper) SignOut(ctx context.Context, token string) error {
	if err := k.store.EndSession(ctx, digest(token)); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Sweep forgets sessions that have ended.
func (k *Keeper) Sweep(ctx context.Context) error {
	if err := k.store.EndSessions(ctx, "", k.now().Add(-IdleLife)); err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

// FormToken is the token of a session's forms, different each time so that a
// compressed page tells nothing about it (BREACH).
func (s Session) FormToken() string {
	mask := make([]byte, len(s.CSRF))
	_, _ = rand.Read(mask) // never fails (crypto/rand)
	masked := make([]byte, len(s.CSRF))
	subtle.XORBytes(masked, mask, s.CSRF)
	return base64.RawURLEncoding.EncodeToString(append(mask, masked...))
}

// Good reports whether token is a form token of this session.
func (s Session) Good(token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	n := len(s.CSRF)
	if err != nil || n == 0 || len(raw) != 2*n {
		return false
	}
	plain := make([]byte, n)
	subtle.XORBytes(plain, raw[:n], raw[n:])
	return subtle.ConstantTimeCompare(plain, s.CSRF) == 1
}

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
	now := k.now().UTC().Truncate(time.Millisecond)
	err = k.store.AddAccount(ctx, Account{
		Name: n.Name, Display: n.Display, Office: n.Office, Roles: n.Roles, Hash: hash, Created: now, Changed: now,
	})
	if errors.Is(err, feedback.ErrConflict) {
		return ErrNameTaken
	}
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	return nil
}

// change applies edit to an account and ends its sessions. An
// edit that takes the last administrator away is refused.
func (k *Keeper) change(ctx context.Context, name string, edit func(*Account)) error {
	k.editing.Lock()
	defer k.editing.Unlock()
	accounts, err := k.store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	i := slices.IndexFunc(accounts, func(a Account) bool { return a.Name == Fold(name) })
	if i < 0 {
		return fmt.Errorf("change account: %w", feedback.ErrNotFound)
	}
	before, managed := accounts[i], hasAdmin(accounts)
	edit(&accounts[i])
	if managed && !hasAdmin(accounts) {
		return ErrLastAdmin
	}
	accounts[i].Changed = k.now().UTC().Truncate(time.Millisecond)
	if err := k.store.ReplaceAccount(ctx, accounts[i], before.Rev); err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	if err := k.store.EndSessions(ctx, before.Name, time.Time{}); err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	return nil
}

// hasAdmin reports whether anybody can manage accounts.
func hasAdmin(accounts []Account) bool {
	return slices.ContainsFunc(accounts, func(a Account) bool { return !a.Disabled && a.Has(feedback.Admin) })
}

// Disable shuts an account out, or lets it in again.
func (k *Keeper) Disable(ctx context.Context, name string, disabled bool) error {
	return k.change(ctx, name, func(a *Account) { a.Disabled = disabled })
}

// SetRoles gives an account its roles.
func (k *Keeper) SetRoles(ctx context.Context, name string, roles []feedback.Role) error {
	roles, err := checkRoles(roles)
	if err != nil {
		return err
	}
	return k.change(ctx, name, func(a *Account) { a.Roles = roles })
}

// SetEmail says where an account's reminders go; empty for none. Sessions go on.
func (k *Keeper) SetEmail(ctx context.Context, name, email string) error {
	email, err := feedback.TidyEmail(email)
	if err != nil {
		return err
	}
	k.editing.Lock()
	defer k.editing.Unlock()
	a, err := k.store.Account(ctx, Fold(name))
	if err != nil {
		return fmt.Errorf("set e-mail: %w", err)
	}
	rev := a.Rev
	a.Email = email
	if err := k.store.ReplaceAccount(ctx, a, rev); err != nil {
		return fmt.Errorf("set e-mail: %w", err)
	}
	return nil
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
	return k.change(ctx, name, func(a *Account) { a.Hash = hash })
}

// ChangePassword is SetPassword by somebody who knows the old one, and answers
// a new session in place of those that ended. ErrSignIn: the old one is wrong.
func (k *Keeper) ChangePassword(ctx context.Context, name, old, password string) (token string, err error) {
	a, err := k.store.Account(ctx, Fold(name))
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	if len(old) > maxPassword {
		return "", ErrSignIn
	}
	if err := k.enter(ctx); err != nil {
		return "", err
	}
	ok, err := argon2id.ComparePasswordAndHash(old, a.Hash)
	k.leave()
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	if !ok {
		return "", ErrSignIn
	}
	if err := k.SetPassword(ctx, name, password); err != nil {
		return "", err
	}
	return k.begin(ctx, a.Name, k.now())
}

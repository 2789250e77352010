package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
)

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
// there is none, it has ended, or the account changed since. The session is in
// use by that.
func (k *Keeper) Who(ctx context.Context, token string) (Account, Session, error) {
	a, s, err := k.Peek(ctx, token)
	if now := k.now(); err == nil && now.Sub(s.Seen) > time.Minute {
		err = k.store.TouchSession(ctx, s.Digest, now.UTC().Truncate(time.Millisecond))
	}
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("who: %w", err)
	}
	return a, s, nil
}

// Peek is Who for what a page asks on its own: it keeps no session alive.
func (k *Keeper) Peek(ctx context.Context, token string) (Account, Session, error) {
	if token == "" || len(token) > 200 {
		return Account{}, Session{}, feedback.ErrNotFound
	}
	s, err := k.store.Session(ctx, digest(token))
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("session: %w", err)
	}
	a, err := k.store.Account(ctx, s.Account)
	if err != nil {
		return Account{}, Session{}, fmt.Errorf("session: %w", err)
	}
	now := k.now()
	if a.Disabled || s.Started.Before(a.Changed) || s.over(now) {
		if err := k.store.EndSession(ctx, s.Digest); err != nil {
			return Account{}, Session{}, fmt.Errorf("session: %w", err)
		}
		return Account{}, Session{}, feedback.ErrNotFound
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

// Sessions answers the live sessions of an account, the one used last first.
func (k *Keeper) Sessions(ctx context.Context, account string) ([]Session, error) {
	list, err := k.store.Sessions(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	now := k.now()
	list = slices.DeleteFunc(list, func(s Session) bool { return s.over(now) })
	slices.SortFunc(list, func(a, b Session) int { return b.Seen.Compare(a.Seen) })
	return list, nil
}

// ID names a session to its owner; it does not open it.
func (s Session) ID() string { return hex.EncodeToString(s.Digest[:8]) }

// over reports whether a session has ended by itself.
func (s Session) over(now time.Time) bool {
	return now.Sub(s.Seen) > IdleLife || now.Sub(s.Started) > SessionLife
}

// EndOther ends the session of that ID, or with an empty one every session of
// the account but this.
func (k *Keeper) EndOther(ctx context.Context, this Session, id string) error {
	list, err := k.store.Sessions(ctx, this.Account)
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	for _, s := range list {
		if s.ID() == id || (id == "" && s.ID() != this.ID()) {
			if err := k.store.EndSession(ctx, s.Digest); err != nil {
				return fmt.Errorf("end session: %w", err)
			}
		}
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

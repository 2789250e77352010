package staff

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"rectify/feedback"
)

// Bounds of passkeys.
const (
	maxPasskeys = 20
	maxLabel    = 30 // characters
	maxResponse = 32 << 10
	ceremony    = 5 * time.Minute // from the challenge to its answer
)

// ErrPasskey means that what a device answered is not what was asked for: of
// another site, an old challenge, without its owner's finger or PIN, a key that
// is not known or was copied.
var ErrPasskey = errors.New("passkey does not fit")

// Passkey (通行密钥) is a key on somebody's device that signs in by itself.
type Passkey struct {
	ID        []byte    `json:"id"`
	Key       []byte    `json:"key"` // public, COSE
	Label     string    `json:"label,omitempty"`
	Count     uint32    `json:"count,omitempty"` // uses, as far as the device counts
	Flags     byte      `json:"flags"`           // as the device gave them at first (WebAuthn, 6.1)
	Transport []string  `json:"transport,omitempty"`
	Added     time.Time `json:"added"`
	Used      time.Time `json:"used,omitzero"`
}

// Party is the site as passkeys know it: they work for this domain, asked from
// a page of this origin, and for no other.
type Party struct{ ID, Origin, Name string }

// asked is a challenge that waits for its answer. For names whom and what it is
// for; an answer is good for nothing else.
type asked struct {
	For  string
	New  New // the first account, for its key
	Data webauthn.SessionData
}

// holder is an account as the library sees it.
type holder struct{ Account }

func (h holder) WebAuthnID() []byte          { return h.Handle }
func (h holder) WebAuthnName() string        { return h.Name }
func (h holder) WebAuthnDisplayName() string { return h.Display }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var list []webauthn.Credential
	for _, p := range h.Passkeys {
		c := webauthn.Credential{
			ID: p.ID, PublicKey: p.Key, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(p.Flags)),
			Authenticator: webauthn.Authenticator{SignCount: p.Count},
		}
		for _, t := range p.Transport {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		list = append(list, c)
	}
	return list
}

func (p Party) library() (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: p.ID, RPDisplayName: p.Name, RPOrigins: []string{p.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", p.ID, err)
	}
	return w, nil
}

func challengeKey(challenge string) []byte { return digest("challenge " + challenge) }

// ask keeps a challenge until its answer and writes what the browser is given.
func (k *Keeper) ask(ctx context.Context, a asked, options any) ([]byte, error) {
	kept, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	if err := k.vault.Keep(ctx, challengeKey(a.Data.Challenge), kept, k.now().Add(ceremony)); err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	out, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	return out, nil
}

// answered takes the challenge that an answer names, which is gone then.
func (k *Keeper) answered(ctx context.Context, challenge, want string) (asked, error) {
	kept, err := k.vault.Take(ctx, challengeKey(challenge), k.now())
	if errors.Is(err, feedback.ErrNotFound) {
		return asked{}, ErrPasskey
	}
	if err != nil {
		return asked{}, fmt.Errorf("challenge: %w", err)
	}
	var a asked
	if err := json.Unmarshal(kept, &a); err != nil {
		return asked{}, fmt.Errorf("challenge: %w", err)
	}
	if a.For != want {
		return asked{}, ErrPasskey
	}
	return a, nil
}

// askNew asks a device to make a key for an account.
func (k *Keeper) askNew(ctx context.Context, p Party, a Account, n New, purpose string) ([]byte, error) {
	if len(a.Passkeys) >= maxPasskeys {
		return nil, feedback.Invalid{Field: "passkeys", Rule: "too-many"}
	}
	lib, err := p.library()
	if err != nil {
		return nil, err
	}
	if len(a.Handle) == 0 {
		a.Handle = make([]byte, 32)
		if _, err := rand.Read(a.Handle); err != nil {
			return nil, fmt.Errorf("handle: %w", err)
		}
	}
	h := holder{a}
	options, data, err := lib.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("new passkey: %w", err)
	}
	return k.ask(ctx, asked{For: purpose, New: n, Data: *data}, options)
}

// made checks the answer of a device that was asked for a key.
func (k *Keeper) made(ctx context.Context, p Party, response []byte, purpose string) (Passkey, asked, error) {
	if len(response) > maxResponse {
		return Passkey{}, asked{}, ErrPasskey
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Passkey{}, asked{}, ErrPasskey
	}
	q, err := k.answered(ctx, parsed.Response.CollectedClientData.Challenge, purpose)
	if err != nil {
		return Passkey{}, asked{}, err
	}
	lib, err := p.library()
	if err != nil {
		return Passkey{}, asked{}, err
	}
	c, err := lib.CreateCredential(holder{Account{Handle: q.Data.UserID}}, q.Data, parsed)
	if err != nil {
		return Passkey{}, asked{}, ErrPasskey
	}
	key := Passkey{ID: c.ID, Key: c.PublicKey, Count: c.Authenticator.SignCount, Flags: byte(c.Flags.ProtocolValue()), Added: k.instant()}
	for _, t := range c.Transport[:min(len(c.Transport), 8)] {
		key.Transport = append(key.Transport, string(t)[:min(len(t), 20)])
	}
	return key, q, nil
}

// take puts a new key into its account.
func (a *Account) take(key Passkey, handle []byte) error {
	if len(a.Handle) == 0 {
		a.Handle = handle
	}
	known := slices.ContainsFunc(a.Passkeys, func(x Passkey) bool { return bytes.Equal(x.ID, key.ID) })
	if !bytes.Equal(a.Handle, handle) || known || len(a.Passkeys) >= maxPasskeys {
		return ErrPasskey
	}
	a.Passkeys = append(a.Passkeys, key)
	return nil
}

// AskPasskey asks the device of somebody who is signed in for a new key.
func (k *Keeper) AskPasskey(ctx context.Context, p Party, a Account, s Session) ([]byte, error) {
	return k.askNew(ctx, p, a, New{}, "add "+s.ID())
}

// AddPasskey takes that key.
func (k *Keeper) AddPasskey(ctx context.Context, p Party, s Session, response []byte) error {
	key, q, err := k.made(ctx, p, response, "add "+s.ID())
	if err != nil {
		return err
	}
	return k.amend(ctx, s.Account, func(a *Account) error { return a.take(key, q.Data.UserID) })
}

// NamePasskey gives a key of an account a name to tell it by.
func (k *Keeper) NamePasskey(ctx context.Context, name string, id []byte, label string) error {
	label = strings.TrimSpace(feedback.Visible(label))
	if n := utf8.RuneCountInString(label); n > maxLabel || !utf8.ValidString(label) || strings.Contains(label, "\n") {
		return feedback.Invalid{Field: "passkeys", Rule: "too-long", Args: []any{maxLabel, max(n-maxLabel, 1)}}
	}
	return k.amend(ctx, name, func(a *Account) error {
		i := a.passkey(id)
		if i < 0 {
			return feedback.ErrNotFound
		}
		a.Passkeys[i].Label = label
		return nil
	})
}

func (a *Account) passkey(id []byte) int {
	return slices.IndexFunc(a.Passkeys, func(x Passkey) bool { return bytes.Equal(x.ID, id) })
}

// DropPasskey takes a key away. ErrMust when the account would be left without
// a second factor that it must have, or with nothing to sign in by. It ends all
// sessions and answers a new one.
func (k *Keeper) DropPasskey(ctx context.Context, name string, id []byte) (token string, err error) {
	err = k.change(ctx, name, func(a *Account) error {
		i := a.passkey(id)
		if i < 0 {
			return feedback.ErrNotFound
		}
		a.Passkeys = slices.Delete(a.Passkeys, i, i+1)
		if a.Hash == "" && len(a.Passkeys) == 0 {
			return ErrMust
		}
		return a.dropped()
	})
	if err != nil {
		return "", err
	}
	return k.begin(ctx, Fold(name), k.now())
}

package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"rectify/feedback"
)

// Bounds of what a provider of sign-ins may take and say.
const (
	askLife    = 8 * time.Second  // for one request to it
	maxSaid    = 1 << 20          // bytes of one answer
	journey    = 10 * time.Minute // from leaving for it to coming back
	maxCode    = 4000
	journeyAs  = "way to a provider of sign-ins and back"
	identityAs = "identity to be linked"
)

// ErrElsewhere means that the provider did not vouch for anybody, for whatever
// reason; the cause is for logs.
var ErrElsewhere = errors.New("not signed in elsewhere")

// Provider (单位统一登录) is where people may sign in instead of giving a
// password here: by OpenID Connect, authorization code flow with PKCE (RFC 7636),
// state and nonce. It is asked for its addresses and keys when somebody first
// wants to sign in, not before.
type Provider struct {
	Issuer, Client, Secret string
	Label                  string // what its button says, as its users know it
	Keys                   feedback.Keys
	Now                    func() time.Time

	mu    sync.Mutex
	found *oidc.Provider
}

// Journey is what the browser takes to the provider and back, sealed.
type Journey struct {
	State, Nonce, Verifier string
	Back                   string // page to go to in the end
	Session                string // session whose account is to be linked; empty: somebody signs in
	At                     time.Time
}

// Identity is who the provider says came back.
type Identity struct {
	Issuer, Subject string
	Name            string // as the provider calls the person; for the eye only
	Session         string
	At              time.Time
}

// ready finds the provider's addresses. One that cannot be reached is asked
// again the next time.
func (p *Provider) ready(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(p.talk(ctx), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("provider of sign-ins: %w", err)
	}
	p.found = found
	return found, nil
}

// Check asks the provider for its addresses.
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.ready(ctx)
	return err
}

// talk gives a context the client that speaks with the provider.
func (p *Provider) talk(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Timeout: askLife, Transport: bounded{http.DefaultTransport}})
}

// bounded cuts answers that are too long.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxSaid), res.Body}
	}
	return res, err
}

func (p *Provider) flow(found *oidc.Provider, callback string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: callback, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// Leave begins the way to the provider: the address to go to, and what the
// browser takes along.
func (p *Provider) Leave(ctx context.Context, callback, back, session string) (to, carried string, err error) {
	found, err := p.ready(ctx)
	if err != nil {
		return "", "", err
	}
	j := Journey{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), Back: back, Session: session, At: p.Now()}
	if carried, err = p.pack(journeyAs, j); err != nil {
		return "", "", err
	}
	return p.flow(found, callback).AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), carried, nil
}

// Return ends it: who came back, and the journey. ErrElsewhere.
func (p *Provider) Return(ctx context.Context, callback, carried string, q url.Values) (Identity, Journey, error) {
	var j Journey
	no := func(why string, err error) (Identity, Journey, error) {
		return Identity{}, j, fmt.Errorf("%w: %s: %w", ErrElsewhere, why, err)
	}
	if err := p.unpack(journeyAs, carried, &j); err != nil {
		return no("what the browser took along", err)
	}
	code, iss := q.Get("code"), q.Get("iss")
	switch {
	case p.Now().Sub(j.At) > journey || j.State == "" || q.Get("state") != j.State:
		return no("state", errors.New("too old, or of another journey"))
	case iss != "" && iss != p.Issuer: // RFC 9207
		return no("issuer", errors.New("of another provider"))
	case code == "" || len(code) > maxCode:
		return no("code", errors.New("none"))
	}
	found, err := p.ready(ctx)
	if err != nil {
		return no("provider", err)
	}
	ctx = p.talk(ctx)
	token, err := p.flow(found, callback).Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return no("exchange", bare(err))
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.VerifierContext(context.WithoutCancel(ctx), &oidc.Config{ClientID: p.Client, Now: p.Now}).Verify(ctx, raw)
	if err != nil {
		return no("identity token", err)
	}
	if id.Nonce != j.Nonce || id.Subject == "" {
		return no("identity token", errors.New("nonce or subject"))
	}
	var said struct {
		Preferred string `json:"preferred_username"`
		Name      string `json:"name"`
	}
	if err := id.Claims(&said); err != nil {
		return no("identity token", err)
	}
	name := cmp.Or(said.Preferred, said.Name, id.Subject)
	return Identity{Issuer: id.Issuer, Subject: id.Subject, Name: short(feedback.Visible(name)), Session: j.Session, At: p.Now()}, j, nil
}

// bare leaves out of an error what a provider wrote into its answer, which may
// hold anything.
func bare(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return fmt.Errorf("status %d", refused.Response.StatusCode)
	}
	return err
}

func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	return string(r[:min(len(r), 60)])
}

// Keep seals an identity that its owner has yet to agree to; Kept opens it.
func (p *Provider) Keep(id Identity) (string, error) { return p.pack(identityAs, id) }

// Kept is the identity that Keep sealed, if it is fresh and of that session.
func (p *Provider) Kept(sealed, session string) (Identity, bool) {
	var id Identity
	if err := p.unpack(identityAs, sealed, &id); err != nil {
		return id, false
	}
	return id, id.Session == session && session != "" && p.Now().Sub(id.At) <= journey
}

func (p *Provider) pack(as string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	sealed, err := p.Keys.Seal(as, nil, plain)
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return encode(sealed), nil
}

func (p *Provider) unpack(as, sealed string, into any) error {
	raw, err := decode(sealed)
	if err != nil {
		return err
	}
	plain, err := p.Keys.Open(as, nil, raw)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, into)
}

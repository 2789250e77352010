package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/site/auth"
)

// elsewhereFlags name a provider of sign-ins (OpenID Connect) beside passwords
// and passkeys.
type elsewhereFlags struct {
	OIDCIssuer string `name:"oidc-issuer" help:"Provider where staff may sign in instead (OpenID Connect); its clients must be sent back to BASE/desk/elsewhere/back." placeholder:"URL"`
	OIDCClient string `name:"oidc-client" help:"Name of this site at that provider." placeholder:"ID"`
	OIDCSecret string `name:"oidc-secret-file" help:"File of the secret that goes with it." placeholder:"FILE"`
	OIDCLabel  string `name:"oidc-label" help:"What the button says, as staff know the provider." default:"单位统一登录" placeholder:"NAME"`
}

// provider is the one that the flags name, or nil. Nothing is asked of it yet.
func (f elsewhereFlags) provider(keys feedback.Keys) (*auth.Provider, error) {
	if f.OIDCIssuer == "" {
		return nil, nil //nolint:nilnil // none is named
	}
	u, err := url.Parse(f.OIDCIssuer)
	local := err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !local)) {
		return nil, fmt.Errorf("--oidc-issuer %q: want https://…: %w", f.OIDCIssuer, errUsage)
	}
	if f.OIDCClient == "" {
		return nil, fmt.Errorf("--oidc-issuer: the provider must know this site by a name (--oidc-client): %w", errUsage)
	}
	p := &auth.Provider{Issuer: f.OIDCIssuer, Client: f.OIDCClient, Label: f.OIDCLabel, Keys: keys, Now: time.Now}
	if f.OIDCSecret != "" {
		secret, err := os.ReadFile(f.OIDCSecret)
		if err != nil {
			return nil, fmt.Errorf("--oidc-secret-file: %w", err)
		}
		p.Secret = strings.TrimSpace(string(secret))
	}
	return p, nil
}

package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"rectify/feedback"
	"rectify/site/auth"
)

const client = "rectify"

// liar is a provider that says what a test wants it to.
type liar struct {
	*httptest.Server
	key     *ecdsa.PrivateKey
	asked   url.Values                  // with which somebody was sent here
	say     func(claims map[string]any) // changes what the identity token says
	sign    func(payload []byte) string // signs it; nil: with its own key
	answer  func(w http.ResponseWriter) // answers in place of a token
	verify  string                      // the code verifier that came
	claimed map[string]any
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := &liar{key: key}
	mux := http.NewServeMux()
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", l.token)
	return l
}

func (l *liar) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	l.verify = r.Form.Get("code_verifier")
	if l.answer != nil {
		l.answer(w)
		return
	}
	claims := maps.Clone(l.claimed)
	if l.say != nil {
		l.say(claims)
	}
	payload, _ := json.Marshal(claims)
	sign := l.sign
	if sign == nil {
		sign = func(p []byte) string { return signed(l.key, p) }
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": sign(payload)})
}

func signed(key *ecdsa.PrivateKey, payload []byte) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		panic(err)
	}
	made, err := s.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, err := made.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

type clock struct{ ahead time.Duration }

func (c *clock) now() time.Time { return time.Now().Add(c.ahead) }

func provider(t *testing.T, issuer string, c *clock) *auth.Provider {
	t.Helper()
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &auth.Provider{Issuer: issuer, Client: client, Secret: "s", Keys: keys, Now: c.now}
}

// begin leaves for the provider, which then says the truth unless told otherwise.
func (l *liar) begin(t *testing.T, p *auth.Provider) (carried string) {
	t.Helper()
	to, carried, err := p.Leave(t.Context(), "https://www.example/back", "/desk?view=mine", "session")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, l.URL+"/auth?") {
		t.Fatalf("leads to %s, %v", to, err)
	}
	l.asked = u.Query()
	l.claimed = map[string]any{
		"iss": l.URL, "sub": "42", "aud": client, "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": l.asked.Get("nonce"), "preferred_username": "li\u202esi  Li",
	}
	return carried
}

func (l *liar) back() url.Values { return url.Values{"state": {l.asked.Get("state")}, "code": {"c"}} }

// The honest way: code, PKCE by S256, state and nonce, and who came back.
func TestThereAndBack(t *testing.T) {
	l := newLiar(t)
	p := provider(t, l.URL, &clock{})
	carried := l.begin(t, p)
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(l.asked.Get(name)) < 43 {
			t.Errorf("%s is %q", name, l.asked.Get(name))
		}
	}
	if l.asked.Get("response_type") != "code" || l.asked.Get("code_challenge_method") != "S256" || !strings.Contains(l.asked.Get("scope"), "openid") {
		t.Errorf("asked %v", l.asked)
	}
	for _, secret := range []string{l.asked.Get("state"), l.asked.Get("nonce")} {
		if strings.Contains(carried, secret) {
			t.Error("what the browser takes along is not sealed")
		}
	}
	id, j, err := p.Return(t.Context(), "https://www.example/back", carried, l.back())
	if err != nil || id.Subject != "42" || id.Issuer != l.URL || id.Name != "lisi Li" || j.Back != "/desk?view=mine" || id.Session != "session" {
		t.Errorf("%+v %+v %v", id, j, err)
	}
	sum := sha256.Sum256([]byte(l.verify))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != l.asked.Get("code_challenge") {
		t.Error("the code verifier is not that of the challenge")
	}
}

// Every lie is refused alike.
func TestLies(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, v any) func(*liar) {
		return func(l *liar) { l.say = func(c map[string]any) { c[name] = v } }
	}
	for name, lie := range map[string]func(*liar){
		"another issuer": set("iss", "https://evil.example"), "another audience": set("aud", "someone-else"), "no audience": set("aud", nil),
		"over": set("exp", time.Now().Add(-time.Minute).Unix()), "never over": set("exp", nil), "another nonce": set("nonce", "x"), "no nonce": set("nonce", nil),
		"nobody": set("sub", ""), "no subject": set("sub", nil), "a number": set("sub", 42),
		"another key": func(l *liar) { l.sign = func(p []byte) string { return signed(other, p) } },
		"unsigned": func(l *liar) {
			l.sign = func(p []byte) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(p) + "."
			}
		},
		"its public key as a secret": func(l *liar) {
			l.sign = func(p []byte) string {
				pub, _ := l.key.PublicKey.ECDH()
				s, _ := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: pub.Bytes()}, nil)
				made, _ := s.Sign(p)
				text, _ := made.CompactSerialize()
				return text
			}
		},
		"no token": func(l *liar) {
			l.answer = func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"access_token":"a"}`)
			}
		},
		"an error": func(l *liar) {
			l.answer = func(w http.ResponseWriter) {
				http.Error(w, `{"error":"invalid_grant","error_description":"zhou.xiaoman@mail.example"}`, http.StatusBadRequest)
			}
		},
		"no end": func(l *liar) {
			l.answer = func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				for range 4 << 10 {
					if _, err := w.Write([]byte(strings.Repeat(" ", 1<<10))); err != nil {
						return
					}
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLiar(t)
			p := provider(t, l.URL, &clock{})
			carried := l.begin(t, p)
			lie(l)
			id, _, err := p.Return(t.Context(), "https://www.example/back", carried, l.back())
			if !errors.Is(err, auth.ErrElsewhere) || id != (auth.Identity{}) {
				t.Errorf("%+v, %v", id, err)
			}
			if err != nil && strings.Contains(err.Error(), "zhou.xiaoman") {
				t.Errorf("what the provider wrote is in the error: %v", err)
			}
		})
	}
}

// What comes back must belong to the journey that this browser began, soon enough.
func TestForeignJourneys(t *testing.T) {
	l, c := newLiar(t), &clock{}
	p := provider(t, l.URL, c)
	carried := l.begin(t, p)
	honest := l.back()
	with := func(name, value string) url.Values {
		q := maps.Clone(honest)
		q.Set(name, value)
		return q
	}
	bent := []byte(carried)
	bent[len(bent)/2] ^= 1
	for name, x := range map[string]struct {
		carried string
		q       url.Values
	}{
		"no cookie": {"", honest}, "bent": {string(bent), honest}, "long": {strings.Repeat("A", 5000), honest}, "no state": {carried, with("state", "")}, "another state": {carried, with("state", "x")},
		"no code": {carried, with("code", "")}, "long code": {carried, with("code", strings.Repeat("x", 5000))}, "another issuer": {carried, with("iss", "https://evil.example")},
		"refused there": {carried, url.Values{"state": honest["state"], "error": {"access_denied"}}},
	} {
		if _, _, err := p.Return(t.Context(), "https://www.example/back", x.carried, x.q); !errors.Is(err, auth.ErrElsewhere) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.ahead = 11 * time.Minute
	if _, _, err := p.Return(t.Context(), "https://www.example/back", carried, honest); !errors.Is(err, auth.ErrElsewhere) {
		t.Errorf("late: %v", err)
	}
}

// An identity to be linked is good for the session that asked for it, and not for long.
func TestKeptIdentity(t *testing.T) {
	c := &clock{}
	p := provider(t, "https://id.example", c)
	sealed, err := p.Keep(auth.Identity{Issuer: "i", Subject: "s", Session: "one", At: c.now()})
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := p.Kept(sealed, "one"); !ok || id.Subject != "s" {
		t.Errorf("%+v %v", id, ok)
	}
	for _, session := range []string{"", "two"} {
		if _, ok := p.Kept(sealed, session); ok {
			t.Errorf("good for session %q", session)
		}
	}
	if _, ok := p.Kept("", "one"); ok {
		t.Error("nothing is good")
	}
	c.ahead = 11 * time.Minute
	if _, ok := p.Kept(sealed, "one"); ok {
		t.Error("good for ever")
	}
}

// A provider that is away is no fault of who wants to sign in, and is asked again.
func TestProviderAway(t *testing.T) {
	l := newLiar(t)
	p := provider(t, "http://127.0.0.1:1", &clock{})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, _, err := p.Leave(ctx, "x", "/desk", ""); err == nil || errors.Is(err, auth.ErrElsewhere) {
		t.Errorf("away: %v", err)
	}
	p.Issuer = l.URL
	if _, _, err := p.Leave(ctx, "x", "/desk", ""); err != nil {
		t.Errorf("there again: %v", err)
	}
}

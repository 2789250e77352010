package translog

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// The first byte of an encoded key says what it signs (C2SP signed-note).
const (
	algLog     = 1 // Ed25519 over the note's text
	algWitness = 4 // Ed25519 over text and time, tlog-cosignature
)

// Key signs heads under the name of the log, its origin.
type Key struct {
	Origin string
	signer note.Signer
	public string
}

// NewKey makes the key of a log out of a seed of 32 secret bytes. The same seed
// and origin always make the same key, so every copy of a site signs alike.
func NewKey(origin string, seed []byte) (Key, error) {
	if len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("log key: seed of %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, _ := private.Public().(ed25519.PublicKey) // of the package's own type
	verifier, err := note.NewEd25519VerifierKey(origin, public)
	if err != nil {
		return Key{}, fmt.Errorf("log key %q: %w", origin, err)
	}
	secret := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, keyID(origin, algLog, public), base64.StdEncoding.EncodeToString(append([]byte{algLog}, seed...)))
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, fmt.Errorf("log key %q: %w", origin, err)
	}
	return Key{Origin: origin, signer: signer, public: verifier}, nil
}

// Public is the verifier key, as people pass it on: name+id+key.
func (k Key) Public() string { return k.public }

// Verifier checks what the key signed.
func (k Key) Verifier() (Verifier, error) { return ParseVerifier(k.public) }

// keyID tells keys of one name apart; it is no secret and no proof.
func keyID(name string, alg byte, public []byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{alg})
	h.Write(public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Verifier checks heads of one log; its name is the log's origin.
type Verifier struct {
	note.Verifier
	text string
}

// ParseVerifier reads a verifier key of a log, as Public writes it.
func ParseVerifier(key string) (Verifier, error) {
	key = strings.TrimSpace(key)
	if len(key) > 500 {
		return Verifier{}, fmt.Errorf("verifier key: %d characters", len(key))
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return Verifier{}, fmt.Errorf("verifier key: %w", err)
	}
	return Verifier{Verifier: v, text: key}, nil
}

// String is the key as it was read.
func (v Verifier) String() string { return v.text }

// OriginOf is the name of a site's log: host and path of its address, else its
// domain, else other. Names hold no space and no plus.
func OriginOf(baseURL, domain, other string) string {
	name := domain
	if u, err := url.Parse(baseURL); err == nil && u.Host != "" {
		name = u.Host + strings.TrimRight(u.Path, "/")
	}
	name = strings.Map(func(r rune) rune {
		if r == '+' || unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	if name == "" || len(name) > 200 {
		name = other
	}
	return name + "/log"
}

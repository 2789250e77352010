package translog

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrCosignature means that a signature line is no known witness's word on this head.
var ErrCosignature = errors.New("no cosignature of a known witness")

// Witness is a verifier key of somebody who watches logs and says of each head
// that it goes on from the last one they saw (C2SP tlog-cosignature).
type Witness struct {
	Name   string
	public ed25519.PublicKey
	text   string
}

// ParseWitness reads a witness's verifier key: name+id+key, key type 4.
func ParseWitness(key string) (Witness, error) {
	key = strings.TrimSpace(key)
	name, rest, _ := strings.Cut(key, "+")
	id, b64, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || len(key) > 500 || name == "" || strings.ContainsAny(name, " \n\t") || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algWitness {
		return Witness{}, fmt.Errorf("witness key %.60q: want name+id+base64 of a key of type %d", key, algWitness)
	}
	w := Witness{Name: name, public: raw[1:], text: key}
	if n, err := strconv.ParseUint(id, 16, 32); err != nil || len(id) != 8 || uint32(n) != w.id() {
		return Witness{}, fmt.Errorf("witness key %.60q: wrong id", key)
	}
	return w, nil
}

// String is the key as it was read.
func (w Witness) String() string { return w.text }

func (w Witness) id() uint32 { return keyID(w.Name, algWitness, w.public) }

// WitnessKey signs as a witness.
type WitnessKey struct {
	Witness
	private ed25519.PrivateKey
}

// NewWitnessKey makes a witness's key out of its name and a seed of 32 secret bytes.
func NewWitnessKey(name string, seed []byte) (WitnessKey, error) {
	if len(seed) != ed25519.SeedSize {
		return WitnessKey{}, fmt.Errorf("witness key: seed of %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, _ := private.Public().(ed25519.PublicKey) // of the package's own type
	text := fmt.Sprintf("%s+%08x+%s", name, keyID(name, algWitness, public), base64.StdEncoding.EncodeToString(append([]byte{algWitness}, public...)))
	w, err := ParseWitness(text)
	return WitnessKey{Witness: w, private: private}, err
}

// Cosign says that the head goes on from all that the witness has seen. That
// this is so is for the caller to make sure of first.
func (k WitnessKey) Cosign(h Head, at time.Time) Cosignature {
	sig := make([]byte, 0, 4+8+ed25519.SignatureSize)
	sig = binary.BigEndian.AppendUint32(sig, k.id())
	sig = binary.BigEndian.AppendUint64(sig, uint64(at.Unix()))                          //nolint:gosec // after 1970
	sig = append(sig, ed25519.Sign(k.private, cosigned(h.Text(), uint64(at.Unix())))...) //nolint:gosec // after 1970
	return Cosignature{Size: h.Size, Witness: k.Name, At: at.UTC().Truncate(time.Millisecond), Line: "— " + k.Name + " " + base64.StdEncoding.EncodeToString(sig)}
}

// cosigned is what a witness signs.
func cosigned(text string, unix uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", unix, text)
}

// Check holds a signature line to the head that it is about, and answers when
// the witness says that it was signed.
func (w Witness) Check(h Head, line string) (time.Time, error) {
	b64, ok := strings.CutPrefix(line, "— "+w.Name+" ")
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if !ok || err != nil || len(raw) != 4+8+ed25519.SignatureSize || binary.BigEndian.Uint32(raw) != w.id() {
		return time.Time{}, ErrCosignature
	}
	unix := binary.BigEndian.Uint64(raw[4:])
	if unix > 1<<40 || !ed25519.Verify(w.public, cosigned(h.Text(), unix), raw[12:]) {
		return time.Time{}, ErrCosignature
	}
	return time.Unix(int64(unix), 0).UTC(), nil
}

// Cosigned reads a checkpoint that witnesses signed beside the log and answers
// the words of those that are known. ErrCosignature if there is none.
func Cosigned(msg []byte, v Verifier, known []Witness) (Head, []Cosignature, error) {
	h, err := OpenCheckpoint(msg, v)
	if err != nil {
		return h, nil, err
	}
	opened, err := note.Open(msg, note.VerifierList(v.Verifier))
	if err != nil {
		return h, nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	var list []Cosignature
	for _, s := range opened.UnverifiedSigs {
		line := "— " + s.Name + " " + s.Base64
		for _, w := range known {
			if at, err := w.Check(h, line); err == nil {
				list = append(list, Cosignature{Size: h.Size, Witness: w.Name, At: at, Line: line})
			}
		}
	}
	if len(list) == 0 {
		return h, nil, ErrCosignature
	}
	return h, list, nil
}

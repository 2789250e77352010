package staff_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"rectify/feedback/staff"
)

// device is a security key in software, with one key. Its fields can be set so
// that it lies.
type device struct {
	t      *testing.T
	id     []byte
	key    *ecdsa.PrivateKey
	handle []byte
	count  uint32
	rp     string
	origin string
	flags  byte // user present and verified (WebAuthn, 6.1)
}

const verified = 0x05

func party() staff.Party {
	return staff.Party{ID: "www.linshui.example", Origin: "https://www.linshui.example", Name: "整改公开"}
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &device{t: t, id: []byte(rand.Text()), key: key, rp: party().ID, origin: party().Origin, flags: verified}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

type options struct {
	PublicKey struct {
		Challenge              string
		UserVerification       string
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		User                   struct{ ID string }
	}
}

func (d *device) read(src []byte) options {
	d.t.Helper()
	var o options
	if err := json.Unmarshal(src, &o); err != nil {
		d.t.Fatal(err)
	}
	return o
}

func (d *device) client(kind, challenge string) []byte {
	src, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	return src
}

func (d *device) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(d.rp))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), d.count)
}

func (d *device) answer(response map[string]any) []byte {
	src, err := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		d.t.Fatal(err)
	}
	return src
}

// make makes the key that was asked for.
func (d *device) make(asked []byte) []byte {
	d.t.Helper()
	o := d.read(asked)
	if o.PublicKey.AuthenticatorSelection.ResidentKey != "required" || o.PublicKey.AuthenticatorSelection.UserVerification != "required" {
		d.t.Errorf("asked for %+v", o.PublicKey.AuthenticatorSelection)
	}
	d.handle, _ = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		d.t.Fatal(err)
	}
	data := append(d.data(d.flags|0x40), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(d.id))), d.id...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, cose...)})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64(d.client("webauthn.create", o.PublicKey.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// show answers a challenge that asks for a known key.
func (d *device) show(asked []byte) []byte {
	d.t.Helper()
	o := d.read(asked)
	if o.PublicKey.UserVerification != "required" {
		d.t.Errorf("user verification is %q", o.PublicKey.UserVerification)
	}
	client, data := d.client("webauthn.get", o.PublicKey.Challenge), d.data(d.flags)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], sum[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(d.handle)})
}

package feedback

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
	"time"
)

// T101: a link is good for its submission, its code and its time only.
func TestClaimToken(t *testing.T) {
	t.Parallel()
	k, err := NewKeys(bytes.Repeat([]byte{1}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	s := Submission{Number: "2026-000123", CodeMAC: bytes.Repeat([]byte{9}, 32), CodeSpoken: true}
	token, err := k.ClaimToken(&s, now)
	if err != nil || len(token) > 120 {
		t.Fatalf("%d characters, %v", len(token), err)
	}
	c, err := k.OpenClaim(token, now.Add(ClaimLife))
	if err != nil || !c.Fits(&s) {
		t.Fatalf("%+v %v", c, err)
	}
	if _, err := k.OpenClaim(token, now.Add(ClaimLife+time.Second)); !errors.Is(err, ErrSeal) {
		t.Errorf("too old: %v", err)
	}
	for name, change := range map[string]func(*Submission){
		"number": func(s *Submission) { s.Number = "2026-000124" }, "code": func(s *Submission) { s.CodeMAC = bytes.Repeat([]byte{8}, 32) },
		"used": func(s *Submission) { s.CodeSpoken = false }, "withdrawn": func(s *Submission) { s.WithdrawnAt = now },
	} {
		other := s
		if change(&other); c.Fits(&other) {
			t.Errorf("fits another %s", name)
		}
	}
	other, _ := NewKeys(bytes.Repeat([]byte{2}, KeySize))
	if _, err := other.OpenClaim(token, now); !errors.Is(err, ErrSeal) {
		t.Errorf("another key: %v", err)
	}
	pass, _ := k.Seal("pass", nil, []byte("12345678901234567890123456789012345"))
	for _, forged := range []string{"", "x", token[:len(token)-2], token + "A", base64.RawURLEncoding.EncodeToString(pass), string(bytes.Repeat([]byte("A"), 1000))} {
		if _, err := k.OpenClaim(forged, now); !errors.Is(err, ErrSeal) {
			t.Errorf("%.20q: %v", forged, err)
		}
	}
}

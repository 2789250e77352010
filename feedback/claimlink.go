package feedback

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// ClaimLife is how long a link by which a sender gets a receipt code is good.
const ClaimLife = 30 * 24 * time.Hour

// claimPurpose keeps these tokens apart from everything else that is sealed.
const claimPurpose = "claim link"

const claimBound = 16 // bytes of the digest of the code's MAC

// ClaimToken makes what a link in a letter carries, so that a sender who has
// seen no receipt code yet gets one. It is bound to the code that is kept now:
// it is used up with the first code that is drawn by it.
func (k Keys) ClaimToken(s *Submission, now time.Time) (string, error) {
	plain := binary.BigEndian.AppendUint64(nil, uint64(now.Add(ClaimLife).Unix())) //nolint:gosec // after 1970
	plain = append(append(plain, boundTo(s)...), s.Number...)
	sealed, err := k.Seal(claimPurpose, nil, plain)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func boundTo(s *Submission) []byte {
	sum := sha256.Sum256(s.CodeMAC)
	return sum[:claimBound]
}

// Claimed is what a claim token says. Whether it still fits its submission is
// asked with Fits.
type Claimed struct {
	Number Number
	bound  []byte
}

// OpenClaim reads a claim token; ErrSeal for one that is none, or too old.
func (k Keys) OpenClaim(token string, now time.Time) (Claimed, error) {
	if len(token) > 300 {
		return Claimed{}, ErrSeal
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return Claimed{}, ErrSeal
	}
	plain, err := k.Open(claimPurpose, nil, sealed)
	if err != nil || len(plain) < 8+claimBound {
		return Claimed{}, ErrSeal
	}
	n, ok := ParseNumber(string(plain[8+claimBound:]))
	if !ok || uint64(now.Unix()) > binary.BigEndian.Uint64(plain) { //nolint:gosec // after 1970
		return Claimed{}, ErrSeal
	}
	return Claimed{Number: n, bound: plain[8 : 8+claimBound]}, nil
}

// Fits reports whether the token was made for s, and no code was drawn since.
func (c Claimed) Fits(s *Submission) bool {
	return s.Number == c.Number && s.CodeSpoken && !s.Withdrawn() && bytes.Equal(c.bound, boundTo(s))
}

package subscribe

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"rectify/feedback"
)

// How long links are good.
const (
	ConfirmLife = 48 * time.Hour
	outLife     = 20 * 365 * 24 * time.Hour // as long as somebody may find an old letter
)

const maxToken = 300

// seal makes a link's token: for one purpose, until a time.
func (d *Desk) seal(purpose, what string, until time.Time) (string, error) {
	plain := binary.BigEndian.AppendUint64(nil, uint64(until.Unix())) //nolint:gosec // after 1970
	sealed, err := d.Keys.Seal(purpose, nil, append(plain, what...))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// open reads it; feedback.ErrNotFound for what is none, or too old.
func (d *Desk) open(purpose, token string) (string, error) {
	if len(token) > maxToken {
		return "", feedback.ErrNotFound
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", feedback.ErrNotFound
	}
	plain, err := d.Keys.Open(purpose, nil, sealed)
	if err != nil || len(plain) <= 8 || uint64(d.Now().Unix()) > binary.BigEndian.Uint64(plain) { //nolint:gosec // after 1970
		return "", feedback.ErrNotFound
	}
	return string(plain[8:]), nil
}

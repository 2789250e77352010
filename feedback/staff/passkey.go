package staff

import "time"

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

package feedback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// KeySize is the length of the master key in bytes.
const KeySize = 32

// ErrSeal means that something sealed does not open: another key, another
// purpose, or a changed byte.
var ErrSeal = errors.New("does not open")

// Keys draws every secret of the program from one master key, which is kept
// outside the store. Two copies of a site that share a store share the key.
type Keys struct{ master []byte }

// NewKeys takes a master key of KeySize bytes.
func NewKeys(master []byte) (Keys, error) {
	if len(master) != KeySize {
		return Keys{}, fmt.Errorf("master key: %d bytes, want %d", len(master), KeySize)
	}
	return Keys{master: append([]byte(nil), master...)}, nil
}

// Derive is the key for one purpose (HKDF-SHA-256, RFC 5869); salt may be nil.
func (k Keys) Derive(purpose string, salt []byte) []byte {
	key, err := hkdf.Key(sha256.New, k.master, salt, "rectify "+purpose, KeySize)
	if err != nil {
		panic(fmt.Sprintf("hkdf of fixed lengths: %v", err)) // cannot happen: the lengths are constant
	}
	return key
}

// Fingerprint tells keys apart without telling anything of them.
func (k Keys) Fingerprint() string { return hex.EncodeToString(k.Derive("fingerprint", nil)[:8]) }

// Seal encrypts plain for one purpose (AES-256-GCM, random nonce). What is
// sealed with a salt opens only with the same salt.
func (k Keys) Seal(purpose string, salt, plain []byte) ([]byte, error) {
	gcm, err := k.gcm(purpose, salt)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	return gcm.Seal(nonce, nonce, plain, []byte(purpose)), nil
}

// Open is the reverse of Seal; ErrSeal when it does not open.
func (k Keys) Open(purpose string, salt, sealed []byte) ([]byte, error) {
	gcm, err := k.gcm(purpose, salt)
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, ErrSeal
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, ErrSeal
	}
	return plain, nil
}

func (k Keys) gcm(purpose string, salt []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.Derive("seal "+purpose, salt))
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher mode: %w", err)
	}
	return gcm, nil
}

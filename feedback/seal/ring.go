// Package seal holds the ring of keys under which personal data are sealed
// (AES-256-GCM, a Tink keyset): one key seals, all of them open, so that a new
// key can take over while the site runs. The ring stands in a file of its own,
// outside the database, and is read again when it changed or when something
// was sealed with a key that it does not know.
//
// It knows bytes and one file; it must not know submissions, stores or who
// asks.
//
// Start reading at this file, then file.go (reading and writing it) and
// change.go (new keys, and old ones taken away).
package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"rectify/feedback"
)

// KeyID names a key of a ring; it is no secret and stands before everything
// that the key sealed.
type KeyID uint32

// String is the name as people see it: eight hexadecimal digits.
func (id KeyID) String() string { return fmt.Sprintf("%08x", uint32(id)) }

// The errors of a ring that callers decide on.
var (
	// ErrNoKey: something was sealed with a key that is not in the ring.
	ErrNoKey = fmt.Errorf("key is not in the keyset file: %w", feedback.ErrSeal)
	// ErrStale: the ring lacks a key that other copies use, so it seals nothing.
	ErrStale = errors.New("keyset file lacks keys that are in use")
)

// lookPause is the least time between two looks at the file: so long a key that
// was replaced goes on sealing.
const lookPause = time.Second

var _ feedback.Sealer = (*Ring)(nil)

// Ring is an opened keyset file. It is safe for concurrent use.
type Ring struct {
	path string

	mu     sync.RWMutex
	keys   keys
	looked time.Time // last look at the file
	stale  bool
}

// keys are what a file held when it was read.
type keys struct {
	src     []byte
	aead    tink.AEAD
	primary KeyID
	ids     []KeyID // in the order of the file
}

// Seal encrypts plain with the newest key; it opens with the same ad only.
func (r *Ring) Seal(plain, ad []byte) ([]byte, error) {
	r.look()
	r.mu.RLock()
	k, stale := r.keys, r.stale
	r.mu.RUnlock()
	if stale {
		return nil, ErrStale
	}
	sealed, err := k.aead.Encrypt(plain, ad)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open is the reverse of Seal. ErrNoKey: sealed with a key that the file lacks,
// also after it was read again. feedback.ErrSeal: it was changed, or belongs
// somewhere else.
func (r *Ring) Open(sealed, ad []byte) ([]byte, error) {
	id, ok := KeyOf(sealed)
	if !ok {
		return nil, feedback.ErrSeal
	}
	if !r.Has(id) {
		if err := r.Reload(); err != nil {
			return nil, err
		}
		if !r.Has(id) {
			return nil, fmt.Errorf("key %s: %w", id, ErrNoKey)
		}
	}
	r.mu.RLock()
	k := r.keys
	r.mu.RUnlock()
	plain, err := k.aead.Decrypt(sealed, ad)
	if err != nil {
		return nil, feedback.ErrSeal
	}
	return plain, nil
}

// KeyOf is the key with which something was sealed; false for what no ring made.
func KeyOf(sealed []byte) (KeyID, bool) {
	if len(sealed) < 5 || sealed[0] != 1 { // Tink's prefix: a version, then the id
		return 0, false
	}
	return KeyID(binary.BigEndian.Uint32(sealed[1:])), true
}

// Path is the file of the ring.
func (r *Ring) Path() string { return r.path }

// Primary is the key that seals.
func (r *Ring) Primary() KeyID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys.primary
}

// IDs are all keys of the ring, oldest first.
func (r *Ring) IDs() []KeyID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.keys.ids)
}

// Has reports whether a key is in the ring.
func (r *Ring) Has(id KeyID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Contains(r.keys.ids, id)
}

// Stale makes a ring refuse to seal while it lacks a key that other copies of
// the site use: what it sealed might never be opened again.
func (r *Ring) Stale(is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stale = is
}

// look reads the file again if it changed and was not looked at just now. While
// it cannot be read, the keys stay as they were.
func (r *Ring) look() {
	r.mu.RLock()
	early := time.Since(r.looked) < lookPause
	r.mu.RUnlock()
	if !early {
		_ = r.Reload()
	}
}

// Reload reads the file again.
func (r *Ring) Reload() error {
	src, err := read(r.path)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looked = time.Now()
	if err != nil || (r.keys.aead != nil && string(src) == string(r.keys.src)) {
		return err
	}
	k, err := parse(src)
	if err != nil {
		return fmt.Errorf("keyset file %s: %w", r.path, err)
	}
	r.keys = k
	return nil
}

package seal

import (
	"errors"
	"fmt"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// ErrChanged means that the file was changed by someone else meanwhile.
var ErrChanged = errors.New("keyset file was changed meanwhile")

// Prepare adds a new key that seals nothing yet, so that the file can be given
// to copies of the site on other machines before it is used. A key that waits
// already is answered again.
func (r *Ring) Prepare() (KeyID, error) {
	if id, ok := r.Waiting(); ok {
		return id, nil
	}
	var id KeyID
	err := r.change(func(m *keyset.Manager) error {
		n, err := m.Add(aead.AES256GCMKeyTemplate())
		id = KeyID(n)
		return err
	})
	return id, err
}

// Promote makes the key that waits the one that seals.
func (r *Ring) Promote() error {
	id, ok := r.Waiting()
	if !ok {
		return errors.New("no new key waits in the keyset file")
	}
	return r.change(func(m *keyset.Manager) error { return m.SetPrimary(uint32(id)) })
}

// Waiting is the key that was added after the one that seals, if there is one.
func (r *Ring) Waiting() (KeyID, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	last := r.keys.ids[len(r.keys.ids)-1]
	return last, last != r.keys.primary
}

// Remove takes a key away for good: what it sealed is erased by that.
func (r *Ring) Remove(id KeyID) error {
	return r.change(func(m *keyset.Manager) error { return m.Delete(uint32(id)) })
}

// change writes the file anew.
func (r *Ring) change(do func(m *keyset.Manager) error) error {
	r.mu.RLock()
	was := r.keys.src
	r.mu.RUnlock()
	now, err := read(r.path)
	if err != nil {
		return err
	}
	if string(now) != string(was) {
		return ErrChanged
	}
	h, err := handle(was)
	if err != nil {
		return fmt.Errorf("keyset file: %w", err)
	}
	m := keyset.NewManagerFromHandle(h)
	if err := do(m); err != nil {
		return fmt.Errorf("change keyset: %w", err)
	}
	if h, err = m.Handle(); err != nil {
		return fmt.Errorf("change keyset: %w", err)
	}
	src, err := write(h)
	if err != nil {
		return err
	}
	if err := place(r.path, src, os.Rename); err != nil {
		return err
	}
	return r.Reload()
}

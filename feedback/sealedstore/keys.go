package sealedstore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/seal"
)

// What a store notes of the keys in use. A note stays for ever: each key's holds
// a few words that it sealed, so that another key under its name is found out.
const (
	keyNote   = "data key "
	gone      = " retired"
	allSealed = "personal data"
)

// Marks are where keys are noted.
type Marks interface {
	Marks(ctx context.Context) ([]backup.Mark, error)
	Mark(ctx context.Context, name, value string) (kept string, err error)
}

// Missing means that a keyset file is not the one that a store needs. Nothing
// was changed or deleted when it is answered.
type Missing struct {
	Path string
	IDs  []seal.KeyID // that it lacks, or holds another key under the name of
	None bool         // there is no such file at all
}

// Error says what to do.
func (m Missing) Error() string {
	what := "lacks"
	if m.None {
		what = "is not there; the store needs"
	}
	var ids []string
	for _, id := range m.IDs {
		ids = append(ids, id.String())
	}
	return fmt.Sprintf("keyset file %s %s key %s, with which personal data in this store are sealed; "+
		"put back the keyset file of this site, from its backup or from the copy whose keys were changed last (--keyset-file). "+
		"Nothing was deleted, and no new key was made", m.Path, what, strings.Join(ids, ", "))
}

// OpenRing opens the keyset file of a store. It makes one only for a store in
// which no key was ever noted. Missing: it is not the file of this store.
func OpenRing(ctx context.Context, path string, store Inner) (*seal.Ring, error) {
	ring, err := FindRing(ctx, path, store)
	if errors.Is(err, fs.ErrNotExist) {
		if ring, err = seal.Create(path); errors.Is(err, fs.ErrExist) {
			ring, err = seal.OpenRing(path) // another start was quicker
		}
	}
	if err != nil {
		return nil, err
	}
	page, _, err := store.List(ctx, feedback.Query{Sort: feedback.ByNumber, Limit: 1})
	if err == nil && len(page) == 0 {
		err = SetStrict(ctx, store) // from the first one on
	}
	if err != nil {
		return nil, err
	}
	return ring, Note(ctx, ring, store)
}

// FindRing opens the keyset file of a store, and makes none. fs.ErrNotExist:
// there is no file, and no key was ever noted. Missing: as OpenRing.
func FindRing(ctx context.Context, path string, store Inner) (*seal.Ring, error) {
	ring, err := seal.OpenRing(path)
	if errors.Is(err, fs.ErrNotExist) {
		noted, noteErr := notes(ctx, store)
		if noteErr != nil {
			return nil, noteErr
		}
		if len(noted) > 0 {
			return nil, Missing{Path: path, IDs: ids(noted), None: true}
		}
	}
	if err != nil {
		return nil, err
	}
	return ring, CheckRing(ctx, ring, store)
}

// CheckRing holds a ring to the keys in use, and makes it refuse to seal while
// one is missing.
func CheckRing(ctx context.Context, ring *seal.Ring, marks Marks) error {
	noted, err := notes(ctx, marks)
	if err != nil {
		return err
	}
	var missing []seal.KeyID
	for _, id := range ids(noted) {
		if _, err := ring.Open(noted[id], canary(id)); err != nil {
			missing = append(missing, id)
		}
	}
	ring.Stale(len(missing) > 0)
	if len(missing) > 0 {
		return Missing{Path: ring.Path(), IDs: missing}
	}
	return nil
}

// Note notes the key that seals, so that no copy of the site does without it.
func Note(ctx context.Context, ring *seal.Ring, marks Marks) error {
	id := ring.Primary()
	sealed, err := ring.Seal([]byte("sealed with this key"), canary(id))
	if err != nil {
		return err
	}
	if _, err := marks.Mark(ctx, keyNote+id.String(), hex.EncodeToString(sealed)); err != nil {
		return fmt.Errorf("note key: %w", err)
	}
	return nil
}

func canary(id seal.KeyID) []byte { return []byte("rectify/1 data key " + id.String()) }

// notes are the keys in use, with what each sealed.
func notes(ctx context.Context, marks Marks) (noted map[seal.KeyID][]byte, err error) {
	list, err := marks.Marks(ctx)
	if err != nil {
		return nil, fmt.Errorf("keys in use: %w", err)
	}
	noted = make(map[seal.KeyID][]byte)
	var retired []seal.KeyID
	for _, m := range list {
		name, ok := strings.CutPrefix(m.Name, keyNote)
		name, out := strings.CutSuffix(name, gone)
		n, bad := strconv.ParseUint(name, 16, 32)
		if !ok || bad != nil {
			continue
		}
		if out {
			retired = append(retired, seal.KeyID(n))
			continue
		}
		if noted[seal.KeyID(n)], err = hex.DecodeString(m.Value); err != nil {
			return nil, fmt.Errorf("keys in use: %s: %w", m.Name, err)
		}
	}
	for _, id := range retired {
		delete(noted, id)
	}
	return noted, nil
}

func ids(noted map[seal.KeyID][]byte) []seal.KeyID {
	var list []seal.KeyID
	for id := range noted {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// Strict reports whether everything in a store was sealed.
func Strict(ctx context.Context, marks Marks) (bool, error) {
	list, err := marks.Marks(ctx)
	if err != nil {
		return false, fmt.Errorf("is all sealed: %w", err)
	}
	return slices.ContainsFunc(list, func(m backup.Mark) bool { return m.Name == allSealed }), nil
}

// SetStrict notes that everything in a store was sealed.
func SetStrict(ctx context.Context, marks Marks) error {
	if _, err := marks.Mark(ctx, allSealed, "sealed"); err != nil {
		return fmt.Errorf("note that all is sealed: %w", err)
	}
	return nil
}

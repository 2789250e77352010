package feedback

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxBlob is how many bytes one blob may have, sealed: the largest message that
// is taken in, and room for the seal.
const MaxBlob = 26 << 20

// BlobID names a blob: 16 random bytes in hex, drawn by whoever keeps it. It
// says nothing of what is in it or whose it is.
type BlobID string

// NewBlobID draws an id from a cryptographic source.
func NewBlobID(r io.Reader) (BlobID, error) {
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("draw id of a blob: %w", err)
	}
	return BlobID(hex.EncodeToString(b[:])), nil
}

// Valid reports whether id has the form of one: 32 lower-case hex digits.
func (id BlobID) Valid() bool {
	b, err := hex.DecodeString(string(id))
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == string(id)
}

// Blobs keeps what is too large for a record: attachments, sealed before they
// get here. Every implementation passes the suite in blobtest. A method that
// returns nil has made its change durable; every method ends with its context.
type Blobs interface {
	// Put keeps data under id, up to MaxBlob bytes. Keeping the same again is
	// nil; other data under an id that is there is an ErrConflict. On any other
	// error it is not known whether it was kept; putting it again tells. No room
	// left is an ErrBusy.
	Put(ctx context.Context, id BlobID, data []byte) error

	// Get answers the whole blob, or ErrNotFound. Half a blob is never answered.
	Get(ctx context.Context, id BlobID) ([]byte, error)

	// Delete removes a blob for good. One that is not there is no error.
	Delete(ctx context.Context, id BlobID) error

	// Each tells every blob that is whole, in the order of ids. A blob that is
	// put or deleted meanwhile may be told or not.
	Each(ctx context.Context, tell func(BlobInfo) error) error

	// Tidy removes what a Put or Delete that was cut off before then left behind.
	Tidy(ctx context.Context, before time.Time) error
}

// BlobInfo is a blob without its content.
type BlobInfo struct {
	ID   BlobID
	Size int64     // as it is kept
	At   time.Time // when it was put
}

// Sealer makes bytes unreadable to whoever has no key. What was sealed with
// some associated data opens only with the same; ErrSeal otherwise.
type Sealer interface {
	Seal(plain, ad []byte) ([]byte, error)
	Open(sealed, ad []byte) ([]byte, error)
}

// Sealer draws a Sealer for one purpose from the master key.
func (k Keys) Sealer(purpose string) Sealer { return keySealer{k, purpose} }

type keySealer struct {
	keys    Keys
	purpose string
}

func (s keySealer) Seal(plain, ad []byte) ([]byte, error) { return s.keys.Seal(s.purpose, ad, plain) }

func (s keySealer) Open(sealed, ad []byte) ([]byte, error) { return s.keys.Open(s.purpose, ad, sealed) }

// Again seals a blob anew and hands it to put.
func (s SealedBlobs) Again(ctx context.Context, id BlobID, put func(ctx context.Context, id BlobID, sealed []byte) error) error {
	plain, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	sealed, err := s.Sealer.Seal(plain, sealedAs(id))
	if err != nil {
		return fmt.Errorf("seal blob anew: %w", err)
	}
	return put(ctx, id, sealed)
}

var _ Blobs = SealedBlobs{}

// SealedBlobs seals what it keeps, bound to its id: a blob that was moved to
// another id does not open (ErrSeal).
type SealedBlobs struct {
	Blobs
	Sealer Sealer
}

// Put implements Blobs: the same is what opens to the same, as no two seals are alike.
func (s SealedBlobs) Put(ctx context.Context, id BlobID, data []byte) error {
	sealed, err := s.Sealer.Seal(data, sealedAs(id))
	if err != nil {
		return fmt.Errorf("put blob: %w", err)
	}
	err = s.Blobs.Put(ctx, id, sealed)
	if !errors.Is(err, ErrConflict) {
		return err
	}
	if have, again := s.Get(ctx, id); again == nil && bytes.Equal(have, data) {
		return nil
	}
	return err
}

// Get implements Blobs.
func (s SealedBlobs) Get(ctx context.Context, id BlobID) ([]byte, error) {
	sealed, err := s.Blobs.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	plain, err := s.Sealer.Open(sealed, sealedAs(id))
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return plain, nil
}

func sealedAs(id BlobID) []byte { return []byte("blob " + id) }

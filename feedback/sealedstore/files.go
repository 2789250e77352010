package sealedstore

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/seal"
)

// Files are blobs that can be sealed anew in their place.
type Files interface {
	feedback.Blobs
	Overwrite(ctx context.Context, id feedback.BlobID, data []byte) error
}

// UsedBy counts what of files lies under which key, into u.
func (u *Use) UsedBy(ctx context.Context, files Files) error {
	return eachKey(ctx, files, func(_ feedback.BlobID, id seal.KeyID) error {
		u.Keys[id]++
		return nil
	})
}

// ResealFiles seals everything in files with key that lies under another, one
// after the other; cut off, it goes on when it is called again.
func ResealFiles(ctx context.Context, files Files, ring *seal.Ring, key seal.KeyID) error {
	sealed := feedback.SealedBlobs{Blobs: files, Sealer: ring}
	return eachKey(ctx, files, func(id feedback.BlobID, under seal.KeyID) error {
		if under == key {
			return nil
		}
		err := sealed.Again(ctx, id, files.Overwrite)
		if errors.Is(err, feedback.ErrNotFound) {
			return nil // deleted meanwhile
		}
		return err
	})
}

func eachKey(ctx context.Context, files Files, tell func(feedback.BlobID, seal.KeyID) error) error {
	var all []feedback.BlobID // first the names: what is written while they are told may be told or not
	err := files.Each(ctx, func(b feedback.BlobInfo) error {
		all = append(all, b.ID)
		return nil
	})
	for _, id := range all {
		if err != nil {
			break
		}
		var data []byte
		data, err = files.Get(ctx, id)
		if errors.Is(err, feedback.ErrNotFound) {
			err = nil
			continue
		}
		if under, ok := seal.KeyOf(data); err == nil && ok {
			err = tell(id, under)
		}
	}
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

package backup

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/backup/archive"
)

// files is the section of blobs.
const files = "files"

// blob is one record of it, sealed as it is kept.
type blob struct {
	ID   feedback.BlobID `json:"id"`
	Data []byte          `json:"data"`
}

// Blobs is the section that writes every blob, one at a time. It is to be
// written after the store: what a submission told before refers to was put
// before it, and is there unless it was deleted since.
func Blobs(from feedback.Blobs) archive.Section {
	return archive.Section{Name: files, Write: writing(func(ctx context.Context, each func(blob) error) error {
		return from.Each(ctx, func(b feedback.BlobInfo) error {
			data, err := from.Get(ctx, b.ID)
			if errors.Is(err, feedback.ErrNotFound) {
				return nil // deleted meanwhile
			}
			if err != nil {
				return err
			}
			return each(blob{ID: b.ID, Data: data})
		})
	})}
}

// BlobsPart reads blobs into a place where there are none.
func BlobsPart(to feedback.Blobs) Part {
	last := feedback.BlobID("")
	return Part{
		Section: archive.Section{
			Name: files,
			Check: func(record []byte) error {
				b, err := parsed[blob](record)
				if err == nil && (!b.ID.Valid() || b.ID <= last || len(b.Data) > feedback.MaxBlob) {
					err = fmt.Errorf("blob %q of %d bytes after %q", b.ID, len(b.Data), last)
				}
				last = b.ID
				return err
			},
			Read: func(ctx context.Context, record []byte) error {
				b, err := parsed[blob](record)
				if err != nil {
					return err
				}
				return to.Put(ctx, b.ID, b.Data)
			},
		},
		Blank: func(ctx context.Context) (bool, error) {
			err := to.Each(ctx, func(feedback.BlobInfo) error { return errSome })
			if errors.Is(err, errSome) {
				return false, nil
			}
			return err == nil, err
		},
	}
}

// errSome ends a look for any blob at all.
var errSome = errors.New("there is one")

package attachment

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"rectify/feedback"
)

// How long the files of a form that is not sent wait. Between the two nothing
// can begin to refer to a file that is just being swept away.
const (
	FormLife  = 20 * time.Hour // a form may be sent with them
	StageLife = 24 * time.Hour // then they are swept
)

// ErrForgotten means that the files of a form are not there any more, or the
// field that names them is not one of ours: they are to be chosen again.
var ErrForgotten = errors.New("files of the form are not kept any more")

// maxField bounds the field of a form that names its files.
const maxField = 16 << 10

// stagePurpose is what the field is sealed for.
const stagePurpose = "staged attachments"

// Stage keeps the files of a form from the moment they arrive, so that a form
// with a fault comes back with them: as a sealed list in a hidden field, which
// tells nobody anything and can be made by nobody else. Nothing is remembered of
// who sent them. What no submission came to refer to is swept.
type Stage struct {
	Workshop *Workshop
	Blobs    feedback.Blobs // sealing
	Keys     feedback.Keys
	Now      func() time.Time
	Rand     io.Reader // a cryptographic source
}

// Add takes a file and keeps it. The errors are those of Workshop.Take and of
// feedback.Blobs.
func (s *Stage) Add(ctx context.Context, name string, data []byte) (feedback.Attachment, error) {
	a, kept, err := s.Workshop.Take(ctx, name, data)
	if err != nil {
		return a, err
	}
	if a.Blob, err = feedback.NewBlobID(s.Rand); err != nil {
		return a, err
	}
	a.At = s.Now().UTC().Truncate(time.Millisecond)
	if err := s.Blobs.Put(ctx, a.Blob, kept); err != nil {
		return a, fmt.Errorf("keep attachment: %w", err)
	}
	return a, nil
}

// Drop forgets files that were added and are not wanted: the request broke off,
// or their sender took them out.
func (s *Stage) Drop(ctx context.Context, list ...feedback.Attachment) error {
	var errs []error
	for _, a := range list {
		errs = append(errs, s.Blobs.Delete(ctx, a.Blob))
	}
	return errors.Join(errs...)
}

// Seal makes the hidden field that names files; empty for none.
func (s *Stage) Seal(list []feedback.Attachment) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	if len(list) > feedback.MaxAttachments {
		return "", feedback.Invalid{Field: "files", Rule: "too-many", Args: []any{feedback.MaxAttachments, list[feedback.MaxAttachments].Name}}
	}
	plain, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("staged attachments: %w", err)
	}
	sealed, err := s.Keys.Seal(stagePurpose, nil, plain)
	if err != nil {
		return "", fmt.Errorf("staged attachments: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open is the reverse of Seal. ErrForgotten: the field is foreign, altered, or
// any of its files is older than FormLife. Whoever has the field can send it
// more than once: before the files are filed they are made its Own.
func (s *Stage) Open(field string) ([]feedback.Attachment, error) {
	if field == "" {
		return nil, nil
	}
	if len(field) > maxField {
		return nil, ErrForgotten
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(field)
	if err != nil {
		return nil, ErrForgotten
	}
	plain, err := s.Keys.Open(stagePurpose, nil, sealed)
	if err != nil {
		return nil, ErrForgotten
	}
	var list []feedback.Attachment
	if err := json.Unmarshal(plain, &list); err != nil || len(list) > feedback.MaxAttachments {
		return nil, ErrForgotten
	}
	oldest := s.Now().Add(-FormLife)
	for i := range list {
		if !list[i].Sound() || list[i].At.Before(oldest) {
			return nil, ErrForgotten
		}
	}
	return list, nil
}

// Own answers the same files with blobs of their own, so that no two submissions
// share one and erasing in the one takes nothing from the other. ErrForgotten:
// one is not there any more.
func (s *Stage) Own(ctx context.Context, list []feedback.Attachment) ([]feedback.Attachment, error) {
	own := make([]feedback.Attachment, 0, len(list))
	for _, a := range list {
		data, err := s.Blobs.Get(ctx, a.Blob)
		if err == nil {
			a.Blob, err = feedback.NewBlobID(s.Rand)
		}
		if err == nil {
			err = s.Blobs.Put(ctx, a.Blob, data)
		}
		switch {
		case errors.Is(err, feedback.ErrNotFound):
			return nil, ErrForgotten
		case err != nil:
			return nil, fmt.Errorf("keep attachment: %w", err)
		}
		own = append(own, a)
	}
	return own, nil
}

// Uses tells every blob that something else than a submission refers to.
type Uses func(ctx context.Context, tell func(feedback.BlobID) error) error

// Sweep removes the blobs older than StageLife that no submission, and nothing
// of more, refers to, and what writes that were cut off left behind; it answers
// how many blobs. It reads every submission, so it is work for the night.
func Sweep(ctx context.Context, from feedback.Lister, blobs feedback.Blobs, now time.Time, more ...Uses) (int, error) {
	before := now.Add(-StageLife)
	old := make(map[feedback.BlobID]bool)
	// First the blobs, then the submissions: one that is filed meanwhile refers
	// to files younger than these.
	err := blobs.Each(ctx, func(b feedback.BlobInfo) error {
		if b.At.Before(before) {
			old[b.ID] = true
		}
		return nil
	})
	if err == nil && len(old) > 0 {
		used := func(id feedback.BlobID) error {
			delete(old, id)
			return nil
		}
		err = feedback.EachBlob(ctx, from, used)
		for _, each := range more {
			err = errors.Join(err, each(ctx, used))
		}
	}
	if err != nil {
		return 0, fmt.Errorf("sweep attachments: %w", err)
	}
	for id := range old {
		if err := blobs.Delete(ctx, id); err != nil {
			return 0, fmt.Errorf("sweep attachments: %w", err)
		}
	}
	if err := blobs.Tidy(ctx, before); err != nil {
		return len(old), fmt.Errorf("sweep attachments: %w", err)
	}
	return len(old), nil
}

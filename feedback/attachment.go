package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Bounds of attachments.
const (
	MaxAttachments     = 5        // with what the sender hands in
	MaxAllAttachments  = 20       // with the scans that staff add
	MaxAttachmentBytes = 10 << 20 // of one, as it came
	MaxAttachmentName  = 120      // bytes
	maxWarnings        = 16
)

// AttachmentKind says what an attachment is to its reader.
type AttachmentKind string

// The kinds that are taken.
const (
	Picture   AttachmentKind = "picture" // 照片、截图
	PDFFile   AttachmentKind = "pdf"
	WordFile  AttachmentKind = "word"
	PlainFile AttachmentKind = "text"
)

// AttachmentKinds lists every kind.
func AttachmentKinds() []AttachmentKind {
	return []AttachmentKind{Picture, PDFFile, WordFile, PlainFile}
}

// Attachment (附件) is a file that belongs to a submission. Its content is a
// blob. Nobody but staff sees it unless it was cleared.
type Attachment struct {
	Blob     BlobID         `json:"blob"`
	Name     string         `json:"name"` // to be shown and offered for saving, never a path
	Kind     AttachmentKind `json:"kind"`
	Type     string         `json:"type"`   // media type of what is kept
	Size     int64          `json:"size"`   // bytes of what is kept, opened
	Digest   string         `json:"digest"` // SHA-256 of the same, in hex
	Width    int            `json:"width,omitempty"`
	Height   int            `json:"height,omitempty"`
	Warnings []string       `json:"warnings,omitempty"` // codes: what staff should know before they open or clear it
	At       time.Time      `json:"at"`
	By       string         `json:"by,omitempty"`      // account, if staff added it
	Cleared  bool           `json:"cleared,omitempty"` // the public may have it
	Title    string         `json:"title,omitempty"`   // what the public is told that it shows
	Gone     bool           `json:"gone,omitempty"`    // its content was erased
}

// Sound reports whether an attachment may stand in a record.
func (a *Attachment) Sound() bool {
	digest, err := hex.DecodeString(a.Digest)
	return a.Blob.Valid() && a.Name != "" && len(a.Name) <= MaxAttachmentName && slices.Contains(AttachmentKinds(), a.Kind) &&
		a.Size > 0 && a.Size <= MaxBlob && err == nil && len(digest) == sha256.Size && len(a.Warnings) <= maxWarnings
}

// checkAttachments holds what a sender hands in to its bounds. They were made
// by the program, not typed: an unsound one is no fault of the sender's.
func checkAttachments(list []Attachment) error {
	if len(list) > MaxAttachments {
		return Invalid{Field: "files", Rule: "too-many", Args: []any{MaxAttachments, list[MaxAttachments].Name}}
	}
	for i := range list {
		if !list[i].Sound() || slices.ContainsFunc(list[:i], func(a Attachment) bool { return a.Blob == list[i].Blob }) {
			return Invalid{Field: "files", Rule: "unknown"}
		}
	}
	return nil
}

// handedIn are attachments as they stand in a new record: nothing that only
// staff decide comes from outside.
func handedIn(list []Attachment, by string, at time.Time) []Attachment {
	list = slices.Clone(list)
	for i := range list {
		list[i].At, list[i].By, list[i].Cleared, list[i].Gone, list[i].Title = at, by, false, false, ""
	}
	return list
}

// sameFiles is what two requests with the same files have in common: each got
// blobs of its own.
func sameFiles(list []Attachment) []Attachment {
	var same []Attachment
	for _, a := range list {
		same = append(same, Attachment{Name: a.Name, Digest: a.Digest})
	}
	return same
}

// Lister is the part of a Store that goes through all submissions.
type Lister interface {
	List(ctx context.Context, q Query) (page []Submission, next string, err error)
}

// EachBlob tells every blob that a submission refers to.
func EachBlob(ctx context.Context, from Lister, tell func(BlobID) error) error {
	return eachPage(ctx, from, func(s *Submission) error {
		for _, id := range s.Blobs() {
			if err := tell(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// EachAttachment tells every attachment whose content should be there, by
// number of its submission.
func EachAttachment(ctx context.Context, from Lister, tell func(Number, Attachment) error) error {
	return eachPage(ctx, from, func(s *Submission) error {
		for _, a := range s.Attachments {
			if a.Gone {
				continue
			}
			if err := tell(s.Number, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachPage tells every submission there is, by number.
func eachPage(ctx context.Context, from Lister, tell func(*Submission) error) error {
	q := Query{Sort: ByNumber, Limit: MaxPage}
	for {
		page, next, err := from.List(ctx, q)
		if err != nil {
			return fmt.Errorf("read all submissions: %w", err)
		}
		for i := range page {
			if err := tell(&page[i]); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// MissingBlobs tells every attachment that has no blob behind it, and reads no
// content but of blobs that came while it was looking.
func MissingBlobs(ctx context.Context, from Lister, blobs Blobs, tell func(Number, Attachment) error) error {
	there := make(map[BlobID]bool)
	if err := blobs.Each(ctx, func(b BlobInfo) error { there[b.ID] = true; return nil }); err != nil {
		return fmt.Errorf("attachments: %w", err)
	}
	return EachAttachment(ctx, from, func(n Number, a Attachment) error {
		if there[a.Blob] {
			return nil
		}
		_, err := blobs.Get(ctx, a.Blob)
		if errors.Is(err, ErrNotFound) {
			return tell(n, a)
		}
		return err
	})
}

// BrokenBlobs opens every attachment and tells those that are not there
// (ErrNotFound), do not open (ErrSeal) or are not what their record says
// (ErrDigest).
func BrokenBlobs(ctx context.Context, from Lister, blobs Blobs, tell func(Number, Attachment, error) error) error {
	return EachAttachment(ctx, from, func(n Number, a Attachment) error {
		data, err := blobs.Get(ctx, a.Blob)
		if err == nil && (int64(len(data)) != a.Size || DigestOf(data) != a.Digest) {
			err = ErrDigest
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrSeal) && !errors.Is(err, ErrDigest) {
			return err
		}
		return tell(n, a, err)
	})
}

// DigestOf is the SHA-256 of data in hex, as Attachment.Digest has it.
func DigestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

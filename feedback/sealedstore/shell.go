package sealedstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"rectify/feedback"
)

// The errors of what does not open as it should. Both wrap feedback.ErrSeal.
var (
	// ErrAltered: what stands in clear is not what was sealed beside it.
	ErrAltered = fmt.Errorf("was altered outside the program: %w", feedback.ErrSeal)
	// ErrBare: it stands in clear, though all of them were sealed.
	ErrBare = fmt.Errorf("is not sealed, and all are to be: %w", feedback.ErrSeal)
)

// shell is what stands in clear of a submission: what a store looks at, and no
// word of anybody.
func shell(s *feedback.Submission) feedback.Submission {
	out := feedback.Submission{
		ID: s.ID, Number: s.Number, Rev: s.Rev, Notice: s.Notice, Item: s.Item, Channel: s.Channel, Category: s.Category,
		State: s.State, Visibility: s.Visibility, Received: s.Received, CodeMAC: s.CodeMAC, Owner: s.Owner, Due: s.Due,
		Owed: s.Owed, Relay: s.Relay, Suspect: s.Suspect, Likeness: s.Likeness, PublishedAt: s.PublishedAt, PublicAt: s.PublicAt, ErasedAt: s.ErasedAt,
		Ties: s.Ties,
	}
	if s.Submitted() {
		out.Draft = &feedback.Reply{Submitted: true} // whatever it is that waits
	}
	if s.OpenEnquiry() != nil {
		out.Enquiries = []feedback.Enquiry{{}} // that there is one, and no word of it
	}
	return out
}

// bound is the associated data of a submission: it opens as the one with this
// receipt code, at this revision, and as nothing else. No two have the same
// code, and every store finds a submission by it.
func bound(s *feedback.Submission) []byte {
	return fmt.Appendf(nil, "rectify/1 submission\x00%x\x00%d", s.CodeMAC, s.Rev)
}

// seal makes the shell of s at its revision, with all of s sealed in it.
func (s *Store) seal(sub *feedback.Submission) (feedback.Submission, error) {
	sub.Sealed = nil
	plain, err := json.Marshal(sub)
	if err != nil {
		return feedback.Submission{}, fmt.Errorf("seal %s: %w", sub.Number, err)
	}
	out := shell(sub)
	if out.Sealed, err = s.ring.Seal(plain, bound(sub)); err != nil {
		return feedback.Submission{}, fmt.Errorf("seal %s: %w", sub.Number, err)
	}
	return out, nil
}

// open is the reverse of seal.
func (s *Store) open(kept *feedback.Submission) (feedback.Submission, error) {
	if kept.Sealed == nil {
		if s.strict {
			return feedback.Submission{}, fmt.Errorf("%s %w", kept.Number, ErrBare)
		}
		return *kept, nil
	}
	plain, err := s.ring.Open(kept.Sealed, bound(kept))
	if err != nil {
		return feedback.Submission{}, fmt.Errorf("open %s: %w", kept.Number, err)
	}
	var sub feedback.Submission
	if err := json.Unmarshal(plain, &sub); err != nil {
		return feedback.Submission{}, fmt.Errorf("open %s: %w", kept.Number, errors.Join(feedback.ErrSeal, err))
	}
	if sub.Number != "" && sub.Number != kept.Number {
		return feedback.Submission{}, fmt.Errorf("%s: number %w", kept.Number, ErrAltered)
	}
	sub.Number, sub.Rev = kept.Number, kept.Rev
	return sub, nil
}

// difference names the first part of a shell that two submissions do not share.
// Whatever stands in clear is for finding only: what is answered was sealed. So
// verify asks for it, and not every reader. Number and Rev are not looked at: the revision is bound by the seal, and the
// number is given by the store after the first sealing.
func difference(a, b *feedback.Submission) string {
	switch {
	case a.ID != b.ID:
		return "id"
	case a.Notice != b.Notice:
		return "notice"
	case a.Item != b.Item:
		return "item"
	case a.Channel != b.Channel:
		return "channel"
	case a.Category != b.Category:
		return "category"
	case a.State != b.State:
		return "state"
	case a.Visibility != b.Visibility:
		return "visibility"
	case a.Owner != b.Owner:
		return "owner"
	case a.Due != b.Due:
		return "due"
	case !a.Received.Equal(b.Received):
		return "received"
	case !a.PublishedAt.Equal(b.PublishedAt):
		return "published_at"
	case !a.PublicAt.Equal(b.PublicAt):
		return "public_at"
	case !a.ErasedAt.Equal(b.ErasedAt):
		return "erased_at"
	case !bytes.Equal(a.CodeMAC, b.CodeMAC):
		return "code_mac"
	case !slices.Equal(a.Owed, b.Owed):
		return "owed"
	case !slices.Equal(a.Suspect, b.Suspect):
		return "suspect"
	case a.Likeness != b.Likeness:
		return "likeness"
	case !slices.Equal(a.Ties, b.Ties):
		return "ties"
	case !slices.Equal(a.Relay, b.Relay):
		return "relay"
	case a.Submitted() != b.Submitted():
		return "draft"
	case a.OpenEnquiry() != nil && b.OpenEnquiry() == nil:
		return "enquiries" // the reverse is how shells were before this stood in them
	}
	return ""
}

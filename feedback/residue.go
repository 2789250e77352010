package feedback

import (
	"fmt"
	"slices"
)

// maxCleared bounds one of the words that staff say may be public, in bytes.
const maxCleared = 400

// Residue is an ErrResidue with the words that it is about. They are for the
// page of staff and stand in no log.
type Residue struct{ Words []string }

// Error is for logs.
func (r Residue) Error() string { return fmt.Sprintf("%d places: %v", len(r.Words), ErrResidue) }

// Unwrap makes a Residue an ErrResidue.
func (r Residue) Unwrap() error { return ErrResidue }

// clean refuses to let the public see, by this act, what looks like personal
// data and was not cleared.
func (o *Office) clean(next *Submission, a Action) error {
	switch a.(type) {
	case Publish, Approve, Emergency, ApproveAmend, Redact, ClearFile, Forward:
	default:
		return nil // nothing more is shown by it
	}
	if next.Visibility != Published {
		return nil
	}
	if words := o.Residue(next); len(words) > 0 {
		return Residue{words}
	}
	return nil
}

// Residue answers the words in the text, the replies and the titles of files of s
// that look like personal data, that readers would see, and that nobody has cleared; more are
// texts that readers are about to see as well.
func (o *Office) Residue(s *Submission, more ...string) []string {
	if o.Seen == nil {
		return nil
	}
	words := o.Seen(s.Current(), s.Redactions)
	for _, r := range s.PublicReplies() {
		for _, text := range []string{r.Text, r.Why, r.GoneWhy} {
			words = append(words, o.Seen(text, nil)...)
		}
	}
	for _, f := range s.publicFiles() {
		words = append(words, o.Seen(f.Title, nil)...)
	}
	if s.Forwarded != nil {
		words = append(words, o.Seen(s.Forwarded.Name, nil)...)
	}
	for _, text := range more {
		words = append(words, o.Seen(text, nil)...)
	}
	slices.Sort(words)
	return slices.DeleteFunc(slices.Compact(words), func(w string) bool { return slices.Contains(s.Cleared, w) })
}

// cleared notes words that may be public.
func (w *work) cleared(words []string) error {
	for _, x := range words {
		if x == "" || slices.Contains(w.s.Cleared, x) {
			continue
		}
		if len(x) > maxCleared || len(w.s.Cleared) >= MaxRedactions {
			return Invalid{Field: "cleared", Rule: "too-many", Args: []any{MaxRedactions}}
		}
		w.s.Cleared = grown(w.s.Cleared, x)
	}
	return nil
}

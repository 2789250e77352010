package feedback

import (
	"fmt"
	"slices"
	"strings"
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
// that look like personal data, were hidden elsewhere in it or are its sender's
// own, that readers would see, and that nobody has cleared; more are texts that
// readers are about to see as well.
func (o *Office) Residue(s *Submission, more ...string) []string {
	texts := slices.Clone(more)
	for _, r := range s.PublicReplies() {
		texts = append(texts, r.Text, r.Why, r.GoneWhy)
	}
	for _, f := range s.publicFiles() {
		texts = append(texts, f.Title)
	}
	if s.Forwarded != nil {
		texts = append(texts, s.Forwarded.Name)
	}
	words := o.ResidueIn(s, texts...)
	if o.Seen != nil {
		words = append(words, o.Seen(s.Current(), s.Redactions)...)
	}
	if o.Leaks != nil {
		words = append(words, o.Leaks(s.readable(), s.hushed())...)
	}
	return s.unclear(words)
}

// ResidueIn is Residue of some texts that belong to s alone.
func (o *Office) ResidueIn(s *Submission, texts ...string) []string {
	var words []string
	secret := s.hushed()
	for _, text := range texts {
		if o.Seen != nil {
			words = append(words, o.Seen(text, nil)...)
		}
		if o.Leaks != nil {
			words = append(words, o.Leaks(text, secret)...)
		}
	}
	return s.unclear(words)
}

// unclear are the words that nobody has cleared, each once.
func (s *Submission) unclear(words []string) []string {
	slices.Sort(words)
	return slices.DeleteFunc(slices.Compact(words), func(w string) bool { return slices.Contains(s.Cleared, w) })
}

// hushed are the secrets of s but for what many sign with who leave no name.
func (s *Submission) hushed() []string {
	return slices.DeleteFunc(s.secrets(), func(w string) bool { return slices.Contains(nobody(), w) })
}

// nobody is how people sign who leave no name.
func nobody() []string {
	return strings.Fields("匿名 匿名群众 群众 市民 居民 村民 业主 家长 网友 读者 观众 游客 职工 先生 女士 保密")
}

// readable is the text of s as readers see it, with a sign where words are hidden.
func (s *Submission) readable() string {
	var b strings.Builder
	for _, x := range Segments(s.Current(), s.Redactions) {
		b.WriteString(x.Text)
		if x.Cut != "" {
			b.WriteRune('█')
		}
	}
	return b.String()
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

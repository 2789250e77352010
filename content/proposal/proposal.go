// Package proposal holds versions of notices on their way to be published: made
// from an official document or from what is published, corrected, handed on and
// approved by a second person, then put where notices stand.
//
// It must not know pages, accounts or stores' drivers: people are names, files
// stand on shelves.
//
// Start reading at proposal.go (what a proposal is and who may do what), then
// book.go (where they are kept) and press.go (how one is published).
package proposal

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// Bounds of a proposal.
const (
	MaxNoteRunes = 500
	MaxDoubts    = 500
	maxEditors   = 100
)

// Errors of acts on proposals. ErrSecond: who made or edited it may not approve
// it. ErrNotSubmitted: its editors have not handed it on. ErrFaults: the notice
// has errors. ErrNote: a change needs a note. ErrMoved: what is published has
// changed since the proposal was made.
var (
	ErrSecond       = errors.New("a second person must approve")
	ErrNotSubmitted = errors.New("not submitted for approval")
	ErrFaults       = errors.New("the notice has errors")
	ErrNote         = errors.New("the change needs a note")
	ErrMoved        = errors.New("the published notice has changed since")
)

// Proposal is one version of a notice before it is published. Whoever wrote a
// word of it is among Editors and cannot approve it (the rule of two people).
type Proposal struct {
	ID        string    `json:"id"`
	Slug      string    `json:"slug"`
	Source    string    `json:"source"`         // Markdown
	Base      string    `json:"base,omitempty"` // digest of the published version that it would replace
	Editors   []string  `json:"editors"`        // accounts, first the one who made it
	Made      time.Time `json:"made"`
	Changed   time.Time `json:"changed"`
	Note      string    `json:"note,omitempty"` // 更正说明
	Minor     bool      `json:"minor,omitempty"`
	Submitted bool      `json:"submitted,omitempty"`
	Returned  string    `json:"returned,omitempty"` // why the second person gave it back
	Cause     string    `json:"cause,omitempty"`    // what called for it, where that is known by a name of its own
	Origin    Origin    `json:"origin"`
	Doubts    []Doubt   `json:"doubts,omitempty"`   // what the import was unsure of
	Unplaced  []Doubt   `json:"unplaced,omitempty"` // what found no place: Args hold the text
}

// Origin is the document that a proposal was made from.
type Origin struct {
	Name     string `json:"name,omitempty"` // as uploaded, for people only
	Format   string `json:"format,omitempty"`
	Encoding string `json:"encoding,omitempty"`
	Digest   string `json:"digest,omitempty"`
}

// Doubt is one thing that a person must look at: a code with values, and where.
type Doubt struct {
	Line  int    `json:"line,omitempty"`  // of the document
	At    int    `json:"at,omitempty"`    // of the Markdown as imported
	Quote string `json:"quote,omitempty"` // how that line begins: it finds the line when others were added
	Code  string `json:"code"`
	Args  []Arg  `json:"args,omitempty"`
	Grave bool   `json:"grave,omitempty"` // a contradiction, not only a doubt
	Mild  bool   `json:"mild,omitempty"`  // tells what was done; nothing is to be decided
}

// Arg is a value of a Doubt: a text, or a code that is to be said in words.
type Arg struct {
	Text string `json:"text,omitempty"`
	Code string `json:"code,omitempty"`
}

// Digest names the very text that an approval is for.
func (p *Proposal) Digest() string { return shelf.Digest([]byte(p.Source)) }

// New is a proposal made by one person.
func New(id, slug, source, base, by string, now time.Time) Proposal {
	return Proposal{ID: id, Slug: slug, Source: source, Base: base, Editors: []string{by}, Made: now, Changed: now}
}

// Edit replaces text and note. Handing on must be done anew: an approval is for
// one text only.
func (p *Proposal) Edit(source, note string, minor bool, by string, now time.Time) error {
	note = strings.TrimSpace(note)
	if utf8.RuneCountInString(note) > MaxNoteRunes || len(source) > parse.MaxBytes {
		return ErrTooLong
	}
	source = strings.ReplaceAll(source, "\r\n", "\n") // as forms send it
	if source == p.Source && note == p.Note && minor == p.Minor {
		return nil
	}
	p.Source, p.Note, p.Minor = source, note, minor
	p.Submitted, p.Returned, p.Changed = false, "", now
	if !slices.Contains(p.Editors, by) {
		if len(p.Editors) == maxEditors {
			return ErrTooLong
		}
		p.Editors = append(p.Editors, by)
	}
	return nil
}

// ErrTooLong means that text or note is longer than allowed.
var ErrTooLong = errors.New("too long")

// Submit hands the proposal on for approval, when nothing of it is at fault.
func (p *Proposal) Submit(faults []content.Diagnostic, now time.Time) error {
	switch {
	case content.HasErrors(faults):
		return ErrFaults
	case p.Base != "" && p.Note == "" && !p.Minor:
		return ErrNote
	}
	p.Submitted, p.Returned, p.Changed = true, "", now
	return nil
}

// Return gives the proposal back to its editors with a reason.
func (p *Proposal) Return(reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	switch {
	case !p.Submitted:
		return ErrNotSubmitted
	case reason == "":
		return ErrNote
	case utf8.RuneCountInString(reason) > MaxNoteRunes:
		return ErrTooLong
	}
	p.Submitted, p.Returned, p.Changed = false, reason, now
	return nil
}

// MayApprove says whether who may approve the text with that digest.
func (p *Proposal) MayApprove(who, digest string) error {
	switch {
	case slices.Contains(p.Editors, who):
		return ErrSecond
	case !p.Submitted || digest != p.Digest():
		return ErrNotSubmitted
	}
	return nil
}

package feedback

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of the work on a reply.
const (
	MaxVersions = 10 // of a draft; the oldest goes
	MaxComments = 60 // on one draft or amendment
	MaxReplies  = 60 // of one submission, each version counted
)

// Reply (答复) is the body's answer, or one version of it. Drafters holds every
// account that wrote or edited its text; none of them may approve it. Approval
// binds to Digest.
type Reply struct {
	Text       string    `json:"text"`
	Office     string    `json:"office"`
	Drafters   []string  `json:"drafters"`
	Digest     string    `json:"digest"` // of office, text and change of status
	Submitted  bool      `json:"submitted,omitempty"`
	At         time.Time `json:"at"` // last edit
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at"`

	Progress Progress `json:"progress,omitzero"` // of the leaf, proposed together with it

	Corrects  int         `json:"corrects,omitempty"` // which reply, from 1, it takes the place of (更正)
	Why       string      `json:"why,omitempty"`      // of a correction, for everybody
	Hides     bool        `json:"hides,omitempty"`    // the text of what it corrects is shown no more
	Sole      *Sole       `json:"sole,omitempty"`     // one person wrote and published it
	Withdrawn *Withdrawal `json:"withdrawn,omitempty"`
}

// Progress (整改状态变更) is what a reply says anew of the leaf that it is about.
// What the codes mean and whether the leaf may have them is for the caller, who
// knows notices.
type Progress struct {
	Status string `json:"status,omitempty"`
	Label  string `json:"label,omitempty"` // the status in the body's own word
}

// Sole (紧急答复) marks a reply that one person published. Until a second one
// has looked at it everybody is told so.
type Sole struct {
	Reason     string    `json:"reason"`
	Due        Limit     `json:"due"` // by when it is to be reviewed
	ReviewedBy string    `json:"reviewed_by,omitempty"`
	ReviewedAt time.Time `json:"reviewed_at,omitzero"`
}

// Withdrawal (撤回答复) takes a reply and what it corrected off the public page.
type Withdrawal struct {
	At         time.Time `json:"at"`
	Why        string    `json:"why"`
	By         string    `json:"by"`
	ApprovedBy string    `json:"approved_by"`
}

// Version is one state of a draft, kept for comparing.
type Version struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Office string    `json:"office"`
	Text   string    `json:"text"`
	Digest string    `json:"digest"`
}

// Comment (批注) is a word of a colleague about a draft, as it was then.
type Comment struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Text   string    `json:"text"`
	Digest string    `json:"digest"` // of the draft that it is about
	Return bool      `json:"return,omitempty"`
}

// Amendment (更正或者撤回的拟稿) is a new version of a published reply, or its
// withdrawal, before a second person approves it. Drafters begins with those of
// the version that it corrects: their words stand in it.
type Amendment struct {
	Of        int       `json:"of"` // which reply, from 1
	Withdraw  bool      `json:"withdraw,omitempty"`
	Text      string    `json:"text,omitempty"`
	Office    string    `json:"office,omitempty"`
	Why       string    `json:"why"`
	Hides     bool      `json:"hides,omitempty"`
	Drafters  []string  `json:"drafters"`
	Digest    string    `json:"digest"` // of all before it
	Submitted bool      `json:"submitted,omitempty"`
	At        time.Time `json:"at"`
	Comments  []Comment `json:"comments,omitempty"`
}

// ReplyDigest is what an approval binds to: office and text of a reply.
func ReplyDigest(office, text string) string { return digestOf(office, text) }

// DraftDigest is ReplyDigest of a reply that proposes a status as well.
func DraftDigest(office, text string, p Progress) string {
	if p == (Progress{}) {
		return ReplyDigest(office, text)
	}
	return digestOf(office, text, p.Status, p.Label)
}

func (a *Amendment) digest() string {
	return digestOf(a.Office, a.Text, fmt.Sprint(a.Of, a.Withdraw, a.Hides), a.Why)
}

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// heir is which reply, from 1, took the place of the nth, 0 if none did.
func (s *Submission) heir(n int) int {
	for i := n; i < len(s.Replies); i++ { // only a later one can
		if s.Replies[i].Corrects == n {
			return i + 1
		}
	}
	return 0
}

// line lists the nth reply and those that it corrects, the newest first.
func (s *Submission) lineOf(n int) (line []int) {
	for n > 0 && n <= len(s.Replies) && len(line) <= len(s.Replies) {
		line = append(line, n)
		n = s.Replies[n-1].Corrects
	}
	return line
}

// Stands reports whether the nth reply, from 1, is what the body says now: no
// other took its place, and it was not withdrawn.
func (s *Submission) Stands(n int) bool {
	return n > 0 && n <= len(s.Replies) && s.Replies[n-1].Withdrawn == nil && s.heir(n) == 0
}

// LastReply is the latest approved reply that stands, or nil.
func (s *Submission) LastReply() *Reply {
	for i := len(s.Replies) - 1; i >= 0; i-- {
		if s.Stands(i + 1) {
			return &s.Replies[i]
		}
	}
	return nil
}

// Unreviewed is which reply, from 1, of one person still waits for a second one
// to look at it, 0 if none does.
func (s *Submission) Unreviewed() int {
	if s.Withdrawn() || s.Erased() || s.State == Merged || s.State == Rejected {
		return 0
	}
	for i := range s.Replies {
		if x := s.Replies[i].Sole; x != nil && x.ReviewedBy == "" && s.Stands(i+1) {
			return i + 1
		}
	}
	return 0
}

// Submitted reports whether something of s waits for a second person: a draft,
// an amendment, or a reply that one person published.
func (s *Submission) Submitted() bool {
	return s.Draft != nil && s.Draft.Submitted || s.Amendment != nil && s.Amendment.Submitted || s.Unreviewed() > 0
}

// Owing reports whether the post has something to do for s: letters to its
// sender, or word to those whose submissions were merged into it.
func (s *Submission) Owing() bool { return len(s.Owed) > 0 || len(s.Relay) > 0 }

// hidden reports whether the public does not see the text of the nth reply any
// more: it was withdrawn, or what corrects it hides it.
func (s *Submission) hidden(n int) bool {
	if s.Replies[n-1].Withdrawn != nil {
		return true
	}
	for h := s.heir(n); h > 0; h = s.heir(h) {
		if s.Replies[h-1].Hides || s.Replies[h-1].Withdrawn != nil {
			return true
		}
	}
	return false
}

// Unfilled are the places in a reply that were left for its writer to fill in:
// {{number}} and its like, and 〔　〕 that holds no year of a document's number,
// as 国办发〔2017〕47号 does. None of it may ever be sent.
func Unfilled(text string) (holes []string) {
	for rest := text; ; {
		i := strings.IndexAny(rest, "〔{")
		if i < 0 {
			return holes
		}
		rest = rest[i:]
		open, end := "〔", "〕"
		if rest[0] == '{' {
			if open, end = "{{", "}}"; !strings.HasPrefix(rest, open) {
				rest = rest[1:]
				continue
			}
		}
		body, after, closed := strings.Cut(rest[len(open):], end)
		if line, _, two := strings.Cut(body, "\n"); !closed || two {
			body, after = line, rest[len(open):]
		}
		if open != "〔" || !closed || !isYear(body) {
			if hole := open + body + end; !slices.Contains(holes, hole) {
				holes = append(holes, hole)
			}
		}
		rest = after
	}
}

func isYear(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789") == ""
}

// filled refuses a text that must not be sent.
func filled(text string) error {
	if holes := Unfilled(text); len(holes) > 0 {
		return Invalid{Field: "reply", Rule: "blank", Args: filledArgs(text)}
	}
	return nil
}

// filledArgs names the first of the places that are not filled in.
func filledArgs(text string) []any {
	holes := Unfilled(text)
	return []any{strings.Join(holes[:min(len(holes), 5)], "、")}
}

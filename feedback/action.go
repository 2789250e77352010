package feedback

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Action is one thing to be done to a submission. Its fields are checked when
// it is applied; the table of moves says from where and by whom it may be done.
type Action interface {
	// Act is the action's row in the table of moves.
	Act() Act
	// apply changes w.s beyond the move itself and may set w.note.
	apply(w *work) error
}

// work is what an action may look at and change.
type work struct {
	s      *Submission
	who    Actor
	now    time.Time
	clocks Clocks
	note   string
	relay  bool // the senders of what was merged into it are to be told
	moved  []Shift
}

// Accept ends moderation: the matter is taken up (受理). Redactions may be
// empty; Category may stay empty to keep the sender's.
type Accept struct {
	Redactions []Redaction
	Category   Category
}

// Reject declines the matter for a published reason (不予受理). Note is for staff.
type Reject struct {
	Reason Rejection
	Note   string
}

// Redact replaces the redactions (改遮盖).
type Redact struct {
	Redactions []Redaction
	Cleared    []string // as Publish
}

// Classify moves the matter to another category and its limits.
type Classify struct{ Category Category }

// Assign puts a person in charge, an office, or both (转办).
type Assign struct{ Owner, Office, Note string }

// Publish shows the moderated text, and replies as they are approved.
// Cleared are words that look like personal data and may be public all the same
// (已核对，可以公开).
type Publish struct{ Cleared []string }

// Unpublish takes a published submission off the site; a tombstone stays.
type Unpublish struct{ Note string }

// Close ends an answered matter (办结).
type Close struct{}

// Merge ends this submission in favour of another one.
type Merge struct{ Into Number }

// Reopen takes an answered matter up again after a look-back (回头看).
type Reopen struct{ Note string }

// RevealContact opens the sender's contact details and leaves a trace of why.
type RevealContact struct{ Reason string }

// Note is an internal remark of staff (内部备注). Calls are the accounts that it
// asks to look; whether there are such is for the caller to say, who knows staff.
type Note struct {
	Text  string
	Calls []string
}

// Correct replaces the text before moderation; the original is kept beside it.
type Correct struct{ Text string }

// AddRemark adds a word of the sender while the matter is open (补充). Mail is
// the message that brought it, if one did; Files came with it.
type AddRemark struct {
	Text  string
	Mail  *Mail
	Files []Attachment
}

// FollowUp reopens an answered matter within the allowed days, once (追问). Mail
// is the message that brought it, if one did; Files came with it.
type FollowUp struct {
	Text  string
	Mail  *Mail
	Files []Attachment
}

// Rate is the sender's judgement of the answer (评价): Solved from 1 to 3, the
// other marks likewise or 0 for none.
type Rate struct {
	Solved          int
	Attitude, Speed int
	Word            string
}

// Withdraw takes the submission back (撤回). What was public becomes a tombstone.
type Withdraw struct{}

// RenewCode replaces a receipt code that staff have seen.
type RenewCode struct{ MAC []byte }

// Act names the row of each action in the table of moves.
func (Accept) Act() Act        { return ActAccept }
func (Reject) Act() Act        { return ActReject }
func (Redact) Act() Act        { return ActRedact }
func (Classify) Act() Act      { return ActClassify }
func (Assign) Act() Act        { return ActAssign }
func (Publish) Act() Act       { return ActPublish }
func (Unpublish) Act() Act     { return ActUnpublish }
func (Close) Act() Act         { return ActClose }
func (Merge) Act() Act         { return ActMerge }
func (Reopen) Act() Act        { return ActReopen }
func (RevealContact) Act() Act { return ActRevealContact }
func (Note) Act() Act          { return ActNote }
func (Correct) Act() Act       { return ActCorrect }
func (AddRemark) Act() Act     { return ActRemark }
func (FollowUp) Act() Act      { return ActFollowUp }
func (Rate) Act() Act          { return ActRate }
func (Withdraw) Act() Act      { return ActWithdraw }
func (RenewCode) Act() Act     { return ActRenewCode }

// words checks a text of staff or sender: present if it must be, not too long,
// valid, with line ends made one kind.
func words(field, text string, most int, must bool) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case must && blank(text):
		return "", Invalid{Field: field, Rule: "required"}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", Invalid{Field: field, Rule: "encoding"}
	case utf8.RuneCountInString(text) > most:
		return "", Invalid{Field: field, Rule: "too-long", Args: []any{most, utf8.RuneCountInString(text) - most}}
	}
	return text, nil
}

func grown[T any](list []T, x T) []T { return append(slices.Clip(list), x) }

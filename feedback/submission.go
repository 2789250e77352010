package feedback

import (
	"slices"
	"time"

	"rectify/feedback/calendar"
)

// Bounds of one submission. They are far above what honest use needs and keep
// one record small enough for every store.
const (
	MaxTextRunes   = 5000 // as readers count them, grapheme clusters
	MaxTextBytes   = 64 << 10
	MaxNameRunes   = 60
	MaxReplyRunes  = 10000
	MaxNoteRunes   = 1000
	MaxRemarks     = 50
	MaxRedactions  = 200
	MaxCorrections = 20

	BlindSize = 32 // bytes of a Blind

	MaxEvents       = 400
	MaxSenderEvents = 120 // of them by the sender
)

// Submission (留言) is one piece of public feedback, whatever the channel, with
// everything that happened to it.
type Submission struct {
	ID     string `json:"id"`     // random, the store's own key; never shown
	Number Number `json:"number"` // 编号, given by the store
	Rev    int64  `json:"rev"`    // revision for compare-and-set, from 1

	Notice   string   `json:"notice,omitempty"` // slug, empty when about the site as a whole
	Item     string   `json:"item,omitempty"`   // leaf id, empty when about the whole notice
	Channel  Channel  `json:"channel"`
	Category Category `json:"category"`

	State      State      `json:"state"`
	Visibility Visibility `json:"visibility"`

	Text        string      `json:"text,omitempty"`        // the original; never altered
	Corrections []Remark    `json:"corrections,omitempty"` // by the sender, before moderation
	Redactions  []Redaction `json:"redactions,omitempty"`  // of Current()
	Cleared     []string    `json:"cleared,omitempty"`     // words that look like personal data and that staff said may be public
	Moderated   time.Time   `json:"moderated,omitzero"`    // when a moderator last decided on the redactions

	Attachments []Attachment `json:"attachments,omitempty"`

	Contact        Contact `json:"contact,omitzero"`
	ContactConsent bool    `json:"contact_consent,omitempty"`
	PublishConsent bool    `json:"publish_consent,omitempty"`
	FullText       bool    `json:"full_text,omitempty"` // the sender wants questions and replies in full by e-mail, not only word that they are there

	Received  time.Time    `json:"received"`             // when it reached the body; day zero of every limit
	Posted    calendar.Day `json:"posted,omitempty"`     // 投寄日, the postmark of a letter
	EnteredBy string       `json:"entered_by,omitempty"` // account that keyed it in; empty for the web

	Likeness string   `json:"likeness,omitempty"` // group of near-equal texts it came in, as Circumstances says
	Suspect  []string `json:"suspect,omitempty"`  // why it waits in the queue of the suspected; none: it does not

	Blind []byte `json:"blind,omitempty"` // 32 random bytes: under them the receipt stands in the public log

	CodeMAC    []byte `json:"code_mac"`              // keyed digest of the receipt code
	CodeSpoken bool   `json:"code_spoken,omitempty"` // staff saw or spoke the code: replaced at first own use

	Owner  string `json:"owner,omitempty"`  // 经办, the account in charge
	Office string `json:"office,omitempty"` // 承办单位, the answering office

	Limits    Limits       `json:"limits,omitzero"`
	Due       calendar.Day `json:"due,omitempty"` // the next limit that is not met; empty when none is
	Extension *Extension   `json:"extension,omitempty"`
	Turns     []Turn       `json:"turns,omitempty"` // how the answer's limit stood each time the matter was taken up again

	Draft   *Reply  `json:"draft,omitempty"`   // being written or waiting for approval
	Replies []Reply `json:"replies,omitempty"` // approved ones, each version of its own, oldest first

	Versions  []Version  `json:"versions,omitempty"` // of the draft, or of the last that was approved, oldest first
	Comments  []Comment  `json:"comments,omitempty"` // on the same
	Amendment *Amendment `json:"amendment,omitempty"`

	Rejection  Rejection `json:"rejection,omitempty"`
	MergedInto Number    `json:"merged_into,omitempty"`
	Remarks    []Remark  `json:"remarks,omitempty"` // added by the sender later
	Rating     *Rating   `json:"rating,omitempty"`

	Enquiries []Enquiry   `json:"enquiries,omitempty"`  // of staff to the sender
	Review    *Review     `json:"review,omitempty"`     // asked for by the sender
	Mails     []Mail      `json:"mails,omitempty"`      // messages that are part of it, oldest first
	Guesses   []Guess     `json:"guesses,omitempty"`    // where it might belong, best first
	Mentions  []string    `json:"mentions,omitempty"`   // accounts that a note called on and that have not answered
	Pieces    []Piece     `json:"pieces,omitempty"`     // matters that were split off it
	SplitFrom Number      `json:"split_from,omitempty"` // the letter that it was split off
	Forwarded *Forwarding `json:"forwarded,omitempty"`  // where it went, when that ended it here
	Senders   []string    `json:"senders,omitempty"`    // blind marks of the sender's phone and mailbox, as Keys.SenderMarks makes them
	Ties      []string    `json:"ties,omitempty"`       // by which stores find what belongs together, as ties makes them
	Paper     *Paper      `json:"paper,omitempty"`      // of a letter or a visit
	Told      string      `json:"told,omitempty"`       // version of the privacy notice that the sender was shown
	Owed      []int       `json:"owed,omitempty"`       // events of which a letter to the sender is still to be queued
	Relay     []int       `json:"relay,omitempty"`      // events of which the senders of what was merged into it are still to be told

	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"` // of the latest reply
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	ErasedAt    time.Time `json:"erased_at,omitzero"`    // when the sender's data were taken out
	PublishedAt time.Time `json:"published_at,omitzero"` // first publication
	PublicAt    time.Time `json:"public_at,omitzero"`    // latest change of what the public sees; zero if it never saw anything

	Events []Event `json:"events,omitempty"`

	// Sealed is all of the above as a store keeps it: what it needs to find the
	// submission stands beside it in clear, the rest is left out. Nobody but the
	// room sealedstore sets or reads it.
	Sealed []byte `json:"sealed,omitempty"`
}

// Contact (联系方式) is the sender's, in clear. It never leaves the desk.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// Empty reports whether the sender left nothing.
func (c Contact) Empty() bool { return c == Contact{} }

// Remark is a later word of the sender: an addition or a correction.
type Remark struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Rating (评价) is the sender's own judgement of the answer.
type Rating struct {
	At       time.Time `json:"at"`
	Solved   int       `json:"solved"`             // 1 no, 2 being solved, 3 solved
	Attitude int       `json:"attitude,omitempty"` // 办理态度: 1 bad, 2 fair, 3 good; 0 not said
	Speed    int       `json:"speed,omitempty"`    // 办理速度: likewise
	Word     string    `json:"word,omitempty"`
}

// Extension (延期) moves the answer limit once, by at most the days that the
// body's rules allow; it takes effect when a second person grants it.
type Extension struct {
	Days   int       `json:"days"`
	Reason string    `json:"reason"` // shown to the citizen
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Grant  string    `json:"grant,omitempty"` // account that granted it; empty while proposed
}

// Turn (一次办理) is one time that a matter was dealt with before it was taken up
// again: the limit that its answer had in the end, and whether an extension was
// part of it. Figures hold the answer of then to it.
type Turn struct {
	Answer   Limit `json:"answer"`
	Extended bool  `json:"extended,omitempty"`
}

// Extended reports whether an extension of the running limit was granted.
func (s *Submission) Extended() bool { return s.Extension != nil && s.Extension.Grant != "" }

// Channel (渠道) is how a submission reached the body.
type Channel string

// The channels of the contract.
const (
	Web   Channel = "web"   // 网页
	Phone Channel = "phone" // 电话
	Post  Channel = "post"  // 来信
	Email Channel = "email" // 电子邮件
	Visit Channel = "visit" // 来访
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{Web, Phone, Post, Email, Visit} }

// Valid reports whether c is one of Channels.
func (c Channel) Valid() bool { return slices.Contains(Channels(), c) }

// Category (类别) is what kind of matter a submission is.
type Category string

// The categories of the contract.
const (
	Opinion    Category = "opinion"    // 意见建议
	Clue       Category = "clue"       // 问题线索, never public
	Question   Category = "question"   // 咨询
	Correction Category = "correction" // 纠错
	Praise     Category = "praise"     // 表扬
)

// Categories lists every category.
func Categories() []Category { return []Category{Opinion, Question, Correction, Praise, Clue} }

// Valid reports whether c is one of Categories.
func (c Category) Valid() bool { return slices.Contains(Categories(), c) }

// Visibility says whether the public sees the moderated text.
type Visibility string

// A submission starts private.
const (
	Private   Visibility = "private"
	Published Visibility = "published"
)

// Current is the text as its sender last left it: the original, or the latest
// correction made before moderation.
func (s *Submission) Current() string {
	if n := len(s.Corrections); n > 0 {
		return s.Corrections[n-1].Text
	}
	return s.Text
}

// Pending reports whether the submission is safe but not registered yet: no
// store has given it a revision, so nothing can be done with it.
func (s *Submission) Pending() bool { return s.Rev == 0 }

// Withdrawn reports whether the sender took the submission back.
func (s *Submission) Withdrawn() bool { return !s.WithdrawnAt.IsZero() }

package notary

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

// Statement is what the public sees of a submission, in the one form whose
// digest stands in the log: the fields in this order as JSON (encoding/json,
// without spaces). Open data carries these very bytes.
type Statement struct {
	Number    feedback.Number   `json:"number"`
	Notice    string            `json:"notice,omitempty"`
	Item      string            `json:"item,omitempty"`
	Channel   feedback.Channel  `json:"channel"`
	Category  feedback.Category `json:"category"`
	State     feedback.State    `json:"state"`
	Received  calendar.Day      `json:"received"`
	Published calendar.Day      `json:"published"`
	Text      []Part            `json:"text"`
	Replies   []string          `json:"replies,omitempty"` // digests of the replies' own statements
	Files     []string          `json:"files,omitempty"`   // SHA-256 of the files that everybody may have
	Solved    int               `json:"solved,omitempty"`
	Marks     []Mark            `json:"marks,omitempty"`     // what became of replies after they were given
	Forwarded *Passed           `json:"forwarded,omitempty"` // it went to another body, and ended here by that
}

// Mark is something that became of a reply after it was given. Its own statement
// stays as it was.
type Mark struct {
	N    int          `json:"n"` // which reply, from 1
	What string       `json:"what"`
	On   calendar.Day `json:"on,omitempty"`
	Why  string       `json:"why,omitempty"`
}

// What can become of a reply.
const (
	MarkReviewed  = "reviewed"  // one person published it, a second one found it right
	MarkWithdrawn = "withdrawn" // its text is shown no more
	MarkHidden    = "hidden"    // nor is that of what was corrected so that it is to be seen no more
)

// Shown reports whether the text of the nth reply is shown by the statement.
func (s Statement) Shown(n int) bool {
	return !slices.ContainsFunc(s.Marks, func(m Mark) bool { return m.N == n && m.What != MarkReviewed })
}

// Passed is where a submission went.
type Passed struct {
	On calendar.Day `json:"on"`
	To string       `json:"to"`
}

// Part is a run of text, or the kind of what is hidden there.
type Part struct {
	Text   string          `json:"text,omitempty"`
	Hidden feedback.Hidden `json:"hidden,omitempty"`
}

// ReplyStatement is a published reply in the form whose digest stands in the log.
type ReplyStatement struct {
	Number   feedback.Number `json:"number"`
	N        int             `json:"n"` // which reply to the submission, from 1
	Accepted calendar.Day    `json:"accepted"`
	Answered calendar.Day    `json:"answered"`
	Office   string          `json:"office"`
	Text     string          `json:"text"`
	Corrects int             `json:"corrects,omitempty"` // whose place it takes
	Why      string          `json:"why,omitempty"`
	Alone    bool            `json:"alone,omitempty"` // one person published it
}

// StatementOf is the statement of what is public, and its replies' ones.
func StatementOf(p feedback.Public) (Statement, []ReplyStatement) {
	s := Statement{
		Number: p.Number, Notice: p.Notice, Item: p.Item, Channel: p.Channel, Category: p.Category, State: p.State,
		Received: p.Received, Published: p.Shown, Text: []Part{}, Solved: p.Solved,
	}
	for _, t := range p.Text {
		s.Text = append(s.Text, Part{Text: t.Text, Hidden: t.Cut})
	}
	if p.Sent != nil {
		s.Forwarded = &Passed{On: p.Sent.On, To: p.Sent.Name}
	}
	for _, f := range p.Files {
		s.Files = append(s.Files, f.Digest)
	}
	var replies []ReplyStatement
	for _, r := range p.Replies {
		reply := replyStatement(r)
		replies = append(replies, reply)
		s.Replies = append(s.Replies, digestOf(reply))
		s.Marks = append(s.Marks, marksOf(r)...)
	}
	return s, replies
}

func replyStatement(r feedback.PublicReply) ReplyStatement {
	return ReplyStatement{
		Number: r.Number, N: r.N, Accepted: r.Accepted, Answered: r.Answered, Office: r.Office, Text: r.Text,
		Corrects: r.Corrects, Why: r.Why, Alone: r.Alone,
	}
}

func marksOf(r feedback.PublicReply) (marks []Mark) {
	if r.Reviewed != "" {
		marks = append(marks, Mark{N: r.N, What: MarkReviewed, On: r.Reviewed})
	}
	switch {
	case r.Gone != "":
		marks = append(marks, Mark{N: r.N, What: MarkWithdrawn, On: r.Gone, Why: r.GoneWhy})
	case r.Hidden:
		marks = append(marks, Mark{N: r.N, What: MarkHidden})
	}
	return marks
}

// StatementBytes are the bytes whose digest stands in the log.
func StatementBytes(p feedback.Public) []byte {
	s, _ := StatementOf(p)
	return bytesOf(s)
}

// digestOf is the SHA-256 of a statement's bytes, in hexadecimal digits.
func digestOf(statement any) string {
	return Digest(bytesOf(statement))
}

func bytesOf(statement any) []byte {
	src, err := json.Marshal(statement)
	if err != nil {
		panic(fmt.Sprintf("statement of plain fields: %v", err)) // cannot happen: strings and numbers only
	}
	return src
}

// Digest is the SHA-256 of bytes, in hexadecimal digits.
func Digest(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}

// received is how an instant stands in a commitment: UTC, to the millisecond.
const received = "2006-01-02T15:04:05.000Z"

// Commit is the blinded commitment to a submission: HMAC-SHA-256 under blind
// over number, time of receipt and the SHA-256 of the original text. Without
// blind it says nothing, not even whether two are alike.
func Commit(blind []byte, number feedback.Number, at time.Time, textDigest string) string {
	h := hmac.New(sha256.New, blind)
	fmt.Fprintf(h, "rectify/v1 receipt\n%s\n%s\n%s\n", number, at.UTC().Format(received), textDigest)
	return hex.EncodeToString(h.Sum(nil))
}

// commitment is that of a kept submission, and false for one without a blind:
// it is older than the log, or was erased.
func commitment(s *feedback.Submission) (string, bool) {
	if len(s.Blind) != feedback.BlindSize {
		return "", false
	}
	return Commit(s.Blind, s.Number, s.Received, Digest([]byte(s.Text))), true
}

// erased reports whether a person's data were taken out of a submission: text
// and blind are gone, the leaf stays.
func erased(s *feedback.Submission) bool { return s.Erased() && s.Text == "" && len(s.Blind) == 0 }

// The names of things in the log; they sort as numbers do.
func receiptRef(serial int64) string { return "s/" + key(serial) }
func opinionRef(serial int64, n int) string {
	return fmt.Sprintf("o/%s/%06d", key(serial), n)
}
func replyRef(serial int64, n int) string {
	return fmt.Sprintf("r/%s/%06d", key(serial), n)
}
func auditRef(seq int64) string            { return fmt.Sprintf("a/%012d", seq) }
func versionRef(slug string, n int) string { return fmt.Sprintf("n/%s/%06d", slug, n) }
func recordRef(slug string, n int) string  { return fmt.Sprintf("v/%s/%06d", slug, n) }

// key is a serial as text: 2026-000000123.
func key(serial int64) string {
	const perYear = cursor.MaxSerial + 1
	return fmt.Sprintf("%04d-%09d", serial/perYear, serial%perYear)
}

// refFits reports whether a leaf stands under its own name, as far as it tells: a
// receipt tells nothing, and of changes of one submission any may be the nth.
func refFits(e translog.Entry, leaf translog.Leaf) bool {
	serial, _ := cursor.Serial(feedback.Number(leaf.Name))
	var n int
	switch leaf.Kind {
	case translog.KindNotice:
		return e.Ref == versionRef(leaf.Name, leaf.N)
	case translog.KindRecord:
		return e.Ref == recordRef(leaf.Name, leaf.N)
	case translog.KindReply:
		return e.Ref == replyRef(serial, leaf.N)
	case translog.KindReceipt:
		s, ok := serialOfKey(e.Ref, "s/")
		return ok && e.Ref == receiptRef(s)
	case translog.KindAudit:
		_, ok := auditSeq(e.Ref)
		return ok
	default:
		_, err := fmt.Sscanf(e.Ref[max(0, len(e.Ref)-6):], "%d", &n)
		return err == nil && e.Ref == opinionRef(serial, n)
	}
}

// auditSeq reads which entry of the audit chain a leaf is about.
func auditSeq(ref string) (int64, bool) {
	var seq int64
	if n, err := fmt.Sscanf(ref, "a/%d", &seq); err != nil || n != 1 {
		return 0, false
	}
	return seq, ref == auditRef(seq)
}

// serialOfKey reads the serial after a prefix.
func serialOfKey(ref, prefix string) (int64, bool) {
	var year int
	var nth int64
	if n, err := fmt.Sscanf(ref, prefix+"%04d-%09d", &year, &nth); err != nil || n != 2 || nth < 1 {
		return 0, false
	}
	return cursor.SerialOf(year, nth), true
}

// Digest is what stands in the log for a reply.
func (r ReplyStatement) Digest() string { return digestOf(r) }

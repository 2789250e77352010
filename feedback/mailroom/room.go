package mailroom

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/mail"
	"rectify/feedback/outbox"
)

// Room takes messages in. It is safe for concurrent use.
type Room struct {
	Intake *feedback.Intake
	Office *feedback.Office
	Pen    Pen
	Blobs  feedback.Blobs // sealing
	Ours   []mail.Address // the mailboxes; the first one writes
	Relay  string         // whose Authentication-Results are believed; empty: nobody's
	Now    func() time.Time
	Log    *slog.Logger

	// Keep takes a file into the blobs. A feedback.Invalid says why it is not taken.
	Keep func(ctx context.Context, name string, data []byte) (feedback.Attachment, error)
	// Candidates are what a message could be about.
	Candidates func() []mail.Candidate
	// Screen says how a text came; nil: nothing is known.
	Screen func(text string) feedback.Circumstances
	// Bounce says that a letter came back.
	Bounce func(ctx context.Context, letter, status string) error
	// Gone says that letters to a subscriber come back for good.
	Gone func(ctx context.Context, whom string) error
	// Mask hides identity and bank numbers before a text is kept; nil: nothing is
	// hidden. They are still in the sealed raw form, for as long as that is kept.
	Mask func(text string) string
	// NoText stands where a message has files but no words.
	NoText string
	// Cut ends a text that was longer than a submission may be.
	Cut string
}

// Take is a mail.Sink: it returns nil when the message is durable as something.
func (r *Room) Take(ctx context.Context, e mail.Envelope) error {
	m, err := mail.Read(e, mail.DefaultLimits())
	if errors.Is(err, mail.ErrTooLarge) {
		e.Raw, e.Cut = head(e.Raw), true
		m, err = mail.Read(e, mail.DefaultLimits())
	}
	if err != nil {
		return fmt.Errorf("take mail: %w", err)
	}
	in := &incoming{Envelope: e, m: m, digest: hex.EncodeToString(m.Digest[:])}
	if in.raw, err = r.keepRaw(ctx, e.Raw); err != nil {
		return err
	}
	v := mail.Sort(m, r.Ours...)
	r.Log.Info("mail", "kind", string(v.Kind), "outcome", string(v.Outcome), "bytes", e.Size)
	switch {
	case e.Cut:
		return r.hold(ctx, in, v.Kind, true)
	case v.Outcome == mail.Bounced:
		return r.bounced(ctx, in, v)
	case v.Outcome == mail.FollowUp:
		return r.followUp(ctx, in, v)
	case v.Outcome == mail.File:
		return r.file(ctx, in, v.Kind)
	case v.Outcome == mail.Hold:
		return r.aside(ctx, in, v)
	}
	return r.hold(ctx, in, v.Kind, false)
}

// incoming is one message on its way.
type incoming struct {
	mail.Envelope
	m      *mail.Message
	digest string
	raw    feedback.BlobID
	about  feedback.Number // what it claims to be more about, and could not be added to
	left   bool            // some of its files were not taken
	masked bool            // numbers in its text were hidden
}

// head is the head of a message that is too large as a whole.
func head(raw []byte) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw[:min(len(raw), 1<<20)], []byte(end)); i >= 0 {
			return raw[:i+len(end)]
		}
	}
	return raw[:min(len(raw), 64<<10)]
}

// keepRaw keeps the message as it came, once, however often it comes.
func (r *Room) keepRaw(ctx context.Context, raw []byte) (feedback.BlobID, error) {
	sum := sha256.New() // not over a copy: a message may have 25 MB
	sum.Write([]byte("rectify raw mail\n"))
	sum.Write(raw)
	id := feedback.BlobID(hex.EncodeToString(sum.Sum(nil)[:16]))
	err := r.Blobs.Put(ctx, id, raw)
	if errors.Is(err, feedback.ErrConflict) { // sealed another time, so other bytes
		have, got := r.Blobs.Get(ctx, id)
		if got == nil && bytes.Equal(have, raw) {
			return id, nil
		}
		err = errors.Join(err, got)
	}
	if err != nil {
		return "", fmt.Errorf("keep raw mail: %w", err)
	}
	return id, nil
}

// bounced notes that a letter of ours came back, if it proves to be one.
func (r *Room) bounced(ctx context.Context, in *incoming, v mail.Verdict) error {
	failed := in.m.Report != nil && in.m.Report.Failed()
	for _, c := range v.Claims {
		if c.Purpose == mail.ForReply || !failed {
			continue
		}
		if c.Purpose == mail.ForNews {
			if err := r.gone(ctx, c.Whom, status(in.m.Report)); err != nil {
				return err
			}
			break
		}
		s, ok, err := r.proved(ctx, c)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		err = r.Bounce(ctx, outbox.ID(s.Number, c.Letter), status(in.m.Report))
		if err != nil && !errors.Is(err, feedback.ErrNotFound) {
			return fmt.Errorf("bounce of %s: %w", s.Number, err)
		}
		break
	}
	return r.hold(ctx, in, v.Kind, false)
}

// gone passes on that a subscriber's mailbox takes nothing. One that is full
// (X.2.2) or minds the message (X.7) may take the next letter.
func (r *Room) gone(ctx context.Context, whom, status string) error {
	if strings.HasSuffix(status, ".2.2") || strings.HasPrefix(status, "5.7.") {
		return nil
	}
	if err := r.Gone(ctx, whom); err != nil {
		return fmt.Errorf("bounce of news: %w", err)
	}
	return nil
}

var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`)

// status is the code of a report that failed.
func status(report *mail.Report) string {
	for _, f := range report.Recipients {
		if statusCode.MatchString(f.Status) && f.Status[0] == '5' {
			return f.Status
		}
	}
	return "5.0.0" // undefined (RFC 3463)
}

// proved answers the submission that a claim is about, if the claim was made
// by us.
func (r *Room) proved(ctx context.Context, c mail.Claim) (feedback.Submission, bool, error) {
	if c.Purpose == mail.ForNews {
		return feedback.Submission{}, false, nil // about none
	}
	s, err := r.Office.Store.Get(ctx, c.Number)
	if errors.Is(err, feedback.ErrNotFound) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("claim of a mail: %w", err)
	}
	for _, a := range r.Ours {
		if a.Holds(c, s.ID) {
			return s, true, nil
		}
	}
	return s, false, nil
}

// aside keeps a message for a person, with what it proves to be about.
func (r *Room) aside(ctx context.Context, in *incoming, v mail.Verdict) error {
	for _, c := range v.Claims {
		s, ok, err := r.proved(ctx, c)
		if err != nil {
			return err
		}
		if ok {
			in.about = s.Number
			break
		}
	}
	return r.hold(ctx, in, v.Kind, true)
}

// excerpt is how many characters of a held message are shown in the list.
const excerpt = 2000

// hold keeps a message aside. What a program wrote waits for nobody, and is
// still there to be looked at.
func (r *Room) hold(ctx context.Context, in *incoming, kind mail.Kind, open bool) error {
	h := Held{
		ID: in.digest, At: in.ReceivedAt, Kind: kind, From: string(in.m.From.Addr), Subject: in.m.Subject, Text: cut(in.m.Text, excerpt), Folded: r.folded(in.m),
		Marks: marks(in.m), Auth: r.auth(in.m), Raw: in.raw, Size: max(in.Size, int64(len(in.Raw))), Cut: in.Cut, Open: open,
	}
	if !open {
		h.How, h.Ended = Automatic, r.Now()
	} else {
		h.Guesses = r.guesses(ctx, in)
	}
	return r.Pen.Hold(ctx, h)
}

func cut(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}

func marks(m *mail.Message) []string {
	list := make([]string, 0, len(m.Marks))
	for _, k := range m.Marks {
		list = append(list, string(k))
	}
	return list
}

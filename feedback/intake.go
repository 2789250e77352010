package feedback

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"rectify/feedback/calendar"
)

// KeyLife is how long an idempotency key is remembered; that of an e-mail far
// longer, because mailboxes are read again after a restore or a move.
const (
	KeyLife     = 24 * time.Hour
	MailKeyLife = 400 * 24 * time.Hour
)

// Intake takes submissions in: check, number, limits, receipt code, store.
type Intake struct {
	Store  Store
	Keys   Keys
	Clocks Clocks
	Now    func() time.Time
	Rand   io.Reader // a cryptographic source; nil means crypto/rand
}

// Receipt is what the sender gets, once.
type Receipt struct {
	Number   Number
	Code     Code
	State    State
	Limits   Limits
	Repeated bool // the same request was taken in before; this is its receipt again
	Pending  bool // received and safe, to be registered when the store is back
}

// Deskwork says what is known of something that came another way than by the
// web: what staff add when they key it in, or what the mailbox knows.
type Deskwork struct {
	Channel  Channel
	By       string    // account
	Received time.Time // when it reached the body; not in the future
	Posted   calendar.Day
	Paper    *Paper
	Mail     *Mail   // the message that brought it
	Guesses  []Guess // where it might belong, best first
}

// Submit files what came by the web. It returns when the submission is
// durable. The input must have passed Check. ErrKeyReused: the idempotency key
// stands for another request. Any other error: assume that it is not kept; the
// same key may be used to try again.
func (in *Intake) Submit(ctx context.Context, x Incoming) (Receipt, error) {
	return in.SubmitUnder(ctx, x, Circumstances{})
}

// SubmitUnder is Submit for one who knows how it came. The circumstances are no
// part of the request: a repeat under others answers the same receipt.
func (in *Intake) SubmitUnder(ctx context.Context, x Incoming, about Circumstances) (Receipt, error) {
	return in.file(ctx, x, Deskwork{Channel: Web}, about)
}

// File files what came by e-mail. Nobody has seen its code: the sender gets a
// fresh one by following the link in the acknowledgement. The key of x makes a
// second copy of the message answer the same receipt for MailKeyLife.
func (in *Intake) File(ctx context.Context, x Incoming, m Mail, guesses []Guess, around Circumstances) (Receipt, error) {
	return in.file(ctx, x, Deskwork{Channel: Email, Received: m.At, Mail: &m, Guesses: guesses[:min(len(guesses), MaxGuesses)]}, around)
}

// Enter files what staff took down. Its code counts as seen by staff.
func (in *Intake) Enter(ctx context.Context, x Incoming, d Deskwork) (Receipt, error) {
	if !d.Channel.Valid() || d.Channel == Web {
		return Receipt{}, Invalid{Field: "channel", Rule: "required"}
	}
	received := d.Received
	if received.IsZero() {
		received = in.now()
	}
	if received.After(in.Now()) {
		return Receipt{}, Invalid{Field: "received", Rule: "future"}
	}
	if d.Posted != "" && d.Posted > calendar.On(received) {
		return Receipt{}, Invalid{Field: "posted", Rule: "order"}
	}
	return in.file(ctx, x, d, Circumstances{})
}

func (in *Intake) file(ctx context.Context, x Incoming, d Deskwork, about Circumstances) (Receipt, error) {
	code, err := NewCode(in.Random())
	if err != nil {
		return Receipt{}, err
	}
	s, err := in.build(x, d, code)
	if err != nil {
		return Receipt{}, err
	}
	s.Likeness, s.Suspect = about.Likeness, about.Suspect[:min(len(about.Suspect), MaxReasons)]
	entry := Entry{Submission: s, Now: in.now()}
	if x.Key != "" {
		if err := in.bind(&entry, x, d, code); err != nil {
			return Receipt{}, err
		}
	}
	kept, fresh, err := in.Store.Insert(ctx, entry)
	if err != nil {
		return Receipt{}, fmt.Errorf("file submission: %w", err)
	}
	if !fresh {
		return in.again(kept, entry, x.Key)
	}
	return receiptOf(kept, code, false), nil
}

// again answers the first receipt for a repeated request.
func (in *Intake) again(kept, asked Entry, key string) (Receipt, error) {
	if subtle.ConstantTimeCompare(kept.Body, asked.Body) != 1 {
		return Receipt{}, ErrKeyReused
	}
	code, err := in.Keys.Open("receipt", []byte(key), kept.Sealed)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of a repeated request: %w", err)
	}
	return receiptOf(kept, Code(code), true), nil
}

func receiptOf(kept Entry, code Code, repeated bool) Receipt {
	s := &kept.Submission
	return Receipt{Number: s.Number, Code: code, State: s.State, Limits: s.Limits, Repeated: repeated, Pending: kept.Pending}
}

func (in *Intake) build(x Incoming, d Deskwork, code Code) (Submission, error) {
	drawn := make([]byte, 16+BlindSize)
	if _, err := io.ReadFull(in.Random(), drawn); err != nil {
		return Submission{}, fmt.Errorf("draw id: %w", err)
	}
	id, blind := drawn[:16], drawn[16:]
	now := in.now()
	received := d.Received.UTC().Truncate(time.Millisecond)
	if d.Received.IsZero() {
		received = now
	}
	s := Submission{
		ID: hex.EncodeToString(id), Rev: 1,
		Notice: x.Notice, Item: x.Item, Channel: d.Channel, Category: x.Category,
		State: Received, Visibility: Private, Text: x.Text, Contact: x.Contact,
		ContactConsent: x.ContactConsent, PublishConsent: x.PublishConsent, FullText: x.FullText && x.ContactConsent,
		Attachments: handedIn(x.Attachments, d.By, now),
		Received:    received, Posted: d.Posted, EnteredBy: d.By,
		Paper: d.Paper, Guesses: d.Guesses, Told: x.Told,
		Blind: blind, CodeMAC: code.MAC(in.CodeKey()), CodeSpoken: d.By != "" || d.Mail != nil,
		Limits: in.Clocks.Limits(x.Category, received),
	}
	s.Senders = in.Keys.SenderMarks(x.Contact)
	s.Due, s.Ties = s.next(), s.ties()
	by := Event{At: now, Act: ActReceive, Kind: Citizen, To: Received}
	if d.By != "" {
		by.Kind, by.By = Staff, d.By
	}
	s.Events = []Event{by}
	if d.Mail != nil {
		s.Mails = []Mail{*d.Mail}
	}
	s.owe()
	return s, nil
}

// bind makes the entry answer to its idempotency key: a digest of every other
// field, and the code sealed so that only the key itself opens it.
func (in *Intake) bind(e *Entry, x Incoming, d Deskwork, code Code) error {
	key := x.Key
	x.Key, x.Told, x.Attachments = "", "", sameFiles(x.Attachments)
	asked := []any{x, d.Channel, d.By, d.Received, d.Posted, d.Paper}
	if d.Mail != nil {
		asked = []any{d.Mail.Digest} // its copies arrive at other times and places
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("digest of the request: %w", err)
	}
	keySum, bodySum := sha256.Sum256([]byte(key)), sha256.Sum256(body)
	sealed, err := in.Keys.Seal("receipt", []byte(key), []byte(code))
	if err != nil {
		return err
	}
	life := KeyLife
	if d.Mail != nil {
		life = MailKeyLife
	}
	e.Key, e.Body, e.Sealed, e.KeyUntil = keySum[:], bodySum[:], sealed, e.Now.Add(life)
	return nil
}

// CodeKey is the key under which receipt codes are kept.
func (in *Intake) CodeKey() []byte { return in.Keys.Derive("receipt code", nil) }

func (in *Intake) now() time.Time { return in.Now().UTC().Truncate(time.Millisecond) }

// Random is the source that codes are drawn from.
func (in *Intake) Random() io.Reader {
	if in.Rand != nil {
		return in.Rand
	}
	return rand.Reader
}

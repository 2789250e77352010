package feedback

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// MaxPieces is how many matters may be split off one letter in all.
const MaxPieces = 9

// Piece (拆出的一件) is one matter of a letter that is dealt with by itself.
// Until it is filed it holds all that the new submission is made of, so that
// whoever finds it unfiled can file it, once. MAC stands for no code that
// anybody has: its sender reaches it by the code of the letter.
type Piece struct {
	ID       string    `json:"id"`
	MAC      []byte    `json:"mac"`
	Blind    []byte    `json:"blind,omitempty"`
	Number   Number    `json:"number,omitempty"` // set when it is filed; the rest but ID and MAC goes then
	Text     string    `json:"text,omitempty"`
	Category Category  `json:"category,omitempty"`
	Notice   string    `json:"notice,omitempty"`
	Item     string    `json:"item,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Split makes matters of their own of parts of a letter (拆分), which stays as it
// is. The text of each holds nothing but passages of the letter. NewPieces makes them.
type Split struct{ Pieces []Piece }

// Branched says which numbers the pieces got, by ID.
type Branched struct{ Numbers map[string]Number }

// Act names the row of each action in the table of moves.
func (Split) Act() Act    { return ActSplit }
func (Branched) Act() Act { return ActBranched }

// NewPiece draws what makes a piece one of its kind from r, a cryptographic source.
func NewPiece(r io.Reader, p Piece) (Piece, error) {
	drawn := make([]byte, 16+32+BlindSize)
	if _, err := io.ReadFull(r, drawn); err != nil {
		return Piece{}, fmt.Errorf("draw id: %w", err)
	}
	p.ID, p.MAC, p.Blind = fmt.Sprintf("%x", drawn[:16]), drawn[16:48], drawn[48:]
	return p, nil
}

// Unfiled reports whether a matter that was split off s has no number yet.
func (s *Submission) Unfiled() bool {
	return slices.ContainsFunc(s.Pieces, func(p Piece) bool { return p.Number == "" })
}

func (a Split) apply(w *work) error {
	if len(a.Pieces) == 0 {
		return Invalid{Field: "piece", Rule: "required"}
	}
	if len(w.s.Pieces)+len(a.Pieces) > MaxPieces {
		return Invalid{Field: "piece", Rule: "too-many", Args: []any{MaxPieces}}
	}
	w.s.Pieces = slices.Clone(w.s.Pieces)
	for i, p := range a.Pieces {
		text, err := passages(w.s.Current(), p.Text)
		if err != nil {
			var v Invalid
			if errors.As(err, &v) {
				v.Args = append([]any{i + 1}, v.Args...)
				return v
			}
			return err
		}
		if !p.Category.Valid() {
			return Invalid{Field: "piece", Rule: "category", Args: []any{i + 1}}
		}
		if p.Category == Clue && w.s.Category != Clue {
			return Invalid{Field: "piece", Rule: "clue", Args: []any{i + 1}} // the letter would still show it to everybody at the desk
		}
		p.Text, p.By, p.At, p.Number = text, w.who.ID, w.now, ""
		w.s.Pieces = append(w.s.Pieces, p)
	}
	w.note = fmt.Sprint(len(a.Pieces))
	return nil
}

// passages holds a piece to the letter: each of its lines stands in a line of it,
// so that nobody is made to say what they did not write.
func passages(letter, piece string) (string, error) {
	piece, err := checkText(piece)
	if err != nil {
		var v Invalid
		if errors.As(err, &v) {
			v.Field, v.Rule = "piece", "text-"+v.Rule
			return "", v
		}
		return "", err
	}
	seen := Visible(letter)
	for l := range strings.SplitSeq(piece, "\n") {
		if l = strings.TrimSpace(Visible(l)); !strings.Contains(seen, l) {
			return "", Invalid{Field: "piece", Rule: "words", Args: []any{l}}
		}
	}
	return piece, nil
}

func (a Branched) apply(w *work) error {
	w.s.Pieces = slices.Clone(w.s.Pieces)
	var filed []string
	for i, p := range w.s.Pieces {
		if n := a.Numbers[p.ID]; p.Number == "" && n != "" {
			w.s.Pieces[i] = Piece{ID: p.ID, MAC: p.MAC, Number: n, At: p.At}
			filed = append(filed, string(n))
		}
	}
	if len(filed) == 0 {
		return ErrMove // somebody else was first
	}
	w.note = strings.Join(filed, " ")
	return nil
}

// branch is the submission that a piece of s becomes. It came with the letter, so
// the answer's limit and the red line count from when that was received; it waits
// to be moderated from when it was split off.
func (c Clocks) branch(s *Submission, p Piece) Submission {
	n := Submission{
		ID: p.ID, Rev: 1, Notice: p.Notice, Item: p.Item, Channel: s.Channel, Category: p.Category, State: Received, Visibility: Private,
		Text: p.Text, Contact: s.Contact, ContactConsent: s.ContactConsent, PublishConsent: s.PublishConsent, FullText: s.FullText,
		Received: s.Received, Posted: s.Posted, EnteredBy: s.EnteredBy, Paper: s.Paper, Told: s.Told,
		Blind: p.Blind, CodeMAC: p.MAC, SplitFrom: s.Number, Senders: s.Senders,
		Limits: c.Limits(p.Category, s.Received),
	}
	n.Limits.Moderate, n.Limits.Accept = c.Limits(p.Category, p.At).Moderate, s.Limits.Accept
	n.Due, n.Ties = n.next(), n.ties()
	n.Events = []Event{{At: p.At, Act: ActReceive, Kind: Staff, By: p.By, To: Received, Note: string(s.Number)}}
	return n
}

// Branch files the matters that were split off n and have no number yet, and
// notes their numbers. It can be cut off anywhere and be called again, also by
// several at once: each matter is filed once, because its receipt code's digest
// was drawn when it was split off, and a store keeps no two of one.
func (o *Office) Branch(ctx context.Context, n Number) (Submission, error) {
	for range senderTries {
		s, err := o.Store.Get(ctx, n)
		if err != nil || !s.Unfiled() {
			return s, err
		}
		numbers := make(map[string]Number)
		for _, p := range s.Pieces {
			if p.Number != "" {
				continue
			}
			if numbers[p.ID], err = o.fileOnce(ctx, o.Clocks.branch(&s, p)); err != nil {
				return s, fmt.Errorf("file what was split off %s: %w", n, err)
			}
		}
		next, err := o.Do(ctx, n, s.Rev, Branched{numbers}, Program())
		if !errors.Is(err, ErrConflict) {
			return next, err
		}
	}
	return Submission{}, fmt.Errorf("note what was split off %s: %w", n, ErrConflict)
}

// fileOnce files s unless it is there, and answers its number.
func (o *Office) fileOnce(ctx context.Context, s Submission) (Number, error) {
	there := func() (Number, error) {
		kept, err := o.Store.ByCode(ctx, s.CodeMAC)
		return kept.Number, err
	}
	if n, err := there(); !errors.Is(err, ErrNotFound) {
		return n, err
	}
	// The key makes it one matter also for a store in between that promises numbers
	// while another is away.
	now, key := o.Now().UTC().Truncate(time.Millisecond), sha256.Sum256(append([]byte("split off "), s.CodeMAC...))
	kept, _, err := o.Store.Insert(ctx, Entry{Submission: s, Now: now, Key: key[:], Body: key[:], KeyUntil: now.Add(MailKeyLife)})
	if errors.Is(err, ErrConflict) {
		return there() // somebody else was first
	}
	return kept.Submission.Number, err
}

// BranchAll files what was split off any letter and has no number: what a program
// that died left undone.
func (o *Office) BranchAll(ctx context.Context) error {
	list, _, err := o.Store.List(ctx, Query{Tie: TieUnfiled, Sort: ByNumber, Limit: MaxPage})
	if err != nil {
		return fmt.Errorf("look for what was split off: %w", err)
	}
	var errs []error
	for i := range list {
		_, err := o.Branch(ctx, list[i].Number)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

package mailroom

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/mail"
)

// Held (待认领邮件) is a message that became no submission by itself.
type Held struct {
	ID      string           `json:"-"` // digest of the message, in hex
	Rev     int64            `json:"-"`
	At      time.Time        `json:"at"`
	Kind    mail.Kind        `json:"kind"`
	From    string           `json:"from,omitempty"`
	Subject string           `json:"subject,omitempty"`
	Text    string           `json:"text,omitempty"`   // how it begins
	Folded  string           `json:"folded,omitempty"` // as in feedback.Mail
	Marks   []string         `json:"marks,omitempty"`
	Auth    string           `json:"auth,omitempty"`
	Guesses []feedback.Guess `json:"guesses,omitempty"`
	Raw     feedback.BlobID  `json:"-"`
	Size    int64            `json:"size"`
	Cut     bool             `json:"cut,omitempty"` // too large: only its head was taken over

	Open   bool            `json:"-"`                // somebody has to look
	How    Settlement      `json:"how,omitempty"`    // what became of it
	Number feedback.Number `json:"number,omitempty"` // of what it became, or became part of
	By     string          `json:"by,omitempty"`     // account; empty: the program
	Ended  time.Time       `json:"ended"`
}

// Settlement says how a held message was dealt with.
type Settlement string

// The settlements.
const (
	Filed     Settlement = "filed"     // 登记为新留言
	Joined    Settlement = "joined"    // 并入已有留言
	Dismissed Settlement = "dismissed" // 不处理
	Automatic Settlement = "automatic" // 自动邮件，不处理
)

// Waiting reports whether staff may still decide on it: it is open, or only the
// program thought that it needs nothing.
func (h Held) Waiting() bool { return h.Open || h.How == Automatic }

// Record is a Held as stores keep it: sealed but for what they look at.
type Record struct {
	ID   string
	Rev  int64
	At   time.Time
	Open bool
	Raw  feedback.BlobID
	Doc  []byte
}

// Query selects held messages, latest first.
type Query struct {
	Closed bool // those that were dealt with, instead of those that wait
	After  string
	Limit  int // 1 to MaxPage
}

// MaxPage is the largest Limit of a Query.
const MaxPage = 200

// Store keeps held messages. The stores of feedback implement it and pass the
// suite in storetest. What a method that returns nil has changed is durable.
type Store interface {
	// PutHeld keeps r, at revision 1, if nothing has its ID yet.
	PutHeld(ctx context.Context, r Record) error

	// HeldByID answers one, or feedback.ErrNotFound.
	HeldByID(ctx context.Context, id string) (Record, error)

	// ReplaceHeld keeps r if the kept revision is still rev, and makes it rev+1.
	// ErrConflict: someone was first. ErrNotFound: there is none.
	ReplaceHeld(ctx context.Context, r Record, rev int64) error

	// HeldPage answers one page and the cursor of the next.
	HeldPage(ctx context.Context, q Query) (page []Record, next string, err error)

	// CountHeld counts those that wait for a person.
	CountHeld(ctx context.Context) (int, error)

	// PurgeHeld forgets those that were dealt with and came before a time.
	PurgeHeld(ctx context.Context, before time.Time) error
}

// Pen keeps held messages sealed in a store.
type Pen struct {
	Store  Store
	Sealer feedback.Sealer
}

func (p Pen) seal(h Held) (Record, error) {
	plain, err := json.Marshal(h)
	if err != nil {
		return Record{}, fmt.Errorf("held message: %w", err)
	}
	doc, err := p.Sealer.Seal(plain, []byte("held "+h.ID))
	if err != nil {
		return Record{}, fmt.Errorf("held message: %w", err)
	}
	return Record{ID: h.ID, Rev: h.Rev, At: h.At, Open: h.Open, Raw: h.Raw, Doc: doc}, nil
}

func (p Pen) open(r Record) (Held, error) {
	plain, err := p.Sealer.Open(r.Doc, []byte("held "+r.ID))
	if err != nil {
		return Held{}, fmt.Errorf("held message: %w", err)
	}
	var h Held
	if err := json.Unmarshal(plain, &h); err != nil {
		return h, fmt.Errorf("held message: %w", err)
	}
	h.ID, h.Rev, h.Raw, h.Open = r.ID, r.Rev, r.Raw, r.Open
	return h, nil
}

// Hold keeps a message, once.
func (p Pen) Hold(ctx context.Context, h Held) error {
	r, err := p.seal(h)
	if err != nil {
		return err
	}
	return p.Store.PutHeld(ctx, r)
}

// Get answers one, or feedback.ErrNotFound.
func (p Pen) Get(ctx context.Context, id string) (Held, error) {
	r, err := p.Store.HeldByID(ctx, id)
	if err != nil {
		return Held{}, err
	}
	return p.open(r)
}

// Page answers one page and the cursor of the next.
func (p Pen) Page(ctx context.Context, q Query) ([]Held, string, error) {
	list, next, err := p.Store.HeldPage(ctx, q)
	if err != nil {
		return nil, "", err
	}
	page := make([]Held, len(list))
	for i, r := range list {
		if page[i], err = p.open(r); err != nil {
			return nil, "", err
		}
	}
	return page, next, nil
}

// EachRaw tells the raw form of every held message.
func (p Pen) EachRaw(ctx context.Context, tell func(feedback.BlobID) error) error {
	for _, closed := range []bool{false, true} {
		q := Query{Closed: closed, Limit: MaxPage}
		for {
			page, next, err := p.Store.HeldPage(ctx, q)
			if err != nil {
				return err
			}
			for _, r := range page {
				if err := tell(r.Raw); err != nil {
					return err
				}
			}
			if next == "" {
				break
			}
			q.After = next
		}
	}
	return nil
}

// Settle ends one that waits. ErrConflict: it was dealt with meanwhile.
func (p Pen) Settle(ctx context.Context, h Held, how Settlement, n feedback.Number, by string, now time.Time) error {
	if !h.Waiting() {
		return feedback.ErrConflict
	}
	h.Open, h.How, h.Number, h.By, h.Ended = false, how, n, by, now
	r, err := p.seal(h)
	if err != nil {
		return err
	}
	return p.Store.ReplaceHeld(ctx, r, h.Rev)
}

// Start checks a query and answers where its page begins.
func (q Query) Start() (at int64, id string, err error) {
	if q.Limit < 1 || q.Limit > MaxPage {
		return 0, "", feedback.Invalid{Field: "limit", Rule: "range", Args: []any{1, MaxPage}}
	}
	if q.After == "" {
		return 0, "", nil
	}
	when, id, ok := strings.Cut(q.After, ".")
	at, err = strconv.ParseInt(when, 10, 64)
	if !ok || err != nil || len(id) != 64 {
		return 0, "", feedback.Invalid{Field: "after", Rule: "malformed"}
	}
	return at, id, nil
}

// End cuts a page that was read with one row more than its limit, and answers
// the cursor of the next.
func End(page []Record, limit int) ([]Record, string) {
	if len(page) <= limit {
		return page, ""
	}
	last := page[limit-1]
	return page[:limit], strconv.FormatInt(last.At.UnixMilli(), 10) + "." + last.ID
}

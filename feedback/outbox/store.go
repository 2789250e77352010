package outbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rectify/feedback"
)

// Store keeps letters. The stores of feedback implement it and pass the suite
// in storetest. What a method that returns nil has changed is durable.
type Store interface {
	// PutLetter keeps l, at revision 1 unless it has one, if no letter has its
	// ID yet, and answers what is kept under that ID.
	PutLetter(ctx context.Context, l Letter) (kept Letter, err error)

	// ClaimLetters leases at most n letters to by: waiting ones whose time has
	// come and whose lease, if they had one, ended before now. Of any number of
	// concurrent calls one gets a letter.
	ClaimLetters(ctx context.Context, by string, now, until time.Time, n int) ([]Letter, error)

	// ReplaceLetter keeps l if the kept revision is still rev, and makes it
	// rev+1. ErrConflict: someone was first. ErrNotFound: no such letter.
	ReplaceLetter(ctx context.Context, l Letter, rev int64) error

	// Letter answers one letter, or feedback.ErrNotFound.
	Letter(ctx context.Context, id string) (Letter, error)

	// Letters answers one page, latest queued first, and the cursor of the next.
	Letters(ctx context.Context, q Query) (page []Letter, next string, err error)

	// CountLetters counts them by state.
	CountLetters(ctx context.Context) (map[State]int, error)

	// PurgeLetters forgets letters that ended before a time.
	PurgeLetters(ctx context.Context, before time.Time) error
}

// Query selects letters. The zero State matches all.
type Query struct {
	State State
	After string
	Limit int // 1 to MaxPage
}

// MaxPage is the largest Limit of a Query.
const MaxPage = 200

// Place is where a page ended.
type Place struct {
	Queued int64 // Unix milliseconds
	ID     string
}

// Start checks a query and answers where its page begins; nil at the beginning.
func (q Query) Start() (*Place, error) {
	if q.Limit < 1 || q.Limit > MaxPage {
		return nil, feedback.Invalid{Field: "limit", Rule: "range", Args: []any{1, MaxPage}}
	}
	if q.After == "" {
		return nil, nil //nolint:nilnil // no place is the beginning
	}
	at, id, ok := strings.Cut(q.After, "_")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil || id == "" || len(id) > 200 {
		return nil, feedback.Invalid{Field: "after", Rule: "unknown"}
	}
	return &Place{ms, id}, nil
}

// End is the cursor behind a letter.
func End(l Letter) string { return fmt.Sprintf("%d_%s", l.Queued.UnixMilli(), l.ID) }

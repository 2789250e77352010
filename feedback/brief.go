package feedback

import (
	"context"
	"time"
)

// Brief (便条) is something small that every copy of the site must know of for a
// short while: who looks at what, what is to be done in a few seconds. It is no
// part of a backup.
type Brief struct {
	Kind  string // what it is about; with ID it is its name
	ID    string
	Group string // by which those of one kind are found together
	Rev   int64  // 1 for the first; the store counts
	Until time.Time
	Doc   []byte
}

// Bounds of briefs: of a name, of a document in bytes, and of one list.
const (
	MaxBriefName = 200
	MaxBrief     = 1 << 20
	MaxBriefs    = 1000
)

// Briefs keeps briefs. The stores implement it, and forget in Store.Sweep what
// ran out.
type Briefs interface {
	// PutBrief keeps b in the place of what is there, whatever that is.
	PutBrief(ctx context.Context, b Brief) error

	// SwapBrief keeps b if what is kept has still revision rev; with rev 0, if
	// nothing is kept. It becomes revision rev+1. ErrConflict: somebody was first,
	// or, with another rev than 0, nothing is kept any more.
	SwapBrief(ctx context.Context, b Brief, rev int64) error

	// Brief answers one whose time is not over, or ErrNotFound.
	Brief(ctx context.Context, kind, id string, now time.Time) (Brief, error)

	// ListBriefs answers those of a kind whose time is not over, by ID, at most
	// MaxBriefs of them; of one group, or with "" of all.
	ListBriefs(ctx context.Context, kind, group string, now time.Time) ([]Brief, error)

	// DropBrief forgets one; one that is not there is forgotten already.
	DropBrief(ctx context.Context, kind, id string) error
}

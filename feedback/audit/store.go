package audit

import (
	"context"
	"errors"
	"time"
)

// MaxPage is the largest Limit of a Query.
const MaxPage = 500

// The errors of a Store that callers decide on.
var (
	ErrTaken    = errors.New("another copy added an entry meanwhile")
	ErrNotFound = errors.New("no such audit entry")
)

// Store keeps the chain. Every implementation passes storetest.RunAudit. A
// method that returns nil has made its change durable.
type Store interface {
	// Append keeps e as it is, if its Seq is one more than that of the last
	// entry, or if there is none. ErrTaken otherwise.
	Append(ctx context.Context, e Entry) error

	// Last answers the entry with the highest Seq, or ErrNotFound.
	Last(ctx context.Context) (Entry, error)

	// List answers the entries that match q.
	List(ctx context.Context, q Query) ([]Entry, error)

	// Trim removes the entries below seq, but never the last one.
	Trim(ctx context.Context, seq int64) error
}

// Query selects entries. Every field that is set must match. They come newest
// first, or oldest first if Up.
type Query struct {
	Who    string
	Act    Act
	Object string
	From   time.Time // at or after
	To     time.Time // before
	Up     bool
	After  int64 // Seq of the last one of the page before; 0 for the first page
	Limit  int   // 1 to MaxPage
}

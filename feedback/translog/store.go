package translog

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxAppend is how many entries one Append may take.
const MaxAppend = 1000

// The errors of a Store that callers decide on.
var (
	// ErrTaken: another copy of the site was first, with an index, a Ref, or a head.
	ErrTaken = errors.New("taken by another copy")
	// ErrNotFound: there is no such hash or head.
	ErrNotFound = errors.New("not in the log")
)

// Head is a signed head of the tree.
type Head struct {
	Size int64     `json:"size"`
	Root tlog.Hash `json:"root"`
	At   time.Time `json:"at"`   // when it was signed, to the millisecond
	Note []byte    `json:"note"` // the signed checkpoint, as served
}

// Cosignature is a witness's word on a head: one signature line of a note.
type Cosignature struct {
	Size    int64     `json:"size"`
	Witness string    `json:"witness"` // name of the witness's key
	At      time.Time `json:"at"`      // when it came in
	Line    string    `json:"line"`    // "— name base64", without a line end
}

// Refs selects entries by their Ref: From or above, below To, in the order of
// their bytes, from the last one backwards if Down.
type Refs struct {
	From, To string
	Down     bool
	Limit    int // at least 1
}

// Store keeps the log. Every implementation passes storetest.RunLog. Several
// programs may use one at the same time. A method that returns nil has made
// its change durable. Everything in it can be read in order and written into an
// empty store by the same methods: entries by Append, heads by Advance with the
// hashes of Hashes(…), then cosignatures; Copy does so.
type Store interface {
	// Size is how many entries there are; they have the indexes 0 to Size-1.
	Size(ctx context.Context) (int64, error)

	// Append keeps entries, at most MaxAppend of them, whose indexes follow one
	// another and begin at Size. ErrTaken: one of the indexes or Refs is there
	// already; those before it may be kept. On any error the caller reads again
	// what is there.
	Append(ctx context.Context, entries []Entry) error

	// Entries answers at most limit entries in order, from an index on.
	Entries(ctx context.Context, from int64, limit int) ([]Entry, error)

	// ByRef answers entries by Ref.
	ByRef(ctx context.Context, r Refs) ([]Entry, error)

	// Hashes answers stored hashes by their tlog.StoredHashIndex, in the order
	// of ids; ErrNotFound if one is missing.
	Hashes(ctx context.Context, ids []int64) ([]tlog.Hash, error)

	// Advance keeps the hashes that the tree of h.Size has over that of was, in
	// the order of their ids, and makes h the last head if the last one still
	// has size was (0: none). ErrTaken: it has not. A hash that is there with
	// another value is an error too.
	Advance(ctx context.Context, was int64, hashes []tlog.Hash, h Head) error

	// Head answers the largest head of at most that size, or ErrNotFound.
	Head(ctx context.Context, most int64) (Head, error)

	// Heads answers at most limit heads by size, from a size on.
	Heads(ctx context.Context, from int64, limit int) ([]Head, error)

	// Cosign keeps a cosignature; a later one of the same witness on the same
	// size replaces the earlier.
	Cosign(ctx context.Context, c Cosignature) error

	// Cosignatures answers at most limit cosignatures by size and witness, from
	// a size on; from the largest size backwards if down.
	Cosignatures(ctx context.Context, from int64, down bool, limit int) ([]Cosignature, error)
}

package feedback

import (
	"context"
	"time"

	"rectify/feedback/calendar"
)

// Store keeps submissions. Every implementation passes the suite in storetest.
//
// A method that returns nil has made its change durable: it survives the
// death of the program and a power cut. Every method ends with its context.
type Store interface {
	// Insert files e.Submission under the next number of its year and answers
	// what is kept, with Number and Rev set, and true. Concurrent calls may
	// share one commit. If e.Key is set and was used before e.Now by an entry
	// whose KeyUntil has not passed, nothing is kept and the earlier entry is
	// answered with false. On an error the caller must assume that it is not
	// known whether the entry was kept; calling again with the same Key tells.
	//
	// If e.Number is set, which Reserve must have given, it is filed under
	// exactly that number, and calling again with the same submission is a
	// success that changes nothing. ErrConflict: another stands there.
	Insert(ctx context.Context, e Entry) (kept Entry, fresh bool, err error)

	// Get answers the submission with that number, or ErrNotFound.
	Get(ctx context.Context, n Number) (Submission, error)

	// ByCode answers the submission whose CodeMAC equals mac, or ErrNotFound.
	ByCode(ctx context.Context, mac []byte) (Submission, error)

	// Replace keeps s if the kept revision is still rev, and makes it rev+1.
	// Of a submission that is erased no earlier copy is left in the store either.
	// ErrConflict: someone was first. ErrNotFound: no such number. Any other
	// error: not known whether it was kept; Get tells.
	Replace(ctx context.Context, s Submission, rev int64) error

	// List answers one page of submissions in the order of q.Sort, and the
	// cursor of the next page, empty when there is none.
	List(ctx context.Context, q Query) (page []Submission, next string, err error)

	// Count answers how many submissions match q, but no more than q.Most where
	// that is set: it need not look further. Cursor and limit are ignored.
	Count(ctx context.Context, q Query) (int, error)

	// Campaigns answers at most limit groups of near-equal submissions that are
	// Received and match q, those of CampaignFrom or more, the biggest first,
	// then by first number. States, cursor, order and limit of q are ignored.
	Campaigns(ctx context.Context, q Query, limit int) ([]Campaign, error)

	// PublicByItem counts the published submissions of one notice by item id;
	// the key "" holds those about the whole notice.
	PublicByItem(ctx context.Context, notice string) (map[string]int, error)

	// News answers, oldest first, at most limit changes of what the public
	// sees with PublicAt at or after since.
	News(ctx context.Context, since time.Time, limit int) ([]News, error)

	// Changed answers, in the order of their writing, at most limit submissions
	// that were last written after a place in that order; the zero Change is
	// before all. Each stands there once, with its latest write. Times are of the
	// clock of whoever wrote, so what several write at once may come into sight
	// out of order: who follows looks back over some time.
	Changed(ctx context.Context, after Change, limit int) ([]Change, error)

	// Sweep forgets idempotency keys and kept secrets that ran out before now.
	Sweep(ctx context.Context, now time.Time) error

	// Ping reports whether the store can be written to just now.
	Ping(ctx context.Context) error
}

// Entry is a submission on its way in, with what makes a repeat of the same
// request answer the same receipt.
type Entry struct {
	Submission Submission
	Now        time.Time
	Key        []byte    // SHA-256 of the idempotency key; nil when the sender gave none
	Body       []byte    // SHA-256 of every other field of the request
	Sealed     []byte    // the receipt code, sealed so that only the key opens it
	KeyUntil   time.Time // when Key, Body and Sealed are forgotten

	Number  Number `json:",omitempty"` // reserved for it; empty: the store gives the next
	Pending bool   `json:"-"`          // in an answer: safe, but not in the store yet
}

// Series gives numbers away before there are submissions to bear them. The
// stores implement it.
type Series interface {
	// Reserve takes the next n numbers of a year out of its series and answers
	// the first: MakeNumber(year, first) and the n-1 after it are never given to
	// anyone else. With n = 0 it takes none and answers what would be next.
	Reserve(ctx context.Context, year int, n int64) (first int64, err error)
}

// Sort is the order of a List.
type Sort string

// ByDue puts what is due first first, then by number. ByNewest is by number,
// highest first. ByPublished is by first publication, latest first. ByNumber
// is by number, lowest first, for what reads on from where it was.
const (
	ByDue       Sort = "due"
	ByNewest    Sort = "newest"
	ByPublished Sort = "published"
	ByNumber    Sort = "number"
)

// Query selects submissions. Every field that is set must match; the zero
// value matches all.
type Query struct {
	States     []State
	Visibility Visibility
	Notice     string
	Item       string
	Channel    Channel
	Category   Category
	Owner      string
	DueBefore  calendar.Day // due strictly before that day
	DueOn      calendar.Day
	Submitted  bool     // something waits for a second person: a draft, an amendment, a reply of one person
	Owed       bool     // a letter to the sender is to be queued, or those who were merged into it told
	Asked      bool     // a question to the sender is open
	Suspect    Tri      // Yes: only the suspected, No: only the others
	Likeness   string   // of one group of near-equal texts
	Apart      []string // leave out those to be moderated that are of one of these groups; at most MaxCampaigns
	Tie        string   // of the Ties of the submission

	// What staff may see (Actor.Veil). nil lists stand for every notice; the
	// notice "" for what is about none.
	Within       []string // only of these notices
	NoClues      bool     // leave clues out, except those owned by ExceptOwner
	CluesWithin  []string // of clues only those of these notices, beside those owned by ExceptOwner
	ExceptOwner  string
	ExceptWithin []string // and of these notices

	Sort  Sort
	After string // cursor from an earlier List with the same query
	Limit int    // 1 to 200
	Most  int    // where a Count may stop; 0: it counts all
}

// MaxPage is the largest Limit of a Query.
const MaxPage = 200

// News is one change of what the public sees.
type News struct {
	Number Number
	Rev    int64
	At     time.Time
	Notice string
	Item   string
}

// Change is the latest write of one submission.
type Change struct {
	At     time.Time // to the millisecond
	Number Number
	Rev    int64
}

// Vault keeps small secrets for a while, each to be taken once, and single
// values for good. The same stores implement it.
type Vault interface {
	// Keep keeps value under key until then. A key that is there is an ErrConflict.
	Keep(ctx context.Context, key, value []byte, until time.Time) error

	// Put keeps value under key until then, in place of what is there.
	Put(ctx context.Context, key, value []byte, until time.Time) error

	// Look answers the value kept under key and leaves it there; ErrNotFound
	// when there is none, or after its time.
	Look(ctx context.Context, key []byte, now time.Time) ([]byte, error)

	// Take answers the value kept under key and removes it in one step: of any
	// number of concurrent calls one gets it, the rest get ErrNotFound, as does
	// a call after its time.
	Take(ctx context.Context, key []byte, now time.Time) ([]byte, error)

	// Mark keeps value under name if nothing is kept there yet, and answers
	// what is kept.
	Mark(ctx context.Context, name, value string) (kept string, err error)
}

package backup

import (
	"context"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// Claim is an idempotency key and the submission that it stands for.
type Claim struct {
	Key    []byte          `json:"key"` // SHA-256 of it
	Number feedback.Number `json:"number"`
	Body   []byte          `json:"body"`
	Sealed []byte          `json:"sealed"`
	Until  time.Time       `json:"until"`
}

// Series is the last number given in a year.
type Series struct {
	Year int   `json:"year"`
	Last int64 `json:"last"`
}

// Mark is a value kept for good.
type Mark struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Source is a store that can be copied.
type Source interface {
	// Snapshot is the store as it is at one moment, if the store can do that;
	// otherwise it holds everything that was acknowledged before the call, each
	// submission whole as it was at some moment of the reading.
	Snapshot(ctx context.Context) (Snapshot, error)
}

// Snapshot tells what a store holds, once, in the order of the methods: a claim
// is told only if its submission was, and no number is higher than its series.
type Snapshot interface {
	// Submissions tells them by number; one that was filed while they were told
	// may stand after all others.
	Submissions(ctx context.Context, each func(feedback.Submission) error) error
	Claims(ctx context.Context, each func(Claim) error) error           // by key
	Accounts(ctx context.Context, each func(staff.Account) error) error // by name
	Series(ctx context.Context, each func(Series) error) error          // by year
	Marks(ctx context.Context, each func(Mark) error) error             // by name
	Close() error
}

// Target is a store that a backup can be restored into. What is imported is
// durable when a method returns; importing the same again changes nothing, and
// importing something else in the same place is a feedback.ErrConflict.
type Target interface {
	// Blank reports whether there is no submission, number or account yet.
	Blank(ctx context.Context) (bool, error)

	// Import keeps submissions under the number and revision that they have.
	Import(ctx context.Context, list []feedback.Submission) error

	// ImportClaims keeps keys of submissions that are there.
	ImportClaims(ctx context.Context, list []Claim) error

	// ImportAccounts keeps accounts with the revision that they have.
	ImportAccounts(ctx context.Context, list []staff.Account) error

	// ImportSeries moves series on to Last, and never back.
	ImportSeries(ctx context.Context, list []Series) error

	// Marks answers all marks, and Mark keeps one as feedback.Vault says.
	Marks(ctx context.Context) ([]Mark, error)
	Mark(ctx context.Context, name, value string) (kept string, err error)
}

// Store is both.
type Store interface {
	Source
	Target
}

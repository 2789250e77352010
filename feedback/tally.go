package feedback

import "context"

// Tally (计数) counts things by name: nothing is kept of who was counted. The
// stores implement it. A name has at most MaxTallyName bytes.
type Tally interface {
	// Add adds n to a count, which begins at nothing, and answers it.
	Add(ctx context.Context, name string, n int64) (int64, error)

	// Counts answers those of the names that were ever counted.
	Counts(ctx context.Context, names []string) (map[string]int64, error)

	// Each tells every count, by name.
	Each(ctx context.Context, tell func(name string, n int64) error) error

	// Raise makes a count at least n: a restore that is run again counts
	// nothing twice.
	Raise(ctx context.Context, name string, n int64) error
}

// MaxTallyName bounds the name of a count.
const MaxTallyName = 100

// ConcernTally names the count of those who said of a published submission that
// they have the same concern (我也有这个问题).
func ConcernTally(n Number) string { return "concern/" + string(n) }

package feedback

import (
	"errors"
	"fmt"
)

// The errors that callers decide on. Everything else is a fault of the machine.
var (
	ErrNotFound   = errors.New("not found")
	ErrConflict   = errors.New("changed by someone else meanwhile")
	ErrKeyReused  = errors.New("idempotency key used for another request")
	ErrMove       = errors.New("not possible in this state")
	ErrRole       = errors.New("not allowed for this role")
	ErrSamePerson = errors.New("needs a second person")
	ErrDigest     = errors.New("text changed since it was read")
	ErrConsent    = errors.New("sender did not agree to publication")
	ErrClue       = errors.New("a clue is never public")
	ErrTooLate    = errors.New("time for this has passed")
	ErrFull       = errors.New("record is full")
	ErrResidue    = errors.New("looks like personal data, and nobody said that it may be public")
	ErrBusy       = errors.New("too much work waiting")
	ErrDocument   = errors.New("kept document cannot be read")
)

// Invalid is one fault of input: which field, which rule, and the values that
// the sentence about it needs. It carries no sentence itself.
type Invalid struct {
	Field string // text, phone, …: the name in the form
	Rule  string // required, too-long, …
	Args  []any
}

// Error is for logs; it never holds what was typed.
func (v Invalid) Error() string { return fmt.Sprintf("%s: %s", v.Field, v.Rule) }

package bulk

import (
	"errors"
	"time"

	"rectify/feedback"
)

// Grace is how long an order is held before it is carried out: so long whoever
// gave it can take it back, and nothing has happened yet.
const Grace = 10 * time.Second

// Bounds of orders.
const (
	MaxItems = 200              // submissions in one order
	maxOpen  = 5                // orders of one person that are not carried out yet
	stale    = time.Hour        // an order that could not be carried out for so long is not any more
	lease    = 30 * time.Second // for which a copy that carries out an order has it for itself
	shown    = 24 * time.Hour   // how long what became of an order can be looked at
)

// The errors of orders that callers decide on.
var (
	// ErrLate means that an order can not be taken back any more.
	ErrLate = errors.New("the order is carried out already")
	// ErrMany means that somebody has given enough orders for now.
	ErrMany = errors.New("enough orders wait already")
)

// Stage is how far an order is.
type Stage string

// The stages of an order.
const (
	Held    Stage = "held"    // waits for its time; can be taken back
	Running Stage = "running" // is being carried out
	Ended   Stage = "ended"   // was carried out
	Undone  Stage = "undone"  // was taken back in time: nothing happened
	Stale   Stage = "stale"   // the site was away when it was due: nothing happened
)

// Order (批量办理) is one thing to be done to several submissions at the
// revisions that somebody saw. It holds no words of anybody.
type Order struct {
	ID    string       `json:"id"`
	Who   string       `json:"who"` // account that gave it
	Act   feedback.Act `json:"act"`
	Given time.Time    `json:"given"`
	Due   time.Time    `json:"due"` // not carried out before
	Stage Stage        `json:"stage"`
	Lease time.Time    `json:"lease,omitzero"` // until when a copy has it for itself
	Items []Item       `json:"items"`

	Owner    string             `json:"owner,omitempty"`
	Reason   feedback.Rejection `json:"reason,omitempty"`
	Category feedback.Category  `json:"category,omitempty"`
	Into     feedback.Number    `json:"into,omitempty"`

	rev int64 // of the brief it came from
}

// Item is one submission of an order. Why is a code of why it was not done, as
// the caller's Explain gives it.
type Item struct {
	Number feedback.Number `json:"number"`
	Rev    int64           `json:"rev"`
	Done   bool            `json:"done,omitempty"`
	Why    string          `json:"why,omitempty"`
}

// Acts are those that can be ordered: none of them needs a word that is written
// for one submission alone.
func Acts() []feedback.Act {
	return []feedback.Act{
		feedback.ActAssign, feedback.ActAccept, feedback.ActReject, feedback.ActClassify, feedback.ActMerge, feedback.ActClear, feedback.ActClose,
	}
}

// Action is what the order asks for of each of its submissions; nil for an act
// that cannot be ordered.
func (o *Order) Action() feedback.Action {
	switch o.Act {
	case feedback.ActAssign:
		return feedback.Assign{Owner: o.Owner}
	case feedback.ActAccept:
		return feedback.Accept{Category: o.Category}
	case feedback.ActReject:
		return feedback.Reject{Reason: o.Reason}
	case feedback.ActClassify:
		return feedback.Classify{Category: o.Category}
	case feedback.ActMerge:
		return feedback.Merge{Into: o.Into}
	case feedback.ActClear:
		return feedback.Clear{}
	case feedback.ActClose:
		return feedback.Close{}
	}
	return nil
}

// Count is how many submissions of an order were done, and how many were not.
func (o *Order) Count() (done, failed int) {
	for _, it := range o.Items {
		switch {
		case it.Done:
			done++
		case it.Why != "":
			failed++
		}
	}
	return done, failed
}

// Open reports whether the order is still to be carried out.
func (o *Order) Open() bool { return o.Stage == Held || o.Stage == Running }

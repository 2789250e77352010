package feedback

import (
	"context"
	"fmt"
)

// Shared tells those who wrote a merged submission that the one it was merged
// into has a reply, or that a reply changed (一并答复). Event is that of the other.
type Shared struct {
	From   Number
	Event  int
	Joined int // as Approve
}

// Relayed says that the senders of everything merged into it were told of these
// events.
type Relayed struct{ Events []int }

// Act names the row of each action in the table of moves.
func (Shared) Act() Act  { return ActShared }
func (Relayed) Act() Act { return ActRelayed }

func (a Shared) apply(w *work) error {
	note := fmt.Sprintf("%s %d", a.From, a.Event)
	if a.From != w.s.MergedInto {
		return ErrMove
	}
	for i := range w.s.Events {
		if w.s.Events[i].Act == ActShared && w.s.Events[i].Note == note {
			return ErrMove // told before
		}
	}
	w.note, w.relay = note, a.Joined > 0
	return nil
}

func (a Relayed) apply(w *work) error {
	left := without(w.s.Relay, a.Events)
	if len(left) == len(w.s.Relay) {
		return ErrMove // somebody else was first
	}
	w.s.Relay = left
	return nil
}

// maxMerges bounds how far merges are followed; they form no circle.
const maxMerges = 20

// Into answers what s ended in: the submission that it was merged into, or that
// one was, and so on. ErrNotFound: it was merged into none that is there.
func Into(ctx context.Context, store Store, s *Submission) (Submission, error) {
	n := s.MergedInto
	for range maxMerges {
		if n == "" {
			break
		}
		into, err := store.Get(ctx, n)
		if err != nil || into.State != Merged {
			return into, err
		}
		n = into.MergedInto
	}
	return Submission{}, ErrNotFound
}

// TellsOf reports whether the replies to s, into which merged was merged, are
// for its sender as well. What is said on a clue is not for who wrote no clue.
func (s *Submission) TellsOf(merged *Submission) bool {
	return len(s.Replies) > 0 && !s.Erased() && (s.Category != Clue || merged.Category == Clue)
}

// counted lets an act that brings a reply know how many others were merged into
// the submission, so that their senders hear of it as well.
func (o *Office) counted(ctx context.Context, s *Submission, a Action) (Action, error) {
	switch a.(type) {
	case Approve, Emergency, ApproveAmend, Shared:
	default:
		return a, nil
	}
	n, err := o.Store.Count(ctx, Query{Tie: TieInto(s.Number)})
	if err != nil {
		return a, fmt.Errorf("count merged ones: %w", err)
	}
	switch a := a.(type) {
	case Approve:
		a.Joined = n
		return a, nil
	case Emergency:
		a.Joined = n
		return a, nil
	case ApproveAmend:
		a.Joined = n
		return a, nil
	case Shared:
		a.Joined = n
		return a, nil
	}
	return a, nil
}

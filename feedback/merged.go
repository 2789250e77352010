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

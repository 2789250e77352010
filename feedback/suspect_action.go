package feedback

import "strings"

// Circumstances (情形) is what is known of how a submission came, beside what
// its sender wrote. No sender can set any of it.
type Circumstances struct {
	Likeness string   // group of near-equal texts; empty when unknown
	Suspect  []string // reasons to suspect it, in codes; none: it is not suspected
}

// MaxReasons bounds the reasons for suspicion that are kept of one submission.
const MaxReasons = 12

// ActClear is the row of Clear in the table of moves.
const ActClear Act = "clear" // 不是垃圾

// Clear says that a submission that was suspected is an honest one (不是垃圾):
// it stands in the ordinary queue from then on.
type Clear struct{}

// Act names the row of the action in the table of moves.
func (Clear) Act() Act { return ActClear }

func (Clear) apply(w *work) error {
	if len(w.s.Suspect) == 0 {
		return ErrMove
	}
	w.clear()
	return nil
}

// clear ends the suspicion; its reasons stay in the event.
func (w *work) clear() {
	w.note = strings.Join(w.s.Suspect, " ")
	w.s.Suspect = nil
}

// Suspected reports whether the submission waits in the queue of its own.
func (s *Submission) Suspected() bool { return len(s.Suspect) > 0 }

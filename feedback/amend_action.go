package feedback

import (
	"slices"
	"time"
)

// Amend writes or edits a new version of a published reply (更正答复). Seen is the
// digest of the amendment that was edited, empty for a new one; Submit sends it
// to approval. Why is told to everybody. Hides takes the text before it off the
// public page, where the law asks for that.
type Amend struct {
	Of                int // which reply, from 1
	Text, Office, Why string
	Hides             bool
	Seen              string
	Submit            bool
}

// Retract proposes to withdraw a published reply (撤回答复). Why is told to everybody.
type Retract struct {
	Of  int
	Why string
}

// ReturnAmend sends an amendment back to who wrote it with a word of why.
type ReturnAmend struct{ Note string }

// DropAmend gives an amendment up: the published reply stays as it is.
type DropAmend struct{ Note string }

// ApproveAmend lets the amendment with that digest take effect. It takes a
// person who had no part in it, nor in what it corrects. A matter whose answer
// was withdrawn is open again, under the limits that it had.
type ApproveAmend struct {
	Digest  string
	Cleared []string // as Publish
	Joined  int      // as Approve
}

// Act names the row of each action in the table of moves.
func (Amend) Act() Act        { return ActAmend }
func (Retract) Act() Act      { return ActRetract }
func (ReturnAmend) Act() Act  { return ActReturnAmend }
func (DropAmend) Act() Act    { return ActDropAmend }
func (ApproveAmend) Act() Act { return ActApproveAmend }

func (a Amend) apply(w *work) error {
	old := w.s.Amendment
	switch {
	case !w.s.Stands(a.Of) || old != nil && (old.Of != a.Of || old.Withdraw):
		return ErrMove
	case (old == nil && a.Seen != "") || (old != nil && a.Seen != old.Digest):
		return ErrDigest
	case len(w.s.Replies) >= MaxReplies:
		return ErrFull
	}
	next := Amendment{Of: a.Of, Hides: a.Hides, At: w.now, Submitted: a.Submit}
	var err error
	if next.Text, err = words("amended", a.Text, MaxReplyRunes, true); err != nil {
		return err
	}
	if next.Office, err = words("amended-office", a.Office, MaxNameRunes, true); err != nil {
		return err
	}
	if next.Why, err = words("amended-why", a.Why, MaxNoteRunes, true); err != nil {
		return err
	}
	was := w.s.Replies[a.Of-1]
	if next.Text == was.Text && next.Office == was.Office {
		return Invalid{Field: "amended", Rule: "same"}
	}
	if a.Submit {
		if err := next.filled(); err != nil {
			return err
		}
		w.note = "submit"
	}
	next.Digest = next.digest()
	next.Drafters = was.Drafters
	if old != nil {
		next.Drafters, next.Comments = old.Drafters, old.Comments
	}
	if old == nil || old.Digest != next.Digest {
		next.Drafters = joined(next.Drafters, w.who.ID)
	}
	w.s.Amendment = &next
	return nil
}

// filled refuses an amendment that must not be sent.
func (a *Amendment) filled() error {
	for field, text := range map[string]string{"amended": a.Text, "amended-why": a.Why} {
		if len(Unfilled(text)) > 0 {
			return Invalid{Field: field, Rule: "blank", Args: filledArgs(text)}
		}
	}
	return nil
}

func (a Retract) apply(w *work) error {
	if !w.s.Stands(a.Of) || w.s.Amendment != nil {
		return ErrMove
	}
	why, err := words("retract-why", a.Why, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	if len(Unfilled(why)) > 0 {
		return Invalid{Field: "retract-why", Rule: "blank", Args: filledArgs(why)}
	}
	next := Amendment{Of: a.Of, Withdraw: true, Why: why, Drafters: []string{w.who.ID}, Submitted: true, At: w.now}
	next.Digest = next.digest()
	w.s.Amendment, w.note = &next, why
	return nil
}

func (a ReturnAmend) apply(w *work) error {
	old := w.s.Amendment
	if old == nil || !old.Submitted {
		return ErrMove
	}
	note, err := words("amended-note", a.Note, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.note = note
	if old.Withdraw { // nothing of it can be bettered
		w.s.Amendment = nil
		return nil
	}
	next := *old
	next.Submitted = false
	next.Comments = w.commented(next.Comments, Comment{Text: note, Digest: next.Digest, Return: true})
	w.s.Amendment = &next
	return nil
}

func (a DropAmend) apply(w *work) error {
	if w.s.Amendment == nil {
		return ErrMove
	}
	note, err := words("drop-note", a.Note, MaxNoteRunes, true)
	w.s.Amendment, w.note = nil, note
	return err
}

func (a ApproveAmend) apply(w *work) error {
	x := w.s.Amendment
	switch {
	case x == nil || !x.Submitted || !w.s.Stands(x.Of):
		return ErrMove
	case a.Digest != x.Digest || x.Digest != x.digest():
		return ErrDigest
	case slices.Contains(x.Drafters, w.who.ID):
		return ErrSamePerson
	}
	if err := x.filled(); err != nil {
		return err
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	w.note = x.Why
	if x.Withdraw {
		w.withdraw(x)
	} else {
		w.s.Replies = grown(w.s.Replies, Reply{
			Text: x.Text, Office: x.Office, Drafters: x.Drafters, Digest: ReplyDigest(x.Office, x.Text), Submitted: true, At: x.At,
			ApprovedBy: w.who.ID, ApprovedAt: w.now, Corrects: x.Of, Why: x.Why, Hides: x.Hides,
		})
		w.s.AnsweredAt = w.now
	}
	w.s.Amendment, w.relay = nil, a.Joined > 0
	return nil
}

// withdraw takes a reply back. Where it was the answer to what is answered now,
// nobody has answered any more. What ended in another way since stays ended.
func (w *work) withdraw(x *Amendment) {
	before := w.s.answered()
	w.s.Replies = slices.Clone(w.s.Replies)
	w.s.Replies[x.Of-1].Withdrawn = &Withdrawal{At: w.now, Why: x.Why, By: x.Drafters[0], ApprovedBy: w.who.ID}
	w.s.AnsweredAt = time.Time{}
	if r := w.s.LastReply(); r != nil {
		w.s.AnsweredAt = r.ApprovedAt
	}
	if before && !w.s.State.Open() && !w.s.answered() {
		w.s.State, w.s.ClosedAt = Reopened, time.Time{}
	}
}

// answered reports whether a reply stands that was given since the answer's
// clock last started; a correction counts from what it corrects.
func (s *Submission) answered() bool {
	begun := s.begun()
	for n := range s.Replies {
		line := s.lineOf(n + 1)
		if s.Stands(n+1) && !s.Replies[line[len(line)-1]-1].ApprovedAt.Before(begun) {
			return true
		}
	}
	return false
}

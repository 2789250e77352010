package feedback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Office is the one door through which a kept submission changes.
type Office struct {
	Store  Store
	Clocks Clocks
	Now    func() time.Time

	// Seen answers what looks like personal data in a text as readers would see
	// it: nothing of that is published before somebody said that it may be. nil:
	// nothing is looked for.
	Seen func(text string, hidden []Redaction) []string
	// Leaks answers which of some words a reader of a text would find in it,
	// however they are spelt: what was hidden in one place, and how the sender is
	// reached, must not come out in another. nil: nothing is looked for.
	Leaks func(text string, secret []string) []string
	// Briefs are where merges that run at the same moment hear of each other; nil:
	// nowhere, where only one runs.
	Briefs Briefs
}

// Conflict is an ErrConflict that carries what is kept now, so that both
// versions can be shown.
type Conflict struct{ Current Submission }

// Error is for logs.
func (c Conflict) Error() string { return fmt.Sprintf("%s: %v", c.Current.Number, ErrConflict) }

// Unwrap makes a Conflict an ErrConflict.
func (c Conflict) Unwrap() error { return ErrConflict }

// senderTries is how often an act of the sender, who saw no revision, is tried
// again when staff were first.
const senderTries = 5

// Do applies a to the submission that who saw at revision rev, and keeps the
// result. It answers the new value, or a Conflict if the submission has
// changed since, or an error of Apply or Store.
func (o *Office) Do(ctx context.Context, n Number, rev int64, a Action, who Actor) (Submission, error) {
	s, err := o.Store.Get(ctx, n)
	if err != nil {
		return Submission{}, fmt.Errorf("do %s: %w", a.Act(), err)
	}
	if s.Rev != rev {
		return s, Conflict{Current: s}
	}
	return o.keep(ctx, s, a, who)
}

// DoBySender applies a for the holder of the receipt code, who is not bound to
// a revision: when staff change something at the same moment it tries again.
func (o *Office) DoBySender(ctx context.Context, n Number, a Action) (Submission, error) {
	var err error
	for range senderTries {
		var s Submission
		if s, err = o.Store.Get(ctx, n); err != nil {
			return Submission{}, fmt.Errorf("do %s: %w", a.Act(), err)
		}
		if done(&s, a) {
			return s, nil
		}
		if s, err = o.keep(ctx, s, a, Sender()); !errors.Is(err, ErrConflict) {
			return s, err
		}
	}
	return Submission{}, err
}

// done reports whether the sender's act is the one that was kept last: a page
// sent twice must not say the same thing twice. The same words after another
// answer are said anew.
func done(s *Submission, a Action) bool {
	switch a := a.(type) {
	case AddRemark:
		return brought(s, a.Mail) || said(s, ActRemark, ActFollowUp) && s.Remarks[len(s.Remarks)-1].Text == tidy(a.Text)
	case FollowUp:
		return brought(s, a.Mail) || said(s, ActFollowUp) && s.Remarks[len(s.Remarks)-1].Text == tidy(a.Text)
	case Explain:
		n := len(s.Enquiries)
		return brought(s, a.Mail) || n > 0 && !s.Enquiries[n-1].Open() && s.Enquiries[n-1].Answer == tidy(a.Text)
	case AskReview:
		return s.Review != nil && s.Review.Reason == strings.TrimSpace(strings.ReplaceAll(a.Reason, "\r\n", "\n"))
	case Rate:
		word, err := words("word", a.Word, MaxNoteRunes, false)
		return err == nil && said(s, ActRate) && *s.Rating == Rating{At: s.Rating.At, Solved: a.Solved, Attitude: a.Attitude, Speed: a.Speed, Word: word}
	case Correct:
		return len(s.Corrections) > 0 && s.Current() == tidy(a.Text)
	case Withdraw:
		return s.Withdrawn()
	case RenewCode:
		return len(a.MAC) > 0 && bytes.Equal(s.CodeMAC, a.MAC)
	case Erase:
		return s.Erased()
	}
	return false
}

// brought reports whether a message is part of s already.
func brought(s *Submission, m *Mail) bool { return m != nil && s.HasMail(m.Digest) }

// said reports whether the sender did one of acts since the latest reply.
func said(s *Submission, acts ...Act) bool {
	for i := len(s.Events) - 1; i >= 0; i-- {
		if slices.Contains(acts, s.Events[i].Act) {
			return true
		}
		switch s.Events[i].Act {
		case ActApprove, ActEmergency, ActApproveAmend:
			return false
		}
	}
	return false
}

func tidy(text string) string {
	t, err := checkText(text)
	if err != nil {
		return ""
	}
	return t
}

func (o *Office) keep(ctx context.Context, s Submission, a Action, who Actor) (Submission, error) {
	if m, ok := a.(Merge); ok {
		done, err := o.announce(ctx, &s)
		if err != nil {
			return s, err
		}
		defer done()
		if err := o.target(ctx, &s, m, who); err != nil {
			return s, err
		}
	}
	a, err := o.counted(ctx, &s, a)
	if err != nil {
		return s, err
	}
	next, err := o.Clocks.Apply(s, a, who, o.Now())
	if err != nil {
		return s, err
	}
	if err := o.clean(&next, a); err != nil {
		return s, fmt.Errorf("%s: %w", a.Act(), err)
	}
	err = o.Store.Replace(ctx, next, s.Rev)
	if errors.Is(err, ErrConflict) {
		current, getErr := o.Store.Get(ctx, s.Number)
		if getErr != nil {
			return s, fmt.Errorf("after a conflict: %w", getErr)
		}
		return current, Conflict{Current: current}
	}
	if err != nil {
		return s, fmt.Errorf("keep %s: %w", a.Act(), err)
	}
	next.Rev = s.Rev + 1
	return next, nil
}

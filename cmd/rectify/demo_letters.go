package main

import (
	"context"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
)

// demoMark says in the store that all of it was made up; a site over it tells so.
const demoMark = "demonstration"

// What of the letters of a made-up world is kept: the desk shows the latest.
const (
	demoLetters = 120
	demoPosted  = 30 * 24 * time.Hour
)

// letter notes the letters that the acts of a submission called for lately, as
// the post left them: most arrived, a few did not.
func (f *demoFill) letter(s *feedback.Submission) {
	if !s.MayWrite() || len(f.posted) >= demoLetters {
		return
	}
	for i := range s.Events {
		at := s.Events[i].At
		l, ok := outbox.About(s, i, at)
		if !ok || at.Before(f.world.End.Add(-demoPosted)) || len(f.posted) >= demoLetters {
			continue
		}
		l.First, l.Tries, l.Ended = l.Queued, 1, l.Queued.Add(2*time.Second)
		switch n := len(f.posted); {
		case n%29 == 7:
			l.State, l.Code = outbox.Bounced, "550 5.1.1"
		case n%41 == 11:
			l.State, l.Code, l.Tries = outbox.Failed, "452 4.2.2", 9
		default:
			l.State, l.Code = outbox.Sent, "250 2.0.0"
		}
		f.posted = append(f.posted, l)
	}
}

// post keeps the letters.
func (f *demoFill) post(ctx context.Context) error {
	for _, l := range f.posted {
		if _, err := f.store.PutLetter(ctx, l); err != nil {
			return fmt.Errorf("letter of %s: %w", l.Number, err)
		}
	}
	return nil
}

// address gives an account where its letters go, and to those who lead the
// report of each week.
func (f *demoFill) address(ctx context.Context, k *staff.Keeper, a demoAccount) error {
	if err := k.SetEmail(ctx, a.Name, a.Name+"@linshui.example"); err != nil {
		return fmt.Errorf("account %s: %w", a.Name, err)
	}
	for _, r := range a.Roles {
		if r == feedback.Approver || r == feedback.Admin {
			return k.SetWeekly(ctx, a.Name, true)
		}
	}
	return nil
}

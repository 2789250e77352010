// Package handover gives the open work of people who left to a colleague or back
// to the queue (离岗交接): one matter after another, each with its event, until
// nothing is left under the account. What is done is done: cut off at any place,
// by a power cut or by another copy that does the same, it goes on with the rest.
//
// It must not know pages, stores or what a matter is about.
//
// Start reading at Runner.Pass.
package handover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// Every is how often accounts are looked at.
const Every = 15 * time.Second

// Runner hands work over.
type Runner struct {
	Keeper *staff.Keeper
	Office *feedback.Office
	Log    *slog.Logger

	// Begun is told of every account before its first matter, for what else
	// belongs to it. nil: there is nothing.
	Begun func(ctx context.Context, leaver, to string) error
}

// Open answers how many matters are open under an account.
func Open(ctx context.Context, s feedback.Store, name string) (int, error) {
	n, err := s.Count(ctx, underway(name))
	if err != nil {
		return 0, fmt.Errorf("open work: %w", err)
	}
	return n, nil
}

func underway(name string) feedback.Query {
	return feedback.Query{Owner: name, States: feedback.OpenStates(), Sort: feedback.ByNumber, Limit: feedback.MaxPage}
}

// Run hands over what there is until ctx ends. Wake makes it look at once.
func (r *Runner) Run(ctx context.Context, wake <-chan struct{}) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		if err := r.Pass(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("work of somebody who left is not handed over yet", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
	}
}

// Pass goes once through the accounts whose work is not handed over yet.
func (r *Runner) Pass(ctx context.Context) error {
	left, err := r.Keeper.Left(ctx)
	if err != nil || len(left) == 0 {
		return err
	}
	all, err := r.Keeper.Accounts(ctx)
	if err != nil {
		return err
	}
	for i := range left {
		if err := r.hand(ctx, &left[i], all); err != nil {
			return err
		}
	}
	return nil
}

// hand gives away what is under one account. An account is done only when
// nothing is found there any more; what somebody changes meanwhile is met again
// in the next pass.
func (r *Runner) hand(ctx context.Context, a *staff.Account, all []staff.Account) error {
	to := a.Leaving.To
	if r.Begun != nil {
		if err := r.Begun(ctx, a.Name, to); err != nil {
			return err
		}
	}
	for q := underway(a.Name); ; {
		page, next, err := r.Office.Store.List(ctx, q)
		if err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
		for i := range page {
			move := feedback.HandOver{From: a.Name, To: able(all, to, &page[i]), By: a.Leaving.By}
			_, err := r.Office.Do(ctx, page[i].Number, page[i].Rev, move, feedback.Program())
			if err != nil && !errors.Is(err, feedback.ErrConflict) && !errors.Is(err, feedback.ErrMove) {
				return fmt.Errorf("hand over %s: %w", page[i].Number, err)
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	n, err := Open(ctx, r.Office.Store, a.Name)
	if err != nil || n > 0 {
		return err
	}
	return r.Keeper.HandedOver(ctx, a.Name)
}

// able is the colleague if that account may still take this matter, else
// nobody: it goes back to the queue.
func able(all []staff.Account, to string, s *feedback.Submission) string {
	for _, a := range all {
		if a.Name == to && !a.Disabled && a.Actor().For(s.Notice, feedback.Replier) {
			return to
		}
	}
	return ""
}

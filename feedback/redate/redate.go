// Package redate counts the limits of every open matter anew when the calendar
// has changed (工作日历变动后重新计算时限): in one run for all copies of the site
// together, which goes on where it stopped when it was cut off. Each matter
// whose dates move gets one event of it; counting is the same however often it
// is done, so nothing moves twice.
//
// It must not know where a calendar comes from, nor pages or a store's driver.
//
// Start reading at Runner.Step.
package redate

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rectify/feedback"
	"rectify/feedback/audit"
)

// Task names the calendar by which open matters are to be counted.
type Task struct {
	Digest  string `json:"digest"`  // of the calendar
	Edition int    `json:"edition"` // of the tables in the program
	Version int    `json:"version"` // of the body's own tables
	Why     string `json:"why"`     // what changed, in the body's own words; may be empty
}

// older reports whether t comes from a program or tables before those of u.
func (t Task) older(u Task) bool {
	return t.Edition < u.Edition || (t.Edition == u.Edition && t.Version < u.Version)
}

// State is how far the latest run is.
type State struct {
	Task
	Begun   time.Time `json:"begun"`
	Ended   time.Time `json:"ended"`   // zero while it runs
	Settled time.Time `json:"settled"` // zero until what came in meanwhile was looked at, too
	After   string    `json:"after"`   // cursor of the next page
	Total   int       `json:"total"`   // open matters when it began
	Looked  int       `json:"looked"`
	Moved   int       `json:"moved"`
	Failed  int       `json:"failed"`
}

// Look answers how far the latest run is; false when there never was one.
func Look(ctx context.Context, v feedback.Vault, now time.Time) (State, bool, error) {
	var s State
	text, err := v.Look(ctx, key("state"), now)
	if errors.Is(err, feedback.ErrNotFound) {
		return s, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, false, fmt.Errorf("redate: %w", err)
	}
	return s, true, nil
}

func key(what string) []byte {
	sum := sha256.Sum256([]byte("redate " + what))
	return sum[:]
}

// How a run goes.
const (
	lookEvery = time.Second
	lease     = time.Minute      // a copy that did nothing for so long has lost its turn
	settle    = 30 * time.Second // by then every copy counts by the new calendar
	forGood   = 100 * 365 * 24 * time.Hour
	workers   = 16 // submissions at once; stores join what comes together
	tries     = 5  // when people work on the same matter at the same moment
)

// Runner sees to it that open matters are counted by one calendar. Any number
// of copies may run theirs.
type Runner struct {
	Store  feedback.Store
	Vault  feedback.Vault
	Office *feedback.Office // whose clocks go by the calendar
	Chain  *audit.Chain
	Task   Task
	Now    func() time.Time
	Log    *slog.Logger

	name  string
	begun bool // this runner has seen its own calendar in the state
}

// Run works until everything is counted by its calendar, a newer one has come,
// or ctx ends.
func (r *Runner) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for down := false; ; {
		done, err := r.Step(ctx)
		if done || ctx.Err() != nil {
			return
		}
		if err != nil && !down {
			r.Log.Warn("limits are not counted anew yet", "err", err)
		}
		down = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Step does what there is to do now: begins a run, goes on with one that
// somebody else left, looks again at what came in meanwhile, or nothing. It
// reports whether there will be nothing more to do.
func (r *Runner) Step(ctx context.Context) (done bool, err error) {
	state, some, err := Look(ctx, r.Vault, r.Now())
	if err != nil {
		return false, err
	}
	mine := some && state.Digest == r.Task.Digest
	r.begun = r.begun || mine
	switch {
	case some && r.Task.older(state.Task):
		return true, nil // another copy knows better
	case !mine && r.begun:
		return true, nil // another calendar has come after this one
	case mine && !state.Settled.IsZero():
		return true, nil
	case mine && !state.Ended.IsZero() && r.Now().Sub(state.Begun) < settle:
		return false, nil
	}
	if held, err := r.hold(ctx); err != nil || !held {
		return false, err
	}
	defer func() { _, _ = r.Vault.Take(context.WithoutCancel(ctx), key("lease"), r.Now()) }()
	// Who held it before may have got further meanwhile.
	if state, some, err = Look(ctx, r.Vault, r.Now()); err != nil {
		return false, err
	}
	if !some || state.Digest != r.Task.Digest {
		if some && r.Task.older(state.Task) {
			return true, nil
		}
		fresh := State{Task: r.Task, Begun: r.Now()}
		if some && state.Version == r.Task.Version {
			fresh.Why = "" // what its own tables were changed for is not what changed now
		}
		state = fresh
		if state.Total, err = r.Store.Count(ctx, open()); err != nil {
			return false, fmt.Errorf("redate: %w", err)
		}
		if err := r.keep(ctx, state); err != nil {
			return false, err
		}
	}
	r.begun = true
	return false, r.pass(ctx, state)
}

// hold takes the turn to run, unless another copy has it.
func (r *Runner) hold(ctx context.Context) (bool, error) {
	if r.name == "" {
		r.name = rand.Text()
	}
	for range 2 {
		err := r.Vault.Keep(ctx, key("lease"), []byte(r.name), r.Now().Add(lease))
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, feedback.ErrConflict) {
			return false, fmt.Errorf("redate: %w", err)
		}
		if _, err = r.Vault.Look(ctx, key("lease"), r.Now()); !errors.Is(err, feedback.ErrNotFound) {
			return false, err //nolint:wrapcheck // nil: somebody has it; else it says itself what failed
		}
		// It ran out: away with it.
		if _, err = r.Vault.Take(ctx, key("lease"), r.Now()); err != nil && !errors.Is(err, feedback.ErrNotFound) {
			return false, fmt.Errorf("redate: %w", err)
		}
	}
	return false, nil
}

func open() feedback.Query {
	return feedback.Query{States: feedback.OpenStates(), Sort: feedback.ByNumber, Limit: feedback.MaxPage}
}

// pass goes through the open matters in the order of their numbers and keeps
// after each page how far it is.
func (r *Runner) pass(ctx context.Context, state State) error {
	again := !state.Ended.IsZero()
	q := open()
	for q.After = state.After; ; {
		page, next, err := r.Store.List(ctx, q)
		if err != nil {
			return fmt.Errorf("redate: %w", err)
		}
		moved, failed, err := r.page(ctx, page, state)
		if err != nil {
			return err
		}
		if !again {
			state.Looked += len(page)
		}
		state.Moved, state.Failed = state.Moved+moved, state.Failed+failed
		state.After, q.After = next, next
		if next == "" {
			return r.end(ctx, state, again)
		}
		if err := r.keep(ctx, state); err != nil {
			return err
		}
		if err := r.Vault.Put(ctx, key("lease"), []byte(r.name), r.Now().Add(lease)); err != nil {
			return fmt.Errorf("redate: %w", err)
		}
	}
}

// end says that the run, or its second look, is over.
func (r *Runner) end(ctx context.Context, state State, again bool) error {
	if again {
		state.Settled = r.Now()
		return r.keep(ctx, state)
	}
	state.Ended = r.Now()
	if err := r.keep(ctx, state); err != nil {
		return err
	}
	said := fmt.Sprintf("looked %d, moved %d, failed %d", state.Looked, state.Moved, state.Failed)
	r.Log.Info("limits counted anew", "calendar", state.Digest[:min(len(state.Digest), 12)], "done", said)
	return r.Chain.Add(ctx, audit.Program, audit.Redate, "", said)
}

func (r *Runner) keep(ctx context.Context, state State) error {
	text, err := json.Marshal(state)
	if err == nil {
		err = r.Vault.Put(ctx, key("state"), text, r.Now().Add(forGood))
	}
	if err != nil {
		return fmt.Errorf("redate: %w", err)
	}
	return nil
}

// page counts some matters anew. What was moved by this run before it was cut
// off counts too, but not a second time when it is looked at again. What fails
// by itself is counted and told in the log; only the end of ctx ends the page.
func (r *Runner) page(ctx context.Context, list []feedback.Submission, state State) (moved, failed int, err error) {
	var m, f atomic.Int64
	var group errgroup.Group
	group.SetLimit(workers)
	for i := range list {
		group.Go(func() error {
			did, err := r.one(ctx, list[i], state.Why)
			switch {
			case ctx.Err() != nil:
				return ctx.Err() //nolint:wrapcheck // the caller's own
			case err != nil:
				f.Add(1)
				r.Log.Warn("limits not counted anew", "number", list[i].Number, "err", err)
			case did, state.Ended.IsZero() && movedSince(&list[i], state.Begun):
				m.Add(1)
			}
			return nil
		})
	}
	err = group.Wait()
	return int(m.Load()), int(f.Load()), err
}

// one counts one matter anew and reports whether anything moved.
func (r *Runner) one(ctx context.Context, s feedback.Submission, why string) (bool, error) {
	a := feedback.Redate{Why: why}
	for range tries {
		if _, err := r.Office.Clocks.Apply(s, a, feedback.Program(), r.Now()); errors.Is(err, feedback.ErrMove) {
			return false, nil // nothing moves, or it is closed meanwhile: most of them
		}
		_, err := r.Office.Do(ctx, s.Number, s.Rev, a, feedback.Program())
		var lost feedback.Conflict
		switch {
		case err == nil:
			return true, nil
		case errors.As(err, &lost):
			s = lost.Current
		default:
			return false, err
		}
	}
	return false, feedback.ErrConflict
}

// movedSince reports whether a matter was counted anew at or after t.
func movedSince(s *feedback.Submission, t time.Time) bool {
	for _, e := range slices.Backward(s.Events) {
		if e.Act == feedback.ActRedate {
			return !e.At.Before(t.Truncate(time.Millisecond))
		}
	}
	return false
}

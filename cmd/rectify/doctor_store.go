package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/backup"
	"rectify/feedback/mongostore"
	"rectify/feedback/outbox"
	"rectify/feedback/sealedstore"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

// looked is a store that is only read.
type looked struct{ store }

func (l *looked) close() { _ = l.Close() } // nothing was written that could be lost

// checkStore opens the store to be read, and says whether a start would.
func checkStore(ctx context.Context, x *examination) {
	var version, known int
	var missing []string
	var err error
	if x.cmd.Mongo != "" {
		var s *mongostore.Store
		var schema mongostore.Schema
		s, schema, err = mongostore.Look(ctx, x.cmd.Mongo, x.cmd.database())
		version, known, missing = schema.Version, schema.Known, schema.Missing
		if s != nil {
			x.kept = &looked{s}
		}
		if schema.Ahead > maxSkew || schema.Ahead < -maxSkew {
			x.add(levelFault, "store.clock", schema.Ahead)
		}
	} else {
		var s *sqlitestore.Store
		var schema sqlitestore.Schema
		s, schema, err = sqlitestore.Look(ctx, x.cmd.Data)
		version, known, missing = schema.Version, schema.Known, schema.Missing
		if s != nil {
			x.kept = &looked{s}
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.add(levelNote, "store.none")
	case err != nil:
		x.add(levelFault, "store.unreadable", err)
	case version > known:
		x.add(levelFault, "store.newer", version, known)
	case version < known:
		x.add(levelNote, "store.older", version, known)
	case len(missing) > 0:
		x.add(levelWarn, "store.missing", len(missing), missing)
	}
	if x.kept != nil {
		if err := backup.Whole(ctx, x.kept); err != nil {
			x.add(levelFault, "store.half", err)
		}
		checkTimes(ctx, x)
	}
	x.fine(known)
}

// maxSkew is how far two clocks may be apart.
const maxSkew = 30 * time.Second

// checkTimes holds the clock to what was recorded last: the clock went back if
// that lies in the future.
func checkTimes(ctx context.Context, x *examination) {
	last, err := x.kept.Audit().Last(ctx)
	switch {
	case errors.Is(err, audit.ErrNotFound):
	case err != nil:
		x.add(levelFault, "store.unreadable", err)
	case last.At.After(x.now().Add(maxSkew)):
		x.add(levelFault, "clock.back", last.At.Format(time.RFC3339))
	}
}

// checkSealing asks whether this copy has the keys under which data lie.
func checkSealing(ctx context.Context, x *examination) {
	if x.kept == nil {
		return
	}
	ring, err := sealedstore.FindRing(ctx, x.cmd.keysetPath(), x.kept)
	if errors.Is(err, fs.ErrNotExist) {
		x.add(levelNote, "sealing.none")
		return
	}
	if err == nil {
		err = sealedstore.CheckRing(ctx, ring, x.kept)
	}
	if err != nil {
		x.add(levelFault, "sealing.lacking", err)
		return
	}
	if _, waiting := ring.Waiting(); waiting {
		x.add(levelNote, "sealing.waiting")
	}
	x.fine(len(ring.IDs()))
}

// checkStaff asks whether the people are there without whom nothing goes on.
func checkStaff(ctx context.Context, x *examination) {
	if x.kept == nil {
		return
	}
	all, err := x.kept.Accounts(ctx)
	if err != nil {
		x.add(levelFault, "store.unreadable", err)
		return
	}
	if len(all) == 0 {
		x.add(levelNote, "staff.none")
		return
	}
	who := func(r feedback.Role) (n, bare int) {
		for _, a := range all {
			if !a.Disabled && a.Actor().Has(r) {
				n++
				if !a.HasFactor() {
					bare++
				}
			}
		}
		return n, bare
	}
	for _, r := range []feedback.Role{feedback.Admin, feedback.Moderator, feedback.Replier, feedback.Approver} {
		if n, _ := who(r); n == 0 {
			x.add(levelFault, "staff.missing", r)
		}
	}
	if _, bare := who(feedback.Admin); bare > 0 {
		x.add(levelWarn, "staff.password-only", bare)
	}
	checkLeft(x, all)
	x.fine(len(all))
}

func checkLeft(x *examination, all []staff.Account) {
	for _, a := range all {
		if l := a.Leaving; l != nil && l.Done.IsZero() && x.now().Sub(l.Since) > time.Hour {
			x.add(levelWarn, "staff.left", a.Name)
		}
	}
}

// stuck is how long a letter may wait before that is a finding.
const stuck = time.Hour

// checkOutbox looks for letters that do not go out.
func checkOutbox(ctx context.Context, x *examination) {
	if x.kept == nil {
		return
	}
	counts, err := x.kept.CountLetters(ctx)
	if err != nil {
		x.add(levelFault, "store.unreadable", err)
		return
	}
	if n := counts[outbox.Failed] + counts[outbox.Bounced]; n > 0 {
		x.add(levelWarn, "outbox.lost", n)
	}
	waiting, err := oldestWaiting(ctx, x)
	switch {
	case err != nil:
		x.add(levelFault, "store.unreadable", err)
	case counts[outbox.Waiting] > 0 && x.cmd.SMTP == "":
		x.add(levelWarn, "outbox.no-way", counts[outbox.Waiting])
	case !waiting.IsZero() && x.now().Sub(waiting) > stuck:
		x.add(levelFault, "outbox.stuck", counts[outbox.Waiting], waiting.Format(time.RFC3339))
	}
	x.fine(counts[outbox.Sent], counts[outbox.Waiting])
}

func oldestWaiting(ctx context.Context, x *examination) (oldest time.Time, err error) {
	for q := (outbox.Query{State: outbox.Waiting, Limit: 200}); ; {
		page, next, err := x.kept.Letters(ctx, q)
		if err != nil {
			return oldest, err
		}
		for _, l := range page {
			if oldest.IsZero() || l.Queued.Before(oldest) {
				oldest = l.Queued
			}
		}
		if q.After = next; next == "" {
			return oldest, nil
		}
	}
}

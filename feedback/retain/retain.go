// Package retain takes away what has been kept for long enough (到期清理): the
// contact details, files and raw mails of matters that ended, then everything
// that tells of their senders, and the oldest audit records. Nothing of a matter
// that is open is ever touched.
//
// It must not know settings files, pages, or a store's driver.
//
// Start reading at this file.
package retain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
)

// Rules say for how many days after a matter ended its data are kept; 0 means
// for good.
type Rules struct {
	Closed  int // everything that tells of the sender
	Refused int // the same, of what was refused as spam, repeated or unlawful
	Contact int // contact details
	Mails   int // raw forms and subjects of mails
	Files   int // attachments
	Audit   int // audit records, from when they were written
}

// None reports whether everything is kept for good.
func (r Rules) None() bool { return r == Rules{} }

// Keeper does the work.
type Keeper struct {
	Store  feedback.Store
	Office *feedback.Office
	Blobs  feedback.Blobs // nil: none are kept
	Chain  *audit.Chain
	Now    func() time.Time
}

// Report is what was done, or would be, in counts.
type Report struct {
	Seen                           int // submissions that were looked at
	Erased, Contacts, Mails, Files int // submissions by what was taken out of them
	Audit                          int64
}

// Done reports whether anything was done.
func (r Report) Done() bool { return r.Erased+r.Contacts+r.Mails+r.Files > 0 || r.Audit > 0 }

// String is for the audit records and the log.
func (r Report) String() string {
	return fmt.Sprintf("seen %d, erased %d, contacts %d, mails %d, files %d, audit %d", r.Seen, r.Erased, r.Contacts, r.Mails, r.Files, r.Audit)
}

// Run does what the rules say; dry only counts. What somebody changes at the
// same moment waits for the next run. That it ran stands in the audit chain, in
// counts.
func (k *Keeper) Run(ctx context.Context, r Rules, dry bool) (Report, error) {
	var out Report
	q := feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	for {
		page, next, err := k.Store.List(ctx, q)
		if err != nil {
			return out, fmt.Errorf("retention: %w", err)
		}
		for i := range page {
			out.Seen++
			if err := k.one(ctx, &page[i], r, dry, &out); err != nil {
				return out, fmt.Errorf("retention: %s: %w", page[i].Number, err)
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	if r.Audit > 0 && !dry {
		var err error
		from := audit.Query{From: k.Now().AddDate(0, 0, -r.Audit)}
		if out.Audit, err = k.Chain.TrimBefore(ctx, from, fmt.Sprintf("%d days", r.Audit)); err != nil {
			return out, fmt.Errorf("retention: %w", err)
		}
	}
	if dry || !out.Done() {
		return out, nil
	}
	return out, k.Chain.Add(ctx, audit.Program, audit.Retain, "", out.String())
}

// one does what is due with one submission.
func (k *Keeper) one(ctx context.Context, s *feedback.Submission, r Rules, dry bool, out *Report) error {
	for _, due := range due(s, r, k.Now()) {
		if dry {
			out.count(due)
			continue
		}
		blobs := s.Blobs()
		next, err := k.Office.Do(ctx, s.Number, s.Rev, due, feedback.Program())
		if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrMove) {
			return nil // somebody works on it: it is looked at again tomorrow
		}
		if err != nil {
			return err
		}
		out.count(due)
		*s = next
		if err := k.drop(ctx, blobs, s.Blobs()); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes the blobs that are not referred to any more.
func (k *Keeper) drop(ctx context.Context, before, after []feedback.BlobID) error {
	if k.Blobs == nil {
		return nil
	}
	left := make(map[feedback.BlobID]bool)
	for _, id := range after {
		left[id] = true
	}
	for _, id := range before {
		if left[id] {
			continue
		}
		if err := k.Blobs.Delete(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// due are the acts that the rules ask for.
func due(s *feedback.Submission, r Rules, now time.Time) []feedback.Action {
	settled := s.Settled()
	if settled.IsZero() || s.Erased() {
		return nil
	}
	over := func(days int) bool { return days > 0 && settled.AddDate(0, 0, days).Before(now) }
	if over(r.Closed) || (refused(s) && over(r.Refused)) {
		return []feedback.Action{feedback.Erase{}}
	}
	var list []feedback.Action
	if over(r.Contact) && !s.Contact.Empty() {
		list = append(list, feedback.Expire{What: feedback.ExpireContact})
	}
	if over(r.Mails) && kept(s) {
		list = append(list, feedback.Expire{What: feedback.ExpireMails})
	}
	if over(r.Files) && len(s.Attachments) > 0 {
		list = append(list, feedback.Expire{What: feedback.ExpireFiles})
	}
	return list
}

func refused(s *feedback.Submission) bool {
	switch s.Rejection {
	case feedback.RejectSpam, feedback.RejectRepeated, feedback.RejectUnlawful:
		return s.State == feedback.Rejected
	}
	return false
}

func kept(s *feedback.Submission) bool {
	for i := range s.Mails {
		if s.Mails[i].Raw != "" {
			return true
		}
	}
	return false
}

func (r *Report) count(a feedback.Action) {
	x, ok := a.(feedback.Expire)
	switch {
	case !ok:
		r.Erased++
	case x.What == feedback.ExpireContact:
		r.Contacts++
	case x.What == feedback.ExpireMails:
		r.Mails++
	default:
		r.Files++
	}
}

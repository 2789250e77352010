package site

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/retain"
	"rectify/site/body"
)

// retainEvery is how often a copy looks whether today's retention was run.
const retainEvery = 30 * time.Minute

// RetentionRules are those of a body's settings.
func RetentionRules(b *body.Body) retain.Rules {
	r := b.Retention
	return retain.Rules{Closed: r.ClosedDays, Refused: r.RefusedDays, Contact: r.ContactDays, Mails: r.MailDays, Files: r.FilesDays, Audit: r.AuditDays}
}

// Retain takes away what was kept for long enough, and files that nothing
// refers to, once a day for all copies of the site together, until ctx ends.
func (s *Site) Retain(ctx context.Context) {
	rules := RetentionRules(s.cfg.Body)
	tick := time.NewTicker(retainEvery)
	defer tick.Stop()
	for {
		if err := s.retainToday(ctx, rules); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("retention failed; it is tried again tomorrow, or by rectify retain", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// retainToday runs the rules unless some copy did so today.
func (s *Site) retainToday(ctx context.Context, rules retain.Rules) error {
	now := s.cfg.Now()
	key := sha256.Sum256([]byte("retention " + string(calendar.On(now))))
	err := s.cfg.Vault.Keep(ctx, key[:], nil, now.Add(48*time.Hour))
	if errors.Is(err, feedback.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	k := &retain.Keeper{
		Store: s.cfg.Store, Blobs: s.cfg.Blobs, Now: s.cfg.Now, Chain: &audit.Chain{Store: s.cfg.Audit, Now: s.cfg.Now},
		Office: &feedback.Office{Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now},
	}
	if !rules.None() {
		done, err := k.Run(ctx, rules, false)
		s.cfg.Log.Info("retention", "done", done.String())
		if err != nil {
			return err
		}
	}
	return s.sweepFiles(ctx, rules)
}

// heldDays is how long a message that needs nothing more is kept where the body
// sets no time for mails.
const heldDays = 180

// sweepFiles forgets messages of the holding pen whose time is over, and every
// file that nothing refers to: forms that were never sent, what was erased.
func (s *Site) sweepFiles(ctx context.Context, rules retain.Rules) error {
	if s.cfg.Blobs == nil || s.room == nil {
		return nil
	}
	days := rules.Mails
	if days == 0 {
		days = heldDays
	}
	now := s.cfg.Now()
	if err := s.room.Pen.Store.PurgeHeld(ctx, now.AddDate(0, 0, -days)); err != nil {
		return err
	}
	n, err := attachment.Sweep(ctx, s.cfg.Store, s.cfg.Blobs, now, s.room.Pen.EachRaw)
	if n > 0 {
		s.cfg.Log.Info("files swept", "n", n)
	}
	return err
}

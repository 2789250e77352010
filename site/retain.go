package site

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"rectify/feedback"
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

// Retain takes away what was kept for long enough, once a day for all copies of
// the site together, until ctx ends.
func (s *Site) Retain(ctx context.Context) {
	rules := RetentionRules(s.cfg.Body)
	if rules.None() {
		return
	}
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
	done, err := k.Run(ctx, rules, false)
	s.cfg.Log.Info("retention", "done", done.String())
	return err
}

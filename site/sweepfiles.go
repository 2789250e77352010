package site

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/calendar"
	"rectify/feedback/mailroom"
)

// sweepFilesEvery is how often a copy looks whether the files of forms that were
// never sent were swept today.
const sweepFilesEvery = time.Hour

// SweepFiles removes files that nothing refers to, once a day for all copies of
// the site together, until ctx ends.
func (s *Site) SweepFiles(ctx context.Context) {
	if s.cfg.Blobs == nil {
		return
	}
	tick := time.NewTicker(sweepFilesEvery)
	defer tick.Stop()
	for {
		select { // not at once: what waits to be registered is registered first
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.sweepFilesToday(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("files that nothing refers to were not swept", "err", err)
		}
	}
}

// sweepFilesToday sweeps unless some copy did so today. What waits to be
// registered refers to files and is in no list yet, so nothing is swept then.
func (s *Site) sweepFilesToday(ctx context.Context) error {
	if s.cfg.Waiting != nil && s.cfg.Waiting() > 0 {
		return nil
	}
	now := s.cfg.Now()
	key := sha256.Sum256([]byte("files swept " + string(calendar.On(now))))
	err := s.cfg.Vault.Keep(ctx, key[:], nil, now.Add(48*time.Hour))
	if errors.Is(err, feedback.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	var held []attachment.Uses
	if s.cfg.Mailing.Pen != nil {
		held = append(held, mailroom.Pen{Store: s.cfg.Mailing.Pen, Sealer: s.cfg.Mailing.Sealed}.EachRaw)
	}
	n, err := attachment.Sweep(ctx, s.cfg.Store, s.cfg.Blobs, now, held...)
	if n > 0 {
		s.cfg.Log.Info("files that nothing referred to were swept", "files", n)
	}
	return err
}

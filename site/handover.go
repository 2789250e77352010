package site

import (
	"context"

	"rectify/feedback"
	"rectify/feedback/handover"
	"rectify/site/desk"
)

// HandOver gives the open work of people who left to whom it goes, until ctx
// ends; one that was cut off goes on here, or in another copy.
func (s *Site) HandOver(ctx context.Context) {
	r := &handover.Runner{
		Keeper: s.cfg.Keeper, Log: s.cfg.Log,
		Office: &feedback.Office{Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now},
		Begun: func(ctx context.Context, leaver, to string) error {
			return desk.HandDraft(ctx, s.cfg.Vault, s.cfg.Keys, leaver, to, s.cfg.Now())
		},
	}
	r.Run(ctx, s.leaving)
}

// handNow makes HandOver look at once.
func (s *Site) handNow() {
	select {
	case s.leaving <- struct{}{}:
	default: // it is on its way already
	}
}

package site

import (
	"context"
	"time"

	"rectify/feedback"
)

// branchEvery is how often unfinished splits are looked for.
const branchEvery = 30 * time.Second

// Branch files, until ctx ends, what was split off letters and has no number yet:
// the program died in between, or the store was away.
func (s *Site) Branch(ctx context.Context) {
	office := &feedback.Office{Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now}
	tick := time.NewTicker(branchEvery)
	defer tick.Stop()
	for {
		if err := office.BranchAll(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("what was split off letters is not filed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

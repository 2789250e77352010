package site

import (
	"context"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/redate"
)

// Redate counts open matters anew if the calendar of this site is another one
// than they were counted by, until ctx ends.
func (s *Site) Redate(ctx context.Context) { s.Redater().Run(ctx) }

// Redater is what does so, step by step.
func (s *Site) Redater() *redate.Runner {
	clocks, own := s.cfg.Body.Clocks(), s.cfg.Body.Days
	return &redate.Runner{
		Store: s.cfg.Store, Vault: s.cfg.Vault, Office: &feedback.Office{Store: s.cfg.Store, Clocks: clocks, Now: s.cfg.Now},
		Chain: &audit.Chain{Store: s.cfg.Audit, Now: s.cfg.Now}, Now: s.cfg.Now, Log: s.cfg.Log,
		Task: redate.Task{Digest: clocks.Days.Digest(), Edition: calendar.LastYear, Version: own.N, Why: own.Why},
	}
}

// alarm lists the open matters whose three-month alarm lies before a day.
func (s *Site) alarm(until calendar.Day) []feedback.Number {
	all, _ := s.cfg.Statistics.Pressing(until)
	list := make([]feedback.Number, 0, len(all))
	for _, p := range all {
		list = append(list, p.Number)
	}
	return list
}

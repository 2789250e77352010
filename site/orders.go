package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/bulk"
	"rectify/site/web"
)

// orders are what staff have ordered to be done to several submissions.
func (s *Site) orders(office *feedback.Office) *bulk.Orders {
	s.given = &bulk.Orders{Briefs: s.cfg.Briefs, Office: office, Actor: s.actor, Explain: explain, Now: s.cfg.Now, Log: s.cfg.Log}
	return s.given
}

// Orders carries out what staff have ordered, until ctx ends.
func (s *Site) Orders(ctx context.Context) { s.given.Follow(ctx) }

// actor answers who an account is now. One that is disabled or gone may nothing.
func (s *Site) actor(ctx context.Context, account string) (feedback.Actor, error) {
	list, err := s.cfg.Keeper.Accounts(ctx)
	if err != nil {
		return feedback.Actor{}, err
	}
	for _, a := range list {
		if a.Name == account && !a.Disabled {
			return a.Actor(), nil
		}
	}
	return feedback.Actor{Kind: feedback.Staff, ID: account}, nil
}

// explain makes a code of why something could not be done; none where that is
// not known and it may be tried again.
func explain(err error) string {
	known := web.Classify(err)
	switch {
	case known.Status >= fiber.StatusInternalServerError:
		return ""
	case known.Code == "invalid" && len(known.Faults) > 0:
		return known.Faults[0].Field + "." + known.Faults[0].Rule
	}
	return known.Code
}

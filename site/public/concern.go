package public

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/guard"
	"rectify/site/ui"
	"rectify/site/web"
)

// concernDays is for how long somebody who was counted is not counted again.
const concernDays = 180

// ConcernPage says that somebody's concern was counted.
type ConcernPage struct {
	ui.Frame
	Number feedback.Number
	Others int64 // beside the writer
	Again  bool  // was counted before
}

// concern counts that somebody has the concern of a published submission (我也有
// 这个问题): once a browser and network, without account or cookie.
func (p *Pages) concern(c *fiber.Ctx) error {
	web.Private(c)
	pub, err := p.shown(c)
	if err != nil {
		return err
	}
	number := pub.Number
	if err := p.closed(pub.Notice); err != nil {
		return err
	}
	f := p.frame(c, "feedback")
	f.Title, f.NoIndex, f.Path = f.T("concern.done"), true, "/feedback/"+string(number)
	page := ConcernPage{Frame: f, Number: number}
	page.Others, page.Again, err = p.count(c, pub)
	if err != nil {
		return err
	}
	return p.show(c, fiber.StatusOK, "concern", page)
}

// count counts one concern, unless it was before. What is kept of it for that is
// a keyed digest, and until when: a day, so that no hour of it can be joined to a
// line of any log (T80).
func (p *Pages) count(c *fiber.Ctx, pub feedback.Public) (n int64, again bool, err error) {
	h := hmac.New(sha256.New, p.Keys.Derive("same concern", nil))
	h.Write([]byte(string(pub.Number) + "\x00" + guard.Coarse(c.Context(), p.Proxies)))
	until := calendar.On(p.Now()).Add(concernDays).Time()
	ctx, name := web.Context(c), feedback.ConcernTally(pub.Number)
	err = p.Vault.Keep(ctx, h.Sum(nil), nil, until)
	if errors.Is(err, feedback.ErrConflict) {
		counts, err := p.Tally.Counts(ctx, []string{name})
		return counts[name], true, err
	}
	if err == nil {
		n, err = p.Tally.Add(ctx, name, 1)
	}
	if err == nil && p.Counted != nil {
		p.Counted(pub.Number, pub.Notice)
	}
	return n, false, err
}

// concerned notes how many have the same concern. Pages are as good without.
func (p *Pages) concerned(c *fiber.Ctx, talks []ui.Talk) []ui.Talk {
	if p.Tally == nil || len(talks) == 0 {
		return talks
	}
	names := make([]string, len(talks))
	for i := range talks {
		names[i] = feedback.ConcernTally(talks[i].Number)
	}
	ctx, cancel := context.WithTimeout(web.Context(c), storeLife)
	defer cancel()
	counts, err := p.Tally.Counts(ctx, names)
	if err != nil {
		web.Lack(c, err)
		return talks
	}
	for i := range talks {
		talks[i].Others = counts[names[i]]
	}
	return talks
}

package public

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// openPart is what a form asks for that leads from a letter to a matter that was
// split off it, or back.
const openPart = "open"

// OwnPart is a matter that was split off a letter, for its sender.
type OwnPart struct {
	Number feedback.Number // empty: it is being registered
	State  string
}

// OwnTarget is what a submission was merged into, as far as the sender of the
// merged one may read it: how it stands and what was replied, not what its own
// sender wrote.
type OwnTarget struct {
	Number  feedback.Number
	State   string
	Replies []feedback.PublicReply
	Public  bool
}

// mergeSteps bounds how far a merge is followed: what was merged into one can be
// merged on with it.
const mergeSteps = 10

// related fills in what belongs to an opened submission.
func (p *Pages) related(c *fiber.Ctx, f ui.Frame, o *Opened) error {
	for _, x := range o.S.Pieces {
		part := OwnPart{Number: x.Number}
		if x.Number != "" {
			s, err := p.Store.Get(web.Context(c), x.Number)
			if err != nil {
				return err
			}
			part.State = p.stateText(f, &s)
		}
		o.Parts = append(o.Parts, part)
	}
	target, err := p.target(c, &o.S)
	if err != nil || target == nil {
		return err
	}
	o.Target = &OwnTarget{
		Number: target.Number, State: p.targetText(f, target), Replies: target.PublicReplies(), Public: target.Visibility == feedback.Published,
	}
	return nil
}

// target is where a merged submission is dealt with now; nil where none is, or
// where its sender may not know: what is said on a clue stays with who wrote it.
func (p *Pages) target(c *fiber.Ctx, s *feedback.Submission) (*feedback.Submission, error) {
	next := s.MergedInto
	if s.Erased() || s.Withdrawn() {
		next = ""
	}
	var target *feedback.Submission
	for range mergeSteps {
		if next == "" {
			break
		}
		t, err := p.Store.Get(web.Context(c), next)
		if errors.Is(err, feedback.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		target, next = &t, t.MergedInto
	}
	if target != nil && (target.Category == feedback.Clue && s.Category != feedback.Clue || target.Erased() || target.Withdrawn()) {
		return nil, nil //nolint:nilnil // none is no fault
	}
	return target, nil
}

// openPart leads from a letter to a matter that was split off it, or back: who
// holds the code of the letter sent each of them.
func (p *Pages) openPart(c *fiber.Ctx, s feedback.Submission, form web.Values) error {
	n, ok := feedback.ParseNumber(form.Get("part"))
	mine := s.SplitFrom == n || slices.ContainsFunc(s.Pieces, func(x feedback.Piece) bool { return x.Number == n })
	if !ok || !mine {
		return web.NotFound()
	}
	other, err := p.Store.Get(web.Context(c), n)
	if err != nil {
		return err
	}
	if other.SplitFrom != s.Number && s.SplitFrom != other.Number {
		return web.NotFound()
	}
	return p.open(c, fiber.StatusOK, other, "", "", back{})
}

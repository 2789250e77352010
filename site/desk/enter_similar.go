package desk

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/likeness"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// What is looked through for something like what is being typed: the newest
// about the same notice, and the newest of all.
const (
	similarLook  = 150
	similarShow  = 5
	similarGrams = 4    // less is like everything
	similarLeast = 0.12 // of the shorter text
)

// SimilarPage is the piece of the page that shows what was said before.
type SimilarPage struct {
	ui.Frame
	Rows []Row
}

// Like is that piece, as part of the whole page.
func (p EnterPage) Like() SimilarPage { return SimilarPage{Frame: p.Frame, Rows: p.Similar} }

// similar answers, while staff type, what is like it and came before.
func (d *Desk) similar(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	f := d.frame(c)
	var in feedback.Incoming
	_, _ = d.aim(f, &in, form.Get("target")) // not clear yet: among all of them
	rows, err := d.like(c, f, in.Notice, form.Get("text"))
	if err != nil {
		return err
	}
	web.Private(c)
	piece, err := d.Engine.Render("similar", "desk/enter", SimilarPage{Frame: f, Rows: rows})
	if err != nil {
		return err
	}
	return web.HTML(c, fiber.StatusOK, piece)
}

// like lists what shares most pairs of characters with a text, best first.
func (d *Desk) like(c *fiber.Ctx, f ui.Frame, notice, text string) ([]Row, error) {
	mine := likeness.GramsOf(text)
	if len(mine) < similarGrams {
		return nil, nil
	}
	who, today := auth.Of(c).Actor(), calendar.On(d.Now())
	type hit struct {
		score float64
		s     feedback.Submission
	}
	found := map[feedback.Number]hit{}
	asked := []feedback.Query{{Sort: feedback.ByNewest, Limit: similarLook}}
	if notice != "" {
		asked = append(asked, feedback.Query{Notice: notice, Sort: feedback.ByNewest, Limit: similarLook})
	}
	for _, q := range asked {
		list, _, err := d.Store.List(web.Context(c), veil(q, who))
		if err != nil {
			return nil, err
		}
		for i := range list {
			if score := mine.Share(likeness.GramsOf(list[i].Current())); score >= similarLeast {
				found[list[i].Number] = hit{score, list[i]}
			}
		}
	}
	hits := make([]hit, 0, len(found))
	for _, h := range found {
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.s.Number, a.s.Number)) })
	var rows []Row
	for i := range hits[:min(len(hits), similarShow)] {
		rows = append(rows, d.row(f, &hits[i].s, today))
	}
	return rows, nil
}

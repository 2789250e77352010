package public

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/likeness"
	"rectify/site/ui"
	"rectify/site/web"
)

// What of the published opinions is looked through for something like a text:
// the newest about the same notice, or of all where it is about none.
const (
	alikeLook  = feedback.MaxPage
	alikeShow  = 3
	alikeGrams = 8   // a shorter text is like everything
	alikeLeast = 0.5 // of the shorter text
	alikeRunes = 80  // that are shown of each
)

// Alike is a published opinion that is like what somebody writes.
type Alike struct {
	Number   feedback.Number
	First    string // its first words
	Standing string // whether it was answered
	Others   int64  // who have the same concern
}

// AlikePage is the piece of a page that shows them while somebody types.
type AlikePage struct {
	ui.Frame
	Alike []Alike
	Asked bool
}

// similar answers, while somebody types, what was published before and is like
// it. Nothing of the text is kept.
func (p *Pages) similar(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	web.Private(c)
	f := p.frame(c, "new")
	list, err := p.alike(c, f, form.Get("notice"), form.Get("text"))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return c.SendStatus(fiber.StatusNoContent)
	}
	piece, err := p.Engine.Render("piece", "pages/form", AlikePage{Frame: f, Alike: list})
	if err != nil {
		return err
	}
	return web.HTML(c, fiber.StatusOK, piece)
}

// alike lists published opinions that share most of their pairs of characters
// with a text, best first. What is hidden in them is not compared either.
func (p *Pages) alike(c *fiber.Ctx, f ui.Frame, notice, text string) ([]Alike, error) {
	mine := likeness.GramsOf(text[:min(len(text), feedback.MaxTextBytes)])
	if len(mine) < alikeGrams {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(web.Context(c), storeLife)
	defer cancel()
	list, _, err := p.Store.List(ctx, feedback.Query{Visibility: feedback.Published, Notice: notice, Sort: feedback.ByPublished, Limit: alikeLook})
	if err != nil {
		return nil, err
	}
	type hit struct {
		score float64
		talk  ui.Talk
	}
	var hits []hit
	for _, t := range p.talks(c, f, list) {
		theirs := likeness.GramsOf(plain(t))
		if score := mine.Share(theirs); t.Gone == feedback.NotGone && len(theirs) >= alikeGrams && score >= alikeLeast {
			hits = append(hits, hit{score, t})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	var found []Alike
	for _, h := range hits[:min(len(hits), alikeShow)] {
		a := Alike{Number: h.talk.Number, First: short(plain(h.talk), alikeRunes), Others: h.talk.Others, Standing: f.T("talk.waiting." + string(h.talk.State))}
		if len(feedback.Standing(h.talk.Replies)) > 0 {
			a.Standing = f.T("alike.answered")
		}
		found = append(found, a)
	}
	return found, nil
}

// plain is the text as the public sees it, on one line.
func plain(t ui.Talk) string {
	var b []byte
	for _, s := range t.Text {
		b = append(b, s.Text...)
	}
	return string(b)
}

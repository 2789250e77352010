package public

import (
	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// StandingPage is a page of prose about the site itself.
type StandingPage struct {
	ui.Frame
	Terms   []TermRow
	Told    []ui.Part // the privacy notice
	Version string
	Before  []ToldVersion
}

// TermRow is one limit that the body has set itself.
type TermRow struct{ What, Term string }

func (p *Pages) standing(c *fiber.Ctx, name string) StandingPage {
	f := p.frame(c, "")
	f.Title, f.Description = f.T(name+".title"), f.T(name+".description", p.Site.Body.Name)
	f.Column = column(f, f.Title, "about")
	f.Crumbs = []ui.Crumb{{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: f.Title}}
	web.Tag(c, web.TagAll)
	return StandingPage{Frame: f}
}

func (p *Pages) about(c *fiber.Ctx) error {
	page := p.standing(c, "about")
	rules := p.Intake.Clocks.Rules
	term := func(t feedback.Term) string { return page.T("term", t.Days, page.T("clock."+string(t.Clock))) }
	page.Terms = []TermRow{{page.T("limit.moderate"), term(rules.Moderate)}, {page.T("limit.accept"), term(rules.Accept)}}
	for _, k := range p.Site.Body.Categories {
		page.Terms = append(page.Terms, TermRow{page.T("about.answer", p.categoryLabel(page.Frame, k.Code)), term(rules.Answer[k.Code])})
	}
	return p.show(c, fiber.StatusOK, "about", page)
}

func (p *Pages) privacy(c *fiber.Ctx) error {
	page := p.standing(c, "privacy")
	page.Told, page.Version = p.Site.Told(page.Mode.Lang).Parts, p.Site.ToldVersion()
	var err error
	if page.Before, err = p.ToldBefore(web.Context(c)); err != nil {
		return err
	}
	return p.show(c, fiber.StatusOK, "privacy", page)
}

func (p *Pages) accessibility(c *fiber.Ctx) error {
	return p.show(c, fiber.StatusOK, "accessibility", p.standing(c, "accessibility"))
}

// tour leads a newcomer through a site that the program made up.
func (p *Pages) tour(c *fiber.Ctx) error {
	if !p.Site.Demo {
		return web.NotFound()
	}
	page := p.standing(c, "demo.tour")
	page.NoIndex = true
	return p.show(c, fiber.StatusOK, "tour", page)
}

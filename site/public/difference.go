package public

import (
	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/history"
	"rectify/site/ui"
	"rectify/site/web"
)

// DifferencePage is what changed between two versions.
type DifferencePage struct {
	ui.Frame
	N        *content.Notice
	Old, New VersionRow
	From, To []Choice
	Changes  ui.Changes
}

// difference compares two versions, the older one first whatever the order in
// the address.
func (p *Pages) difference(c *fiber.Ctx, h *past, from, to string) error {
	a, okA := number(from)
	b, okB := number(to)
	a, b = min(a, b), max(a, b)
	old, hasA := h.version(a)
	now, hasB := h.version(b)
	if !okA || !okB || !hasA || !hasB {
		return web.NotFound()
	}
	ctx := web.Context(c)
	before, err := p.History.Version(ctx, h.n.Slug, a)
	if err != nil {
		return concealed(before, err)
	}
	after, err := p.History.Version(ctx, h.n.Slug, b)
	if err != nil {
		return concealed(after, err)
	}
	d := history.Diff(before.Notice(), after.Notice())
	f := p.historyFrame(c, h.n)
	f.Title, f.Of, f.NoIndex = f.T("diff.title", a, b), h.n.Title, h.current == 0
	f.Description, f.Updated = f.T("diff.description", h.n.Title, a, b), now.At
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.T("history.title"), URL: f.Links.History(h.n.Slug)}, ui.Crumb{Label: f.Title})
	page := DifferencePage{
		Frame: f, N: h.n, Old: p.row(f, h, old), New: p.row(f, h, now), From: choices(f, h, a), To: choices(f, h, b),
	}
	page.New.Office = officeOf(after.Notice(), now)
	page.Changes = ui.ChangesOf(f, d, page.New.URL)
	return p.show(c, fiber.StatusOK, "difference", page)
}

package public

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/site/body"
	"rectify/site/chart"
	"rectify/site/ui"
	"rectify/site/web"
)

// PaperPage is the form for pen and post, of a notice or of one leaf of it.
type PaperPage struct {
	ui.Frame
	N        *content.Notice
	It       *content.Item // nil: the whole notice
	Code     string        // finds notice and leaf when the form comes back
	QR       template.HTML // leads to the same form on the web; empty at an unknown host
	Rows     []struct{}    // lines to write on
	Kinds    []string
	Contacts content.Contacts
	Over     bool
}

// paperRows fill one sheet.
const paperRows = 12

func (p *Pages) paper(c *fiber.Ctx) error {
	e, ext, err := p.lookup(c)
	if err != nil {
		return err
	}
	if ext != "" {
		return web.NotFound()
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	n := e.Notice
	if err := p.closed(n.Slug); err != nil {
		return err
	}
	web.Tag(c, web.TagAll, web.TagNotice(n.Slug))
	f := p.frame(c, "notices")
	page := PaperPage{N: n, Rows: make([]struct{}, paperRows)}
	if id := q.Get("item"); id != "" {
		if page.It = n.Item(id); page.It == nil || !page.It.Leaf() {
			return web.NotFound()
		}
	}
	id := ""
	if page.It != nil {
		id = page.It.ID
	}
	f.Title = f.T("paper.title", ui.Short(n.Title, 30))
	if id != "" {
		f.Title = f.T("paper.title.item", id, ui.Short(n.Title, 30))
	}
	f.Crumbs = []ui.Crumb{{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: ui.Short(n.Title, 14), URL: p.Site.Links.Notice(n.Slug)}, {Label: f.T("paper.crumb")}}
	f.NoIndex = true
	article(&f, n, n.Title)
	page.Frame = f
	page.Code = body.PaperCode(n.Slug, id)
	for _, k := range p.Site.Body.Categories {
		page.Kinds = append(page.Kinds, p.categoryLabel(f, k.Code))
	}
	ways := f.WaysOf(n, p.today())
	page.Contacts = ways.Contacts
	if strings.HasPrefix(p.Site.Links.Origin(), "http") {
		if page.QR, err = chart.QR(f.T("paper.qr"), p.Site.Links.Absolute(p.Site.Links.Write(n.Slug, id))); err != nil {
			return fmt.Errorf("paper form: %w", err)
		}
	}
	return p.show(c, fiber.StatusOK, "paper", page)
}

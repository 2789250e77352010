package public

import (
	"io/fs"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/shelf"
	"rectify/site/ui"
	"rectify/site/web"
)

// GonePage stands at the address of a notice or leaf that was published once:
// since when it is not, why, and where its words still are.
type GonePage struct {
	ui.Frame
	Say  string
	Note string
	Ways []ui.Crumb
}

// takenDown answers the past of a notice that the site showed once and does not
// show now.
func (p *Pages) takenDown(c *fiber.Ctx, slug string) (*past, error) {
	if p.History == nil || !content.ValidSlug(slug) {
		return nil, web.NotFound()
	}
	h := &past{}
	var err error
	if h.versions, h.damaged, err = p.versionsOf(web.Context(c), slug); err != nil {
		return nil, err
	}
	if len(h.versions) == 0 || neverOurs(h.newest()) {
		return nil, web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagNotice(slug))
	for _, v := range slices.Backward(h.versions) {
		if h.n = p.read(c, v); h.n != nil {
			return h, nil
		}
	}
	h.n = &content.Notice{Slug: slug, Title: slug} // every text was taken out
	return h, nil
}

// neverOurs reports whether a version is that of a built-in notice: those go
// when the body's first own one comes, and never were the body's.
func neverOurs(v history.Version) bool {
	src, err := fs.ReadFile(builtin.FS(), v.Slug+".md")
	return err == nil && shelf.Digest(src) == v.Digest
}

// noticeGone is the page in the place of a notice that was taken down.
func (p *Pages) noticeGone(c *fiber.Ctx, slug string) error {
	h, err := p.takenDown(c, slug)
	if err != nil {
		return err
	}
	f, last := p.historyFrame(c, h.n), h.newest()
	f.Title, f.NoIndex = f.T("gone.notice", h.n.Title), true
	f.Crumbs[len(f.Crumbs)-1].URL = ""
	return p.show(c, fiber.StatusOK, "gone", GonePage{
		Frame: f, Say: f.T("gone.notice.say", last.N, f.Day(last.At)),
		Ways: []ui.Crumb{
			{Label: f.T("gone.last", last.N), URL: f.Links.Version(slug, last.N)},
			{Label: f.T("amend.history", len(h.versions)), URL: f.Links.History(slug)},
			{Label: f.T("error.notices"), URL: f.Links.To("/notices")},
		},
	})
}

// leafGone is the page in the place of a leaf that an earlier version of the
// notice had.
func (p *Pages) leafGone(c *fiber.Ctx, n *content.Notice, id string) error {
	l := p.leafPast(c, n.Slug, id)
	if len(l.line) == 0 || !l.line[len(l.line)-1].Gone {
		return web.NotFound()
	}
	v := l.line[len(l.line)-1].Version
	f := p.historyFrame(c, n)
	f.Title, f.Of, f.NoIndex, f.Updated = f.T("gone.leaf", id), n.Title, true, v.At
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.T("item.no", id)})
	page := GonePage{Frame: f, Say: f.T("gone.leaf.say", v.N, f.Day(v.At)), Note: why(f, v.Note, v.Minor)}
	if now := p.renumbered(c, v, id); now != "" {
		page.Ways = append(page.Ways, ui.Crumb{Label: f.T("gone.leaf.now", now), URL: f.Links.Item(n.Slug, now)})
	}
	page.Ways = append(page.Ways,
		ui.Crumb{Label: f.T("gone.last", v.N-1), URL: f.Links.Version(n.Slug, v.N-1) + "#i" + id},
		ui.Crumb{Label: f.T("amend.changes"), URL: f.Links.Changes(n.Slug, v.N-1, v.N)},
		ui.Crumb{Label: n.Title, URL: f.Links.Notice(n.Slug)},
	)
	return p.show(c, fiber.StatusOK, "gone", page)
}

// renumbered is the id that version v gave to the leaf that had id before it;
// empty where it took the leaf away.
func (p *Pages) renumbered(c *fiber.Ctx, v history.Version, id string) string {
	before := v
	before.N--
	old, now := p.read(c, before), p.read(c, v)
	if old == nil || now == nil {
		return ""
	}
	for _, part := range history.Diff(old, now).Parts {
		if part.OldID == id && part.Kind == history.Changed && part.ID != id {
			return part.ID
		}
	}
	return ""
}

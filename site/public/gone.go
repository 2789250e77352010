package public

import (
	"errors"
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
	page := GonePage{Frame: f, Say: f.T("gone.notice.say", last.N, f.Day(last.At))}
	if last.Concealed == nil {
		page.Ways = append(page.Ways, ui.Crumb{Label: f.T("gone.last", last.N), URL: f.Links.Version(slug, last.N)})
	}
	page.Ways = append(page.Ways, ui.Crumb{Label: f.T("amend.history", len(h.versions)), URL: f.Links.History(slug)})
	page.Ways = append(page.Ways, p.wayToHeard(c, f, slug, "")...)
	page.Ways = append(page.Ways, ui.Crumb{Label: f.T("error.notices"), URL: f.Links.To("/notices")})
	return p.show(c, fiber.StatusOK, "gone", page)
}

// wayToHeard leads to what was published about a notice, or about one leaf of it.
func (p *Pages) wayToHeard(c *fiber.Ctx, f ui.Frame, slug, id string) []ui.Crumb {
	said, err := p.Store.PublicByItem(web.Context(c), slug)
	if err != nil {
		web.Lack(c, err)
		return nil
	}
	n, query := 0, web.Values{"notice": {slug}}
	for item, k := range said {
		if id == "" || item == id {
			n += k
		}
	}
	if n == 0 {
		return nil
	}
	if id != "" {
		query["item"] = []string{id}
	}
	return []ui.Crumb{{Label: f.T("item.said", n), URL: f.Links.To("/feedback?" + query.Encode())}}
}

// leafGone is the page in the place of a leaf that an earlier version of the
// notice had.
func (p *Pages) leafGone(c *fiber.Ctx, n *content.Notice, id string) error {
	if p.History == nil {
		return web.NotFound()
	}
	line, versions, err := p.History.Leaf(web.Context(c), n.Slug, id)
	var damaged *history.Damaged
	if err != nil && !errors.As(err, &damaged) {
		return err // not known whether it ever was
	}
	l := leafPast{line, versions}
	if len(l.line) == 0 || !l.line[len(l.line)-1].Gone {
		return web.NotFound()
	}
	v := l.line[len(l.line)-1].Version
	before := l.before(v.N)
	f := p.historyFrame(c, n)
	f.Title, f.Of, f.NoIndex, f.Updated = f.T("gone.leaf", id), n.Title, true, v.At
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.T("item.no", id)})
	page := GonePage{Frame: f, Say: f.T("gone.leaf.say", v.N, f.Day(v.At)), Note: why(f, v.Note, v.Minor)}
	if now := p.renumbered(c, before, v, id); now != "" {
		page.Ways = append(page.Ways, ui.Crumb{Label: f.T("gone.leaf.now", now), URL: f.Links.Item(n.Slug, now)})
	}
	page.Ways = append(page.Ways,
		ui.Crumb{Label: f.T("gone.last", before.N), URL: f.Links.Version(n.Slug, before.N) + "#i" + id},
		ui.Crumb{Label: f.T("amend.changes"), URL: f.Links.Changes(n.Slug, before.N, v.N)},
	)
	page.Ways = append(page.Ways, p.wayToHeard(c, f, n.Slug, id)...)
	page.Ways = append(page.Ways, ui.Crumb{Label: n.Title, URL: f.Links.Notice(n.Slug)})
	return p.show(c, fiber.StatusOK, "gone", page)
}

// before is the last version before n whose text still stands; a leaf that went
// with n is in it.
func (l leafPast) before(n int) history.Version {
	for _, v := range slices.Backward(l.versions) {
		if v.N < n && v.Concealed == nil {
			return v
		}
	}
	return history.Version{}
}

// renumbered is the id that version v gave to the leaf that had id in the one
// before; empty where it took the leaf away.
func (p *Pages) renumbered(c *fiber.Ctx, before, v history.Version, id string) string {
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

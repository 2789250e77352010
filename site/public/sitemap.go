package public

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/feed"
	"rectify/site/ui"
	"rectify/site/web"
)

// maxOpinions is how many published opinions the site map for machines names;
// the older ones are reached through the pages of their list.
const maxOpinions = 10_000

// SitemapPage is the plan of the site for people.
type SitemapPage struct {
	ui.Frame
	Notices []*content.Notice
	Data    []string
}

func (p *Pages) sitemap(c *fiber.Ctx) error {
	page := SitemapPage{Frame: p.standing(c, "sitemap").Frame, Data: []string{"/feed.atom", "/feed.json", "/sitemap.xml"}}
	for _, e := range p.Library.Snapshot().Entries() {
		page.Notices = append(page.Notices, e.Notice)
	}
	return p.show(c, fiber.StatusOK, "sitemap", page)
}

// sitemapXML is the whole site map, or the list of its parts.
func (p *Pages) sitemapXML(c *fiber.Ctx) error {
	parts, err := p.parts(c)
	if err != nil {
		return err
	}
	if len(parts) == 1 {
		body, err := feed.Sitemap(parts[0])
		return answerFile(c, "application/xml", body, err)
	}
	var list []feed.Address
	for i, part := range parts {
		list = append(list, feed.Address{Loc: p.loc("/sitemap/" + itoa(i+1) + ".xml"), LastMod: feed.Latest(part)})
	}
	body, err := feed.Index(list)
	return answerFile(c, "application/xml", body, err)
}

// sitemapPart is one part where there are several.
func (p *Pages) sitemapPart(c *fiber.Ctx) error {
	stem, ok := strings.CutSuffix(web.Param(c, "part"), ".xml")
	n, err := strconv.Atoi(stem)
	if !ok || err != nil || itoa(n) != stem || n < 1 {
		return web.NotFound()
	}
	parts, err := p.parts(c)
	if err != nil {
		return err
	}
	if len(parts) == 1 || n > len(parts) {
		return web.NotFound()
	}
	body, err := feed.Sitemap(parts[n-1])
	return answerFile(c, "application/xml", body, err)
}

func (p *Pages) loc(path string) string { return p.Site.Links.Absolute(p.Site.Links.To(path)) }

// parts are all addresses of pages that may be found by searching. Where the
// site does not know its own address they are paths, which programs that read
// the map from the site itself resolve; robots.txt does not name it then.
func (p *Pages) parts(c *fiber.Ctx) ([][]feed.Address, error) {
	web.Tag(c, web.TagAll, web.TagFeedback)
	entries := p.Library.Snapshot().Entries()
	newest := ""
	var notices, leaves []feed.Address
	for _, e := range entries {
		n := e.Notice
		changed := feed.DayOf(p.changed(n).In(calendar.Beijing()))
		newest = max(newest, changed)
		notices = append(notices, feed.Address{Loc: p.Site.Links.Absolute(p.Site.Links.Notice(n.Slug)), LastMod: changed})
		for _, l := range n.Leaves() {
			leaves = append(leaves, feed.Address{Loc: p.Site.Links.Absolute(p.Site.Links.Item(n.Slug, l.ID)), LastMod: changed})
		}
	}
	all := []feed.Address{{Loc: p.loc("/"), LastMod: newest}, {Loc: p.loc("/notices"), LastMod: newest}, {Loc: p.loc("/feedback")}, {Loc: p.loc("/statistics")}}
	for _, path := range []string{"/about", "/privacy", "/accessibility", "/sitemap"} {
		all = append(all, feed.Address{Loc: p.loc(path)})
	}
	all = append(append(all, notices...), leaves...)
	opinions, err := p.opinionAddresses(web.Context(c))
	return feed.Split(append(all, opinions...)), err
}

func (p *Pages) opinionAddresses(ctx context.Context) ([]feed.Address, error) {
	var all []feed.Address
	q := feedback.Query{Visibility: feedback.Published, Sort: feedback.ByPublished, Limit: feedback.MaxPage}
	for len(all) < maxOpinions {
		list, next, err := p.Store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			all = append(all, feed.Address{Loc: p.Site.Links.Absolute(p.Site.Links.Opinion(string(s.Number))), LastMod: string(calendar.On(s.PublicAt))})
		}
		if q.After = next; next == "" {
			break
		}
	}
	return all, nil
}

// robots keeps robots off what is nobody's business but one reader's, and
// names the site map where its whole address is known (RFC 9309).
func (p *Pages) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	base := p.Site.Links.Base()
	text := "User-agent: *\nDisallow: " + base + "/desk\nDisallow: " + base + "/track\nDisallow: " + base + "/feedback/new\nDisallow: " + base + "/feedback/receipt\nDisallow: " + base + "/search\n"
	if p.Site.Links.Origin() != "" {
		text += "\nSitemap: " + p.loc("/sitemap.xml") + "\n"
	}
	return c.SendString(text)
}

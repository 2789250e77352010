package public

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/library"
	"rectify/site/ui"
	"rectify/site/web"
)

// listNotices is how many notices stand on one page of the list.
const listNotices = 30

// NoticesPage is the list of all notices.
type NoticesPage struct {
	ui.Frame
	Cards     []Card
	Filters   []Filter
	Chips     []Chip
	Found     int
	Total     int
	Overall   *Overall
	Page      int
	Pages     int
	Previous  string
	Following string
}

// noticesQuery are the fields of the query that make another list.
func noticesQuery() []string { return append(filterNames(), "page") }

func (p *Pages) notices(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	chosen := make(map[string]string)
	for _, name := range filterNames() {
		chosen[name] = q.Get(name)
	}
	f := p.frame(c, "notices")
	f.Title, f.Column = f.T("notices.title"), noticesColumn(f)
	f.Description = f.Column.Description
	web.Tag(c, web.TagAll)
	page := NoticesPage{Frame: f, Chips: chips(f, chosen), Page: 1}
	entries, today := p.Library.Snapshot().Entries(), p.today()
	page.Total = len(entries)
	var all []faceted
	var found []*library.Entry
	var summed []*content.Notice
	for _, e := range entries {
		x := facets(e.Notice, today)
		all = append(all, x)
		if x.holds(chosen, "") {
			found, summed = append(found, e), append(summed, e.Notice)
		}
	}
	page.Found, page.Filters = len(found), filters(f, all, chosen)
	page.Pages = max((len(found)+listNotices-1)/listNotices, 1)
	if at := q.Get("page"); at != "" {
		if page.Page, err = strconv.Atoi(at); err != nil || page.Page < 1 || page.Page > page.Pages || itoa(page.Page) != at {
			return web.NotFound()
		}
	}
	if page.Page == 1 {
		page.Overall = overall(f, summed, today)
	}
	p.cards(&page, found, chosen, today)
	return p.show(c, fiber.StatusOK, "notices", page)
}

// cards fills in one page of the list.
func (p *Pages) cards(page *NoticesPage, found []*library.Entry, chosen map[string]string, today content.Day) {
	from := (page.Page - 1) * listNotices
	for i, e := range found[from:min(from+listNotices, len(found))] {
		card := p.card(page.Frame, "n"+itoa(from+i), e)
		card.Late = content.CountDue(e.Notice.Leaves(), e.Notice.AsOf(today))[content.DueLate]
		card.Moved = len(p.movedLast(e.Notice.Slug))
		card.Closed, card.Replaced = p.archived(e.Notice), replacing(p.Library.Snapshot(), e.Notice.Slug) != nil
		page.Cards = append(page.Cards, card)
		if changed := p.changed(e.Notice); changed.After(page.Updated) {
			page.Updated = changed
		}
	}
	if page.Page > 1 {
		page.Title += page.T("page.of", page.Page)
		page.Previous = listURL(page.Frame, chosen, "", page.Page-1)
	}
	if page.Page < page.Pages {
		page.Following = listURL(page.Frame, chosen, "", page.Page+1)
	}
}

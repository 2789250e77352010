package public

import (
	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/library"
	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// How much stands on the front page.
const (
	homeOlder = 4
	homeTalks = 3
)

// HomePage is the front page.
type HomePage struct {
	ui.Frame
	Newest *Card
	Older  []Card
	Count  int
	Talks  []Talk
	Said   int
	Silent bool // opinions cannot be read just now
}

// Card is a notice in a list.
type Card struct {
	*content.Notice
	Totals   content.Stated
	Progress Progress
	Talks    int
}

func (p *Pages) card(f ui.Frame, id string, e *library.Entry) Card {
	return Card{Notice: e.Notice, Totals: e.Notice.Totals(), Progress: progress(f, id, e.Notice, false)}
}

func (p *Pages) home(c *fiber.Ctx) error {
	f := p.frame(c, "")
	f.Title, f.Description = f.T("home.title"), f.T("home.description", p.Site.Body.Name)
	f.Column = &ui.Column{Name: f.T("home.column"), Description: f.Description, Keywords: f.T("home.keywords"), Type: f.T("column.home")}
	web.Tag(c, web.TagAll, web.TagFeedback)
	page := HomePage{Frame: f}
	entries := p.Library.Snapshot().Entries()
	page.Count = len(entries)
	for i, e := range entries {
		card := p.card(f, "p"+string('a'+rune(i)), e)
		switch {
		case i == 0:
			page.Newest = &card
			page.Updated = e.Notice.Published
		case i <= homeOlder:
			page.Older = append(page.Older, card)
		}
		if i == homeOlder {
			break
		}
	}
	list, _, said, err := p.heard(c, feedback.Query{Limit: homeTalks})
	if err != nil {
		web.Lack(c, err)
		page.Silent = true
	}
	page.Talks, page.Said = p.talks(f, list), said
	page.Updated = latest(page.Updated, list)
	return p.show(c, fiber.StatusOK, "home", page)
}

// NoticesPage is the list of all notices.
type NoticesPage struct {
	ui.Frame
	Cards  []Card
	Years  []int
	Year   string
	Status string
	Total  int
}

func (p *Pages) notices(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	f := p.frame(c, "notices")
	f.Title, f.Description = f.T("notices.title"), f.T("notices.description", p.Site.Body.Name)
	f.Column = &ui.Column{Name: f.Title, Description: f.Description, Keywords: f.T("home.keywords"), Type: f.T("column.notices")}
	web.Tag(c, web.TagAll)
	page := NoticesPage{Frame: f, Year: q.Get("year"), Status: q.Get("status")}
	seen := make(map[int]bool)
	for i, e := range p.Library.Snapshot().Entries() {
		if year := e.Notice.Published.Year(); !seen[year] {
			seen[year] = true
			page.Years = append(page.Years, year)
		}
		if i == 0 {
			page.Updated = e.Notice.Published
		}
		page.Total++
		card := p.card(f, "n"+itoa(i), e)
		if matches(card, page.Year, page.Status) {
			page.Cards = append(page.Cards, card)
		}
	}
	return p.show(c, fiber.StatusOK, "notices", page)
}

// matches holds a notice to the filters: open means that something in it is
// not done, done that all is, unstated that it states no status.
func matches(card Card, year, status string) bool {
	if year != "" && itoa(card.Published.Year()) != year {
		return false
	}
	switch pr := card.Progress; status {
	case "open":
		return pr.Stated() && pr.Open > 0
	case "done":
		return pr.Stated() && pr.Open == 0
	case "unstated":
		return !pr.Stated()
	}
	return true
}

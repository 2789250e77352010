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
	Talks  []ui.Talk
	Said   int
	Silent bool // opinions cannot be read just now
}

// Card is a notice in a list.
type Card struct {
	*content.Notice
	Totals   content.Stated
	Progress Progress
	Late     int         // leaves that have passed their own limits
	Moved    int         // leaves whose status is another than in the version before
	Closed   content.Day // 归档时间
	Replaced bool        // another notice supersedes it
}

func (p *Pages) card(f ui.Frame, id string, e *library.Entry) Card {
	return Card{Notice: e.Notice, Totals: e.Notice.Totals(), Progress: progress(f, id, e.Notice, false)}
}

func (p *Pages) home(c *fiber.Ctx) error {
	f := p.frame(c, "")
	f.Title, f.Description = f.T("home.title"), f.T("home.description", p.Site.Body.Name)
	f.Column = column(f, f.T("home.column"), "home")
	web.Tag(c, web.TagAll, web.TagFeedback)
	page := HomePage{Frame: f}
	entries := p.Library.Snapshot().Entries()
	page.Count = len(entries)
	for i, e := range entries {
		card := p.card(f, "p"+string('a'+rune(i)), e)
		switch {
		case i == 0:
			page.Newest = &card
			page.Updated = p.changed(e.Notice)
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
	page.Talks, page.Said = p.talks(c, f, list), said
	page.Updated = latest(page.Updated, list)
	return p.show(c, fiber.StatusOK, "home", page)
}

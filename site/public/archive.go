package public

import (
	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/site/ui"
	"rectify/site/web"
)

// archived is the day since which the notice, or without one the site, is
// archived; the zero day when it is not.
func (p *Pages) archived(n *content.Notice) content.Day { return p.Site.Body.ArchivedOn(n, p.today()) }

// closed refuses the form for what is archived: 410, for it was open once.
func (p *Pages) closed(slug string) error {
	var n *content.Notice
	if e, ok := p.Library.Snapshot().Notice(slug); ok {
		n = e.Notice
	}
	if on := p.archived(n); !on.IsZero() {
		return web.Error{Status: fiber.StatusGone, Code: "archived", Args: []any{on}}
	}
	return nil
}

// CardMarks are what the list says of a notice beside its sums.
type CardMarks struct {
	ui.Frame
	Late       string
	Moved      int
	ArchivedOn string
	Replaced   bool
}

// Marks makes a card's marks ready.
func (p NoticesPage) Marks(c Card) CardMarks {
	m := CardMarks{Frame: p.Frame, Moved: c.Moved, Replaced: c.Replaced}
	if c.Late > 0 {
		m.Late = p.T("late.card", c.Late)
	}
	if !c.Closed.IsZero() {
		m.ArchivedOn = c.Closed.String()
	}
	return m
}

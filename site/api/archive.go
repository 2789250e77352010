package api

import (
	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback/calendar"
	"rectify/site/web"
)

// closed refuses a submission about what is archived: 410, for it was open once.
func (a *API) closed(slug string) error {
	var n *content.Notice
	if e, ok := a.Library.Snapshot().Notice(slug); ok {
		n = e.Notice
	}
	today := content.DayOf(a.Intake.Now().In(calendar.Beijing()))
	if on := a.Site.Body.ArchivedOn(n, today); !on.IsZero() {
		return web.Error{Status: fiber.StatusGone, Code: "archived", Args: []any{on}}
	}
	return nil
}

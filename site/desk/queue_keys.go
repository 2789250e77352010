package desk

import (
	"github.com/gofiber/fiber/v2"

	"rectify/site/ui"
	"rectify/site/web"
)

// keysCookie turns single keys off in one browser (WCAG 2.1.4). It says nothing
// about anybody.
const keysCookie = "keys"

// KeysPage is the sheet of keys.
type KeysPage struct {
	ui.Frame
	Off bool
}

// noKeys reports whether single keys are turned off.
func noKeys(c *fiber.Ctx) bool { return web.Cookie(c, keysCookie) == "off" }

func (d *Desk) keys(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := KeysPage{Frame: d.frame(c), Off: noKeys(c)}
	page.Title, page.Flash = page.T("keys.title"), said(page.Frame, q.Get("done"))
	page.Crumbs = []ui.Crumb{{Label: page.T("desk.queue"), URL: d.Site.Links.To("/desk")}, {Label: page.Title}}
	return d.show(c, fiber.StatusOK, "keys", page)
}

// setKeys turns single keys on or off.
func (d *Desk) setKeys(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	done := "keys-on"
	cookie := &fiber.Cookie{
		Name: keysCookie, Value: "on", Path: d.Site.Links.To("/desk"), HTTPOnly: true, Secure: d.Site.Links.Secure(),
		SameSite: fiber.CookieSameSiteStrictMode, MaxAge: 365 * 24 * 3600,
	}
	if form.Get("keys") == "off" {
		cookie.Value, done = "off", "keys-off"
	}
	c.Cookie(cookie)
	return web.SeeOther(c, d.Site.Links.To("/desk/keys")+"?done="+done)
}

package proof

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/site/ui"
	"rectify/site/web"
)

// Page explains the log to a citizen.
type Page struct {
	ui.Frame
	Size      int64
	At        time.Time
	Root      string
	Key       string
	Witnesses []string
	Address   string
}

func (l *Log) page(c *fiber.Ctx) error {
	h, err := l.Log.Current(web.Context(c))
	if err != nil {
		return err
	}
	f := ui.Frame{Site: l.Site, Mode: web.ModeOf(c), Path: strings.TrimPrefix(strings.Clone(c.Path()), l.Site.Links.Base())}
	f.Title, f.Description = f.T("proof.title"), f.T("proof.description", l.Site.Body.Name)
	f.Column = &ui.Column{Name: f.Title, Description: f.Description, Keywords: f.T("home.keywords"), Type: f.T("column.about")}
	f.Crumbs = []ui.Crumb{{Label: f.T("crumb.home"), URL: l.Site.Links.Home()}, {Label: f.Title}}
	f.Updated = h.At
	page := Page{
		Frame: f, Size: h.Size, At: h.At, Root: base64.StdEncoding.EncodeToString(h.Root[:]), Key: l.Log.Key.Public(),
		Address: l.Site.Links.Absolute(l.Site.Links.To("/log")),
	}
	for _, w := range l.Witnesses {
		page.Witnesses = append(page.Witnesses, w.Name)
	}
	out, err := l.Engine.Render("public", "pages/log", page)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Cookie")
	return web.HTML(c, fiber.StatusOK, out)
}

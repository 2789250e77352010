package public

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/search"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/figures"
	"rectify/feedback/notary"
	"rectify/feedback/screen"
	"rectify/feedback/subscribe"
	"rectify/site/guard"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"
)

// Pages holds what the handlers need.
type Pages struct {
	Site    *ui.Site
	Engine  *ui.Engine
	Library *library.Library
	Store   feedback.Store
	Vault   feedback.Vault
	Blobs   feedback.Blobs // nil: none are kept
	Tray    *tray.Tray     // nil: forms take no files
	Audit   *audit.Chain
	Tally   feedback.Tally                // nil: nothing is counted
	Counted func(feedback.Number, string) // hears of what was counted, by number and notice
	Proxies guard.Proxies
	Intake  *feedback.Intake
	Office  *feedback.Office
	Keys    feedback.Keys
	Now     func() time.Time
	Watch   *guard.Watch   // nil: who sends how much is not looked at
	Screen  *screen.Screen // what comes in is looked at here
	Search  *search.Index  // nil: nothing can be searched
	Notary  *notary.Notary
	// Statistics are the public figures.
	Statistics *figures.Book
	History    *history.Archive // nil: no history is shown

	Marked func(ctx context.Context) (map[string]string, error) // the vault's marks; nil: none can be listed

	Subscribe *subscribe.Desk
	Mails     bool // whether there is a way for letters to go out

	moved sync.Map    // slug → remembered
	told  atomic.Bool // the privacy notice of now is kept
}

// briefly bounds what is read outside of a request of its own.
func (p *Pages) briefly() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), storeLife)
}

// Routes are the rows of this room in the site's table.
func (p *Pages) Routes() []web.Route {
	get := func(path string, h fiber.Handler, query ...string) web.Route {
		return web.Route{Method: fiber.MethodGet, Path: path, Handler: h, Cache: true, Query: query}
	}
	return []web.Route{
		get("/", p.home),
		get("/notices", p.notices, noticesQuery()...),
		get("/notices/:slug", p.notice),
		get("/notices/:slug/items/:id", p.item, "after"),
		get("/notices/:slug/paper", p.paper, "item"),
		get("/notices/:slug/history", p.history, "from", "to", "before"),
		get("/notices/:slug/versions/:n", p.version),
		get("/feedback", p.opinions, "notice", "item", "category", "after"),
		{Method: fiber.MethodGet, Path: "/feedback/new", Handler: p.form},
		{Method: fiber.MethodPost, Path: "/feedback", Handler: p.submit, Limit: web.LimitSubmit, Uploads: p.Tray.Rule()},
		{Method: fiber.MethodPost, Path: "/feedback/similar", Handler: p.similar, Limit: web.LimitSearch},
		{Method: fiber.MethodPost, Path: "/feedback/:number/concern", Handler: p.concern, Limit: web.LimitConcern},
		{Method: fiber.MethodGet, Path: "/feedback/receipt", Handler: p.receipt},
		get("/feedback/:number", p.opinion),
		{Method: fiber.MethodGet, Path: "/feedback/:number/files/:n", Handler: p.file, File: true},
		{Method: fiber.MethodGet, Path: "/days", Handler: p.days, Limit: web.LimitSearch},
		{Method: fiber.MethodGet, Path: "/track", Handler: p.trackForm},
		{Method: fiber.MethodPost, Path: "/track", Handler: p.track, Uploads: p.Tray.Rule()},
		{Method: fiber.MethodPost, Path: "/track/leave", Handler: p.leave},
		{Method: fiber.MethodPost, Path: "/track/receipt", Handler: p.proof},
		{Method: fiber.MethodGet, Path: "/track/open", Handler: p.claimForm, Limit: web.LimitTrack},
		{Method: fiber.MethodPost, Path: "/track/open", Handler: p.claim, Limit: web.LimitTrack},
		{Method: fiber.MethodGet, Path: "/subscribe", Handler: p.subscribeForm},
		{Method: fiber.MethodPost, Path: "/subscribe", Handler: p.subscribe, Limit: web.LimitSubmit},
		{Method: fiber.MethodGet, Path: "/subscribe/confirm", Handler: p.confirmForm},
		{Method: fiber.MethodPost, Path: "/subscribe/confirm", Handler: p.confirm},
		{Method: fiber.MethodGet, Path: "/subscribe/out", Handler: p.outForm},
		{Method: fiber.MethodPost, Path: "/subscribe/out", Handler: p.out},
		{Method: fiber.MethodPost, Path: "/track/data", Handler: p.own, Limit: web.LimitTrack},
		{Method: fiber.MethodPost, Path: "/track/erase", Handler: p.erase, Limit: web.LimitTrack},
		{Method: fiber.MethodPost, Path: "/mode", Handler: p.mode},
		{Method: fiber.MethodGet, Path: "/search", Handler: p.search, Limit: web.LimitSearch},
		get("/statistics", p.statistics, "period"),
		get("/statistics.csv", p.statisticsCSV, "period", "table"),
		get("/about", p.about),
		get("/tour", p.tour),
		get("/privacy", p.privacy),
		get("/accessibility", p.accessibility),
		get("/sitemap", p.sitemap),
		get("/sitemap.xml", p.sitemapXML),
		get("/sitemap/:part", p.sitemapPart),
		get("/feed.atom", p.feedAtom),
		get("/feed.json", p.feedJSON),
		get("/notices/:slug/feed.atom", p.noticeFeed),
		get("/notices/:slug/items/:id/feed.atom", p.itemFeed),
		get("/feedback/:number/feed.atom", p.opinionFeed),
		get("/.well-known/security.txt", p.securityText),
		get("/robots.txt", p.robots),
	}
}

// frame is what every page of this room begins with.
func (p *Pages) frame(c *fiber.Ctx, nav string) ui.Frame {
	path := strings.TrimPrefix(string(c.Request().RequestURI()), p.Site.Links.Base())
	if c.Method() == fiber.MethodPost {
		path = "/" + nav // a form's answer cannot be asked for again by GET
	}
	archived := p.archived(nil)
	return ui.Frame{Site: p.Site, Mode: web.ModeOf(c), Path: path, Nav: nav, Archived: archived, Shut: !archived.IsZero()}
}

func (p *Pages) show(c *fiber.Ctx, status int, page string, data any) error {
	out, err := p.Engine.Render("public", "pages/"+page, data)
	if err != nil {
		return err
	}
	return web.HTML(c, status, out)
}

// mode remembers how a reader wants pages and goes back to where they were.
func (p *Pages) mode(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	m := web.ModeOf(c)
	switch form.Get("mode") {
	case "elder":
		m.Elder = true
	case "plain":
		m.Elder = false
	case "zh":
		m.Lang = "zh-CN"
	case "en":
		m.Lang = "en"
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	c.Cookie(&fiber.Cookie{
		Name: web.ModeCookie, Value: m.Cookie(), Path: p.Site.Links.To("/"), MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HTTPOnly: true, Secure: p.Site.Links.Secure(), SameSite: fiber.CookieSameSiteLaxMode,
	})
	web.Private(c)
	return web.SeeOther(c, p.Site.Links.To(web.LocalPath(form.Get("back"), "/")))
}

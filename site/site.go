// Package site assembles the rooms of the site into one handler: the table of
// addresses, the page cache in front of it, the guards before every route, and
// one place where errors become answers.
//
// It must not know stores' drivers, files or flags. A Site is immutable; new
// settings make a new one.
//
// Start reading at site.go, then routes.go (the one table) and serve.go (one
// request from first byte to last).
package site

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/proposal"
	"rectify/content/search"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/notary"
	"rectify/feedback/staff"
	"rectify/feedback/translog"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/i18n"
	"rectify/site/ops"
	"rectify/site/pagecache"
	"rectify/site/ui"
	"rectify/site/web"

	"golang.org/x/sync/singleflight"
)

// Config is everything that a site is made of.
type Config struct {
	Body    *body.Body
	Library *library.Library
	Archive *history.Archive // every version of every notice
	Press   *proposal.Press  // where notices are published from the desk
	Store   feedback.Store
	Vault   feedback.Vault
	Audit   audit.Store
	Marked  func(ctx context.Context) (map[string]string, error) // the marks of the vault; nil: none can be listed
	Blobs   feedback.Blobs                                       // of attachments and raw mails; nil: none are kept
	Keeper  *staff.Keeper
	Keys    feedback.Keys
	Words   *i18n.Catalogue
	BaseURL string // empty: at the root of an unknown host
	Proxies guard.Proxies
	Limits  bool // rate limits; off for load tests only
	Log     *slog.Logger
	Now     func() time.Time
	Figures *ops.Figures

	Ready func(context.Context) error // what else must hold for this copy to be ready; nil: nothing

	Search    *search.Index      // nil: nothing can be searched
	Notary    *notary.Notary     // the public log
	Witnesses []translog.Witness // whose word on its heads is taken
}

// Site is the whole site, ready to answer.
type Site struct {
	cfg     Config
	links   ui.Links
	engine  *ui.Engine
	shared  *ui.Site
	gate    *auth.Gate
	cache   *pagecache.Cache
	limiter *guard.Limiter
	making  singleflight.Group
	app     *fiber.App
	inner   fasthttp.RequestHandler
}

// requestLife bounds how long one request may work.
const requestLife = 10 * time.Second

// New builds a site. It fails on faults of our own: a template that does not
// parse, words that lack a language, two rooms with one address.
func New(cfg Config) (*Site, error) {
	links, err := ui.NewLinks(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	assets, err := ui.NewAssets(links)
	if err != nil {
		return nil, err
	}
	engine, err := ui.NewEngine()
	if err != nil {
		return nil, err
	}
	s := &Site{
		cfg: cfg, links: links, engine: engine, cache: pagecache.NewCache(),
		shared: &ui.Site{Body: cfg.Body, Links: links, Assets: assets, Words: cfg.Words},
		gate:   &auth.Gate{Keeper: cfg.Keeper, Links: links},
	}
	if cfg.Limits {
		s.limiter = guard.NewLimiter(map[string]guard.Rate{
			string(web.LimitSubmit): {Most: 20, Over: 10 * time.Minute},
			string(web.LimitTrack):  {Most: 30, Over: 10 * time.Minute},
			string(web.LimitLogin):  {Most: 10, Over: 5 * time.Minute},
			string(web.LimitSearch): {Most: 120, Over: 2 * time.Minute},
		}, cfg.Now)
	}
	s.app = fiber.New(fiber.Config{
		DisableStartupMessage: true, StrictRouting: true, CaseSensitive: true, Immutable: true,
		ErrorHandler: s.fail, BodyLimit: guard.MaxBody, ReduceMemoryUsage: false,
	})
	if err := s.routes(); err != nil {
		return nil, err
	}
	s.inner = s.app.Handler()
	return s, nil
}

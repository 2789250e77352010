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
	"crypto/rand"
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
	"rectify/feedback/attachment"
	"rectify/feedback/audit"
	"rectify/feedback/bulk"
	"rectify/feedback/figures"
	"rectify/feedback/mailroom"
	"rectify/feedback/notary"
	"rectify/feedback/screen"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
	"rectify/feedback/topics"
	"rectify/feedback/translog"
	"rectify/feedback/weekly"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/i18n"
	"rectify/site/letter"
	"rectify/site/live"
	"rectify/site/ops"
	"rectify/site/pagecache"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"

	"golang.org/x/sync/singleflight"
)

// Config is everything that a site is made of.
type Config struct {
	Body     *body.Body
	Default  []byte // site.yaml that counts until the body has one of its own; nil: none
	Library  *library.Library
	Archive  *history.Archive // every version of every notice
	Press    *proposal.Press  // where notices are published from the desk
	Store    feedback.Store
	Vault    feedback.Vault
	Audit    audit.Store
	Tally    feedback.Tally                                       // nil: nothing is counted
	Marked   func(ctx context.Context) (map[string]string, error) // the marks of the vault; nil: none can be listed
	Blobs    feedback.Blobs                                       // of attachments and raw mails; nil: none are kept
	Most     int64                                                // bytes that Blobs may take before forms take no more files; 0: no bound
	Keeper   *staff.Keeper
	Provider *auth.Provider // of sign-ins elsewhere; nil: there is none
	Keys     feedback.Keys
	Words    *i18n.Catalogue
	Engine   *ui.Engine // the templates; they take megabytes, and are the same for every site. nil: read anew
	BaseURL  string     // empty: at the root of an unknown host
	Proxies  guard.Proxies
	Demo     bool                                       // what stands in the store was made up by the program
	Limits   bool                                       // rate limits and proof of work; off for load tests only
	Pause    func(context.Context, time.Duration) error // keeps who guesses codes waiting; nil: by the clock
	Screen   *screen.Screen                             // what was taken in before; nil: nothing was
	Briefs   feedback.Briefs                            // what copies of the site tell each other
	Live     *live.Hub                                  // where open pages hear what is new; nil: nowhere
	Jobs     *bulk.Jobs                                 // what staff do to many submissions at once; nil: a place of its own
	Log      *slog.Logger
	Now      func() time.Time
	Figures  *ops.Figures
	Waiting  func() int // submissions that are safe but not in Store yet; nil: there never are any

	Ready func(context.Context) error // what else must hold for this copy to be ready; nil: nothing

	Search *search.Index  // nil: nothing can be searched
	Notary *notary.Notary // the public log
	// Statistics are the public figures; nil: a book of its own.
	Statistics *figures.Book
	// Topics is what is written about; nil: a book of its own.
	Topics    *topics.Book
	Witnesses []translog.Witness // whose word on its heads is taken
	Mailing   Mailing
}

// Site is the whole site, ready to answer.
type Site struct {
	cfg    Config
	links  ui.Links
	engine *ui.Engine
	shared *ui.Site
	gate   *auth.Gate
	cache  *pagecache.Cache
	watch  *guard.Watch
	turns  *guard.Turns // of uploads
	making singleflight.Group
	app    *fiber.App
	inner  fasthttp.RequestHandler

	keepTold  func(context.Context) error // keeps the words of the privacy notice
	subscribe *subscribe.Desk
	letters   *letter.Writer
	room      *mailroom.Room // nil: no mail is taken in
	tray      *tray.Tray     // nil: no files are taken
	recount   recount
	done      *doneLeaves
	weekly    *weekly.Maker
	leaving   chan struct{} // somebody left just now
	given     *bulk.Orders
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
	engine := cfg.Engine
	if engine == nil {
		if engine, err = ui.NewEngine(); err != nil {
			return nil, err
		}
	}
	if cfg.Screen == nil {
		cfg.Screen = screen.New(cfg.Now)
	}
	if cfg.Statistics == nil {
		cfg.Statistics = &figures.Book{}
	}
	if cfg.Topics == nil {
		cfg.Topics = &topics.Book{}
	}
	if cfg.Jobs == nil {
		cfg.Jobs = bulk.NewJobs()
	}
	s := &Site{
		cfg: cfg, links: links, engine: engine, cache: pagecache.NewCache(),
		shared:  &ui.Site{Body: cfg.Body, Links: links, Assets: assets, Words: cfg.Words, Demo: cfg.Demo},
		gate:    &auth.Gate{Keeper: cfg.Keeper, Links: links, Keys: cfg.Keys, Now: cfg.Now},
		done:    &doneLeaves{library: cfg.Library, archive: cfg.Archive, log: cfg.Log},
		weekly:  &weekly.Maker{Book: cfg.Statistics, Topics: cfg.Topics, Vault: cfg.Vault, Now: cfg.Now},
		leaving: make(chan struct{}, 1),
		turns:   &guard.Turns{Most: uploadsAtOnce, Each: uploadsAtOnce},
	}
	if cfg.Limits {
		s.turns.Each = uploadsAtOnce / 2
		s.watch = guard.NewWatch(cfg.Proxies, map[string]guard.Rate{
			string(web.LimitSubmit):  {Most: 20, Over: 10 * time.Minute},
			string(web.LimitTrack):   {Most: 30, Over: 10 * time.Minute},
			string(web.LimitLogin):   {Most: 240, Over: 5 * time.Minute}, // an office of thirty; wrong ones are counted apart
			string(web.LimitSearch):  {Most: 120, Over: 2 * time.Minute},
			string(web.LimitConcern): {Most: 20, Over: 10 * time.Minute, Net: true},
		}, cfg.Keys.Derive("stamps of forms", nil), cfg.Now, cfg.Pause)
	}
	if cfg.Blobs != nil {
		s.tray = &tray.Tray{
			Stage: &attachment.Stage{Workshop: attachment.NewWorkshop(attachment.LeastMemory), Blobs: cfg.Blobs, Keys: cfg.Keys, Now: cfg.Now, Rand: rand.Reader},
			Room:  &attachment.Room{Blobs: cfg.Blobs, Most: cfg.Most, Now: cfg.Now},
			Watch: s.watch,
		}
	}
	if cfg.Live != nil {
		cfg.Live.Use(cfg.Store)
	}
	s.app = s.newApp()
	s.mailing()
	if err := s.routes(); err != nil {
		return nil, err
	}
	s.inner = s.app.Handler()
	return s, nil
}

func (s *Site) newApp() *fiber.App {
	return fiber.New(fiber.Config{
		DisableStartupMessage: true, StrictRouting: true, CaseSensitive: true, Immutable: true,
		ErrorHandler: s.fail, BodyLimit: guard.MaxBody, ReduceMemoryUsage: false,
	})
}

package site

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site/api"
	"rectify/site/desk"
	"rectify/site/ops"
	"rectify/site/proof"
	"rectify/site/public"
	"rectify/site/web"
)

// Table joins the rows of every room: the one list of addresses, who may use
// them, how often, and whether answers are kept.
func (s *Site) Table() []web.Route {
	if s.room == nil {
		s.room = s.mailroom()
	}
	clocks := s.cfg.Body.Clocks()
	intake := &feedback.Intake{Store: counting{s.cfg.Store, &s.cfg.Figures.Filed}, Keys: s.cfg.Keys, Clocks: clocks, Now: s.cfg.Now}
	office := &feedback.Office{Store: s.cfg.Store, Clocks: clocks, Now: s.cfg.Now, Seen: s.seen, Leaks: leaks, Briefs: s.cfg.Briefs}
	chain := &audit.Chain{Store: s.cfg.Audit, Now: s.cfg.Now}
	pages := &public.Pages{
		Site: s.shared, Engine: s.engine, Library: s.cfg.Library, Store: s.cfg.Store, Vault: s.cfg.Vault, Blobs: s.cfg.Blobs, Tray: s.tray, Audit: chain, Tally: s.cfg.Tally, Counted: s.recount.note, Proxies: s.cfg.Proxies, Marked: s.cfg.Marked,
		Intake: intake, Office: office, Keys: s.cfg.Keys, Now: s.cfg.Now, History: s.cfg.Archive,
		Search: s.cfg.Search, Notary: s.cfg.Notary, Statistics: s.cfg.Statistics, Watch: s.watch, Screen: s.cfg.Screen,
		Subscribe: s.subscribe, Mails: s.cfg.Mailing.Post != nil,
	}
	log := &proof.Log{Site: s.shared, Engine: s.engine, Log: s.cfg.Notary.Log, Witnesses: s.cfg.Witnesses}
	staffSide := &desk.Desk{
		Site: s.shared, Engine: s.engine, Library: s.cfg.Library, Press: s.cfg.Press, Search: s.cfg.Search, Reading: make(chan struct{}, 2), Store: s.cfg.Store, Vault: s.cfg.Vault, Keeper: s.cfg.Keeper, Gate: s.gate, Watch: s.watch, Log: s.cfg.Log, Provider: s.cfg.Provider,
		Intake: intake, Office: office, Jobs: s.cfg.Jobs, Orders: s.orders(office), Briefs: s.cfg.Briefs, Hub: s.cfg.Live, Clocks: clocks, Versions: s.versions(), Statistics: s.cfg.Statistics, Now: s.cfg.Now, Waiting: s.cfg.Waiting,
		Box: s.cfg.Mailing.Box, Post: s.cfg.Mailing.Post, Letters: s.letters, Audit: chain, Finder: s.finder, Room: s.room, Inboxes: s.cfg.Mailing.Inboxes, Tally: s.cfg.Tally, Blobs: s.cfg.Blobs, Tray: s.tray,
		Topics: s.cfg.Topics, Weekly: s.weekly,
		Hand:     s.handNow,
		Settings: s.settings(),
	}
	s.keepTold = pages.KeepTold
	machines := &api.API{Site: s.shared, Library: s.cfg.Library, Store: s.cfg.Store, Intake: intake, Watch: s.watch, Screen: s.cfg.Screen}
	operators := &ops.Ops{
		Store: s.cfg.Store, Started: s.cfg.Now(), Figures: s.cfg.Figures, Waiting: s.cfg.Waiting, Box: s.cfg.Mailing.Box, Ready: s.cfg.Ready, Log: s.cfg.Log,
	}
	var table []web.Route
	for _, rows := range [][]web.Route{pages.Routes(), machines.Routes(), staffSide.Routes(), operators.Routes(), log.Routes()} {
		table = append(table, rows...)
	}
	return append(table, web.Route{Method: fiber.MethodGet, Path: "/static/:name", Handler: s.asset, Cache: true})
}

// versions is where versions of the calendar stand; nil where none are kept.
func (s *Site) versions() shelf.Shelf {
	if s.cfg.Archive == nil {
		return nil
	}
	return s.cfg.Archive.Shelf
}

// routes puts the table into Fiber under the base path.
func (s *Site) routes() error {
	// An address written out comes before one with a part to be filled in, also
	// with the methods that it does not take.
	var plain, patterns []web.Route
	for _, r := range s.Table() {
		if strings.ContainsAny(r.Path, ":*") {
			patterns = append(patterns, r)
		} else {
			plain = append(plain, r)
		}
	}
	if err := s.register(plain); err != nil {
		return err
	}
	if err := s.register(patterns); err != nil {
		return err
	}
	if base := s.links.Base(); base != "" { // as people type it
		s.app.Get(base, func(c *fiber.Ctx) error { return c.Redirect(s.links.Home(), fiber.StatusPermanentRedirect) })
	}
	s.app.Use(func(*fiber.Ctx) error { return web.NotFound() })
	return nil
}

// register puts rows into Fiber, in their order.
func (s *Site) register(rows []web.Route) error {
	seen := make(map[string]bool)
	methods := make(map[string][]string)
	for _, r := range rows {
		key := r.Method + " " + r.Path
		if seen[key] {
			return fmt.Errorf("address %s stands twice in the table", key)
		}
		seen[key] = true
		methods[r.Path] = append(methods[r.Path], r.Method)
		path := s.links.Base() + r.Path
		s.app.Add(r.Method, path, s.route(r))
		if r.Method == fiber.MethodGet {
			s.app.Add(fiber.MethodHead, path, s.route(r))
		}
	}
	for path, allowed := range methods {
		s.app.All(s.links.Base()+path, wrongMethod(allowed))
	}
	return nil
}

// wrongMethod answers 405 with what is allowed (RFC 9110, 15.5.6).
func wrongMethod(allowed []string) fiber.Handler {
	list := ""
	for _, m := range allowed {
		if list != "" {
			list += ", "
		}
		if list += m; m == fiber.MethodGet {
			list += ", HEAD"
		}
	}
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, list)
		return fiber.ErrMethodNotAllowed
	}
}

// asset answers a style sheet or picture; its name holds its digest, so it may
// be kept for ever.
func (s *Site) asset(c *fiber.Ctx) error {
	a, ok := s.shared.Assets.Get(web.Param(c, "name"))
	if !ok {
		return web.NotFound()
	}
	c.Set(fiber.HeaderContentType, a.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Response().SetBodyRaw(a.Data)
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/content/history"
	"rectify/content/library"
	"rectify/feedback/bulk"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/screen"
	"rectify/feedback/spool"
	"rectify/site"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/i18n"
	"rectify/site/live"
	"rectify/site/ops"
	"rectify/site/ui"
)

// serveCmd serves the site until it is told to stop.
type serveCmd struct {
	stored
	Listen  string   `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Content string   `help:"Folder of notices and site.yaml; the built-in notices where none is given." type:"path" placeholder:"DIR"`
	BaseURL string   `name:"base-url" help:"Where readers reach the site; may have a path." placeholder:"URL"`
	Proxies string   `name:"trusted-proxies" help:"Addresses whose X-Forwarded-For is believed." placeholder:"CIDR,…"`
	Witness []string `help:"Verifier key of a witness whose cosignatures on heads of the public log are kept; may be repeated." placeholder:"KEY"`
	mailFlags
	mailInFlags
	elsewhereFlags
	MaxFiles int64  `name:"max-files" help:"Gigabytes that attachments and raw mails may take before forms take no more files; 0 for no bound." default:"20"`
	Limits   string `help:"Rate limits and proof of work; off is for load tests only." enum:"on,off" default:"on"`
}

// drain is how long requests under way may go on after SIGTERM.
const drain = 8 * time.Second

// patience is how long a peer may take for a request, an answer, or between
// two requests.
const patience = 45 * time.Second

// liveEvery is how often the store is asked what is new, while the queue is open
// in some browser.
const liveEvery = 2 * time.Second

// server is a running program: its site can be made anew without stopping it.
type server struct {
	cmd    *serveCmd
	log    *slog.Logger
	store  store
	spool  *spool.Store // before a store on the network; nil with the embedded one
	kept   *sealed      // the same, with its keys
	done   []func() error
	place  *place
	config site.Config
	live   atomic.Pointer[site.Site]
	built  atomic.Pointer[string] // the settings that the live site was made from
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context) error {
	s, err := c.opened(ctx)
	if s == nil || err != nil {
		return err
	}
	defer func() {
		if err := s.close(); err != nil {
			s.log.Error("close", "err", err)
		}
	}()
	return s.serve(ctx)
}

// open opens everything that the site is made of.
func (s *server) open(ctx context.Context) error {
	if u, err := url.Parse(s.cmd.BaseURL); err != nil || (s.cmd.BaseURL != "" && (u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"))) {
		return fmt.Errorf("--base-url %q: want http(s)://host/path: %w", s.cmd.BaseURL, errUsage)
	}
	proxies, err := guard.ParseProxies(s.cmd.Proxies)
	if err != nil {
		return fmt.Errorf("--trusted-proxies: %w: %w", err, errUsage)
	}
	if s.kept, err = s.cmd.openSealed(ctx, true); err != nil {
		return err
	}
	s.store = s.kept
	if err := s.fill(ctx, proxies); err != nil {
		return errors.Join(err, s.close())
	}
	return nil
}

// fill makes what stands on the store.
func (s *server) fill(ctx context.Context, proxies guard.Proxies) (err error) {
	s.config = site.Config{
		Store: s.store, Vault: s.store, Audit: s.store.Audit(), Tally: s.store.Tally(), Marked: marked(s.store), BaseURL: s.cmd.BaseURL, Proxies: proxies,
		Limits: s.cmd.Limits == "on", Ready: s.kept.lacking, Statistics: &figures.Book{},
		Log: s.log, Now: time.Now, Figures: &ops.Figures{}, Screen: screen.New(time.Now), Jobs: bulk.NewJobs(),
		Briefs: s.store, Live: live.New(liveEvery),
	}
	if s.config.Keys, err = s.cmd.keys(ctx, s.store); err != nil {
		return err
	}
	marks, err := s.config.Marked(ctx)
	if err != nil {
		return err
	}
	s.config.Demo = marks[demoMark] != ""
	if s.spool, err = s.openSpool(); err != nil {
		return err
	}
	if s.spool != nil {
		s.config.Store, s.config.Waiting = s.spool, s.spool.Waiting
	}
	if s.config.Keeper, err = keeper(s.store); err != nil {
		return err
	}
	s.config.Keeper.Sealer = s.config.Keys.Sealer("second factors")
	if s.config.Provider, err = s.cmd.provider(s.config.Keys); err != nil {
		return err
	}
	if s.config.Words, err = i18n.Load(); err != nil {
		return err
	}
	if s.config.Engine, err = ui.NewEngine(); err != nil {
		return err
	}
	if s.place, err = openPlace(ctx, s.cmd.stored, s.cmd.Content); err != nil {
		return err
	}
	s.config.Archive = &history.Archive{Shelf: s.place.versions}
	s.config.Press = s.place.press(s.config.Archive)
	s.config.Press.Now = time.Now
	s.config.Default = s.place.standing()
	s.config.Library, err = library.Open(ctx, library.Options{
		Folder: s.place.FS, Keep: filepath.Join(s.cmd.Data, "notices"), Build: build(), Archive: s.config.Archive, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.config.Library.OnChange(func(slugs []string) {
		if now := s.live.Load(); now != nil {
			now.Changed(slugs)
		}
	})
	if err := s.files(); err != nil {
		return err
	}
	if err := s.mailing(ctx); err != nil {
		return err
	}
	s.config.Search = searchIndex(s.cmd.stored, s.config.Keys, s.log)
	return s.build(ctx)
}

// build makes the site from the settings as they stand in the folder now.
func (s *server) build(ctx context.Context) error {
	fsys, err := s.place.FS(ctx)
	if err != nil {
		return err
	}
	text, _ := s.settingsNow(ctx) // before they are read: a change in between is seen as one
	b, found, err := settings(fsys)
	if err != nil {
		return err
	}
	for _, d := range found {
		s.log.Warn("settings", "file", d.File, "line", d.Line, "code", d.Code, "args", fmt.Sprint(d.Args...))
	}
	if s.config.Notary == nil { // its name is that of the first start; settings read later do not change it
		if err := s.notarise(b.Domain); err != nil {
			return err
		}
	}
	if b.Days, found, err = body.LoadDays(ctx, s.place.versions); err != nil {
		return err
	}
	for _, d := range found {
		s.log.Warn("a version of the calendar is broken, the one before it counts", "file", d.File, "line", d.Line, "code", d.Code)
	}
	next := s.config
	next.Body = b
	made, err := site.New(next)
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if year := b.Clocks().Days.Lacking(calendar.On(time.Now())); year != 0 {
		s.log.Warn("no official table of working days; limits that reach into it are provisional", "year", year)
	}
	s.live.Store(made)
	s.built.Store(&text)
	return nil
}

func (s *server) serve(ctx context.Context) error {
	tcp, err := net.Listen("tcp", s.cmd.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if !s.config.Limits {
		s.log.Warn("rate limits are off: for load tests only")
	}
	post, err := s.openMail()
	if err != nil {
		return errors.Join(err, tcp.Close())
	}
	if err := s.greet(ctx, tcp.Addr().String()); err != nil {
		return errors.Join(err, tcp.Close())
	}
	web := s.answering(func(c *fasthttp.RequestCtx) { s.live.Load().Serve(c) })
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { s.follow(work) })
	background.Go(func() { s.reload(work) })
	background.Go(func() { s.watch(work) })
	background.Go(func() { s.config.Notary.Follow(work) })
	background.Go(func() { s.logVersions(work) })
	background.Go(func() {
		s.config.Screen.Follow(work, s.store, func(err error) { s.log.Warn("near-equal texts not followed", "err", err) })
	})
	if s.spool != nil {
		background.Go(func() { s.spool.Run(work) })
	}
	if s.config.Mailing.Post != nil {
		background.Go(func() { s.config.Mailing.Post.Run(work) })
	}
	background.Go(func() { s.watchKeys(work) })
	background.Go(func() { post.run(work, s) })
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener{tcp}) }()
	select {
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		s.log.Info("stopping")
		s.config.Live.Stop() // what listens would be waited for
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		if err = web.ShutdownWithContext(limit); errors.Is(err, context.DeadlineExceeded) {
			s.log.Warn("requests were cut off")
			err = nil
		}
		cancel()
	}
	stop()
	s.config.Jobs.Stop()
	background.Wait()
	return err
}

// answering is a web server with this program's bounds.
func (s *server) answering(handler fasthttp.RequestHandler) *fasthttp.Server {
	return &fasthttp.Server{
		Handler: handler,
		// The name of the program is nobody's business; dates are.
		NoDefaultServerHeader: true, NoDefaultContentType: true,
		ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: patience,
		ReadBufferSize: 16 << 10, WriteBufferSize: 64 << 10, // one write an answer
		MaxRequestBodySize: guard.MaxBody, StreamRequestBody: true, DisablePreParseMultipartForm: true,
		ErrorHandler: refuse, Logger: quiet{s.log},
	}
}

// follow runs what goes on beside requests for the site that is live; a new
// site gets its own.
func (s *server) follow(ctx context.Context) {
	for ctx.Err() == nil {
		current := s.live.Load()
		part, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		wg.Go(func() { current.Follow(part) })
		wg.Go(func() { current.Sweep(part) })
		wg.Go(func() { current.SweepFiles(part) })
		wg.Go(func() { current.Retain(part) })
		wg.Go(func() { current.Index(part) })
		wg.Go(func() { current.Letters(part) })
		wg.Go(func() { current.Branch(part) })
		wg.Go(func() { current.Recount(part) })
		wg.Go(func() { current.Redate(part) })
		wg.Go(func() { current.HandOver(part) })
		wg.Go(func() { current.Orders(part) })
		for ctx.Err() == nil && s.live.Load() == current {
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
		stop()
		wg.Wait()
	}
}

// reload rereads notices and settings at SIGHUP. What is broken stays as it was.
func (s *server) reload(ctx context.Context) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		}
		if _, err := s.config.Library.Reload(ctx); err != nil {
			s.log.Error("notices not reread", "err", err)
		}
		if err := s.build(ctx); err != nil {
			s.log.Error("settings not reread", "err", err)
			continue
		}
		s.log.Info("reread notices and settings")
	}
}

// greet says on the console where the site is and, on an empty store, how the
// first administrator signs in. The link goes nowhere else.
func (s *server) greet(ctx context.Context, addr string) error {
	base := strings.TrimRight(s.cmd.BaseURL, "/")
	if base == "" {
		base = "http://" + addr
	}
	token, first, err := s.config.Keeper.FirstLink(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("整改公开已启动：%s/\n", base)
	if first {
		fmt.Printf("还没有工作人员账号。一小时内打开下面的链接，建立第一个管理员（只能用一次）：\n  %s/desk/first?t=%s\n", base, token)
	} else {
		fmt.Printf("办理工作台：%s/desk\n", base)
	}
	return nil
}

// refuse answers what is no request that could be read.
func refuse(c *fasthttp.RequestCtx, err error) {
	guard.Headers(&c.Response.Header, false)
	status, text := fasthttp.StatusBadRequest, "请求的格式不对 (bad request)\n"
	var small *fasthttp.ErrSmallBuffer
	var timeout net.Error
	switch {
	case errors.As(err, &small):
		status, text = fasthttp.StatusRequestHeaderFieldsTooLarge, "请求的地址或头部太长 (request header too large)\n"
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		status, text = fasthttp.StatusRequestEntityTooLarge, "内容太长 (body too large)\n"
	case errors.As(err, &timeout) && timeout.Timeout():
		status, text = fasthttp.StatusRequestTimeout, "等待太久 (timeout)\n"
	}
	c.Response.Header.SetContentType("text/plain; charset=utf-8")
	c.SetStatusCode(status)
	c.SetBodyString(text)
	c.SetConnectionClose()
}

// quiet keeps fasthttp's own log, which names addresses, out of ours.
type quiet struct{ log *slog.Logger }

// Printf implements fasthttp.Logger: only that something happened is said.
func (q quiet) Printf(format string, _ ...any) { q.log.Debug("connection", "what", format) }

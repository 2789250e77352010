// Package ops answers operators: whether the program lives, whether it can do
// its work just now, and a few figures, the last on the loopback only.
//
// It must not know pages. It counts requests, never people.
package ops

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/outbox"
	"rectify/site/web"
)

// Ops holds what the handlers ask.
type Ops struct {
	Store   feedback.Store
	Started time.Time
	Figures *Figures
	Waiting func() int // submissions in the spool; nil: there is none
	Box     outbox.Store
	Ready   func(context.Context) error // nil: nothing else is asked
	Log     *slog.Logger
}

// Figures are counted as requests go by.
type Figures struct {
	Requests, Hits, Failures, Limited atomic.Int64
	Filed                             atomic.Int64
	Lacking                           atomic.Int64 // pages shown without what could not be read
}

// Routes are the rows of this room in the site's table.
func (o *Ops) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/healthz", Handler: o.health},
		{Method: fiber.MethodGet, Path: "/readyz", Handler: o.ready},
		{Method: fiber.MethodGet, Path: "/metrics", Handler: o.metrics},
	}
}

// health says that the program answers at all.
func (o *Ops) health(c *fiber.Ctx) error { return text(c, fiber.StatusOK, "ok\n") }

// ready says whether a submission could be kept just now.
func (o *Ops) ready(c *fiber.Ctx) error {
	if err := o.Store.Ping(web.Context(c)); err != nil {
		return text(c, fiber.StatusServiceUnavailable, "store is out of order\n")
	}
	if o.Ready != nil {
		if err := o.Ready(web.Context(c)); err != nil {
			o.Log.Warn("not ready", "err", err)
			return text(c, fiber.StatusServiceUnavailable, "this copy lacks a key that is in use; its log says which\n")
		}
	}
	say := "ready\n"
	if o.Waiting != nil {
		say += fmt.Sprintf("spool: %d waiting\n", o.Waiting())
	}
	return text(c, fiber.StatusOK, say)
}

func (o *Ops) metrics(c *fiber.Ctx) error {
	if !c.Context().RemoteIP().IsLoopback() || proxied(c) {
		return web.NotFound()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var b bytes.Buffer
	var waiting int
	if o.Waiting != nil {
		waiting = o.Waiting()
	}
	for _, x := range []struct {
		name, kind string
		value      int64
	}{
		{"rectify_requests_total", "counter", o.Figures.Requests.Load()},
		{"rectify_page_cache_hits_total", "counter", o.Figures.Hits.Load()},
		{"rectify_failures_total", "counter", o.Figures.Failures.Load()},
		{"rectify_limited_total", "counter", o.Figures.Limited.Load()},
		{"rectify_submissions_total", "counter", o.Figures.Filed.Load()},
		{"rectify_spool_waiting", "gauge", int64(waiting)},
		{"rectify_uptime_seconds", "gauge", int64(time.Since(o.Started).Seconds())},
		{"rectify_heap_bytes", "gauge", int64(m.HeapAlloc)}, //nolint:gosec // far below the limit
		{"rectify_goroutines", "gauge", int64(runtime.NumGoroutine())},
	} {
		fmt.Fprintf(&b, "# TYPE %s %s\n%s %d\n", x.name, x.kind, x.name, x.value)
	}
	if counts, err := o.Box.CountLetters(web.Context(c)); err == nil { // else they are left out
		b.WriteString("# TYPE rectify_letters gauge\n")
		for _, state := range outbox.States() {
			fmt.Fprintf(&b, "rectify_letters{state=%q} %d\n", state, counts[state])
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "text/plain; version=0.0.4; charset=utf-8")
	return c.Send(b.Bytes())
}

// proxied reports whether a request came through a proxy, which may stand on
// the loopback while its client does not.
func proxied(c *fiber.Ctx) bool {
	for _, name := range []string{fiber.HeaderXForwardedFor, fiber.HeaderForwarded, fiber.HeaderVia, "X-Real-Ip", fiber.HeaderXForwardedHost} {
		if len(c.Request().Header.Peek(name)) > 0 {
			return true
		}
	}
	return false
}

func text(c *fiber.Ctx, status int, s string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.Status(status).SendString(s)
}

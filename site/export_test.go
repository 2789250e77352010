package site

import (
	"context"

	"github.com/valyala/fasthttp"

	"rectify/site/guard"
	"rectify/site/web"
)

// With serves one row more, with everything that stands before a row.
func (s *Site) With(r web.Route) fasthttp.RequestHandler {
	app := s.newApp()
	app.Add(r.Method, r.Path, s.route(r))
	inner := app.Handler()
	return func(ctx *fasthttp.RequestCtx) {
		if string(ctx.Path()) != r.Path {
			s.Serve(ctx)
			return
		}
		guard.Headers(&ctx.Response.Header, false)
		inner(ctx)
	}
}

// SweepFilesToday is what SweepFiles does every hour.
func (s *Site) SweepFilesToday(ctx context.Context) error { return s.sweepFilesToday(ctx) }

package site

import (
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// fail is the one place where an error becomes an answer: a problem for
// machines, a page for people, with what they had typed given back.
func (s *Site) fail(c *fiber.Ctx, err error) error {
	known := web.Classify(err)
	if known.Status >= fiber.StatusInternalServerError {
		s.cfg.Figures.Failures.Add(1)
		s.cfg.Log.Error("request failed", "method", c.Method(), "route", c.Route().Path, "status", known.Status, slog.Any("err", known.Detail))
	}
	if known.Status == fiber.StatusTooManyRequests {
		s.cfg.Figures.Limited.Add(1)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if known.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "30")
	}
	mode := web.ModeOf(c)
	if local := strings.TrimPrefix(c.Path(), s.links.Base()); strings.HasPrefix(local, "/api/") || strings.HasPrefix(local, "/open311/") {
		return web.WriteProblem(c, web.ProblemOf(s.cfg.Words, mode.Lang, known))
	}
	page := ui.ErrorPage{Frame: ui.Frame{
		Site: s.shared, Mode: mode, Path: "/", NoIndex: true,
		Title: s.cfg.Words.Text(mode.Lang, "error."+known.Code+".title"),
	}}
	page.Say = []string{s.cfg.Words.Text(mode.Lang, "error."+known.Code, known.Args...)}
	for _, v := range known.Faults {
		page.Say = append(page.Say, web.FaultText(s.cfg.Words, mode.Lang, v))
	}
	page.Kept = typed(c)
	layout := "public"
	if signed := auth.Of(c); signed != nil {
		layout, page.Staff = "desk", signed.Line()
	}
	out, drawErr := s.engine.Render(layout, "pages/error", page)
	if drawErr != nil {
		s.cfg.Log.Error("error page failed", "err", drawErr)
		return c.Status(known.Status).SendString(page.Title)
	}
	return web.HTML(c, known.Status, out)
}

// typed is the long text of a form that did not get through, so that nobody
// has to write it twice. Receipt codes and passwords are never given back.
func typed(c *fiber.Ctx) string {
	form := web.Begun(c)
	if form == nil {
		if c.Method() != fiber.MethodPost || c.Context().IsBodyStream() {
			return ""
		}
		var err error
		if form, err = web.Form(c); err != nil {
			return ""
		}
	}
	for _, name := range []string{"text", "reply", "note", "reason", "word"} {
		if v := strings.TrimSpace(form.Get(name)); v != "" {
			return v
		}
	}
	return ""
}

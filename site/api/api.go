package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rectify/content/library"
	"rectify/feedback"
	"rectify/feedback/screen"
	"rectify/site/guard"
	"rectify/site/ui"
	"rectify/site/web"
)

// Pages of a list hold this many entries unless asked otherwise.
const (
	pageSize    = 50
	maxPageSize = feedback.MaxPage
)

// API holds what the handlers need.
type API struct {
	Site    *ui.Site
	Library *library.Library
	Store   feedback.Store
	Intake  *feedback.Intake
	Watch   *guard.Watch   // nil: who sends how much is not looked at
	Screen  *screen.Screen // what comes in is looked at here
}

// Routes are the rows of this room in the site's table.
func (a *API) Routes() []web.Route {
	list := []string{"after", "limit"}
	own := []web.Route{
		{Method: fiber.MethodGet, Path: "/api/v1/notices", Handler: a.notices, Cache: true, Query: list},
		{Method: fiber.MethodGet, Path: "/api/v1/notices/:slug", Handler: a.notice, Cache: true},
		{Method: fiber.MethodGet, Path: "/api/v1/submissions", Handler: a.published, Cache: true, Query: append(list, "notice", "item")},
		{Method: fiber.MethodPost, Path: "/api/v1/submissions", Handler: a.submit, Limit: web.LimitSubmit},
		{Method: fiber.MethodGet, Path: "/api/openapi.json", Handler: a.describe, Cache: true},
	}
	return append(own, a.open311Routes()...)
}

// page is one page of a list: entries, and the cursor of the next page.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// bounds reads after and limit from the query.
func bounds(q web.Values) (after string, limit int, err error) {
	limit = pageSize
	if s := q.Get("limit"); s != "" {
		n, convErr := strconv.Atoi(s)
		if convErr != nil || n < 1 || n > maxPageSize {
			return "", 0, web.Error{Status: fiber.StatusBadRequest, Code: "limit", Args: []any{maxPageSize}}
		}
		limit = n
	}
	return q.Get("after"), limit, nil
}

// answer writes one page of a list, open to every origin, with a Link header
// to the next page (RFC 8288).
func answer[T any](c *fiber.Ctx, links ui.Links, path string, q web.Values, p page[T]) error {
	open(c)
	if p.Next != "" {
		next := web.Values{}
		for _, name := range []string{"limit", "notice", "item"} {
			if v := q.Get(name); v != "" {
				next[name] = []string{v}
			}
		}
		next["after"] = []string{p.Next}
		c.Set(fiber.HeaderLink, "<"+links.Absolute(links.To(path))+"?"+next.Encode()+`>; rel="next"`)
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return web.JSON(c, fiber.StatusOK, p)
}

// open lets pages of any origin read what is public anyway; no cookie is ever
// looked at here.
func open(c *fiber.Ctx) { c.Set(fiber.HeaderAccessControlAllowOrigin, "*") }

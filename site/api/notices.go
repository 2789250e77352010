package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/library"
	"rectify/content/render"
	"rectify/site/web"
)

// noticeRow is a notice in a list.
type noticeRow struct {
	Slug   string      `json:"slug"`
	Title  string      `json:"title"`
	Issuer string      `json:"issuer,omitempty"`
	Date   content.Day `json:"date"`
	URL    string      `json:"url"`
	Counts counts      `json:"counts"`
}

// counts are counted from the tree, never taken from what the document claims.
type counts struct {
	Aspects  int            `json:"aspects"`
	Problems int            `json:"problems"`
	Findings int            `json:"findings"` // leaves
	ByStatus map[string]int `json:"by_status"`
}

func (a *API) notices(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	after, limit, err := bounds(q)
	if err != nil {
		return err
	}
	web.Tag(c, web.TagAll)
	rows, next, ok := cut(a.Library.Snapshot().Entries(), after, limit)
	if !ok {
		return web.Error{Status: fiber.StatusBadRequest, Code: "cursor"}
	}
	p := page[noticeRow]{Next: next}
	for _, e := range rows {
		p.Items = append(p.Items, a.row(e.Notice))
	}
	return answer(c, a.Site.Links, "/api/v1/notices", q, p)
}

// cut answers the entries after the one whose slug is the cursor.
func cut(all []*library.Entry, after string, limit int) (rows []*library.Entry, next string, ok bool) {
	if after != "" {
		found := false
		for i, e := range all {
			if e.Notice.Slug == after {
				all, found = all[i+1:], true
				break
			}
		}
		if !found {
			return nil, "", false
		}
	}
	if len(all) > limit {
		return all[:limit], all[limit-1].Notice.Slug, true
	}
	return all, "", true
}

func (a *API) row(n *content.Notice) noticeRow {
	totals, progress := n.Totals(), n.Progress()
	row := noticeRow{
		Slug: n.Slug, Title: n.Title, Issuer: n.Issuer, Date: n.Date,
		URL:    a.Site.Links.Absolute(a.Site.Links.Notice(n.Slug)),
		Counts: counts{Aspects: totals.Aspects, Problems: totals.Problems, Findings: totals.Findings, ByStatus: map[string]int{}},
	}
	for status, n := range progress.ByStatus {
		row.Counts.ByStatus[status.Code()] = n
	}
	return row
}

func (a *API) notice(c *fiber.Ctx) error {
	slug := web.Param(c, "slug")
	e, ok := a.Library.Snapshot().Notice(slug)
	if !ok {
		return web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagNotice(slug))
	whole, err := e.Open()
	if err != nil {
		return err
	}
	body, err := render.JSON(whole.Notice)
	if err != nil {
		return fmt.Errorf("notice as data: %w", err)
	}
	open(c)
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	return c.Send(body)
}

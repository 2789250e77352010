package public

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/render"
	"rectify/site/ui"
	"rectify/site/web"
)

// VersionRow is one version, ready to be shown. Accounts are not for the public:
// it says how the version came to be, not by whom.
type VersionRow struct {
	history.Version
	URL     string // its own address; the notice's for the one that is shown now
	Changes string // address of what it changed; empty for the first
	Current bool
	Who     string
	Office  string   // who answers for the change, where the file says so
	What    []string // what it changed
	Gone    string   // why its text was taken out; empty while it stands
}

// HistoryPage lists the versions of a notice, newest first.
type HistoryPage struct {
	ui.Frame
	N        *content.Notice
	Rows     []VersionRow
	From, To []Choice // what can be compared
	Damaged  string   // numbers of versions that cannot be read
	Down     bool     // the notice was taken down
	More     string
}

// historyRows is how many versions stand on one page: what each changed is
// found anew when the page is drawn.
const historyRows = 20

// past is what is kept of the notice that an address names.
type past struct {
	n        *content.Notice // as it is now; as it was last, where it was taken down
	versions []history.Version
	damaged  []string
	current  int // version that the site shows; 0: the notice was taken down
}

// past reads the versions of the notice in the address.
func (p *Pages) past(c *fiber.Ctx) (*past, error) {
	if p.History == nil {
		return nil, web.NotFound()
	}
	slug := web.Param(c, "slug")
	e, ok := p.Library.Snapshot().Notice(slug)
	if !ok {
		return p.takenDown(c, slug)
	}
	web.Tag(c, web.TagAll, web.TagNotice(slug))
	h := &past{n: e.Notice}
	var err error
	if h.versions, h.damaged, err = p.versionsOf(web.Context(c), e.Notice.Slug); err != nil {
		return nil, err
	}
	h.current = standingVersion(h.versions, e.Notice.Digest)
	return h, nil
}

// versionsOf answers the versions that can be read, and the numbers of those
// that cannot.
func (p *Pages) versionsOf(ctx context.Context, slug string) (versions []history.Version, damaged []string, err error) {
	versions, err = p.History.Versions(ctx, slug)
	var d *history.Damaged
	if err == nil || !errors.As(err, &d) {
		return versions, nil, err
	}
	n := d.N
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			if errors.As(one, &d) {
				damaged = append(damaged, itoa(d.N))
			}
		}
		return versions, damaged, nil
	}
	return versions, []string{itoa(n)}, nil
}

// standingVersion is the number of the version that the site shows now.
func standingVersion(versions []history.Version, digest string) int {
	for _, v := range slices.Backward(versions) {
		if v.Digest == digest {
			return v.N
		}
	}
	if len(versions) == 0 {
		return 0
	}
	return versions[len(versions)-1].N
}

func (h *past) version(n int) (history.Version, bool) {
	i := slices.IndexFunc(h.versions, func(v history.Version) bool { return v.N == n })
	if i < 0 {
		return history.Version{}, false
	}
	return h.versions[i], true
}

// newest is the version that is shown, or was shown last.
func (h *past) newest() history.Version {
	if v, ok := h.version(h.current); ok || len(h.versions) == 0 {
		return v
	}
	return h.versions[len(h.versions)-1]
}

// row makes a version ready, without what it changed.
func (p *Pages) row(f ui.Frame, h *past, v history.Version) VersionRow {
	r := VersionRow{Version: v, Current: v.N == h.current, URL: f.Links.Version(h.n.Slug, v.N), Who: f.T("history.who.file")}
	switch {
	case v.Second != "":
		r.Who = f.T("history.who.two")
	case v.By != "":
		r.Who = f.T("history.who.one")
	}
	if r.Current {
		r.URL = f.Links.Notice(h.n.Slug)
	}
	if v.Concealed != nil {
		r.Gone = v.Concealed.Reason
	}
	if old, ok := h.version(v.N - 1); ok && old.Concealed == nil && v.Concealed == nil {
		r.Changes = f.Links.Changes(h.n.Slug, v.N-1, v.N)
	}
	return r
}

// historyFrame is what the pages of this file begin with.
func (p *Pages) historyFrame(c *fiber.Ctx, n *content.Notice) ui.Frame {
	f := p.frame(c, "notices")
	f.Archived = p.archived(n)
	f.Crumbs = []ui.Crumb{
		{Label: f.T("crumb.home"), URL: f.Links.Home()}, {Label: f.T("nav.notices"), URL: f.Links.To("/notices")},
		{Label: ui.Short(n.Title, 14), URL: f.Links.Notice(n.Slug)},
	}
	article(&f, n, n.Title)
	return f
}

// number reads a version's number as addresses have it (T31).
func number(s string) (int, bool) {
	if !regexp.MustCompile(`^[1-9][0-9]{0,5}$`).MatchString(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// history lists the versions, or compares the two that are asked for.
func (p *Pages) history(c *fiber.Ctx) error {
	h, err := p.past(c)
	if err != nil {
		return err
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	if q.Get("from") != "" || q.Get("to") != "" {
		return p.difference(c, h, q.Get("from"), q.Get("to"))
	}
	f := p.historyFrame(c, h.n)
	f.Title = f.T("history.title")
	f.Of, f.NoIndex = h.n.Title, h.current == 0
	f.Description = f.T("history.description", h.n.Title, len(h.versions))
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.Title})
	page := HistoryPage{Frame: f, N: h.n, Down: h.current == 0, Damaged: strings.Join(h.damaged, f.T("sep.list"))}
	before, ok := number(q.Get("before"))
	if !ok && q.Get("before") != "" {
		return web.NotFound()
	}
	var list []history.Version
	for _, v := range slices.Backward(h.versions) {
		if ok && v.N >= before {
			continue
		}
		if len(list) == historyRows {
			page.More = f.Links.History(h.n.Slug) + "?before=" + itoa(list[historyRows-1].N)
			break
		}
		list = append(list, v)
	}
	page.Rows = p.rows(c, f, h, list)
	if len(list) > 0 {
		page.Updated = list[0].At
	}
	newest := h.newest().N
	page.From, page.To = choices(f, h, newest-1), choices(f, h, newest)
	return p.show(c, fiber.StatusOK, "history", page)
}

// rows makes versions ready with what each changed.
func (p *Pages) rows(c *fiber.Ctx, f ui.Frame, h *past, list []history.Version) []VersionRow {
	rows := make([]VersionRow, 0, len(list))
	var later *content.Notice // the version read last, which the next row needs again
	for _, v := range list {
		r := p.row(f, h, v)
		n := later
		if n == nil {
			n = p.read(c, v)
		}
		if n != nil {
			r.Office = officeOf(n, v)
		}
		later = nil
		if old, ok := h.version(v.N - 1); ok && n != nil {
			if later = p.read(c, old); later != nil {
				r.What = ui.SumText(f, history.Diff(later, n))
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// read parses a version; one that cannot be read now is left out of the page,
// which then is not kept.
func (p *Pages) read(c *fiber.Ctx, v history.Version) *content.Notice {
	if v.Concealed != nil {
		return nil
	}
	whole, err := p.History.Version(web.Context(c), v.Slug, v.N)
	if err != nil {
		web.Lack(c, err)
		return nil
	}
	return whole.Notice()
}

// concealed makes the answer for a version whose text was taken out: it was
// here, and why it is no more (RFC 9110, 15.5.11).
func concealed(v history.Version, err error) error {
	if !errors.Is(err, history.ErrConcealed) {
		return err
	}
	return web.Error{Status: fiber.StatusGone, Code: "concealed", Args: []any{v.N, v.Concealed.Reason}, Detail: err}
}

// officeOf is who the file says answers for the change, where it says it of
// this one.
func officeOf(n *content.Notice, v history.Version) string {
	if n.Change.Note != v.Note && !v.Minor {
		return ""
	}
	return n.Change.By
}

func choices(f ui.Frame, h *past, chosen int) []Choice {
	var list []Choice
	for _, v := range slices.Backward(h.versions) {
		list = append(list, Choice{Value: itoa(v.N), Label: f.T("history.option", v.N, f.Day(v.At)), Chosen: v.N == chosen})
	}
	return list
}

// VersionPage is one version at its own address.
type VersionPage struct {
	NoticePage
	V     VersionRow
	Now   VersionRow // the one that is shown now
	Since string     // address of what changed since
	Plain string     // the Markdown, where it cannot be drawn any more
	Down  bool       // the notice was taken down
}

func (p *Pages) version(c *fiber.Ctx) error {
	h, err := p.past(c)
	if err != nil {
		return err
	}
	param, source := strings.CutSuffix(web.Param(c, "n"), ".md")
	k, ok := number(param)
	if _, has := h.version(k); !ok || !has {
		return web.NotFound()
	}
	v, err := p.History.Version(web.Context(c), h.n.Slug, k)
	if err != nil {
		return concealed(v, err)
	}
	if source {
		c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
		c.Set("X-Robots-Tag", "noindex")
		c.Response().SetBodyRaw(v.Source)
		return nil
	}
	n := v.Notice()
	f := p.historyFrame(c, h.n)
	f.Title, f.NoIndex, f.Updated = f.T("version.title", n.Title, k), true, v.At
	f.Description = f.T("version.description", k, f.Day(v.At))
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.T("history.title"), URL: f.Links.History(h.n.Slug)}, ui.Crumb{Label: f.T("history.n", k)})
	doc, err := render.Notice(n)
	if err != nil {
		return err
	}
	page := VersionPage{NoticePage: NoticePage{Frame: f, N: n, Doc: doc}, V: p.row(f, h, v), Down: h.current == 0}
	if now, ok := h.version(h.current); ok && !page.V.Current {
		page.Now, page.Since = p.row(f, h, now), f.Links.Changes(h.n.Slug, k, h.current)
	}
	if len(doc.Sections) == 0 {
		page.Plain = string(v.Source)
	}
	return p.show(c, fiber.StatusOK, "version", page)
}

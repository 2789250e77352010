package public

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/library"
	"rectify/content/render"
	"rectify/content/sheet"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/subscribe"
	"rectify/site/ui"
	"rectify/site/web"
)

func itoa(n int) string { return strconv.Itoa(n) }

// NoticePage is a whole notice.
type NoticePage struct {
	ui.Frame
	N        *content.Notice
	Doc      *render.Document
	Progress Progress
	Said     map[string]int // published opinions by leaf
	SaidAll  int
	OpenOnly []*content.Item
	Times    []Moment
	Ends     calendar.Day // of the supervision period
	Over     bool
	Figures  Figures
	AsOf     content.Day // on which limits are held against
	Amend    Amend
}

// Moment is one step of a timeline.
type Moment struct {
	Day  calendar.Day
	Text string
	Now  bool
	Tag  *ui.Tag
}

// day turns the content's day into the calendar's: the two rooms do not know
// each other.
func day(d content.Day) calendar.Day { return calendar.Day(d.String()) }

// lookup answers a notice by the slug in the address, and the extension of a
// data form when there is one.
func (p *Pages) lookup(c *fiber.Ctx) (e *library.Entry, ext string, err error) {
	slug := web.Param(c, "slug")
	snap := p.Library.Snapshot()
	if e, ok := snap.Notice(slug); ok {
		return e, "", nil
	}
	for _, ext := range []string{"md", "json", "csv", "txt"} {
		if stem, ok := strings.CutSuffix(slug, "."+ext); ok {
			if e, ok := snap.Notice(stem); ok {
				return e, ext, nil
			}
		}
	}
	return nil, "", web.NotFound()
}

func (p *Pages) notice(c *fiber.Ctx) error {
	e, ext, err := p.lookup(c)
	if err != nil {
		return p.noticeGone(c, web.Param(c, "slug"))
	}
	whole, err := e.Open()
	if err != nil {
		return err
	}
	n := whole.Notice
	web.Tag(c, web.TagAll, web.TagNotice(n.Slug))
	if ext != "" {
		return noticeData(c, n, ext)
	}
	ctx, cancel := context.WithTimeout(web.Context(c), storeLife)
	defer cancel()
	said, err := p.Store.PublicByItem(ctx, n.Slug)
	if err != nil {
		web.Lack(c, err)
	}
	f := p.frame(c, "notices")
	f.Title, f.Description, f.Archived = n.Title, noticeDescription(f, n), p.archived(n)
	article(&f, n, n.Title)
	f.Crumbs = []ui.Crumb{{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: f.T("nav.notices"), URL: p.Site.Links.To("/notices")}, {Label: ui.Short(n.Title, 14)}}
	f.Updated, f.Feed = p.changed(n), p.Site.Links.Notice(n.Slug)+"/feed.atom"
	f.Topic = string(subscribe.OnNotice(n.Slug))
	page := NoticePage{
		Frame: f, N: n, Doc: whole.Doc, Progress: progress(f, "p", n, true), Said: said,
		Times: times(f, n), Figures: p.figures(f, n), AsOf: n.AsOf(p.today()), Ends: day(n.Supervision.To),
	}
	page.Amend = p.amend(c, f, n)
	page.Over = page.Ends != "" && calendar.On(p.Now()) > page.Ends
	for _, k := range said {
		page.SaidAll += k
	}
	for _, l := range n.Leaves() {
		if s := l.Ledger.Status; s != content.Unstated && s != content.Completed && s != content.Longterm {
			page.OpenOnly = append(page.OpenOnly, l)
		}
	}
	return p.show(c, fiber.StatusOK, "notice", page)
}

func noticeDescription(f ui.Frame, n *content.Notice) string {
	t, pr := n.Totals(), n.Progress()
	if pr.Stated() {
		return f.T("notice.description.stated", n.Issuer, t.Problems, t.Findings, pr.Completed())
	}
	return f.T("notice.description", n.Issuer, t.Problems, t.Findings)
}

// times is what the document itself says happened, newest first.
func times(f ui.Frame, n *content.Notice) []Moment {
	var list []Moment
	add := func(d calendar.Day, text string) {
		if d != "" {
			list = append(list, Moment{Day: d, Text: text})
		}
	}
	if !n.Published.IsZero() {
		add(calendar.On(n.Published), f.T("time.published"))
	}
	if d := day(n.Date); d != "" && (n.Published.IsZero() || d != calendar.On(n.Published)) {
		add(d, f.T("time.dated"))
	}
	add(day(n.Inspection.HandedOver), f.T("time.handed-over", orElse(n.Inspection.Body, f.T("time.inspectors"))))
	add(day(n.Inspection.To), f.T("time.to"))
	add(day(n.Inspection.From), f.T("time.from", orElse(n.Inspection.Body, f.T("time.inspectors"))))
	add(day(n.Inspection.RectifyFrom), f.T("time.rectify-from"))
	add(day(n.Inspection.RectifyTo), f.T("time.rectify-to"))
	add(day(n.Inspection.LookedBack), f.T("time.looked-back"))
	latestFirst(list)
	if len(list) > 0 {
		list[0].Now = true
	}
	return list
}

// latestFirst puts the latest day first; of one day, what was added first.
func latestFirst(list []Moment) {
	slices.SortStableFunc(list, func(a, b Moment) int { return cmp.Compare(b.Day, a.Day) })
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// noticeData answers the notice as data: the same words, for machines and for
// keeping.
func noticeData(c *fiber.Ctx, n *content.Notice, ext string) error {
	var body []byte
	var err error
	kind := "text/plain"
	switch ext {
	case "md":
		kind, body = "text/markdown", n.Source
	case "json":
		kind = "application/json"
		body, err = render.JSON(n)
	case "csv":
		kind = "text/csv"
		body, err = sheet.Export(n)
		c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename*=UTF-8''%s.csv", escapeName(n.Slug)))
	default:
		body = []byte(render.Text(n))
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderContentType, kind+"; charset=utf-8")
	c.Response().SetBodyRaw(body)
	return nil
}

// escapeName writes a file name for a header (RFC 8187).
func escapeName(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if ch := s[i]; ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= '0' && ch <= '9' || ch == '-' || ch == '_' || ch == '.' {
			b.WriteByte(ch)
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// ItemPage is one leaf with everything said about it.
type ItemPage struct {
	ui.Frame
	N          *content.Notice
	It         *render.Item
	Above      []*content.Item
	Tag        ui.Tag
	Times      []Moment
	Talks      []ui.Talk
	Said       int
	More       string // address of the next page
	Silent     bool   // opinions cannot be read just now
	Prev, Next *content.Item
	Late       string
	Move       *MoveRow
	Amend      Amend
}

const itemTalks = 20

func (p *Pages) item(c *fiber.Ctx) error {
	e, ext, err := p.lookup(c)
	if err != nil {
		return p.noticeGone(c, web.Param(c, "slug"))
	}
	if ext != "" {
		return web.NotFound()
	}
	whole, err := e.Open()
	if err != nil {
		return err
	}
	n, id := whole.Notice, web.Param(c, "id")
	web.Tag(c, web.TagAll, web.TagNotice(n.Slug))
	it, ok := whole.Doc.Items[id]
	if !ok {
		return p.leafGone(c, n, id)
	}
	if !it.Leaf() {
		return web.SeeOther(c, p.Site.Links.Leaf(n.Slug, id))
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	query := feedback.Query{Notice: n.Slug, Item: id, After: q.Get("after"), Limit: itemTalks}
	list, next, said, err := p.heard(c, query)
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		return err
	}
	if err != nil {
		web.Lack(c, err)
	}
	f := p.frame(c, "notices")
	f.Title, f.Archived = f.T("item.title", it.Title, id), p.archived(n)
	if query.After != "" {
		f.Title += f.T("page.older")
	}
	f.Description = f.T("item.description", id, it.Title, n.Issuer)
	article(&f, n, f.Title)
	f.Updated, f.Feed = p.changed(n), p.Site.Links.Item(n.Slug, id)+"/feed.atom"
	f.Topic = string(subscribe.OnLeaf(n.Slug, id))
	f.Crumbs = []ui.Crumb{
		{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: f.T("nav.notices"), URL: p.Site.Links.To("/notices")},
		{Label: ui.Short(n.Title, 14), URL: p.Site.Links.Notice(n.Slug)}, {Label: f.T("item.no", id)},
	}
	path := n.Path(id)
	page := ItemPage{
		Frame: f, N: n, It: it, Above: path[:len(path)-1], Tag: f.StatusTag(it.Ledger),
		Talks: p.talks(c, f, list), Said: said, Silent: err != nil, Prev: it.Prev, Next: it.Next,
		Late: lateText(f, it.Ledger, n.AsOf(p.today())), Move: p.move(f, n.Slug, id),
	}
	past := p.leafPast(c, n.Slug, id)
	page.Amend, page.Times = past.amend(f, n.Slug, id), p.itemTimes(f, n, it.Item, past)
	past.madeOn(page.Talks, list)
	for i := range page.Talks {
		page.Talks[i].Here = true
	}
	page.Updated = latest(page.Updated, list)
	if next != "" {
		page.More = p.Site.Links.Item(n.Slug, id) + "?" + web.Values{"after": {next}}.Encode()
	}
	return p.show(c, fiber.StatusOK, "item", page)
}

// itemTimes is the leaf's way as far as the document and its versions tell it,
// newest first. What was published at first is told as it was said then.
func (p *Pages) itemTimes(f ui.Frame, n *content.Notice, it *content.Item, past leafPast) []Moment {
	list := past.times(f)
	add := func(d calendar.Day, text string) {
		if d != "" {
			list = append(list, Moment{Day: d, Text: text})
		}
	}
	add(day(it.Ledger.Due), f.T("time.due"))
	if first, ok := past.first(it.Ledger); ok && !n.Published.IsZero() {
		add(calendar.On(n.Published), f.T("time.stated.none"))
		if m := &list[len(list)-1]; first.Status != content.Unstated {
			tag := f.StatusTag(first)
			m.Tag, m.Text = &tag, f.T("time.stated")
		}
	}
	add(day(n.Inspection.HandedOver), f.T("time.handed-over", orElse(n.Inspection.Body, f.T("time.inspectors"))))
	add(day(n.Inspection.LookedBack), f.T("time.looked-back"))
	latestFirst(list)
	if i := slices.IndexFunc(list, func(m Moment) bool { return m.Day <= calendar.On(p.Now()) }); i >= 0 {
		list[i].Now = true
	}
	return list
}

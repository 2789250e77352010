package desk

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

const queuePage = 50

// QueuePage is the queue in one view.
type QueuePage struct {
	ui.Frame
	Views    []View
	View     View
	Counted  time.Time     // when the views were counted; zero: just now
	Groups   []CampaignRow // near-equal ones that wait, above the first page
	MoreOf   int           // groups that are not shown there
	Alone    []Row         // replies of one person that wait for a second one, above the first page
	Rows     []Row
	More     string
	Channels []ui.Option
	Kinds    []ui.Option
	Notices  []ui.Option
	Items    []ui.Option // leaves of the notice that is chosen
	Sorts    []ui.Option
	Owner    string  // whose work is shown only; empty: everybody's
	Due      string  // what falls due on that day only
	Search   *Search // nil: nothing is searched for
	Filtered bool
	Clear    string
	Total    Amount // of the view with its filters
	Counts   bool   // Total is known
	Waiting  int    // safe on this machine, not registered yet
	Live     *Live  // nil: nothing new is announced
	Bulk     *Bulk  // nil: whoever looks may do nothing to several at a time
	Orders   []OrderBox
	Here     string // this page, to come back to
	Again    string // the first page as it is now
	Errs     []ui.FieldError
	Faults   map[string]string
	Typed    web.Values // what an order that did not get through asked for
}

func (d *Desk) queue(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	f := d.frame(c)
	return d.showQueue(c, fiber.StatusOK, q, QueuePage{Frame: f, Here: f.Path})
}

// showQueue fills the page that q asks for; what the caller set of it stays.
func (d *Desk) showQueue(c *fiber.Ctx, status int, q web.Values, page QueuePage) (err error) {
	ctx, who, today, a := web.Context(c), auth.Of(c).Actor(), calendar.On(d.Now()), readAsked(q)
	query, ok := view(a.view, who, today)
	if !ok {
		return web.NotFound()
	}
	if n, ok := feedback.ParseNumber(a.words); ok {
		return web.SeeOther(c, d.Site.Links.Case(string(n)))
	}
	query = a.narrow(query)
	query.After = q.Get("after")
	page.Owner, page.Due = a.owner, a.due
	page.Filtered, page.Again = a.filtered(), d.Site.Links.To("/desk")+a.query()
	page.Clear = d.Site.Links.To("/desk") + asked{view: a.view, sort: a.sort}.query()
	if page.Views, page.Counted, err = d.views(ctx, page.Frame, who, today, a.view); err != nil {
		return err
	}
	for _, v := range page.Views {
		if v.Current {
			page.View = v
		}
	}
	if err := d.headed(ctx, &page, who, today, query.After == "" && a.words == ""); err != nil {
		return err
	}
	if page.Live, err = d.live(ctx, a); err != nil { // before the list: what comes in between is announced
		return err
	}
	list, next, err := d.list(c, &page, query, a, today)
	if err != nil {
		return err
	}
	if page.Rows, err = d.rows(ctx, page.Frame, list, a, who); err != nil {
		return err
	}
	if err := d.filters(&page, a, query.Sort); err != nil {
		return err
	}
	if d.Waiting != nil {
		page.Waiting = d.Waiting()
	}
	if next != "" {
		page.More = d.Site.Links.To("/desk") + a.query("after", next)
	}
	if page.Bulk, err = d.bulk(c, &page); err != nil {
		return err
	}
	if page.Orders, err = d.orders(c, page.Frame, q.Get("order"), ""); err != nil {
		return err
	}
	page.Title, page.Flash, page.Failed = d.queueTitle(&page), said(page.Frame, q.Get("done")), len(page.Errs) > 0
	return d.show(c, status, "queue", page)
}

// list answers the submissions of the page and the cursor behind them, and
// counts all that match.
func (d *Desk) list(c *fiber.Ctx, page *QueuePage, query feedback.Query, a asked, today calendar.Day) (list []feedback.Submission, next string, err error) {
	ctx := web.Context(c)
	if a.words != "" {
		var s Search
		list, next, s, err = d.search(ctx, query, a.words, auth.Of(c).Actor())
		page.Search = &s
		return list, next, err
	}
	page.Total, page.Counts = Amount{page.View.N, page.View.More}, true
	if a.filtered() {
		if page.Total, page.Counts, err = d.total(ctx, query, !page.Counted.IsZero()); err != nil {
			return nil, "", err
		}
	}
	if a.view == "all" {
		return d.Store.List(ctx, query)
	}
	groups, more, err := d.grouped(c, page.Frame, &query, today, much(page.Views))
	if err != nil {
		return nil, "", err
	}
	if query.After == "" {
		page.Groups, page.MoreOf = groups, more
	}
	return d.Store.List(ctx, query)
}

func (d *Desk) queueTitle(page *QueuePage) string {
	switch {
	case page.Search != nil:
		return page.T("queue.title.search", page.View.Label, page.Search.Words)
	case !page.Counts:
		return page.View.Label
	case page.Total.More:
		return page.T("queue.title.more", page.View.Label, page.Total.N)
	}
	return page.T("queue.title", page.View.Label, page.Total.N)
}

// find leads from a number to its page, and from anything else to a search in
// all that there is.
func (d *Desk) find(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	words := tidyWords(q.Get("q"))
	if words == "" {
		return web.SeeOther(c, d.Site.Links.To("/desk"))
	}
	if n, ok := feedback.ParseNumber(words); ok {
		return web.SeeOther(c, d.Site.Links.Case(string(n)))
	}
	return web.SeeOther(c, d.Site.Links.To("/desk")+asked{view: "all", words: words}.query())
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

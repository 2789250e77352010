package desk

import (
	"strings"

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
	Order    string // code of how the list is ordered
	Views    []View
	View     View
	Groups   []CampaignRow // near-equal ones that wait, above the first page
	MoreOf   int           // groups that are not shown there
	Alone    []Row         // replies of one person that wait for a second one, above the first page
	Rows     []Row
	More     string
	Channels []ui.Option
	Kinds    []ui.Option
	Notices  []ui.Option
	Filtered bool
	Clear    string
	Total    int // of the view with its filters
	Waiting  int // safe on this machine, not registered yet
}

// View is a saved question to the store with its count.
type View struct {
	Key, Label, URL string
	N               int
	Late, Current   bool
}

// Row is one submission in the queue.
type Row struct {
	Number   feedback.Number
	URL      string
	Due      ui.DueText
	DueURL   string // where it is told how that is counted
	Channel  feedback.Channel
	Category feedback.Category
	Item     string
	First    string
	Long     string // more of the text
	Reasons  string // why it is suspected, in words
	State    string
	Owner    string
	Unread   bool
	Others   int64 // who have the same concern
}

// view answers the store's question behind a view; false for an unknown one.
func view(key string, who feedback.Actor, today calendar.Day) (feedback.Query, bool) {
	// What is suspected waits to be moderated; taken up, it is not any more.
	q := feedback.Query{States: feedback.OpenStates(), Suspect: feedback.No, Sort: feedback.ByDue}
	switch key {
	case "suspect":
		q.States, q.Suspect = []feedback.State{feedback.Received}, feedback.Yes
	case "", "open":
	case "late":
		q.DueBefore = today
	case "today":
		q.DueOn = today
	case "moderate":
		q.States = []feedback.State{feedback.Received}
	case "approve":
		q.Submitted = true // in whatever state: corrections wait in answered matters
		q.States, q.Suspect = nil, feedback.Any
	case "mine":
		q.Owner = who.ID
	case "called": // whatever became of it: somebody waits for a word
		q = feedback.Query{Tie: feedback.TieTo(who.ID), Sort: feedback.ByNewest}
	case "clues":
		q.Category = feedback.Clue
	case "publish":
		q.States, q.Suspect = []feedback.State{feedback.Answered}, feedback.Any
		q.Visibility = feedback.Private
		q.Sort = feedback.ByNewest
	case "answered":
		q.States, q.Suspect = []feedback.State{feedback.Answered, feedback.Closed}, feedback.Any
		q.Sort = feedback.ByNewest
	case "ended":
		q.States, q.Suspect = []feedback.State{feedback.Rejected, feedback.Merged}, feedback.Any
		q.Sort = feedback.ByNewest
	default:
		return q, false
	}
	return veil(q, who), true
}

// veil leaves out of a question what the asker may not see.
func veil(q feedback.Query, who feedback.Actor) feedback.Query {
	if !who.Has(feedback.Moderator, feedback.Approver) {
		q.NoClues = true
		if who.Has(feedback.Replier) {
			q.ExceptOwner = who.ID
		}
	}
	return q
}

func viewKeys() []string {
	return []string{"open", "late", "today", "moderate", "suspect", "approve", "mine", "called", "clues", "publish", "answered", "ended"}
}

func (d *Desk) queue(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	who, today := auth.Of(c).Actor(), calendar.On(d.Now())
	query, ok := view(q.Get("view"), who, today)
	if !ok {
		return web.NotFound()
	}
	page := QueuePage{Frame: d.frame(c), Order: "queue.order"}
	if query.Sort == feedback.ByNewest {
		page.Order = "queue.order.newest"
	}
	if page.Views, err = d.views(c, page.Frame, who, today, orDefault(q.Get("view"), "open")); err != nil {
		return err
	}
	for _, v := range page.Views {
		if v.Current {
			page.View = v
		}
	}
	if err := d.headed(web.Context(c), &page, who, today, q.Get("after") == ""); err != nil {
		return err
	}
	query.Channel, query.Category = feedback.Channel(q.Get("channel")), orCategory(query.Category, q.Get("category"))
	query.Notice, query.After, query.Limit = q.Get("notice"), q.Get("after"), queuePage
	page.Filtered = query.Channel != "" || q.Get("category") != "" || query.Notice != ""
	groups, more, err := d.grouped(c, page.Frame, &query, today)
	if err != nil {
		return err
	}
	if query.After == "" {
		page.Groups, page.MoreOf = groups, more
	}
	list, next, err := d.Store.List(web.Context(c), query)
	if err != nil {
		return err
	}
	query.Apart = nil
	if d.Waiting != nil {
		page.Waiting = d.Waiting()
	}
	page.Total = page.View.N
	if page.Filtered {
		if page.Total, err = d.Store.Count(web.Context(c), query); err != nil {
			return err
		}
	}
	page.Title, page.Flash = page.T("queue.title", page.View.Label, page.Total), said(page.Frame, q.Get("done"))
	for i := range list {
		page.Rows = append(page.Rows, d.row(page.Frame, &list[i], today))
	}
	if err := d.concerned(web.Context(c), page.Rows); err != nil {
		return err
	}
	d.filters(&page, q)
	page.Clear = d.Site.Links.To("/desk") + "?view=" + page.View.Key
	if next != "" {
		v := web.Values{"view": {page.View.Key}, "after": {next}}
		for _, name := range []string{"channel", "category", "notice"} {
			if x := q.Get(name); x != "" {
				v[name] = []string{x}
			}
		}
		page.More = d.Site.Links.To("/desk") + "?" + v.Encode()
	}
	return d.show(c, fiber.StatusOK, "queue", page)
}

func orCategory(fixed feedback.Category, asked string) feedback.Category {
	if fixed != "" {
		return fixed
	}
	return feedback.Category(asked)
}

func (d *Desk) views(c *fiber.Ctx, f ui.Frame, who feedback.Actor, today calendar.Day, current string) ([]View, error) {
	var views []View
	for _, key := range viewKeys() {
		if key == "clues" && !who.Has(feedback.Moderator, feedback.Approver) {
			continue
		}
		query, _ := view(key, who, today)
		n, err := d.Store.Count(web.Context(c), query)
		if err != nil {
			return nil, err
		}
		late := n
		if key == "suspect" && n > 0 { // the view of what is late leaves these out
			query.DueBefore = today
			if late, err = d.Store.Count(web.Context(c), query); err != nil {
				return nil, err
			}
		}
		views = append(views, View{
			Key: key, Label: f.T("view." + key), URL: d.Site.Links.To("/desk") + "?view=" + key, N: n,
			Late: (key == "late" || key == "suspect") && late > 0, Current: key == current,
		})
	}
	return views, nil
}

func (d *Desk) filters(page *QueuePage, q web.Values) {
	for _, ch := range feedback.Channels() {
		page.Channels = append(page.Channels, ui.Option{Value: string(ch), Label: page.T("channel." + string(ch)), Chosen: q.Get("channel") == string(ch)})
	}
	for _, k := range feedback.Categories() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: page.T("category." + string(k)), Chosen: q.Get("category") == string(k)})
	}
	for _, e := range d.Library.Snapshot().Entries() {
		page.Notices = append(page.Notices, ui.Option{Value: e.Notice.Slug, Label: e.Notice.Title, Chosen: q.Get("notice") == e.Notice.Slug})
	}
}

func (d *Desk) row(f ui.Frame, s *feedback.Submission, today calendar.Day) Row {
	text := feedback.Visible(s.Current())
	item := s.Item
	if item == "" && s.Notice != "" {
		item = f.T("queue.whole")
	}
	return Row{
		Number: s.Number, URL: d.Site.Links.Case(string(s.Number)), Due: f.DueOf(d.Clocks.Days, s.Due, today), DueURL: f.Links.Due(s),
		Channel: s.Channel, Category: s.Category, Item: item, First: cutRunes(text, 60), Long: cutRunes(text, 300), Reasons: reasonWords(f, s),
		State: stateWord(f, s), Owner: s.Owner, Unread: s.State == feedback.Received,
	}
}

// reasonWords says why a submission is suspected; empty when it is not.
func reasonWords(f ui.Frame, s *feedback.Submission) string {
	var words []string
	for _, code := range s.Suspect {
		if f.Words.Has("suspect." + code) {
			words = append(words, f.T("suspect."+code))
		}
	}
	return strings.Join(words, f.T("sep"))
}

// stateWord names the state, and within it what is waited for.
func stateWord(f ui.Frame, s *feedback.Submission) string {
	switch {
	case s.Erased():
		return f.T("state.erased")
	case s.Withdrawn():
		return f.T("state.withdrawn")
	case s.Forwarded != nil:
		return f.T("state.forwarded")
	case s.Draft != nil && s.Draft.Submitted:
		return f.T("state.submitted")
	case s.Unreviewed() > 0:
		return f.T("state.unreviewed")
	case s.Amendment != nil && s.Amendment.Submitted:
		return f.T("state.amending")
	}
	return f.T("state." + string(s.State))
}

// find leads from a number to its page.
func (d *Desk) find(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	if q.Get("q") == "" {
		return web.SeeOther(c, d.Site.Links.To("/desk"))
	}
	n, ok := feedback.ParseNumber(q.Get("q"))
	if !ok {
		return web.Error{Status: fiber.StatusNotFound, Code: "no-number"}
	}
	return web.SeeOther(c, d.Site.Links.Case(string(n)))
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

package desk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"rectify/feedback"
	"rectify/feedback/bulk"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// shownCampaigns is how many groups of near-equal submissions stand above a queue.
const shownCampaigns = 20

// CampaignRow is a group of near-equal submissions, seen by its first one.
type CampaignRow struct {
	Row
	N   int
	All string // address of the whole group
}

// CampaignsPage lists the groups.
type CampaignsPage struct {
	ui.Frame
	Rows []CampaignRow
	More int // groups that are not shown
}

// CampaignPage is one group, to be decided on at once.
type CampaignPage struct {
	ui.Frame
	Likeness  string
	N         int // that wait
	Suspected int // of them
	Seen      int64
	Rows      []Row
	More      string
	Reasons   []ui.Option
	May       bool
	Job       *JobReport
	Lost      bool // the job asked for is not known any more
	Again     string
	Errs      []ui.FieldError
	Faults    map[string]string
	Typed     web.Values
}

// JobReport is how far a job is, in words.
type JobReport struct {
	bulk.Progress
	Failures []FailureRow
}

// FailureRow is a submission with which something could not be done.
type FailureRow struct{ Number, URL, Why string }

// grouped takes the groups out of a question, so that each is one row of its
// own, and answers them. Only what waits to be moderated is grouped, and that
// belongs to nobody yet. Where very much waits, groups are some seconds old: all
// that waits must be looked at to find them.
func (d *Desk) grouped(c *fiber.Ctx, f ui.Frame, q *feedback.Query, today calendar.Day, much bool) (rows []CampaignRow, more int, err error) {
	if !slices.Contains(q.States, feedback.Received) || q.Owner != "" || q.Asked {
		return nil, 0, nil
	}
	asked := *q
	asked.Sort, asked.After, asked.Limit = "", "", 0
	find := func(ctx context.Context) ([]feedback.Campaign, error) {
		return d.Store.Campaigns(ctx, asked, feedback.MaxCampaigns)
	}
	var list []feedback.Campaign
	if much { // where they are not found in time, each stands for itself
		list, _ = d.groups.get(web.Context(c), fmt.Sprintf("%+v", asked), find)
	} else if list, err = find(web.Context(c)); err != nil {
		return nil, 0, err
	}
	for _, g := range list {
		q.Apart = append(q.Apart, g.Likeness)
	}
	rows, err = d.campaignRows(c, f, list[:min(len(list), shownCampaigns)], today)
	return rows, len(list) - min(len(list), shownCampaigns), err
}

func (d *Desk) campaignRows(c *fiber.Ctx, f ui.Frame, list []feedback.Campaign, today calendar.Day) ([]CampaignRow, error) {
	rows := make([]CampaignRow, len(list))
	crowd, ctx := errgroup.WithContext(web.Context(c))
	crowd.SetLimit(atOnce)
	for i, g := range list {
		crowd.Go(func() error {
			first, err := d.Store.Get(ctx, g.First)
			if err == nil {
				rows[i] = CampaignRow{Row: d.row(f, &first, today), N: g.N, All: d.Site.Links.Campaign(g.Likeness)}
			}
			return err
		})
	}
	return rows, crowd.Wait()
}

func (d *Desk) campaigns(c *fiber.Ctx) error {
	page := CampaignsPage{Frame: d.frame(c)}
	page.Title = page.T("campaigns.title")
	page.Crumbs = []ui.Crumb{{Label: page.T("desk.queue"), URL: d.Site.Links.To("/desk")}, {Label: page.Title}}
	list, err := d.Store.Campaigns(web.Context(c), veil(feedback.Query{}, auth.Of(c).Actor()), feedback.MaxCampaigns)
	if err != nil {
		return err
	}
	shown := list[:min(len(list), queuePage)]
	page.More = len(list) - len(shown)
	if page.Rows, err = d.campaignRows(c, page.Frame, shown, calendar.On(d.Now())); err != nil {
		return err
	}
	return d.show(c, fiber.StatusOK, "campaigns", page)
}

var likenessForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

// members is the question after those of a group that wait and that the asker
// may see.
func members(c *fiber.Ctx) (feedback.Query, error) {
	id := web.Param(c, "likeness")
	if !likenessForm.MatchString(id) {
		return feedback.Query{}, web.NotFound()
	}
	return veil(feedback.Query{States: []feedback.State{feedback.Received}, Likeness: id, Sort: feedback.ByNumber, Limit: queuePage}, auth.Of(c).Actor()), nil
}

func (d *Desk) campaign(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := CampaignPage{}
	if id := q.Get("job"); id != "" {
		if p, ok := d.Jobs.Look(id); ok {
			page.Job = &JobReport{Progress: p}
		}
		page.Lost = page.Job == nil
	}
	return d.showCampaign(c, fiber.StatusOK, page, q.Get("after"))
}

// showCampaign fills the page; what the caller set of it stays.
func (d *Desk) showCampaign(c *fiber.Ctx, status int, page CampaignPage, after string) error {
	q, err := members(c)
	if err != nil {
		return err
	}
	f, who, today := d.frame(c), auth.Of(c).Actor(), calendar.On(d.Now())
	page.Likeness, page.Seen, page.May = q.Likeness, d.Now().UnixMilli(), who.Has(feedback.Moderator)
	if page.N, err = d.Store.Count(web.Context(c), q); err != nil {
		return err
	}
	suspected := q
	suspected.Suspect = feedback.Yes
	if page.Suspected, err = d.Store.Count(web.Context(c), suspected); err != nil {
		return err
	}
	q.After = after
	list, next, err := d.Store.List(web.Context(c), q)
	if err != nil {
		return err
	}
	for i := range list {
		page.Rows = append(page.Rows, d.row(f, &list[i], today))
	}
	if next != "" {
		page.More = d.Site.Links.Campaign(q.Likeness) + "?" + web.Values{"after": {next}}.Encode()
	}
	f.Title, f.Failed = f.T("campaign.title", page.N), len(page.Errs) > 0
	f.Crumbs = []ui.Crumb{{Label: f.T("desk.queue"), URL: d.Site.Links.To("/desk")}, {Label: f.T("campaigns.title"), URL: d.Site.Links.To("/desk/campaigns")}, {Label: f.Title}}
	page.Frame = f
	page.Reasons = d.reasons(f, orDefault(page.Typed.Get("reason"), string(feedback.RejectSpam)))
	if page.Job != nil {
		page.Again = f.Path
		page.Job.Failures = d.failures(f, page.Job.Progress.Failures)
	}
	return d.show(c, status, "campaign", page)
}

func (d *Desk) failures(f ui.Frame, list []bulk.Failure) []FailureRow {
	var rows []FailureRow
	for _, x := range list {
		known := web.Classify(x.Err)
		why := f.T("error."+known.Code, known.Args...)
		for _, v := range known.Faults {
			why = web.FaultText(f.Words, f.Mode.Lang, v)
		}
		rows = append(rows, FailureRow{Number: string(x.Number), URL: d.Site.Links.Case(string(x.Number)), Why: why})
	}
	return rows
}

// decide begins one job for all of a group that its moderator has seen.
func (d *Desk) decide(c *fiber.Ctx) error {
	q, err := members(c)
	if err != nil {
		return err
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	if err != nil {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	action, faults, err := d.forAll(c, form)
	if err != nil {
		return err
	}
	if len(faults) == 0 {
		id, err := d.Jobs.Start(bulk.Task{Office: d.Office, Query: q, Until: time.UnixMilli(seen), Action: action, Who: auth.Of(c).Actor()})
		if errors.Is(err, bulk.ErrBusy) {
			return web.Error{Status: fiber.StatusServiceUnavailable, Code: "busy", Detail: err}
		}
		return web.SeeOther(c, d.Site.Links.Campaign(q.Likeness)+"?job="+id)
	}
	page := CampaignPage{Typed: form}
	page.Faults, page.Errs = ui.FieldErrors(d.frame(c), faults)
	return d.showCampaign(c, fiber.StatusUnprocessableEntity, page, "")
}

// forAll reads what is to be done to each one of a group. What would fail for
// every one of them is a fault of the form.
func (d *Desk) forAll(c *fiber.Ctx, form web.Values) (func(*feedback.Submission) feedback.Action, []feedback.Invalid, error) {
	switch feedback.Act(form.Get("act")) {
	case feedback.ActReject:
		a := feedback.Reject{Reason: feedback.Rejection(form.Get("reason")), Note: form.Get("note")}
		if !slices.Contains(feedback.Rejections(), a.Reason) {
			return nil, []feedback.Invalid{{Field: "reason", Rule: "required"}}, nil
		}
		return func(*feedback.Submission) feedback.Action { return a }, nil, nil
	case feedback.ActMerge:
		into, faults, err := d.mergeTarget(c, form)
		if len(faults) > 0 {
			return nil, faults, nil
		}
		return func(s *feedback.Submission) feedback.Action {
			if s.Number == into {
				return nil
			}
			return feedback.Merge{Into: into}
		}, nil, err
	case feedback.ActClear:
		return func(s *feedback.Submission) feedback.Action {
			if !s.Suspected() {
				return nil
			}
			return feedback.Clear{}
		}, nil, nil
	}
	return nil, nil, web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
}

// mergeTarget reads what others are to be merged into.
func (d *Desk) mergeTarget(c *fiber.Ctx, form web.Values) (feedback.Number, []feedback.Invalid, error) {
	into, ok := feedback.ParseNumber(form.Get("into"))
	other := []feedback.Invalid{{Field: "into", Rule: "other"}}
	if !ok {
		return "", other, nil
	}
	target, err := d.Store.Get(web.Context(c), into)
	if errors.Is(err, feedback.ErrNotFound) || (err == nil && (target.State == feedback.Merged || !auth.Of(c).Actor().MaySee(&target))) {
		return "", other, nil
	}
	return into, nil, err
}

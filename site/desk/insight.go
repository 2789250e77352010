package desk

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/figures"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// InsightPage is what the desk sees of its work.
type InsightPage struct {
	ui.Frame
	Ready bool
	Own   bool // of one's own work only
	AsOf  time.Time
	Said  bool // it is about what people write, not about what is in hand
	Sums  []ui.Sum
	Stats []Insight
	All   string // everything as one workbook
	Weeks string // address of the weekly reports
	Other string // address of the other page; empty: there is none
}

// Insight is a Stat of the desk with the time up to which it was counted: topics
// are counted less often than work.
type Insight struct {
	ui.Stat
	AsOf time.Time
}

// seesClues reports whether somebody may see clues (问题线索) of others.
func seesClues(who feedback.Actor) bool { return who.Whole(feedback.Moderator, feedback.Approver) }

// insight shows what is in hand.
func (d *Desk) insight(c *fiber.Ctx) error {
	return d.showInsight(c, d.work)
}

// voices shows what people write, and where they come back.
func (d *Desk) voices(c *fiber.Ctx) error {
	return d.showInsight(c, d.said)
}

func (d *Desk) showInsight(c *fiber.Ctx, fill func(*fiber.Ctx, *InsightPage, figures.Desk) error) error {
	page, err := d.insights(c, fill)
	if err != nil {
		return err
	}
	return d.show(c, fiber.StatusOK, "insight", page)
}

// ownOnly reports whether somebody sees the own work only.
func (d *Desk) ownOnly(c *fiber.Ctx) bool { return !auth.Of(c).Actor().May(feedback.RightInsight) }

// insights makes a page for who asks.
func (d *Desk) insights(c *fiber.Ctx, fills ...func(*fiber.Ctx, *InsightPage, figures.Desk) error) (InsightPage, error) {
	to := d.Site.Links.To
	page := InsightPage{Frame: d.frame(c), Own: d.ownOnly(c), All: to("/desk/insight.xlsx"), Weeks: to("/desk/reports")}
	page.Title = page.T("insight.title")
	if page.Own {
		page.Title = page.T("insight.title.own")
	}
	x, ready := d.Statistics.Desk(seesClues(auth.Of(c).Actor()) || page.Own)
	if !ready {
		return page, nil
	}
	page.Ready, page.AsOf = true, x.AsOf
	for _, fill := range fills {
		if err := fill(c, &page, x); err != nil {
			return page, err
		}
	}
	for i := range page.Stats {
		page.Stats[i].CSV = to("/desk/insight.csv?table=" + page.Stats[i].ID)
	}
	return page, nil
}

// everything is what stands on all pages of who asks.
func (d *Desk) everything(c *fiber.Ctx) (InsightPage, error) {
	if d.ownOnly(c) {
		return d.insights(c, d.work)
	}
	return d.insights(c, d.work, d.said)
}

// work is what is in hand.
func (d *Desk) work(c *fiber.Ctx, page *InsightPage, x figures.Desk) error {
	f, load := page.Frame, x.All
	if page.Own {
		load = ownLoad(x, auth.Of(c).Account.Name)
	} else {
		names, err := d.displays(c)
		if err != nil {
			return err
		}
		page.Stats = append(page.Stats, Insight{d.people(f, x, names), x.AsOf})
		page.Other = d.Site.Links.To("/desk/insight/voices")
	}
	page.Sums = loadSums(f, load)
	for _, s := range []ui.Stat{d.aheadDays(f, load), d.aheadWeeks(f, load), d.ages(f, load)} {
		page.Stats = append(page.Stats, Insight{s, x.AsOf})
	}
	return nil
}

// said is what people write, and where they come back.
func (d *Desk) said(c *fiber.Ctx, page *InsightPage, x figures.Desk) error {
	f := page.Frame
	page.Said, page.Other, page.Title = true, d.Site.Links.To("/desk/insight"), f.T("insight.voices.title")
	t, ready := d.Topics.Topics(seesClues(auth.Of(c).Actor()))
	if !ready {
		t.AsOf = x.AsOf
	}
	page.Stats = append(page.Stats, Insight{d.terms(f, t), t.AsOf}, Insight{d.clusters(f, t), t.AsOf},
		Insight{d.followUps(f, x), x.AsOf}, Insight{d.secondLook(f, x), x.AsOf})
	return nil
}

// ownLoad is what one account has in hand.
func ownLoad(x figures.Desk, name string) figures.Load {
	i := slices.IndexFunc(x.People, func(l figures.Load) bool { return l.Owner == name })
	if i < 0 {
		return figures.Load{Owner: name}
	}
	return x.People[i]
}

// displays are the accounts' names for people.
func (d *Desk) displays(c *fiber.Ctx) (map[string]string, error) {
	accounts, err := d.Keeper.Accounts(web.Context(c))
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(accounts))
	for _, a := range accounts {
		names[a.Name] = a.Display
	}
	return names, nil
}

// queue is the address of the queue in one view, narrowed by pairs of names and
// values; empty values narrow nothing.
func (d *Desk) queueAt(view string, pairs ...string) string {
	v := web.Values{"view": {view}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v[pairs[i]] = []string{pairs[i+1]}
		}
	}
	return d.Site.Links.To("/desk?" + v.Encode())
}

// everyState is the view of the queue that holds what ended, too, where there is
// one.
func everyState() string {
	if _, ok := view("all", feedback.Actor{}, ""); ok {
		return "all"
	}
	return "open"
}

// placeRow is the row of a leaf, its notice in the first cell, which leads to
// what came about it.
func (d *Desk) placeRow(f ui.Frame, p figures.Place) ui.StatRow {
	row := ui.StatRow{Head: f.T("stat.item.whole"), URL: d.queueAt(everyState(), "notice", p.Notice, "item", p.Item), Cells: []string{p.Notice}}
	if p.Notice == "" {
		return ui.StatRow{Head: f.T("stat.notice.none"), URL: d.queueAt(everyState()), Cells: []string{""}}
	}
	e, ok := d.Library.Snapshot().Notice(p.Notice)
	if ok {
		row.Cells[0] = e.Notice.Title
	}
	if p.Item == "" {
		return row
	}
	row.Head = f.T("stat.item.gone", p.Item)
	if ok {
		if it := e.Notice.Item(p.Item); it != nil {
			row.Head, row.Zh = it.ID+" "+it.Title, true
		}
	}
	return row
}

package desk

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/figures"
	"rectify/feedback/topics"
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
	Sums  []ui.Sum
	Work  []Insight // what is in hand
	Said  []Insight // what people write
	All   string    // everything as one workbook
	Weeks string    // address of the weekly reports
}

// Insight is a Stat of the desk with the time up to which it was counted: topics
// are counted less often than work.
type Insight struct {
	ui.Stat
	AsOf time.Time
}

// overseers see the work of all; who only drafts replies sees the own.
func overseers() []feedback.Role {
	return []feedback.Role{feedback.Moderator, feedback.Approver, feedback.Auditor, feedback.Admin}
}

// seesClues reports whether somebody may see clues (问题线索) of others.
func seesClues(who feedback.Actor) bool { return who.Has(feedback.Moderator, feedback.Approver) }

// insight shows what the desk sees of its work.
func (d *Desk) insight(c *fiber.Ctx) error {
	page, err := d.insights(c)
	if err != nil {
		return err
	}
	return d.show(c, fiber.StatusOK, "insight", page)
}

// insights makes the page for who asks.
func (d *Desk) insights(c *fiber.Ctx) (InsightPage, error) {
	who := auth.Of(c).Actor()
	page := InsightPage{Frame: d.frame(c), Own: !who.Has(overseers()...), All: d.Site.Links.To("/desk/insight.xlsx"), Weeks: d.Site.Links.To("/desk/reports")}
	page.Title = page.T("insight.title")
	if page.Own {
		page.Title = page.T("insight.title.own")
	}
	x, ready := d.Book.Desk(seesClues(who) || page.Own)
	if !ready {
		return page, nil
	}
	page.Ready, page.AsOf = true, x.AsOf
	names, err := d.displays(c)
	if err != nil {
		return page, err
	}
	load := x.All
	if page.Own {
		load = ownLoad(x, who.ID)
	}
	page.Sums = loadSums(page.Frame, load)
	work := []ui.Stat{d.aheadDays(page.Frame, load), d.aheadWeeks(page.Frame, load), d.ages(page.Frame, load)}
	if !page.Own {
		work = append([]ui.Stat{d.people(page.Frame, x, names)}, work...)
		page.Said = d.said(page.Frame, x, seesClues(who))
	}
	for _, s := range work {
		page.Work = append(page.Work, Insight{s, x.AsOf})
	}
	for _, list := range [][]Insight{page.Work, page.Said} {
		for i := range list {
			list[i].CSV = d.Site.Links.To("/desk/insight.csv?table=" + list[i].ID)
		}
	}
	return page, nil
}

// said is what people write, and where they come back.
func (d *Desk) said(f ui.Frame, x figures.Desk, clues bool) []Insight {
	var list []Insight
	if t, ready := d.Topics.Topics(clues); ready {
		list = append(list, Insight{d.terms(f, t), t.AsOf}, Insight{d.groups(f, t), t.AsOf})
	} else {
		list = append(list, Insight{d.terms(f, topics.Topics{}), x.AsOf})
	}
	return append(list, Insight{d.followUps(f, x), x.AsOf}, Insight{d.secondLook(f, x), x.AsOf})
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

// everyState is the view of the queue that holds what ended, too.
const everyState = "open"

// placeRow is the row of a leaf, its notice in the first cell, which leads to
// what came about it.
func (d *Desk) placeRow(f ui.Frame, p figures.Place) ui.StatRow {
	row := ui.StatRow{Head: f.T("stat.item.whole"), URL: d.queueAt(everyState, "notice", p.Notice, "item", p.Item), Cells: []string{p.Notice}}
	if p.Notice == "" {
		return ui.StatRow{Head: f.T("stat.notice.none"), URL: d.queueAt(everyState), Cells: []string{""}}
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

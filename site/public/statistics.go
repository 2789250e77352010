package public

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content/sheet"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/site/ui"
	"rectify/site/web"
)

// StatisticsPage holds the public figures of one period.
type StatisticsPage struct {
	ui.Frame
	Ready   bool // the store was read
	Some    bool // there ever was anything to count
	Periods []FilterGroup
	Span    string // the period in days
	AsOf    time.Time
	Sums    []ui.Sum
	Stats   []ui.Stat
	Apart   []string // what stands in none of the figures
	All     string   // all tables as one file
}

// statistics shows the figures of a period.
func (p *Pages) statistics(c *fiber.Ctx) error {
	key, err := periodOf(c)
	if err != nil {
		return err
	}
	if key == "" && len(c.Request().URI().QueryString()) > 0 {
		return web.SeeOther(c, p.Site.Links.To("/statistics"))
	}
	today := calendar.On(p.Now())
	period, ok := figures.ParsePeriod(key, today)
	if !ok {
		return web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagFigures)
	f := p.frame(c, "")
	f.Title, f.Description = f.T("stat.title"), f.T("stat.description", p.Site.Body.Name)
	if key != "" {
		f.Title += f.T("stat.of", periodName(f, period))
	}
	f.Column = column(f, f.T("stat.title"), "figures")
	f.Crumbs = []ui.Crumb{{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: f.T("stat.title")}}
	page := StatisticsPage{Frame: f, Span: f.T("stat.span", f.Date(period.From), f.Date(min(period.To, today)))}
	x, ready := p.Statistics.Figures(period, today)
	if !ready {
		return p.show(c, fiber.StatusOK, "statistics", page)
	}
	first, some := p.Statistics.First()
	page.Ready, page.Some, page.AsOf, page.Updated = true, some, x.AsOf, x.AsOf
	page.Periods = periodChoices(f, key, first, today)
	page.Stats, page.Sums, page.Apart = p.stats(f, x), sums(f, x), apart(f, x)
	page.All = p.tables(url.Values{}, period)
	return p.show(c, fiber.StatusOK, "statistics", page)
}

// tables is the address of a file of one period.
func (p *Pages) tables(q url.Values, period figures.Period) string {
	if period.Key != "" {
		q.Set("period", period.Key)
	}
	if len(q) == 0 {
		return p.Site.Links.To("/statistics.csv")
	}
	return p.Site.Links.To("/statistics.csv?" + q.Encode())
}

// statisticsCSV is the table behind one picture, whole, or without a name all of
// them.
func (p *Pages) statisticsCSV(c *fiber.Ctx) error {
	key, err := periodOf(c)
	if err != nil {
		return err
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	today := calendar.On(p.Now())
	period, ok := figures.ParsePeriod(key, today)
	if !ok {
		return web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagFigures)
	f := p.frame(c, "")
	x, ready := p.Statistics.Figures(period, today)
	if !ready {
		c.Set(fiber.HeaderRetryAfter, "60")
		return web.Error{Status: fiber.StatusServiceUnavailable, Code: "busy"}
	}
	stats := p.stats(f, x)
	if q.Get("table") == "" {
		return statCSV(c, f, inOne(f, stats), x)
	}
	for _, s := range stats {
		if s.ID == q.Get("table") {
			return statCSV(c, f, s, x)
		}
	}
	return web.NotFound()
}

// inOne is every table of the page as one, a line a cell: for programs.
func inOne(f ui.Frame, stats []ui.Stat) ui.Stat {
	all := ui.Stat{ID: "all", Columns: []string{f.T("stat.csv.table"), f.T("stat.csv.row"), f.T("stat.csv.column"), f.T("stat.csv.value")}}
	for _, s := range stats {
		for _, r := range append(s.Rows[:len(s.Rows):len(s.Rows)], s.Foot...) {
			for i, cell := range r.Cells {
				all.Rows = append(all.Rows, ui.StatRow{Head: s.ID, Cells: []string{r.Head, s.Columns[i+1], cell}})
			}
		}
	}
	return all
}

// statCSV writes a table, with the period and the time on every line, so that a
// line still says what it is when it is taken out.
func statCSV(c *fiber.Ctx, f ui.Frame, s ui.Stat, x figures.Figures) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	span, asOf := string(x.Period.From)+"/"+string(min(x.Period.To, x.Today)), x.AsOf.In(calendar.Beijing()).Format(time.RFC3339)
	rows := [][]string{append(append([]string{}, s.Columns...), f.T("stat.csv.period"), f.T("stat.csv.asof"))}
	for _, r := range append(s.Rows[:len(s.Rows):len(s.Rows)], s.Foot...) {
		line := append([]string{r.Head}, r.Cells...)
		rows = append(rows, append(line, span, asOf))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = sheet.Guarded(row[i])
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("figures as CSV: %w", err)
	}
	name := "statistics-" + s.ID
	if x.Period.Key != "" {
		name += "-" + x.Period.Key
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", name+".csv"))
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Response().SetBodyRaw(b.Bytes())
	return nil
}

func periodOf(c *fiber.Ctx) (string, error) {
	q, err := web.Query(c)
	if err != nil {
		return "", err
	}
	return q.Get("period"), nil
}

// maxYears is how many years back the list of periods goes.
const maxYears = 20

// periodChoices are the choices: the last twelve months, then year by year backwards
// with the quarters that have begun.
func periodChoices(f ui.Frame, chosen string, first int, today calendar.Day) []FilterGroup {
	option := func(p figures.Period, label string) FilterOption {
		return FilterOption{Value: p.Key, Label: label, Chosen: p.Key == chosen}
	}
	groups := []FilterGroup{{Options: []FilterOption{{Label: f.T("stat.last12"), Chosen: chosen == ""}}}}
	for year := today.Year(); year >= max(first, today.Year()-maxYears); year-- {
		g := FilterGroup{Label: f.T("stat.year", year), Options: []FilterOption{option(figures.Year(year), f.T("stat.year.whole", year))}}
		for q := 1; q <= 4; q++ {
			if p := figures.Quarter(year, q); p.From <= today {
				g.Options = append(g.Options, option(p, f.T("stat.quarter", year, q)))
			}
		}
		groups = append(groups, g)
	}
	return groups
}

func periodName(f ui.Frame, p figures.Period) string {
	if len(p.Key) > 4 {
		return f.T("stat.quarter", p.From.Year(), (int(p.From.Time().Month())+2)/3)
	}
	return f.T("stat.year", p.From.Year())
}

// sums are the numbers on top.
func sums(f ui.Frame, x figures.Figures) []ui.Sum {
	kept := x.KeptInAll()
	share, of := f.T("stat.few.short"), ""
	if kept.Due >= figures.Least {
		share, of = percent(kept.InTime, kept.Due), f.T("stat.sum.kept.of", kept.InTime, kept.Due)
	} else if kept.Due == 0 {
		share = f.T("stat.sum.kept.none")
	}
	return []ui.Sum{
		{Label: f.T("stat.sum.received"), Value: f.T("stat.n", x.Received), More: f.T("stat.sum.received.of")},
		{Label: f.T("stat.sum.kept"), Value: share, More: of},
		{Label: f.T("stat.sum.open"), Value: f.T("stat.n", x.Open.Total), More: f.T("stat.sum.open.of", x.Open.Overdue)},
	}
}

// apart says what stands in no figure.
func apart(f ui.Frame, x figures.Figures) []string {
	var list []string
	for _, n := range []struct {
		n    int
		text string
	}{{x.Merged, f.T("stat.merged", x.Merged)}, {x.Spam, f.T("stat.spam", x.Spam)}, {x.Held, f.T("stat.held", x.Held)}} {
		if n.n > 0 {
			list = append(list, n.text)
		}
	}
	return list
}

// percent is a share to one place, of a whole that is not nothing.
func percent(n, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

func itoas(list ...int) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return out
}

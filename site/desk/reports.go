package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/weekly"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// ReportsPage lists the weeks of a year.
type ReportsPage struct {
	ui.Frame
	Ready bool
	Year  int
	Years []ReportYear
	Weeks []ReportRow
	Told  bool // the reader gets reports by e-mail
	Mail  bool // there is an address to send them to
}

// ReportYear leads to another year.
type ReportYear struct {
	Year    int
	URL     string
	Current bool
}

// ReportRow is one week.
type ReportRow struct {
	Name, URL string
	Running   bool
}

// ReportPage is the report of one week.
type ReportPage struct {
	ui.Frame
	Ready        bool
	R            weekly.Report
	Span         string
	Sums         []ui.Sum
	Stats        []ui.Stat
	Apart        []string
	CSV, XLSX    string
	Before, Next string // addresses of the weeks beside it; empty: none
}

// maxReportYears is how many years back the list goes.
const maxReportYears = 20

// reports lists the weeks of a year that there is a report of.
func (d *Desk) reports(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	a := auth.Of(c).Account
	page := ReportsPage{Frame: d.frame(c), Told: a.Weekly, Mail: a.Email != ""}
	page.Title, page.Flash = page.T("report.title"), said(page.Frame, q.Get("done"))
	now := figures.WeekOf(calendar.On(d.Now()))
	first, some := d.Statistics.First()
	if _, page.Ready = d.Statistics.Desk(false); !page.Ready || !some {
		page.Year = now.Year
		return d.show(c, fiber.StatusOK, "reports", page)
	}
	first = max(first, now.Year-maxReportYears)
	page.Year = now.Year
	for year := now.Year; year >= first; year-- {
		y := ReportYear{Year: year, URL: d.Site.Links.To("/desk/reports")}
		if year != now.Year {
			y.URL += "?year=" + itoas(year)[0]
		}
		if y.Current = q.Get("year") == itoas(year)[0]; y.Current {
			page.Year = year
		}
		page.Years = append(page.Years, y)
	}
	for i := range page.Years {
		page.Years[i].Current = page.Years[i].Year == page.Year
	}
	w := now
	if page.Year != now.Year {
		w = figures.WeekOf(calendar.Day(itoas(page.Year)[0] + "-12-28")) // always in the last week
	}
	for ; w.Year == page.Year; w = w.Before() {
		page.Weeks = append(page.Weeks, ReportRow{Name: weekName(page.Frame, w), URL: d.weekAt(w), Running: w == now})
	}
	return d.show(c, fiber.StatusOK, "reports", page)
}

func (d *Desk) weekAt(w figures.Week) string { return d.Site.Links.To("/desk/reports/" + w.String()) }

func weekName(f ui.Frame, w figures.Week) string {
	return f.T("report.week", w.Year, w.N, f.Date(w.From()), f.Date(w.To()))
}

// report shows one week: as a page, or as a file when its name ends so.
func (d *Desk) report(c *fiber.Ctx) error {
	name, ext, _ := strings.Cut(web.Param(c, "week"), ".")
	w, ok := figures.ParseWeek(name)
	if !ok || w.From() > calendar.On(d.Now()) || (ext != "" && ext != "csv" && ext != "xlsx") {
		return web.NotFound()
	}
	if first, some := d.Statistics.First(); some && w.Year < first-1 {
		return web.NotFound()
	}
	r, ready, err := d.Weekly.Report(web.Context(c), w)
	if err != nil {
		return err
	}
	page := d.reportPage(d.frame(c), w, r, ready)
	switch {
	case !ready && ext != "":
		return notCounted(c)
	case ext == "csv":
		return sendCSV(c, "report-"+w.String(), reportTable(page))
	case ext == "xlsx":
		var list []ui.StatBlock
		for _, s := range page.Stats {
			list = append(list, page.Block(s, r.Counted))
		}
		return sendXLSX(c, "report-"+w.String(), page.Frame, page.Title, list)
	}
	return d.show(c, fiber.StatusOK, "report", page)
}

func (d *Desk) reportPage(f ui.Frame, w figures.Week, r weekly.Report, ready bool) ReportPage {
	f.Title = f.T("report.of", w.Year, w.N)
	f.Crumbs = []ui.Crumb{{Label: f.T("insight.title"), URL: d.Site.Links.To("/desk/insight")}, {Label: f.T("report.title"), URL: d.Site.Links.To("/desk/reports")}, {Label: w.String()}}
	page := ReportPage{Frame: f, Ready: ready, R: r, Span: f.T("stat.span", f.Date(w.From()), f.Date(w.To())), CSV: d.weekAt(w) + ".csv", XLSX: d.weekAt(w) + ".xlsx"}
	if w.Before().From().Year() >= 2000 {
		page.Before = d.weekAt(w.Before())
	}
	if next := w.After(); next.From() <= calendar.On(d.Now()) {
		page.Next = d.weekAt(next)
	}
	if ready {
		page.Sums, page.Stats = reportSums(f, r), d.reportStats(f, r)
		for _, n := range []struct {
			n    int
			text string
		}{{r.Merged, f.T("stat.merged", r.Merged)}, {r.Spam, f.T("stat.spam", r.Spam)}, {r.Held, f.T("stat.held", r.Held)}} {
			if n.n > 0 {
				page.Apart = append(page.Apart, n.text)
			}
		}
	}
	return page
}

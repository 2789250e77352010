package public

import (
	"net/url"
	"strings"

	"rectify/feedback"
	"rectify/feedback/figures"
	"rectify/site/chart"
	"rectify/site/ui"
)

// How many rows of a long table stand on the page, and how many bars are drawn.
const (
	statRows = 20
	statBars = 6
)

// stats draws every picture of the page. Nothing in them is a count of fewer
// than figures.Least by itself.
func (p *Pages) stats(f ui.Frame, x figures.Figures) []ui.Stat {
	kept := x.KeptInAll()
	x = x.Few()
	list := []ui.Stat{p.byChannel(f, x), p.byCategory(f, x), p.byNotice(f, x), p.byItem(f, x)}
	for _, s := range x.Accept {
		list = append(list, spread(f, "accept", f.T("stat.accept.what", termText(f, s.Term)), s))
	}
	if len(x.Accept) == 0 {
		list = append(list, ui.Stat{ID: "accept", Heading: f.T("stat.accept"), How: f.T("stat.accept.how"), None: f.T("stat.accept.none")})
	}
	for _, s := range x.Answer {
		list = append(list, spread(f, "answer", f.T("stat.answer.what", p.answeredBy(f, s.Term), termText(f, s.Term)), s))
	}
	if len(x.Answer) == 0 {
		list = append(list, ui.Stat{ID: "answer", Heading: f.T("stat.answer"), How: f.T("stat.answer.how"), None: f.T("stat.answer.none")})
	}
	list = append(list, p.keptStat(f, x, kept), rated(f, x), openStat(f, x))
	for i := range list {
		list[i].CSV = p.tables(url.Values{"table": {list[i].ID}}, x.Period)
	}
	return list
}

func (p *Pages) byChannel(f ui.Frame, x figures.Figures) ui.Stat {
	return volume(f, ui.Stat{ID: "channel", How: f.T("stat.channel.how"), Columns: []string{f.T("stat.channel")}}, x, x.Channels, func(c figures.Count) ui.StatRow {
		return ui.StatRow{Head: f.T("channel." + c.Key)}
	})
}

func (p *Pages) byCategory(f ui.Frame, x figures.Figures) ui.Stat {
	return volume(f, ui.Stat{ID: "category", How: f.T("stat.category.how"), Columns: []string{f.T("stat.category")}}, x, x.Categories, func(c figures.Count) ui.StatRow {
		return ui.StatRow{Head: f.T("category." + c.Key)}
	})
}

func (p *Pages) byNotice(f ui.Frame, x figures.Figures) ui.Stat {
	return volume(f, ui.Stat{ID: "notice", How: f.T("stat.notice.how"), Columns: []string{f.T("stat.notice")}, Least: statRows}, x, x.Notices, func(c figures.Count) ui.StatRow {
		return p.noticeRow(f, c.Place.Notice)
	})
}

func (p *Pages) byItem(f ui.Frame, x figures.Figures) ui.Stat {
	s := ui.Stat{ID: "item", How: f.T("stat.item.how"), Columns: []string{f.T("stat.item"), f.T("stat.notice")}, Texts: 2, Least: statRows}
	return volume(f, s, x, x.Items, func(c figures.Count) ui.StatRow {
		notice := p.noticeRow(f, c.Place.Notice)
		if c.Place.Notice == "" {
			notice.Cells = []string{""}
			return notice
		}
		row := ui.StatRow{Head: f.T("stat.item.whole"), Cells: []string{notice.Head}}
		if c.Place.Item == "" {
			return row
		}
		row.Head = f.T("stat.item.gone", c.Place.Item)
		if e, ok := p.Library.Snapshot().Notice(c.Place.Notice); ok {
			if it := e.Notice.Item(c.Place.Item); it != nil {
				row.Head, row.URL, row.Zh = it.ID+" "+it.Title, f.Links.Item(c.Place.Notice, it.ID), true
			}
		}
		return row
	})
}

func (p *Pages) noticeRow(f ui.Frame, slug string) ui.StatRow {
	if slug == "" {
		return ui.StatRow{Head: f.T("stat.notice.none")}
	}
	if e, ok := p.Library.Snapshot().Notice(slug); ok {
		return ui.StatRow{Head: e.Notice.Title, URL: f.Links.Notice(slug), Zh: true}
	}
	return ui.StatRow{Head: f.T("stat.notice.gone", slug)}
}

// volume draws how many there are of each kind. Name makes the row of a count
// without its numbers.
func volume(f ui.Frame, s ui.Stat, x figures.Figures, counts []figures.Count, name func(figures.Count) ui.StatRow) ui.Stat {
	s.Caption = f.T("stat." + s.ID + ".table")
	s.Heading = f.T("stat." + s.ID + ".title")
	if x.Received == 0 {
		s.None = f.T("stat.none")
		return s
	}
	s.Columns = append(s.Columns, f.T("stat.count"), f.T("fig.share"))
	var bars []chart.Bar
	description, most, rest := "", figures.Count{}, x.Received
	for _, c := range counts {
		row := ui.StatRow{Head: f.T("stat.rest"), Cells: make([]string, len(s.Columns)-3)}
		fill := chart.Hatch
		if !c.Rest {
			row, fill = name(c), chart.Full
			if c.N > most.N {
				most = c
				s.Heading = f.T("stat."+s.ID+".most", ui.Short(row.Head, 24), percent(c.N, x.Received))
			}
		}
		if s.Least == 0 || len(bars) < statBars {
			label := f.T("stat.bar", ui.Short(row.Head, 10), c.N)
			bars = append(bars, chart.Bar{Label: label, N: c.N, Fill: fill})
			description += label + f.T("way.then")
			rest -= c.N
		}
		row.Cells = append(row.Cells, append(itoas(c.N), percent(c.N, x.Received))...)
		s.Rows = append(s.Rows, row)
	}
	if rest > 0 {
		bars = append(bars, chart.Bar{Label: f.T("stat.bar", f.T("stat.others"), rest), N: rest, Fill: chart.Hatch})
	}
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: append(make([]string, len(s.Columns)-3), append(itoas(x.Received), "")...)}}
	s.Picture = chart.Bars("s-"+s.ID, s.Caption, description, bars)
	return s
}

// termText is a limit in words.
func termText(f ui.Frame, t feedback.Term) string {
	return f.T("term", t.Days, f.T("clock."+string(t.Clock)))
}

// answeredBy are the categories that are to be answered within a term.
func (p *Pages) answeredBy(f ui.Frame, t feedback.Term) string {
	var list []string
	for _, c := range feedback.Categories() {
		if c != feedback.Clue && p.Intake.Clocks.Rules.Answer[c] == t {
			list = append(list, f.T("category."+string(c)))
		}
	}
	if len(list) == 0 {
		return f.T("stat.before") // under a limit of earlier
	}
	return strings.Join(list, f.T("stat.and"))
}

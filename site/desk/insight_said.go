package desk

import (
	"fmt"
	"html/template"
	"strings"

	"rectify/feedback/figures"
	"rectify/feedback/topics"
	"rectify/site/chart"
	"rectify/site/ui"
)

// How many rows of a long list stand on the page; the file holds all.
const insightRows = 8

// terms draws the words of what people write, month by month.
func (d *Desk) terms(f ui.Frame, t topics.Topics) ui.Stat {
	s := d.monthly(f, "terms", t)
	if len(t.Terms) == 0 {
		s.None = f.T("insight.terms.none", topics.Least)
		return s
	}
	var strips []chart.Strip
	description, rising := "", ""
	for _, x := range t.Terms {
		s.Rows = append(s.Rows, d.monthRow(f, x.Text, x.Text, x.Place, x.Months, x.Total, x.Recent, x.Before))
		if len(strips) < insightBars {
			label := f.T("insight.term.bar", x.Text, x.Total, x.Recent)
			strips = append(strips, chart.Strip{Label: label, N: x.Months})
			description += label + f.T("way.then")
		}
		if rising == "" && x.Text != t.Terms[0].Text && t.Rising(x) {
			rising = x.Text
		}
	}
	s.Heading = f.T("insight.terms.title", t.Terms[0].Text)
	if rising != "" {
		s.Heading = f.T("insight.terms.rising", t.Terms[0].Text, rising)
	}
	s.Picture = d.strips(f, "i-terms", s.Caption, description, t, strips)
	return s
}

// clusters draws words that come together.
func (d *Desk) clusters(f ui.Frame, t topics.Topics) ui.Stat {
	s := d.monthly(f, "groups", t)
	if len(t.Groups) == 0 {
		s.None = f.T("insight.groups.none")
		return s
	}
	var strips []chart.Strip
	description := ""
	for _, g := range t.Groups {
		name := strings.Join(g.Terms[:min(len(g.Terms), 3)], f.T("sep"))
		s.Rows = append(s.Rows, d.monthRow(f, name, g.Terms[0], g.Place, g.Months, g.Total, g.Recent, g.Before))
		label := f.T("stat.bar", ui.Short(name, 14), g.Total)
		strips = append(strips, chart.Strip{Label: label, N: g.Months})
		description += label + f.T("way.then")
	}
	s.Heading = f.T("insight.groups.title", s.Rows[0].Head, t.Groups[0].Total)
	s.Picture = d.strips(f, "i-groups", s.Caption, description, t, strips)
	return s
}

// monthly is a Stat whose columns are months.
func (d *Desk) monthly(f ui.Frame, id string, t topics.Topics) ui.Stat {
	s := stat(f, id, "insight."+id+".what", "insight.place", "table.all", "insight.recent", "insight.before")
	s.Texts, s.Least, s.Across = 2, insightRows, true
	for _, m := range t.Months {
		s.Columns = append(s.Columns, m.Time().Format("2006-01"))
	}
	s.How = f.T("insight."+id+".how", t.Texts, topics.Least)
	if t.Full {
		s.How += f.T("insight.terms.full", topics.MaxTexts, f.Date(t.From))
	}
	return s
}

// monthRow leads to what was written with the word. A place that few wrote about
// is none.
func (d *Desk) monthRow(f ui.Frame, head, word string, p topics.Place, months []int, total, recent, before int) ui.StatRow {
	place := ""
	if p.Notice != "" && p.N >= topics.Least {
		row := d.placeRow(f, figures.Place{Notice: p.Notice, Item: p.Item})
		place = row.Head
		if p.Item == "" {
			place = row.Cells[0]
		}
	}
	return ui.StatRow{Head: head, URL: d.queueAt(everyState(), "q", word), Zh: true, Cells: append(append([]string{place}, itoas(total, recent, before)...), itoas(months...)...)}
}

func (d *Desk) strips(f ui.Frame, id, title, description string, t topics.Topics, strips []chart.Strip) template.HTML {
	from, to := t.Months[0], t.Months[len(t.Months)-1]
	return chart.Strips(id, title, description, f.T("insight.month", from.Year(), int(from.Time().Month())), f.T("insight.month", to.Year(), int(to.Time().Month())), strips)
}

// followUps draws the leaves that people come back about.
func (d *Desk) followUps(f ui.Frame, x figures.Desk) ui.Stat {
	s := stat(f, "followups", "stat.item", "stat.notice", "table.all", "insight.followup", "insight.review", "insight.lookback", "insight.received")
	s.Texts, s.Least, s.Across = 2, insightRows, true
	if len(x.FollowUps) == 0 {
		s.None = f.T("insight.followups.none")
		return s
	}
	var bars []chart.Bar
	description := ""
	for _, t := range x.FollowUps {
		row := d.placeRow(f, t.Place)
		row.Cells = append(row.Cells, itoas(t.Sum(), t.FollowUps, t.Reviews, t.LookBacks, t.Received)...)
		s.Rows = append(s.Rows, row)
		if len(bars) < insightBars {
			label := f.T("insight.times", ui.Short(row.Head, 14), t.Sum())
			bars = append(bars, chart.Bar{Label: label, N: t.Sum(), Fill: chart.Full})
			description += label + f.T("way.then")
		}
	}
	s.Heading = f.T("insight.followups.title", ui.Short(s.Rows[0].Head, 24), x.FollowUps[0].Sum())
	s.Picture = chart.Bars("i-followups", s.Caption, description, bars)
	return s
}

// secondLook draws the leaves that might be worth a second look.
func (d *Desk) secondLook(f ui.Frame, x figures.Desk) ui.Stat {
	s := stat(f, "again", "stat.item", "stat.notice", "insight.done.since", "table.all", "insight.new", "insight.followup", "insight.unsolved", "insight.last")
	s.Texts, s.Least, s.Across = 3, insightRows, true
	if len(x.Again) == 0 {
		s.None = f.T("insight.again.none")
		return s
	}
	var bars []chart.Bar
	description := ""
	for _, a := range x.Again {
		row := d.placeRow(f, a.Place)
		row.Cells = append(row.Cells, string(a.Done))
		row.Cells = append(append(row.Cells, itoas(a.Sum(), a.New, a.FollowUps, a.Unsolved)...), string(a.Last))
		s.Rows = append(s.Rows, row)
		if len(bars) < insightBars {
			label := f.T("insight.voices", ui.Short(row.Head, 14), a.Sum())
			bars = append(bars, chart.Bar{Label: label, N: a.Sum(), Fill: chart.Cross})
			description += label + f.T("way.then")
		}
	}
	s.Heading = f.T("insight.again.title", len(x.Again), fmt.Sprint(x.Again[0].Sum()))
	s.Picture = chart.Bars("i-again", s.Caption, description, bars)
	return s
}

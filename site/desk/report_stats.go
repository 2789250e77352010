package desk

import (
	"fmt"

	"rectify/feedback/figures"
	"rectify/feedback/weekly"
	"rectify/site/chart"
	"rectify/site/table"
	"rectify/site/ui"
)

// reportSums are the numbers on top of a report.
func reportSums(f ui.Frame, r weekly.Report) []ui.Sum {
	kept := r.KeptInAll()
	share := f.T("stat.sum.kept.none")
	if kept.Due > 0 {
		share = share1(kept.InTime, kept.Due)
	}
	return []ui.Sum{
		{Label: f.T("stat.sum.received"), Value: f.T("stat.n", r.Received), More: f.T("stat.sum.received.of")},
		{Label: f.T("report.answered"), Value: f.T("stat.n", answered(r.Figures)), More: f.T("report.answered.of", turned(r.Came))},
		{Label: f.T("stat.sum.kept"), Value: share, More: f.T("stat.sum.kept.of", kept.InTime, kept.Due)},
		{Label: f.T("report.open"), Value: f.T("stat.n", r.Open.Total), More: f.T("stat.sum.open.of", r.Open.Overdue)},
		{Label: f.T("report.ahead"), Value: f.T("stat.n", r.Ahead), More: f.T("report.ahead.of")},
	}
}

// answered is how many answers were given.
func answered(x figures.Figures) (n int) {
	for _, s := range x.Answer {
		n += s.Total
	}
	return n
}

func turned(list []figures.Turned) (n int) {
	for _, t := range list {
		n += t.Sum()
	}
	return n
}

func share1(n, of int) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(of, 1))) }

// reportStats are the pictures of a report.
func (d *Desk) reportStats(f ui.Frame, r weekly.Report) []ui.Stat {
	list := []ui.Stat{
		counts(f, "channel", f.T("stat.channel"), r.Received, r.Channels, func(c figures.Count) ui.StatRow { return ui.StatRow{Head: f.T("channel." + c.Key)} }),
		counts(f, "category", f.T("stat.category"), r.Received, r.Categories, func(c figures.Count) ui.StatRow { return ui.StatRow{Head: f.T("category." + c.Key)} }),
		counts(f, "place", f.T("stat.item"), r.Received, r.Items, func(c figures.Count) ui.StatRow {
			row := d.placeRow(f, c.Place)
			if c.Place.Notice != "" && c.Place.Item == "" {
				row.Head, row.Zh = row.Cells[0], true
			}
			row.Cells = nil
			return row
		}),
		keptInWeek(f, r),
		d.followUps(f, figures.Desk{FollowUps: r.Came}),
	}
	list[len(list)-1].How = f.T("report.followups.how")
	if len(r.Again) > 0 {
		list = append(list, d.secondLook(f, figures.Desk{Again: r.Again}))
	}
	if len(r.Terms) > 0 {
		list = append(list, reportTerms(f, r))
	}
	for i := range list {
		list[i].CSV = d.Site.Links.To("/desk/reports/" + r.Week + ".csv")
	}
	return list
}

// counts draws how many came of each kind.
func counts(f ui.Frame, id, column string, sum int, list []figures.Count, row func(figures.Count) ui.StatRow) ui.Stat {
	s := ui.Stat{ID: "w-" + id, Heading: f.T("report." + id), How: f.T("report.received.how"), Caption: f.T("report." + id), Columns: []string{column, f.T("stat.count"), f.T("fig.share")}, Least: insightRows}
	if sum == 0 {
		s.None = f.T("report.none")
		return s
	}
	var bars []chart.Bar
	description := ""
	for _, c := range list {
		r := row(c)
		r.Cells = append(itoas(c.N), share1(c.N, sum))
		s.Rows = append(s.Rows, r)
		if c.N > 0 && len(bars) < insightBars {
			label := f.T("stat.bar", ui.Short(r.Head, 14), c.N)
			bars = append(bars, chart.Bar{Label: label, N: c.N, Fill: chart.Full})
			description += label + f.T("way.then")
		}
	}
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: append(itoas(sum), "")}}
	s.Picture = chart.Bars("i-w-"+id, s.Caption, description, bars)
	return s
}

// keptInWeek draws how what fell due in the week was answered.
func keptInWeek(f ui.Frame, r weekly.Report) ui.Stat {
	s := ui.Stat{
		ID: "w-kept", Heading: f.T("report.kept"), How: f.T("report.kept.how"), Marks: f.T("stat.kept.marks"), Caption: f.T("stat.kept.table"),
		Columns: []string{f.T("stat.category"), f.T("stat.due"), f.T("stat.intime"), f.T("stat.answered.late"), f.T("stat.unanswered"), f.T("stat.share")},
	}
	all := r.KeptInAll()
	if all.Due+r.Extended.Due == 0 {
		s.None, s.Marks = f.T("report.kept.none"), ""
		return s
	}
	var stacks []chart.Stack
	description := ""
	row := func(label string, k figures.Kept) ui.StatRow {
		if k.Due > 0 {
			text := f.T("stat.kept.bar", label, share1(k.InTime, k.Due), k.InTime, k.Due)
			stacks = append(stacks, chart.Stack{Label: text, Parts: []chart.Part{{N: k.InTime, Fill: chart.Full}, {N: k.Late, Fill: chart.Hatch}, {N: k.Unanswered, Fill: chart.Cross}}})
			description += text + f.T("way.then")
		}
		return ui.StatRow{Head: label, Cells: append(itoas(k.Due, k.InTime, k.Late, k.Unanswered), share1(k.InTime, k.Due))}
	}
	for _, k := range r.Kept {
		if k.Due > 0 {
			s.Rows = append(s.Rows, row(f.T("category."+k.Key), k))
		}
	}
	if r.Extended.Due > 0 {
		s.Rows = append(s.Rows, row(f.T("stat.kept.extended"), r.Extended))
	}
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: append(itoas(all.Due, all.InTime, all.Late, all.Unanswered), share1(all.InTime, all.Due))}}
	s.Picture = chart.Stacks("i-w-kept", s.Caption, description, stacks)
	return s
}

// reportTerms draws the words of the weeks before.
func reportTerms(f ui.Frame, r weekly.Report) ui.Stat {
	s := ui.Stat{ID: "w-terms", Heading: f.T("report.terms"), How: f.T("report.terms.how"), Caption: f.T("report.terms"), Columns: []string{f.T("insight.terms.what"), f.T("insight.recent"), f.T("insight.before"), f.T("report.terms.year")}}
	var bars []chart.Bar
	description := ""
	for _, t := range r.Terms {
		s.Rows = append(s.Rows, ui.StatRow{Head: t.Text, Zh: true, Cells: itoas(t.Recent, t.Before, t.Total)})
		if len(bars) < insightBars {
			label := f.T("stat.bar", t.Text, t.Recent)
			bars = append(bars, chart.Bar{Label: label, N: t.Recent, Fill: chart.Full})
			description += label + f.T("way.then")
		}
	}
	s.Picture = chart.Bars("i-w-terms", s.Caption, description, bars)
	return s
}

// reportTable is a whole report as one table, a line a number.
func reportTable(page ReportPage) table.Table {
	f := page.Frame
	t := table.Table{Name: page.R.Week, Texts: 3, Columns: []string{f.T("stat.csv.table"), f.T("stat.csv.row"), f.T("stat.csv.column"), f.T("stat.csv.value"), f.T("report.csv.week"), f.T("stat.csv.asof")}}
	at := page.R.Counted.UTC().Format("2006-01-02T15:04:05Z07:00")
	for _, s := range page.Sums {
		t.Rows = append(t.Rows, []string{f.T("report.sums"), s.Label, s.More, s.Value, page.R.Week, at})
	}
	for _, s := range page.Stats {
		for _, r := range append(s.Rows[:len(s.Rows):len(s.Rows)], s.Foot...) {
			for i, cell := range r.Cells {
				t.Rows = append(t.Rows, []string{s.Caption, r.Head, s.Columns[i+1], cell, page.R.Week, at})
			}
		}
	}
	return t
}

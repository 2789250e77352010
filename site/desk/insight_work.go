package desk

import (
	"strconv"

	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/site/chart"
	"rectify/site/ui"
)

// insightBars is how many of a long list are drawn; the table holds all.
const insightBars = 8

// loadSums are the numbers on top.
func loadSums(f ui.Frame, l figures.Load) []ui.Sum {
	return []ui.Sum{
		{Label: f.T("insight.sum.open"), Value: f.T("stat.n", l.Open), More: f.T("insight.sum.open.of", l.Asked, l.Drafted)},
		{Label: f.T("insight.sum.late"), Value: f.T("stat.n", l.Overdue), More: f.T("insight.sum.late.of", l.Oldest)},
		{Label: f.T("insight.sum.soon"), Value: f.T("stat.n", l.Soon), More: f.T("insight.sum.soon.of", l.Answered)},
	}
}

// stat is an empty Stat with its words.
func stat(f ui.Frame, id string, columns ...string) ui.Stat {
	s := ui.Stat{ID: id, Heading: f.T("insight." + id), How: f.T("insight." + id + ".how"), Caption: f.T("insight." + id + ".table")}
	for _, c := range columns {
		s.Columns = append(s.Columns, f.T(c))
	}
	return s
}

// people draws the work in hand of each.
func (d *Desk) people(f ui.Frame, x figures.Desk, names map[string]string) ui.Stat {
	s := stat(f, "people", "insight.person", "insight.open", "insight.overdue", "insight.soon", "insight.asked", "insight.drafted", "insight.oldest", "insight.answered")
	s.Across = true
	if len(x.People) == 0 {
		s.None = f.T("insight.none")
		return s
	}
	var bars []chart.Bar
	description := ""
	for _, l := range x.People {
		row := ui.StatRow{Head: orDefault(names[l.Owner], l.Owner), Zh: true, URL: d.queueAt("open", "owner", l.Owner), Cells: itoas(l.Open, l.Overdue, l.Soon, l.Asked, l.Drafted, l.Oldest, l.Answered)}
		if l.Owner == "" {
			row.Head, row.Zh, row.URL = f.T("insight.nobody"), false, d.queueAt("open")
		}
		s.Rows = append(s.Rows, row)
		if len(bars) < insightBars && l.Open > 0 {
			label := f.T("insight.bar.late", ui.Short(row.Head, 12), l.Open, l.Overdue)
			bars = append(bars, chart.Bar{Label: label, N: l.Open, Fill: chart.Full})
			description += label + f.T("way.then")
		}
	}
	a := x.All
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: itoas(a.Open, a.Overdue, a.Soon, a.Asked, a.Drafted, a.Oldest, a.Answered)}}
	s.Heading = f.T("insight.people.title", a.Open, len(x.People))
	s.Picture = chart.Bars("i-people", s.Caption, description, bars)
	return s
}

// aheadDays draws what falls due day by day.
func (d *Desk) aheadDays(f ui.Frame, l figures.Load) ui.Stat {
	s := stat(f, "days", "insight.day", "stat.count")
	if l.Open == 0 {
		s.None = f.T("insight.none")
		return s
	}
	var columns []chart.Column
	description, sum, most := "", 0, figures.Ahead{}
	for _, a := range l.Ahead {
		switch a.From {
		case "":
			s.Rows = append(s.Rows, ui.StatRow{Head: f.T("insight.overdue"), URL: d.queueAt("late", "owner", l.Owner), Cells: itoas(a.N)})
		case a.To:
			day := f.DateWeek(a.From)
			s.Rows = append(s.Rows, ui.StatRow{Head: day, URL: d.queueAt("open", "due", string(a.From), "owner", l.Owner), Cells: itoas(a.N)})
			columns = append(columns, chart.Column{Label: strconv.Itoa(a.From.Time().Day()), N: a.N, Fill: dayFill(d.Clocks.Days, a.From)})
			description += f.T("stat.bar", day, a.N) + f.T("way.then")
			if sum += a.N; a.N > most.N {
				most = a
			}
		}
	}
	s.Heading = f.T("insight.days.title", sum)
	if most.N > 0 {
		s.Heading = f.T("insight.days.most", sum, f.DateWeek(most.From), most.N)
	}
	s.Picture = chart.Columns("i-days", s.Caption, description, columns)
	return s
}

// dayFill tells days on which nobody works apart.
func dayFill(c *calendar.Calendar, d calendar.Day) chart.Fill {
	if working, _ := c.IsWorking(d); !working {
		return chart.Hatch
	}
	return chart.Full
}

// aheadWeeks draws what falls due week by week.
func (d *Desk) aheadWeeks(f ui.Frame, l figures.Load) ui.Stat {
	s := stat(f, "weeks", "insight.span", "stat.count")
	if l.Open == 0 {
		s.None = f.T("insight.none")
		return s
	}
	var columns []chart.Column
	description, sum := "", 0
	add := func(from, to calendar.Day, n int) {
		span := f.T("stat.span", f.Date(from), f.Date(to))
		s.Rows = append(s.Rows, ui.StatRow{Head: span, Cells: itoas(n)})
		label := ""
		if len(columns)%2 == 0 { // beside each other they would run together on a phone
			label = from.Time().Format("1/2")
		}
		columns = append(columns, chart.Column{Label: label, N: n, Fill: chart.Full})
		description += f.T("stat.bar", span, n) + f.T("way.then")
		sum += n
	}
	week := figures.Ahead{}
	for _, a := range l.Ahead {
		switch {
		case a.From == "" || a.To == "":
		case a.From == a.To: // days come first, in whole weeks
			if week.From == "" {
				week.From = a.From
			}
			week.N += a.N
			if week.From.DaysUntil(a.To) == 6 {
				add(week.From, a.To, week.N)
				week = figures.Ahead{}
			}
		default:
			add(a.From, a.To, a.N)
		}
	}
	last := l.Ahead[len(l.Ahead)-1]
	s.Rows = append(s.Rows, ui.StatRow{Head: f.T("insight.later", f.Date(last.From)), Cells: itoas(last.N)})
	s.Heading = f.T("insight.weeks.title", sum)
	s.Picture = chart.Columns("i-weeks", s.Caption, description, columns)
	return s
}

// ages draws for how long what is open has waited.
func (d *Desk) ages(f ui.Frame, l figures.Load) ui.Stat {
	s := stat(f, "ages", "insight.waited", "insight.intime", "insight.overdue", "table.all")
	if l.Open == 0 {
		s.None = f.T("insight.none")
		return s
	}
	var bars []chart.Bar
	description, old := "", 0
	for _, a := range l.Ages {
		label := f.T("insight.ages.days", a.From, a.To)
		if a.To == 0 {
			label = f.T("insight.ages.more", a.From)
		}
		n := a.InTime + a.Overdue
		if a.From >= 31 {
			old += n
		}
		s.Rows = append(s.Rows, ui.StatRow{Head: label, Cells: itoas(a.InTime, a.Overdue, n)})
		fill := chart.Full
		if a.Overdue > 0 {
			fill = chart.Hatch
		}
		text := f.T("insight.bar.late", label, n, a.Overdue)
		bars = append(bars, chart.Bar{Label: text, N: n, Fill: fill})
		description += text + f.T("way.then")
	}
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: itoas(l.Open-l.Overdue, l.Overdue, l.Open)}}
	s.Heading = f.T("insight.ages.title", old, l.Oldest)
	s.Marks = f.T("insight.ages.marks")
	s.Picture = chart.Bars("i-ages", s.Caption, description, bars)
	return s
}

func itoas(list ...int) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return out
}

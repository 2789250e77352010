package public

import (
	"fmt"

	"rectify/feedback/figures"
	"rectify/site/chart"
	"rectify/site/ui"
)

// spread draws how long something took, what was within its limit first.
func spread(f ui.Frame, id, what string, x figures.Spread) ui.Stat {
	clock := f.T("clock." + string(x.Term.Clock))
	s := ui.Stat{
		ID: fmt.Sprintf("%s-%d-%s", id, x.Term.Days, x.Term.Clock), Heading: what, How: f.T("stat." + id + ".how"), Caption: f.T("stat.spread.table", what),
		Columns: []string{f.T("stat.took"), f.T("stat.count"), f.T("fig.share")},
	}
	if x.Total < figures.Least {
		s.None = f.T("stat.few", what)
		return s
	}
	s.Heading = f.T("stat.half", what, x.Median, x.Ninth, clock)
	var bars []chart.Bar
	description := ""
	add := func(label string, n int, fill chart.Fill) {
		bars = append(bars, chart.Bar{Label: f.T("stat.bar", label, n), N: n, Fill: fill})
		description += f.T("stat.bar", label, n) + f.T("way.then")
		s.Rows = append(s.Rows, ui.StatRow{Head: label, Cells: append(itoas(n), percent(n, x.Total))})
	}
	from := 0
	for i, to := range x.Bounds {
		label := f.T("stat.days", from, to, clock)
		switch from {
		case 0:
			label = f.T("stat.days.first", to, clock)
		case to:
			label = f.T("stat.day", to, clock)
		}
		add(label, x.In[i], chart.Full)
		from = to + 1
	}
	if x.Extended > 0 {
		add(f.T("stat.extended"), x.Extended, chart.Hatch)
	}
	add(f.T("stat.late"), x.Late, chart.Cross)
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: append(itoas(x.Total), "")}}
	s.Picture = chart.Bars("s-"+s.ID, s.Caption, description, bars)
	return s
}

// keptStat draws the share of answers that kept their limits.
func (p *Pages) keptStat(f ui.Frame, x figures.Figures, all figures.Kept) ui.Stat {
	s := ui.Stat{
		ID: "kept", Heading: f.T("stat.kept"), How: f.T("stat.kept.how"), Marks: f.T("stat.kept.marks"), Caption: f.T("stat.kept.table"),
		Columns: []string{f.T("stat.category"), f.T("stat.due"), f.T("stat.intime"), f.T("stat.answered.late"), f.T("stat.unanswered"), f.T("stat.share")},
	}
	if all.Due == 0 && x.Extended.Due == 0 {
		s.None = f.T("stat.kept.none")
		return s
	}
	var stacks []chart.Stack
	description := ""
	row := func(label string, k figures.Kept) ui.StatRow {
		if k.Due < figures.Least { // only ever the last row that is left, or a sum
			return ui.StatRow{Head: label, Cells: []string{f.T("stat.few.short"), "—", "—", "—", "—"}}
		}
		share := percent(k.InTime, k.Due)
		text := f.T("stat.kept.bar", label, share, k.InTime, k.Due)
		stacks = append(stacks, chart.Stack{Label: text, Parts: []chart.Part{{N: k.InTime, Fill: chart.Full}, {N: k.Late, Fill: chart.Hatch}, {N: k.Unanswered, Fill: chart.Cross}}})
		description += text + f.T("way.then")
		return ui.StatRow{Head: label, Cells: append(itoas(k.Due, k.InTime, k.Late, k.Unanswered), share)}
	}
	for _, k := range x.Kept {
		switch {
		case k.Rest:
			s.Rows = append(s.Rows, row(f.T("stat.rest"), k))
		case k.Due > 0:
			s.Rows = append(s.Rows, row(f.T("category."+k.Key), k))
		}
	}
	if all.Due > 0 {
		s.Foot = append(s.Foot, row(f.T("table.all"), all))
	}
	if x.Extended.Due > 0 {
		s.Foot = append(s.Foot, row(f.T("stat.kept.extended"), x.Extended))
	}
	if all.Due >= figures.Least {
		s.Heading = f.T("stat.kept.share", all.Due, percent(all.InTime, all.Due))
	}
	if len(stacks) > 0 {
		s.Picture = chart.Stacks("s-kept", s.Caption, description, stacks)
	} else {
		s.Marks = ""
	}
	return s
}

// rated draws what senders thought of it.
func rated(f ui.Frame, x figures.Figures) ui.Stat {
	s := ui.Stat{
		ID: "rating", Heading: f.T("stat.rating"), How: f.T("stat.rating.how"), Marks: f.T("stat.rating.marks"), Caption: f.T("stat.rating.table"),
		Columns: []string{f.T("stat.rating.of"), f.T("stat.good"), f.T("stat.fair"), f.T("stat.bad"), f.T("stat.said")},
	}
	solved := x.Rating[0]
	if solved.Total() < figures.Least {
		s.None = f.T("stat.rating.few")
		return s
	}
	s.Heading = f.T("stat.rating.solved", solved.Total(), percent(solved[2], solved.Total()))
	var stacks []chart.Stack
	description := ""
	for i, code := range []string{"solved", "attitude", "speed"} {
		m, label := x.Rating[i], f.T("stat.rating.mark."+code)
		if m.Total() < figures.Least {
			s.Rows = append(s.Rows, ui.StatRow{Head: label, Cells: []string{"—", "—", "—", f.T("stat.few.short")}})
			continue
		}
		text := f.T("stat.kept.bar", label, percent(m[2], m.Total()), m[2], m.Total())
		stacks = append(stacks, chart.Stack{Label: text, Parts: []chart.Part{{N: m[2], Fill: chart.Full}, {N: m[1], Fill: chart.Hatch}, {N: m[0], Fill: chart.Cross}}})
		description += text + f.T("way.then")
		s.Rows = append(s.Rows, ui.StatRow{Head: label, Cells: itoas(m[2], m[1], m[0], m.Total())})
	}
	s.Picture = chart.Stacks("s-rating", s.Caption, description, stacks)
	return s
}

// openStat draws what is being dealt with now.
func openStat(f ui.Frame, x figures.Figures) ui.Stat {
	o := x.Open
	s := ui.Stat{ID: "now", Heading: f.T("stat.open.none"), How: f.T("stat.open.how"), Caption: f.T("stat.open.table"), Columns: []string{f.T("stat.open.stand"), f.T("stat.count")}}
	if o.Total == 0 {
		s.None = f.T("stat.open.none.say")
		return s
	}
	s.Heading = f.T("stat.open", o.Total, o.Overdue)
	var bars []chart.Bar
	description := ""
	for _, r := range []struct {
		label string
		n     int
		fill  chart.Fill
	}{{f.T("stat.open.intime"), o.InTime, chart.Open}, {f.T("stat.open.asked"), o.Asked, chart.Dots}, {f.T("stat.open.overdue"), o.Overdue, chart.Cross}} {
		bars = append(bars, chart.Bar{Label: f.T("stat.bar", r.label, r.n), N: r.n, Fill: r.fill})
		description += f.T("stat.bar", r.label, r.n) + f.T("way.then")
		s.Rows = append(s.Rows, ui.StatRow{Head: r.label, Cells: itoas(r.n)})
	}
	s.Rows = append(s.Rows, ui.StatRow{Head: f.T("stat.open.alarm"), Cells: itoas(o.Alarm)})
	s.Foot = []ui.StatRow{{Head: f.T("table.all"), Cells: itoas(o.Total)}}
	s.Picture = chart.Bars("s-now", s.Caption, description, bars)
	return s
}

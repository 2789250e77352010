package public

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"rectify/content"
	"rectify/feedback/calendar"
	"rectify/site/chart"
	"rectify/site/ui"
)

// WayFigure is the inspection and what followed on one scale of time. It has
// only dates that the document states; none is inferred.
type WayFigure struct {
	Heading string
	Picture template.HTML
	Rows    []WayRow
}

// WayRow is one stretch of it.
type WayRow struct {
	Label    string
	From, To calendar.Day
	Days     int
	fill     chart.Fill
}

// milestone is one dated step.
type milestone struct {
	day  calendar.Day
	name string
}

// way draws the stretches between what is dated; nil when there is none.
func way(f ui.Frame, n *content.Notice) *WayFigure {
	rows := append(periods(f, n.Inspection), between(f, milestones(f, n))...)
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b WayRow) int { return cmp.Compare(a.From, b.From) })
	first, last := rows[0].From, rows[0].To
	for _, r := range rows {
		first, last = min(first, r.From), max(last, r.To)
	}
	whole := float64(max(first.DaysUntil(last), 1))
	var spans []chart.Span
	description := ""
	for _, r := range rows {
		text := f.T("way.row", r.Label, r.Days)
		spans = append(spans, chart.Span{Label: text, From: float64(first.DaysUntil(r.From)) / whole, To: float64(first.DaysUntil(r.To)) / whole, Fill: r.fill})
		description += text + f.T("way.then")
	}
	fig := &WayFigure{Rows: rows, Heading: f.T("way.title")}
	if n.Inspection.HandedOver != (content.Day{}) && !n.Published.IsZero() {
		fig.Heading = f.T("way.heading", day(n.Inspection.HandedOver).DaysUntil(calendar.On(n.Published)))
	}
	fig.Picture = chart.Spans("way", f.T("way.picture", f.Date(first), f.Date(last)), description, spans)
	return fig
}

// periods are the stretches that the document itself dates at both ends; both
// days belong to them.
func periods(f ui.Frame, in content.Inspection) []WayRow {
	var rows []WayRow
	add := func(label string, from, to content.Day, fill chart.Fill) {
		if !from.IsZero() && !to.IsZero() && !to.Before(from) {
			rows = append(rows, WayRow{Label: label, From: day(from), To: day(to), Days: day(from).DaysUntil(day(to)) + 1, fill: fill})
		}
	}
	add(f.T("way.kind."+inspectionKind(in)), in.From, in.To, chart.Full)
	add(f.T("way.rectify"), in.RectifyFrom, in.RectifyTo, chart.Dots)
	return rows
}

// inspectionKind tells 巡察, 巡视 and 检查 apart by the document's own words.
func inspectionKind(in content.Inspection) string {
	for _, own := range []string{in.Kind, in.Round, in.Body} {
		switch {
		case strings.Contains(own, "巡察"):
			return "xuncha"
		case strings.Contains(own, "巡视"):
			return "xunshi"
		}
	}
	return "jiancha"
}

// milestones are the days that the document states, in the order of time.
func milestones(f ui.Frame, n *content.Notice) []milestone {
	var list []milestone
	add := func(d calendar.Day, name string) {
		if d != "" {
			list = append(list, milestone{d, f.T("way.at." + name)})
		}
	}
	in := n.Inspection
	if in.To.IsZero() {
		add(day(in.From), "from")
	}
	add(day(in.To), "to")
	add(day(in.HandedOver), "handed-over")
	if !n.Published.IsZero() {
		add(calendar.On(n.Published), "published")
	}
	add(day(in.LookedBack), "looked-back")
	slices.SortStableFunc(list, func(a, b milestone) int { return cmp.Compare(a.day, b.day) })
	return list
}

// between are the stretches from one step to the next, the first day not
// counted.
func between(f ui.Frame, steps []milestone) []WayRow {
	var rows []WayRow
	for i := 1; i < len(steps); i++ {
		a, b := steps[i-1], steps[i]
		rows = append(rows, WayRow{Label: f.T("way.between", a.name, b.name), From: a.day, To: b.day, Days: a.day.DaysUntil(b.day), fill: chart.Hatch})
	}
	return rows
}

package public

import (
	"html/template"

	"rectify/content"
	"rectify/feedback/calendar"
	"rectify/site/chart"
	"rectify/site/ui"
)

// Move is a leaf whose status is another than in the version before. Who keeps
// versions tells; this room only shows it.
type Move struct {
	ID       string
	From, To content.Ledger
}

// Figures are the pictures of one notice beside its progress, each with the
// table behind it.
type Figures struct {
	ui.Frame
	Due   *DueFigure // nil: the document states no limit at all
	Moves []MoveRow
	Way   *WayFigure // nil: it states fewer than two dates
}

// MoveRow is one line of what moved since the last version.
type MoveRow struct {
	ID, Title, URL string
	From, To       ui.Tag
}

// DueFigure is the sum of leaves by how they stand to their own limits.
type DueFigure struct {
	Heading string
	Picture template.HTML
	Classes []string
	Rows    []DueRow
	Sum     []int
	Total   int
	Day     calendar.Day
}

// DueRow is the line of one aspect.
type DueRow struct {
	Heading string
	Counts  []int // in the order of Classes
}

// today is the Beijing day of the site's clock, as notices count days.
func (p *Pages) today() content.Day { return content.DayOf(p.Now().In(calendar.Beijing())) }

// figures draws what stands beside the progress of a notice.
func (p *Pages) figures(f ui.Frame, n *content.Notice) Figures {
	asOf := n.AsOf(p.today())
	fig := Figures{Frame: f, Due: noticeDue(f, n, asOf), Way: way(f, n)}
	for _, m := range p.movedLast(n.Slug) {
		row := MoveRow{ID: m.ID, From: f.StatusTag(m.From), To: f.StatusTag(m.To)}
		if it := n.Item(m.ID); it != nil {
			row.Title, row.URL = it.Title, f.Links.Item(n.Slug, m.ID)
		}
		fig.Moves = append(fig.Moves, row)
	}
	return fig
}

// move is what moved of one leaf, nil when nothing did.
func (p *Pages) move(f ui.Frame, slug, id string) *MoveRow {
	for _, m := range p.movedLast(slug) {
		if m.ID == id {
			return &MoveRow{ID: id, From: f.StatusTag(m.From), To: f.StatusTag(m.To)}
		}
	}
	return nil
}

func noticeDue(f ui.Frame, n *content.Notice, asOf content.Day) *DueFigure {
	leaves := n.Leaves()
	stated := false
	for _, l := range leaves {
		stated = stated || !l.Ledger.Due.IsZero()
	}
	if !stated {
		return nil
	}
	fig := due(f, "due", leaves, asOf)
	for _, g := range aspects(n) {
		counts := content.CountDue(g.leaves, asOf)
		row := DueRow{Heading: orElse(g.heading, restName(f, n))}
		for _, c := range content.DueClasses() {
			row.Counts = append(row.Counts, counts[c])
		}
		fig.Rows = append(fig.Rows, row)
	}
	return fig
}

// due draws the sums by limit of any leaves.
func due(f ui.Frame, id string, leaves []*content.Item, asOf content.Day) *DueFigure {
	return dueOf(f, id, content.CountDue(leaves, asOf), len(leaves), asOf)
}

func dueOf(f ui.Frame, id string, counts map[content.DueClass]int, total int, asOf content.Day) *DueFigure {
	fig := &DueFigure{Total: total, Day: day(asOf)}
	var bars []chart.Bar
	description := ""
	for _, c := range content.DueClasses() {
		k := counts[c]
		label := f.T("bydue." + string(c))
		fig.Classes, fig.Sum = append(fig.Classes, label), append(fig.Sum, k)
		bars = append(bars, chart.Bar{Label: f.T("fig.bar", label, k), N: k, Fill: dueFill(c)})
		description += f.T("cells.part", label, k)
	}
	fig.Heading = f.T("fig.due.none")
	if late := counts[content.DueLate]; late > 0 {
		fig.Heading = f.T("fig.due.late", late)
	}
	fig.Picture = chart.Bars(id, f.T("fig.due.title", fig.Total), description, bars)
	return fig
}

func dueFill(c content.DueClass) chart.Fill {
	switch c {
	case content.DueLate:
		return chart.Cross
	case content.DueSoon:
		return chart.Hatch
	case content.DueLater:
		return chart.Open
	case content.DueMet:
		return chart.Full
	default:
		return chart.Broken
	}
}

func statusFill(s content.Status) chart.Fill {
	switch s {
	case content.Completed:
		return chart.Full
	case content.Longterm:
		return chart.Dots
	case content.Active, content.Partial:
		return chart.Hatch
	case content.Planned:
		return chart.Open
	case content.Reopened, content.Unfinished:
		return chart.Cross
	default:
		return chart.Broken
	}
}

// lateText says that a leaf has passed the limit that its document states;
// empty when it has not.
func lateText(f ui.Frame, l content.Ledger, asOf content.Day) string {
	if l.DueOn(asOf) != content.DueLate {
		return ""
	}
	return f.T("late", f.DayOf(l.Due))
}

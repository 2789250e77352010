package public

import (
	"html/template"
	"strconv"

	"rectify/content"
	"rectify/site/chart"
	"rectify/site/ui"
)

// Progress is how far a notice is, ready to be shown.
type Progress struct {
	content.Progress
	Percent string     // completed, with its sign
	Tally   []TallyRow // empty where no leaf states a status
	Cells   template.HTML
	Open    int // leaves that are neither completed nor long-term
	Aspects []AspectRow
}

// TallyRow is the sum of one status.
type TallyRow struct {
	Tag ui.Tag
	N   int
}

// AspectRow is the line of one aspect in the table beside the picture.
type AspectRow struct {
	Heading   string
	Anchor    string
	Total     int
	Completed int
	Open      int
	Longterm  int
	Unstated  int
}

// Cells that have room side by side: on the front page, where notices are to
// be compared, and on a notice's own page.
const (
	cellsAside = 25
	cellsOwn   = 17
)

// progress sums up a notice. Rows says whether the picture has a row an aspect.
func progress(f ui.Frame, id string, n *content.Notice, rows bool) Progress {
	p := Progress{Progress: n.Progress()}
	p.Percent = percent(p.Completed(), p.Total)
	for _, s := range content.Statuses() {
		if k := p.ByStatus[s]; k > 0 && p.Stated() {
			p.Tally = append(p.Tally, TallyRow{Tag: f.StatusTag(content.Ledger{Status: s}), N: k})
		}
	}
	p.Open = p.Total - p.Completed() - p.ByStatus[content.Longterm] - p.ByStatus[content.Unstated]
	groups, rest := aspects(n), restName(f, n)
	perLine := cellsAside
	var lines []chart.Row
	if rows {
		perLine = cellsOwn
	}
	for _, g := range groups {
		row := aspectRow(g)
		row.Heading = orElse(row.Heading, rest)
		p.Aspects = append(p.Aspects, row)
		line := chart.Row{Leaves: statuses(g.leaves)}
		if rows && g.heading != "" {
			line.Label, line.Sum = ui.Short(g.heading, 16), strconv.Itoa(row.Total)
			if p.Stated() {
				line.Sum = strconv.Itoa(row.Completed) + "／" + line.Sum
			}
		}
		lines = append(lines, line)
	}
	title, desc := f.T("cells.none", p.Total), f.T("cells.none.more", p.Total)
	if p.Stated() {
		title, desc = f.T("cells.title", p.Total, p.Completed()), f.T("cells.order")
		for _, t := range p.Tally {
			desc += f.T("cells.part", t.Tag.Label, t.N)
		}
	}
	if !rows {
		lines = []chart.Row{{Leaves: statuses(n.Leaves())}}
	}
	p.Cells = chart.Cells(id, title, desc, lines, perLine)
	return p
}

type group struct {
	heading, id string
	leaves      []*content.Item
}

// aspects groups the leaves by the items at the top of the tree.
func aspects(n *content.Notice) []group {
	var groups []group
	for _, s := range n.Sections {
		for _, it := range s.Items {
			if it.Level == content.Aspect {
				groups = append(groups, group{it.Heading, it.ID, it.Leaves()})
				continue
			}
			if k := len(groups); k == 0 || groups[k-1].heading != "" {
				groups = append(groups, group{})
			}
			last := &groups[len(groups)-1]
			last.leaves = append(last.leaves, it.Leaves()...)
		}
	}
	return groups
}

// restName is what the leaves outside of any aspect are called in a table.
func restName(f ui.Frame, n *content.Notice) string {
	if n.Totals().Aspects == 0 {
		return f.T("table.every")
	}
	return f.T("table.rest")
}

func aspectRow(g group) AspectRow {
	c := content.Count(g.leaves)
	r := AspectRow{Heading: g.heading, Anchor: "i" + g.id, Total: c.Total, Completed: c.Completed(), Longterm: c.ByStatus[content.Longterm], Unstated: c.ByStatus[content.Unstated]}
	r.Open = r.Total - r.Completed - r.Longterm - r.Unstated
	return r
}

func statuses(leaves []*content.Item) []content.Status {
	list := make([]content.Status, 0, len(leaves))
	for _, l := range leaves {
		list = append(list, l.Ledger.Status)
	}
	return list
}

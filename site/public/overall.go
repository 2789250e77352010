package public

import (
	"fmt"
	"html/template"

	"rectify/content"
	"rectify/site/chart"
	"rectify/site/ui"
)

// Overall is the sum over many notices, with the table behind each picture.
type Overall struct {
	ui.Frame
	Notices int
	Total   int
	Done    int
	Heading string
	Picture template.HTML
	Rows    []StatusRow
	Due     *DueFigure
}

// StatusRow is one line of the table of statuses.
type StatusRow struct {
	Tag   ui.Tag
	N     int
	Share string // in per cent, to one place
}

// overall sums up notices; nil when there is nothing to sum up.
func overall(f ui.Frame, list []*content.Notice, today content.Day) *Overall {
	o := &Overall{Frame: f, Notices: len(list)}
	byStatus, byDue := make(map[content.Status]int), make(map[content.DueClass]int)
	for _, n := range list {
		asOf := n.AsOf(today)
		for _, l := range n.Leaves() {
			o.Total++
			byStatus[l.Ledger.Status]++
			byDue[l.Ledger.DueOn(asOf)]++
		}
	}
	if o.Total == 0 {
		return nil
	}
	o.Done = byStatus[content.Completed]
	var bars []chart.Bar
	description := ""
	for _, s := range content.Statuses() {
		k := byStatus[s]
		if k == 0 {
			continue
		}
		tag := f.StatusTag(content.Ledger{Status: s})
		o.Rows = append(o.Rows, StatusRow{Tag: tag, N: k, Share: fmt.Sprintf("%.1f", 100*float64(k)/float64(o.Total))})
		bars = append(bars, chart.Bar{Label: f.T("fig.bar", tag.Label, k), N: k, Fill: statusFill(s)})
		description += f.T("cells.part", tag.Label, k)
	}
	o.Heading = f.T("fig.status.none", o.Total)
	if byStatus[content.Unstated] < o.Total {
		o.Heading = f.T("fig.status.done", o.Total, o.Done)
	}
	o.Picture = chart.Bars("all", f.T("fig.status.title", o.Notices, o.Total), description, bars)
	o.Due = dueOf(f, "alldue", byDue, o.Total, today)
	return o
}

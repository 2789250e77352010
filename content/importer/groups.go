package importer

import (
	"slices"
	"strings"

	"rectify/content/document"
	"rectify/content/numbering"
)

// regrouped cuts ledgers at rows over all columns that are sections, such as
// 一、党的建设方面, into a heading and a table each. Where the document has
// sections of its own, such a row is none.
func regrouped(body []line) []line {
	if slices.ContainsFunc(body, func(l line) bool { return l.marker.Kind == numbering.Han }) {
		return body
	}
	var out []line
	for _, l := range body {
		out = append(out, l.groups()...)
	}
	return out
}

// groups are the headings and tables that a ledger consists of.
func (l line) groups() []line {
	if !ledgerTable(l.rows) {
		return []line{l}
	}
	head := headRow(l.rows)
	from, tables := head+1, 0
	var all []line
	cut := func(to int) {
		if to > from {
			all = append(all, l.cut(head, from, to, tables == 0))
			tables++
		}
	}
	for i := head + 1; i < len(l.rows); i++ {
		h, ok := l.across(i)
		if !ok || h.marker.Kind != numbering.Han || h.rest == "" {
			continue
		}
		cut(i)
		all, from = append(all, h), i+1
	}
	if cut(len(l.rows)); tables == 0 {
		return []line{l}
	}
	return all
}

// across is the text of a row that has only one.
func (l line) across(row int) (line, bool) {
	cells := filled(l.rows[row])
	if len(cells) != 1 {
		return line{}, false
	}
	return makeLine(l.rowNo[row], strings.Join(strings.Fields(cells[0]), " ")), true
}

// cut is the table with its rows from one to another under its head, the first
// with what stands over the head.
func (l line) cut(head, from, to int, first bool) line {
	top := head
	if first {
		top = 0
	}
	above := l.rows[top : head+1]
	merged := make(document.Cells)
	for c := range l.merged {
		if c[0] >= from && c[0] < to {
			merged[[2]int{c[0] - from + len(above), c[1]}] = true
		}
	}
	l.rows, l.merged = slices.Concat(above, l.rows[from:to]), merged
	l.rowNo = slices.Concat(l.rowNo[top:head+1], l.rowNo[from:to])
	l.no, l.goesOn = l.rowNo[0], !first
	return l
}

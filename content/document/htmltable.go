package document

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// table reads a table: as one, or as the lines of its cells where it only
// serves to lay out the page.
func (f *flow) table(n *node) {
	rows, rest := tableRows(n)
	for _, r := range rest { // captions, and text where none may stand
		f.walk(r)
	}
	f.flush()
	if layout(n, rows) {
		for _, row := range rows {
			for _, c := range row.kids {
				f.walk(c)
			}
			f.flush()
		}
		return
	}
	g := &grid{}
	for _, row := range rows {
		g.next()
		for _, c := range row.kids {
			if !isCell(c) {
				if strings.TrimSpace(c.text) != "" || !c.isText() {
					f.walk(c)
				}
				continue
			}
			blocks := f.collect(c)
			for _, k := range c.kids {
				if hasTable(k) {
					f.s.remark(k.line, RemarkNestedTable)
				}
			}
			if !g.put(flat(blocks), whole(c.attr("colspan"), 1), whole(c.attr("rowspan"), 1)) {
				f.fail(&Error{Err: ErrTooLarge, Line: c.line, Detail: "cells"})
				return
			}
		}
	}
	f.flush()
	if f.s.cells += g.cells; f.s.cells > maxCells {
		f.fail(&Error{Err: ErrTooLarge, Line: n.line, Detail: "cells"})
		return
	}
	if filled, merged := g.filled(); len(filled) > 0 {
		f.blocks = append(f.blocks, Block{Line: n.line, Kind: Table, Rows: filled, Merged: merged})
	}
}

// tableRows answers the rows of a table, and what else stands in it.
func tableRows(n *node) (rows, rest []*node) {
	for _, k := range n.kids {
		switch {
		case k.reason != "":
			rest = append(rest, k)
		case k.tag == atom.Tr:
			rows = append(rows, k)
		case k.tag == atom.Tbody || k.tag == atom.Thead || k.tag == atom.Tfoot || k.tag == atom.Form:
			r, o := tableRows(k)
			rows, rest = append(rows, r...), append(rest, o...)
		case isCell(k): // a cell without a row
			rows = append(rows, &node{name: "tr", tag: atom.Tr, line: k.line, kids: []*node{k}})
		case k.tag != atom.Colgroup && k.tag != atom.Col:
			rest = append(rest, k)
		}
	}
	return rows, rest
}

func isCell(n *node) bool { return (n.tag == atom.Td || n.tag == atom.Th) && n.reason == "" }

// layout says whether a table holds a page rather than data: one that says so,
// has one cell, or one cell with a table or many paragraphs and most of the text.
func layout(n *node, rows []*node) bool {
	if role := n.attr("role"); role == "presentation" || role == "none" {
		return true
	}
	cells, most := 0, (*node)(nil)
	for _, row := range rows {
		for _, c := range row.kids {
			if isCell(c) {
				if cells++; most == nil || c.chars > most.chars {
					most = c
				}
			}
		}
	}
	if cells <= 1 {
		return true
	}
	return most.chars*10 >= n.chars*8 && (hasTable(most) || paragraphs(most) > 5)
}

func hasTable(n *node) bool {
	if n.tag == atom.Table {
		return true
	}
	for _, k := range n.kids {
		if hasTable(k) {
			return true
		}
	}
	return false
}

func paragraphs(n *node) int {
	c := 0
	for _, k := range n.kids {
		if k.chars > 0 && isBlock(k.tag) || k.tag == atom.Br {
			c++
		}
		c += paragraphs(k)
	}
	return c
}

// grid places cells as a browser does, by the spans of those before.
type grid struct {
	rows   [][]string
	merged [][]int // by row: columns that a cell above fills
	taken  []int   // by column: for how many more rows a cell above reaches down
	col    int
	cells  int
}

func (g *grid) next() {
	for i := g.col; i < len(g.taken); i++ { // columns that the row before did not reach
		g.taken[i] = max(g.taken[i]-1, 0)
	}
	g.rows, g.merged = append(g.rows, nil), append(g.merged, nil)
	g.col = 0
}

// skip passes the columns that a cell above fills.
func (g *grid) skip() {
	for g.col < len(g.taken) && g.taken[g.col] > 0 {
		g.taken[g.col]--
		g.merged[len(g.merged)-1] = append(g.merged[len(g.merged)-1], g.col)
		g.add("")
	}
}

func (g *grid) add(text string) {
	last := len(g.rows) - 1
	g.rows[last] = append(g.rows[last], text)
	g.col++
	g.cells++
}

func (g *grid) put(text string, colspan, rowspan int) bool {
	colspan, rowspan = min(max(colspan, 1), maxSpan), min(max(rowspan, 1), maxSpan)
	g.skip()
	for i := range colspan {
		for len(g.taken) <= g.col {
			g.taken = append(g.taken, 0)
		}
		g.taken[g.col] = rowspan - 1
		if i > 0 {
			text = ""
		}
		g.add(text)
	}
	g.skip()
	return g.cells <= maxCells
}

// filled answers the rows in which anything stands.
func (g *grid) filled() (rows [][]string, merged Cells) {
	for i, r := range g.rows {
		if strings.Join(r, "") == "" {
			continue
		}
		merged = merged.with(len(rows), g.merged[i])
		rows = append(rows, r)
	}
	return rows, merged
}

// with adds columns of a row; the set is made with its first cell.
func (c Cells) with(row int, columns []int) Cells {
	for _, col := range columns {
		if c == nil {
			c = make(Cells)
		}
		c[[2]int{row, col}] = true
	}
	return c
}

// Package chart draws numbers as SVG that needs no script and keeps the
// reader's size of text: x in per cent, y in em, no viewBox. Each picture has a
// title and a description; the table with the same numbers stands beside it on
// the page.
//
// It is one of the two rooms that make template.HTML. It must not know pages,
// words or where numbers come from.
package chart

import (
	"fmt"
	"html/template"
	"strings"

	"rectify/content"
)

// Row is one line of cells with its label; without a label it stands alone.
type Row struct {
	Label  string
	Sum    string // after the label, in figures
	Leaves []content.Status
}

// Geometry of cells, in em.
const (
	cellHeight = 1.05
	labelUp    = 1.0 // baseline of a label under the top of its row
	labelRoom  = 1.5
	rowGap     = 0.8
)

// Cells draws one cell an item in the document's order: what is done is full,
// what is open is not. perLine is how many cells have room side by side; the
// same number makes pictures comparable.
func Cells(id, title, description string, rows []Row, perLine int) template.HTML {
	var b strings.Builder
	y := 0.1
	for _, r := range rows {
		if r.Label != "" {
			fmt.Fprintf(&b, `<text x="0" y="%.2fem">%s<tspan dx=".4em">%s</tspan></text>`,
				y+labelUp, template.HTMLEscapeString(r.Label), template.HTMLEscapeString(r.Sum))
			y += labelRoom
		}
		for i, s := range r.Leaves {
			if i > 0 && i%perLine == 0 {
				y += cellHeight + 0.3
			}
			cell(&b, s, i%perLine, perLine, y)
		}
		y += cellHeight + rowGap
	}
	head := fmt.Sprintf(`<svg class="cells" height="%.2fem" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		y-rowGap+0.1, id, id, id, template.HTMLEscapeString(title), id, template.HTMLEscapeString(description))
	return template.HTML(head + b.String() + "</svg>") //nolint:gosec // every text is escaped just above
}

func cell(b *strings.Builder, s content.Status, at, perLine int, y float64) {
	step := 100 / float64(perLine)
	x, w := float64(at)*step+0.2, step*0.8
	rect := func(class string, top, height float64) {
		fmt.Fprintf(b, `<rect class="%s" x="%.2f%%" y="%.2fem" width="%.2f%%" height="%.2fem"/>`, class, x, top, w, height)
	}
	line := func(class string, y1, y2 float64) {
		fmt.Fprintf(b, `<line class="%s" x1="%.2f%%" x2="%.2f%%" y1="%.2fem" y2="%.2fem"/>`, class, x, x+w, y1, y2)
	}
	switch s {
	case content.Completed:
		rect("c-done", y, cellHeight)
	case content.Longterm:
		rect("c-long", y, cellHeight)
		line("c-line", y+cellHeight/2, y+cellHeight/2)
	case content.Active:
		rect("c-half", y+cellHeight/2, cellHeight/2)
		rect("c-box", y, cellHeight)
	case content.Partial:
		rect("c-half", y+cellHeight/4, cellHeight*3/4)
		rect("c-box", y, cellHeight)
	case content.Planned:
		rect("c-box", y, cellHeight)
	case content.Reopened, content.Unfinished:
		rect("c-re", y, cellHeight)
		line("c-cross", y+cellHeight, y)
		if s == content.Unfinished { // told apart by shape, too
			line("c-cross", y, y+cellHeight)
		}
	default:
		rect("c-none", y, cellHeight)
	}
}

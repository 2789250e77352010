package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Column is one of several side by side, over time from the left. A column
// without a label stands between labelled ones: the table names every one.
type Column struct {
	Label string
	N     int
	Fill  Fill
}

// Geometry of columns, in em.
const (
	columnTop    = 1.4 // room for the number over the highest
	columnHeight = 7.0
	columnFoot   = 1.4 // room for labels
)

// Columns draws columns from one ground line, each with its number over it.
func Columns(id, title, description string, columns []Column) template.HTML {
	var b strings.Builder
	most := 0
	fills := make([]Fill, 0, len(columns))
	for _, c := range columns {
		most = max(most, c.N)
		fills = append(fills, c.Fill)
	}
	ground := columnTop + columnHeight
	step := 100 / float64(max(len(columns), 1))
	for i, c := range columns {
		x := step * (float64(i) + .1)
		if c.N > 0 {
			h := max(columnHeight*float64(c.N)/float64(most), .15)
			column(&b, id, c.Fill, x, step*.8, ground-h, h)
			middle(&b, fmt.Sprint(c.N), x+step*.4, ground-h-.3)
		}
		if c.Label != "" {
			middle(&b, c.Label, x+step*.4, ground+1.1)
		}
	}
	line(&b, "ax", 0, 100, ground)
	return tall(id, title, description, patterns(id, fills)+b.String(), ground+columnFoot)
}

// Strip is one line of small columns over time.
type Strip struct {
	Label string
	N     []int
}

// Geometry of strips, in em.
const (
	stripTop    = 1.5
	stripHeight = 1.8
	stripStep   = 4.2
)

// Strips draws one line of columns under the other, all of one scale, with the
// same times under each other; from and to name the first and the last.
func Strips(id, title, description, from, to string, strips []Strip) template.HTML {
	var b strings.Builder
	most := 1
	for _, s := range strips {
		for _, n := range s.N {
			most = max(most, n)
		}
	}
	y := 0.1
	for _, s := range strips {
		label(&b, s.Label, y)
		ground := y + stripTop + stripHeight
		line(&b, "ax", 0, 100, ground)
		step := 100 / float64(max(len(s.N), 1))
		for i, n := range s.N {
			if n > 0 {
				h := max(stripHeight*float64(n)/float64(most), .1)
				column(&b, id, Full, step*(float64(i)+.1), step*.8, ground-h, h)
			}
		}
		y += stripStep
	}
	fmt.Fprintf(&b, `<text x="0" y="%.2fem">%s</text><text class="end" x="100%%" y="%.2fem">%s</text>`,
		y+.6, template.HTMLEscapeString(from), y+.6, template.HTMLEscapeString(to))
	return tall(id, title, description, b.String(), y+1.2)
}

func column(b *strings.Builder, id string, f Fill, x, width, y, height float64) {
	paint := ""
	if patterned(f) {
		paint = fmt.Sprintf(` fill="url(#%s-%s)"`, id, f)
	}
	fmt.Fprintf(b, `<rect class="f-%s"%s x="%.2f%%" y="%.2fem" width="%.2f%%" height="%.2fem"/>`, f, paint, x, y, width, height)
}

func middle(b *strings.Builder, text string, x, y float64) {
	fmt.Fprintf(b, `<text class="mid" x="%.2f%%" y="%.2fem">%s</text>`, x, y, template.HTMLEscapeString(text))
}

// tall is picture for what ends at its own height.
func tall(id, title, description, inner string, height float64) template.HTML {
	return picture(id, title, description, inner, height+barStep-barTop-barHeight-.2)
}

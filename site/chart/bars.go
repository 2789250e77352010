package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Fill is how a bar is filled. No two look alike when all colour is taken away.
type Fill string

// The fills: what is done is full, what is under way hatched, what is late or
// has come back crossed, what is kept up dotted, what is to come an outline,
// and what nobody states a broken outline.
const (
	Full   Fill = "full"
	Hatch  Fill = "hatch"
	Cross  Fill = "cross"
	Dots   Fill = "dots"
	Open   Fill = "open"
	Broken Fill = "broken"
)

// Bar is one line of a bar chart, with its words on it: nothing has to be
// looked up in a legend.
type Bar struct {
	Label string
	N     int
	Fill  Fill
}

// Geometry of bars and spans, in em.
const (
	barLabel  = 1.0  // baseline of the label under the top of its row
	barTop    = 1.5  // of the bar
	barHeight = 0.95 // of the bar
	barStep   = 3.2
)

// Bars draws one bar a line, from zero; the whole width is the sum of all.
func Bars(id, title, description string, bars []Bar) template.HTML {
	var b strings.Builder
	sum := 0
	for _, x := range bars {
		sum += x.N
	}
	y := 0.1
	for _, x := range bars {
		label(&b, x.Label, y)
		line(&b, "ax", 0, 100, y+barTop+barHeight)
		if sum > 0 && x.N > 0 {
			bar(&b, id, x.Fill, 0, 100*float64(x.N)/float64(sum), y+barTop)
		}
		y += barStep
	}
	return picture(id, title, description, patterns(id, fillsOfBars(bars))+b.String(), y)
}

func fillsOfBars(bars []Bar) []Fill {
	list := make([]Fill, 0, len(bars))
	for _, x := range bars {
		list = append(list, x.Fill)
	}
	return list
}

// Span is a stretch of time; From and To are shares of the whole, 0 to 1.
type Span struct {
	Label    string
	From, To float64
	Fill     Fill
}

// leastSpan is how wide even one day is drawn, in per cent.
const leastSpan = 0.8

// Spans draws stretches of time one under the other on the same scale.
func Spans(id, title, description string, spans []Span) template.HTML {
	var b strings.Builder
	y := 0.1
	fills := make([]Fill, 0, len(spans))
	for _, s := range spans {
		fills = append(fills, s.Fill)
		label(&b, s.Label, y)
		line(&b, "ax", 0, 100, y+barTop+barHeight)
		from := 100 * clamp(s.From)
		width := max(100*clamp(s.To)-from, leastSpan)
		bar(&b, id, s.Fill, min(from, 100-width), width, y+barTop)
		y += barStep
	}
	return picture(id, title, description, patterns(id, fills)+b.String(), y)
}

func clamp(v float64) float64 {
	if !(v > 0) { // not a number, too
		return 0
	}
	return min(v, 1)
}

func label(b *strings.Builder, text string, y float64) {
	fmt.Fprintf(b, `<text x="0" y="%.2fem">%s</text>`, y+barLabel, template.HTMLEscapeString(text))
}

func line(b *strings.Builder, class string, x1, x2, y float64) {
	fmt.Fprintf(b, `<line class="%s" x1="%.2f%%" x2="%.2f%%" y1="%.2fem" y2="%.2fem"/>`, class, x1, x2, y, y)
}

func bar(b *strings.Builder, id string, f Fill, x, width, y float64) {
	paint := ""
	if patterned(f) {
		paint = fmt.Sprintf(` fill="url(#%s-%s)"`, id, f)
	}
	fmt.Fprintf(b, `<rect class="f-%s"%s x="%.2f%%" y="%.2fem" width="%.2f%%" height="%.2fem"/>`, f, paint, x, y, width, barHeight)
}

func patterned(f Fill) bool { return f == Hatch || f == Cross || f == Dots }

// patterns defines the patterns that a picture uses, under names of its own.
func patterns(id string, used []Fill) string {
	var b strings.Builder
	done := make(map[Fill]bool)
	for _, f := range used {
		if !patterned(f) || done[f] {
			continue
		}
		done[f] = true
		fmt.Fprintf(&b, `<pattern id="%s-%s" width="8" height="8" patternUnits="userSpaceOnUse">`, id, f)
		switch f {
		case Hatch:
			b.WriteString(`<path class="p-hatch" d="M-2 2 2-2M0 8 8 0M6 10 10 6"/>`)
		case Cross:
			b.WriteString(`<path class="p-cross" d="M0 8 8 0M0 0 8 8"/>`)
		default:
			b.WriteString(`<circle class="p-dots" cx="4" cy="4" r="1.8"/>`)
		}
		b.WriteString(`</pattern>`)
	}
	if b.Len() == 0 {
		return ""
	}
	return "<defs>" + b.String() + "</defs>"
}

func picture(id, title, description, inner string, height float64) template.HTML {
	head := fmt.Sprintf(`<svg class="bars" height="%.2fem" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		height-(barStep-barTop-barHeight)+0.2, id, id, id, template.HTMLEscapeString(title), id, template.HTMLEscapeString(description))
	return template.HTML(head + inner + "</svg>") //nolint:gosec // every text is escaped where it is written; id is a constant of the page
}

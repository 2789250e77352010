package chart

import (
	"html/template"
	"strings"
)

// Stack is one line that is cut into parts, in order from the left.
type Stack struct {
	Label string
	Parts []Part
}

// Part is one part of a Stack.
type Part struct {
	N    int
	Fill Fill
}

// Stacks draws one bar a line, each of them the whole of its own parts: for
// shares of different sums.
func Stacks(id, title, description string, stacks []Stack) template.HTML {
	var b strings.Builder
	var fills []Fill
	y := 0.1
	for _, s := range stacks {
		label(&b, s.Label, y)
		line(&b, "ax", 0, 100, y+barTop+barHeight)
		sum, at := 0, 0
		for _, p := range s.Parts {
			sum += p.N
			fills = append(fills, p.Fill)
		}
		for _, p := range s.Parts {
			if p.N > 0 {
				share := 100 / float64(sum)
				bar(&b, id, p.Fill, share*float64(at), share*float64(p.N), y+barTop)
			}
			at += p.N
		}
		y += barStep
	}
	return picture(id, title, description, patterns(id, fills)+b.String(), y)
}

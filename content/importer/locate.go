package importer

import (
	"bytes"
	"cmp"
	"slices"

	"rectify/content"
)

// locate gives every part of the notice its line in the Markdown, in place of
// its place in the document, and every finding both lines.
func (p *reading) locate(md []byte) {
	w := &walk{md: md, line: 1, where: make(map[int]int)}
	w.skip([]byte("\n---"))
	w.blocks(p.n.Intro)
	for i := range p.n.Sections {
		s := &p.n.Sections[i]
		if s.Heading != "" {
			s.Line = w.heading(s.Line)
		}
		w.blocks(s.Body)
		w.items(s.Items)
	}
	slices.SortStableFunc(p.findings, func(a, b Finding) int { return cmp.Compare(a.Source, b.Source) })
	for i := range p.findings {
		f := &p.findings[i]
		f.Source, f.Markdown = p.source(f.Source), w.where[f.Source]
	}
	p.n.Source = md
}

// walk goes through the Markdown once, in the order of the notice.
type walk struct {
	md    []byte
	at    int
	line  int
	where map[int]int // place in the document → line of the Markdown
}

// skip goes behind the next mark and counts the lines on the way.
func (w *walk) skip(mark []byte) {
	i := bytes.Index(w.md[w.at:], mark)
	if i < 0 {
		return
	}
	end := w.at + i + len(mark)
	w.line += bytes.Count(w.md[w.at:end], []byte("\n"))
	w.at = end
}

func (w *walk) found(place int) int {
	if _, ok := w.where[place]; !ok && place > 0 {
		w.where[place] = w.line
	}
	return w.line
}

func (w *walk) heading(place int) int {
	w.skip([]byte("\n#"))
	return w.found(place)
}

func (w *walk) blocks(all []content.Block) {
	for i := range all {
		text := []byte("\n\n" + all[i].Text)
		w.skip(text[:2])
		line := w.found(all[i].Line)
		all[i].Line = line
		w.skip([]byte(all[i].Text))
	}
}

func (w *walk) items(items []*content.Item) {
	for _, it := range items {
		it.Line = w.heading(it.Line)
		w.blocks(it.Body)
		w.items(it.Children)
	}
}

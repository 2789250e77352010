package document

import (
	"context"
	"strings"
	"unicode"
)

// readText makes a block of each line that is not blank, and a table of lines
// with tabs. Lines are not joined: whether one goes on in the next is for those
// to say who know notices.
func readText(ctx context.Context, name, ending, text string, found encoding) (*Document, error) {
	format := Text
	if ending == ".md" || ending == ".markdown" {
		format = Markdown
	}
	s := newSink(name, format)
	s.encoded(found, "")
	line := 0
	for l := range lines(text) {
		if line++; line%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l = strings.TrimRightFunc(s.clean(line, l), unicode.IsSpace)
		if strings.TrimSpace(l) == "" {
			continue
		}
		s.doc.Blocks = append(s.doc.Blocks, Block{Line: line, Text: l})
		if err := s.full(len(s.doc.Blocks)); err != nil {
			return nil, err
		}
	}
	if format == Text {
		s.tabbed()
	}
	if s.cells > maxCells {
		return nil, &Error{Err: ErrTooLarge, Detail: "cells"}
	}
	return s.doc, nil
}

// leastColumns is how many columns tell a table from a line with a tab in it.
const leastColumns = 3

// tabbed makes a table of lines one under the other that tabs cut into columns,
// as they come when a table is copied into a text: the first line has them all,
// a later one may end early.
func (s *sink) tabbed() {
	columns := func(b Block) int { return 1 + strings.Count(b.Text, "\t") }
	var all []Block
	blocks := s.doc.Blocks
	for i := 0; i < len(blocks) && s.cells <= maxCells; {
		first, end := blocks[i], i+1
		if n := columns(first); n >= leastColumns && n <= maxSpan && !unicode.IsSpace(rune(first.Text[0])) {
			for end < len(blocks) && blocks[end].Line == blocks[end-1].Line+1 && columns(blocks[end]) > 1 && columns(blocks[end]) <= n {
				end++
			}
		}
		if end == i+1 {
			all = append(all, first)
		} else {
			t := Block{Kind: Table, Line: first.Line}
			for _, b := range blocks[i:end] {
				row := make([]string, columns(first))
				copy(row, strings.Split(b.Text, "\t"))
				t.Rows = append(t.Rows, row)
				if s.cells += len(row); s.cells > maxCells {
					return // the reader says so
				}
			}
			all = append(all, t)
		}
		i = end
	}
	s.doc.Blocks = all
}

// lines cuts text as editors do: at \n, \r\n, and \r.
func lines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			i := strings.IndexAny(text, "\r\n")
			if i < 0 {
				yield(text)
				return
			}
			if !yield(text[:i]) {
				return
			}
			if strings.HasPrefix(text[i:], "\r\n") {
				i++
			}
			text = text[i+1:]
		}
	}
}

// encoded keeps the encoding, and tells of a file that claims another.
func (s *sink) encoded(found encoding, claim string) {
	s.doc.Encoding = found.name
	if found.bom {
		s.remark(1, RemarkBOM, found.name)
	}
	said := canonical(claim)
	if fits := said == found.name || (found.ascii && said != ""); claim != "" && !fits {
		s.remark(0, RemarkEncoding, claim, found.name)
	}
}

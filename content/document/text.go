package document

import (
	"context"
	"strings"
	"unicode"
)

// readText makes a block of each line that is not blank. Lines are not joined:
// whether one goes on in the next is for those to say who know notices.
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
	return s.doc, nil
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

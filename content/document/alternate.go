package document

import (
	"encoding/xml"
	"strings"
	"unicode"
)

const maxChoices = 8 // alternatives within alternatives; a text box in a text box makes two

// alternate reads mc:AlternateContent: the first choice, and the fallback only
// if the choice said nothing. A fallback that says something else is kept.
func (s *story) alternate() error {
	if s.choices >= maxChoices {
		return s.x.fail(ErrTooDeep, "alternate", nil)
	}
	chosen, said := false, ""
	err := s.x.children(func(e xml.StartElement) error {
		if chosen && said != "" {
			return s.other(said)
		}
		chosen = true
		from := s.heard.Len()
		s.choices++
		err := s.x.children(s.node)
		s.choices--
		said = squeeze(s.heard.String()[from:])
		return err
	})
	if s.choices == 0 {
		s.heard.Reset()
	}
	return err
}

// other reads a form of the drawing that is not shown.
func (s *story) other(said string) error {
	full, first := &strings.Builder{}, &strings.Builder{}
	if err := s.x.children(func(e xml.StartElement) error { return s.x.words(e, full, first) }); err != nil {
		return err
	}
	if squeeze(full.String()) == said || squeeze(first.String()) == said {
		return nil
	}
	return s.d.leave(s.at(), ReasonAlternate, full.String()+"\n")
}

// words gathers the text of an element: all of it, and that of the first
// choices alone. first is nil within another choice.
func (x *xmlReader) words(e xml.StartElement, full, first *strings.Builder) error {
	switch e.Name.Local {
	case "t", "delText":
		text, err := x.text()
		full.WriteString(text)
		if first != nil {
			first.WriteString(text)
		}
		return err
	case "instrText", "delInstrText":
		return x.skip()
	}
	choice := 0
	return x.children(func(c xml.StartElement) error {
		if choice++; e.Name.Local == "AlternateContent" && choice > 1 {
			return x.words(c, full, nil)
		}
		return x.words(c, full, first)
	})
}

// squeeze takes all white space out, to compare what two forms say.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

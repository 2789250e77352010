package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// inline reads what stands within a paragraph.
func (s *story) inline(e xml.StartElement) error {
	switch e.Name.Local {
	case "pPr":
		if s.para != nil {
			return s.paragraphProps()
		}
		return s.x.skip()
	case "r":
		return s.run()
	case "rPr":
		return s.runProps()
	case "t", "delText":
		text, err := s.x.text()
		if err != nil {
			return err
		}
		if s.choices > 0 {
			s.heard.WriteString(text)
		}
		return s.say(text, e.Name.Local == "delText")
	case "instrText", "delInstrText":
		return s.instruction()
	case "del", "moveFrom":
		s.track(&s.d.deleted)
		s.deleted++
		err := s.x.children(s.node)
		s.deleted--
		return err
	case "ins", "moveTo":
		s.track(&s.d.inserted)
		return s.x.children(s.node)
	case "fldSimple":
		if err := s.d.leave(s.at(), ReasonField, attr(e, "instr")); err != nil {
			return err
		}
		return s.x.children(s.node)
	case "fldChar":
		return s.fieldMark(e)
	case "ruby":
		return s.ruby()
	}
	return s.sign(e)
}

// sign reads the elements that stand for one character or one thing.
func (s *story) sign(e xml.StartElement) error {
	var err error
	switch e.Name.Local {
	case "tab", "ptab":
		err = s.say("\t", false)
	case "br", "cr":
		err = s.say("\n", false)
	case "noBreakHyphen":
		err = s.say("-", false)
	case "softHyphen", "lastRenderedPageBreak", "annotationRef", "separator", "continuationSeparator", "commentRangeStart", "commentRangeEnd":
	case "sym":
		err = s.symbol(e)
	case "footnoteReference", "endnoteReference":
		s.note(strings.TrimSuffix(e.Name.Local, "Reference"), e)
	case "commentReference":
		if c := s.d.comments["comment"+attr(e, "id")]; c != nil && !c.used {
			c.used = true
			err = s.d.leave(s.at(), ReasonComment, c.text+"\n")
		}
	default:
		return s.drawing(e)
	}
	if err != nil {
		return err
	}
	return s.x.children(s.node)
}

// drawing tells of pictures and objects and enters all else for its text.
func (s *story) drawing(e xml.StartElement) error {
	var err error
	switch e.Name.Local {
	case "docPr", "cNvPr":
		err = s.d.leave(s.at(), ReasonImage, lineOf(attr(e, "title"), attr(e, "descr")))
	case "blip", "imagedata":
		s.d.remark(s.at(), RemarkImage)
	case "OLEObject", "control":
		s.d.remark(s.at(), RemarkEmbedded, attr(e, "ProgID"))
	case "textpath":
		err = s.d.leave(s.at(), ReasonWordArt, attr(e, "string")+"\n")
	}
	if err != nil {
		return err
	}
	return s.x.children(s.node)
}

func lineOf(words ...string) string {
	var b strings.Builder
	for _, w := range words {
		if strings.TrimSpace(w) != "" {
			b.WriteString(w + "\n")
		}
	}
	return b.String()
}

func (s *story) run() error {
	hidden := s.hidden
	s.hidden = -1
	if s.para != nil {
		s.hidden = s.para.props.hidden
	}
	err := s.x.children(s.node)
	s.hidden = hidden
	return err
}

func (s *story) runProps() error {
	own := noProps()
	err := s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rStyle":
			if h := s.d.styles.of(attr(e, "val")).hidden; h >= 0 {
				s.hidden = h
			}
		case "vanish":
			return s.x.property(e, &own)
		}
		return s.x.skip()
	})
	if own.hidden >= 0 {
		s.hidden = own.hidden
	}
	return err
}

// say puts text where it belongs: into the paragraph, or out of the document
// if it is deleted, hidden, or inside a field's instruction.
func (s *story) say(text string, deleted bool) error {
	switch {
	case deleted || s.deleted > 0:
		return s.d.leave(s.at(), ReasonDeleted, text)
	case len(s.fields) > 0 && !s.shown():
		s.fields[len(s.fields)-1].instruction.WriteString(text)
		return nil
	case s.hidden == 1:
		if strings.TrimSpace(text) != "" {
			if s.d.hidden++; s.d.hidden == 1 {
				s.d.firstHid = s.at()
			}
		}
		return s.d.leave(s.at(), ReasonHidden, text)
	}
	if s.para == nil { // text outside of any paragraph
		s.line++
		s.para = &paragraph{line: s.at(), props: noProps()}
		s.para.text.WriteString(text)
		return s.endParagraph()
	}
	s.para.text.WriteString(text)
	return nil
}

// shown says whether all the fields that are open have come to their results.
func (s *story) shown() bool {
	for i := range s.fields {
		if !s.fields[i].result {
			return false
		}
	}
	return true
}

func (s *story) instruction() error {
	text, err := s.x.text()
	if err != nil {
		return err
	}
	if n := len(s.fields); n > 0 && !s.fields[n-1].result {
		s.fields[n-1].instruction.WriteString(text)
		return nil
	}
	return s.d.leave(s.at(), ReasonField, text)
}

func (s *story) fieldMark(e xml.StartElement) error {
	n := len(s.fields)
	switch attr(e, "fldCharType") {
	case "begin":
		if n >= maxFields {
			return s.x.fail(ErrTooDeep, "fields", nil)
		}
		s.fields = append(s.fields, &field{})
	case "separate":
		if n > 0 {
			s.fields[n-1].result = true
		}
	case "end":
		if n > 0 {
			f := s.fields[n-1]
			s.fields = s.fields[:n-1]
			if err := s.d.leave(s.at(), ReasonField, f.instruction.String()); err != nil {
				return err
			}
		}
	}
	return s.x.skip() // form fields have names and help in here, which do not show
}

// ruby keeps the word and leaves its pronunciation out.
func (s *story) ruby() error {
	return s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rt":
			text, err := s.x.text()
			if err != nil {
				return err
			}
			return s.d.leave(s.at(), ReasonRuby, strings.TrimSpace(text)+"\n")
		case "rubyPr":
			return s.x.skip()
		}
		return s.x.children(s.node)
	})
}

func (s *story) symbol(e xml.StartElement) error {
	code, err := strconv.ParseUint(attr(e, "char"), 16, 16)
	if err != nil || code == 0 {
		return nil
	}
	font := attr(e, "font")
	r := symbol(font, rune(code))
	if r == 0 {
		r = rune(code)
		s.d.remark(s.at(), RemarkSymbol, font, strings.ToUpper(attr(e, "char")))
	}
	return s.say(string(r), false)
}

// note sets the mark and lets the note follow the paragraph.
func (s *story) note(kind string, e xml.StartElement) {
	n := s.d.notes[kind+attr(e, "id")]
	if n == nil || n.used || s.deleted > 0 || s.para == nil {
		return // a note whose mark is deleted or missing is told at the end
	}
	n.used = true
	b := Block{Line: s.at(), Kind: Footnote, Text: n.text}
	if custom := attr(e, "customMarkFollows"); custom == "" || custom == "0" {
		s.notes++
		shown, _ := formatNumber(s.notes, s.d.markers[kind])
		b.Number = "[" + shown + "]"
		b.Text = b.Number + " " + n.text
		s.para.text.WriteString(b.Number)
	}
	s.para.after = append(s.para.after, b)
}

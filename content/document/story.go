package document

import (
	"encoding/xml"
	"strings"
)

// story reads one run of paragraphs: the body, a note, a header.
type story struct {
	d       *wordFile
	x       *xmlReader
	count   *counters
	aside   bool // not the body: paragraphs have no number that a person could count to
	line    int
	notes   int             // counted for their marks
	tables  int             // depth
	column  column          // of the table at hand
	heard   strings.Builder // text read while a choice of two forms is open
	choices int             // of which so many are open
	place
}

// place is where in its story the reading stands; a cell or a text box has one
// of its own.
type place struct {
	blocks  []Block
	para    *paragraph
	carried *paragraph // its mark is deleted, so it goes on in the next
	fields  []*field
	deleted int // depth of w:del and w:moveFrom
	hidden  int // of the run: as in props
}

// paragraph is the one being read.
type paragraph struct {
	line     int
	props    props
	style    string
	text     strings.Builder
	markGone bool    // the mark is deleted, or hidden as a style separator
	markHid  bool    // the mark is hidden
	after    []Block // text boxes and notes, which follow it
}

// field is a complex field: its instruction up to w:separate, then its result.
type field struct {
	result      bool
	instruction strings.Builder
}

func newStory(d *wordFile, x *xmlReader) *story {
	return &story{d: d, x: x, count: newCounters(), place: place{hidden: -1}}
}

// collect reads the children of the element just begun as blocks of their own:
// a body, a cell, a text box.
func (s *story) collect() ([]Block, error) {
	outer := s.place
	s.place = place{hidden: -1, deleted: s.deleted}
	err := s.x.children(s.node)
	if err == nil {
		err = s.flush()
	}
	if err == nil {
		err = s.closeFields()
	}
	blocks := s.blocks
	s.place = outer
	return blocks, err
}

// flush ends a paragraph that nothing else ends.
func (s *story) flush() error {
	if s.para == nil && s.carried == nil {
		return nil
	}
	if s.para == nil {
		s.para, s.carried = s.carried, nil
	}
	s.para.markGone = false
	return s.endParagraph()
}

// closeFields tells of fields without an end; what they say is not lost.
func (s *story) closeFields() error {
	for i := range s.fields {
		s.d.remark(s.at(), RemarkField)
		if err := s.d.leave(s.at(), ReasonField, s.fields[i].instruction.String()); err != nil {
			return err
		}
	}
	s.fields = nil
	return nil
}

func (s *story) at() int {
	if s.aside {
		return 0
	}
	return s.line
}

// node reads any element. What is not known is entered, so that text within
// elements of versions to come is not lost.
func (s *story) node(e xml.StartElement) error {
	switch e.Name.Local {
	case "p":
		return s.paragraph()
	case "tbl":
		return s.table()
	case "txbxContent":
		return s.textBox()
	case "AlternateContent":
		return s.alternate()
	case "altChunk":
		s.d.remark(s.at(), RemarkAltChunk, s.d.target(attr(e, "id")))
		return s.x.children(s.node)
	case "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "sectPr", "smartTagPr", "customXmlPr", "footnotePr", "endnotePr",
		"pPrChange", "rPrChange", "tblPrEx", "trPr", "tcPr", "permStart", "ctrlPr", "footnoteRef", "endnoteRef":
		return s.x.skip()
	}
	return s.inline(e)
}

func (d *wordFile) target(id string) string {
	for _, r := range d.rels {
		if r.id == id && id != "" {
			return r.target
		}
	}
	return id
}

// paragraph reads a w:p. One inside another belongs to a drawing that is no
// text box; it is read as part of the outer one.
func (s *story) paragraph() error {
	if s.para != nil {
		s.para.text.WriteByte('\n')
		return s.x.children(s.node)
	}
	s.line++
	s.para = &paragraph{line: s.at(), props: noProps()}
	if c := s.carried; c != nil {
		s.carried = nil
		s.para.line = c.line
		s.para.text.WriteString(c.text.String())
		s.para.after = c.after
	}
	s.para.props = s.d.styles.of(s.d.styles.paragraph)
	s.para.style = s.d.styles.paragraph
	if err := s.x.children(s.node); err != nil || s.para == nil {
		return err // a table within it has ended it already
	}
	return s.endParagraph()
}

// paragraphProps reads w:pPr, which stands first.
func (s *story) paragraphProps() error {
	own := noProps()
	err := s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			s.para.style = attr(e, "val")
		case "rPr":
			return s.markProps()
		case "sectPr", "pPrChange":
		default:
			return s.x.property(e, &own)
		}
		return s.x.skip()
	})
	s.para.props = own.over(s.d.styles.of(s.para.style))
	return err
}

// markProps reads what holds for the paragraph's mark alone.
func (s *story) markProps() error {
	return s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "del", "moveFrom":
			s.para.markGone = true
			s.track(&s.d.deleted)
		case "ins", "moveTo":
			s.track(&s.d.inserted)
		case "vanish":
			s.para.markHid = on(e)
		case "specVanish":
			s.para.markGone = s.para.markGone || on(e)
		}
		return s.x.skip()
	})
}

func (s *story) track(what *int) {
	if s.d.inserted+s.d.deleted == 0 {
		s.d.firstTrk = s.at()
	}
	*what++
}

// endParagraph makes a block of what was read. An empty one is none, unless
// its number shows.
func (s *story) endParagraph() error {
	p := s.para
	s.para = nil
	if p.markGone {
		s.carried = p
		return nil
	}
	text := strings.TrimSpace(s.d.clean(p.line, p.text.String()))
	b := Block{Line: p.line, Text: text}
	if !p.markHid || text != "" {
		s.number(p, &b)
	}
	if o := p.props.outline; o >= 0 && o < 9 {
		b.Heading = o + 1
	}
	switch p.props.align {
	case "center":
		b.Center = true
	case "right", "end":
		b.Right = true
	}
	if b.Text != "" {
		s.blocks = append(s.blocks, b)
	}
	s.blocks = append(s.blocks, p.after...)
	return s.d.full(len(s.blocks))
}

func (s *sink) full(blocks int) error {
	if blocks > maxBlocks {
		return &Error{Err: ErrTooLarge, Detail: "blocks"}
	}
	return nil
}

// number counts the paragraph if it belongs to a list.
func (s *story) number(p *paragraph, b *Block) {
	id := p.props.numID
	if id == "" || id == "0" {
		return
	}
	l, ok := s.d.numbering.list(id, s.d.styles)
	if !ok {
		s.d.remark(p.line, RemarkNumberMissing, id)
		return
	}
	at := min(max(p.props.level, 0), levels-1)
	for i := range l.levels {
		if p.style != "" && l.levels[i].paragraphStyle == p.style && p.props.level < 0 {
			at = i
		}
	}
	number, unknown := s.count.next(l, id, at)
	for _, f := range unknown {
		s.d.remark(p.line, RemarkNumberFormat, f)
	}
	b.Number = strings.TrimSpace(s.d.clean(p.line, number))
	b.Text = join(b.Number, l.levels[at].suffix, b.Text)
}

// textBox reads the text of a drawing as blocks after its paragraph.
func (s *story) textBox() error {
	blocks, err := s.collect()
	if err != nil {
		return err
	}
	if s.para == nil {
		s.blocks = append(s.blocks, blocks...)
		return nil
	}
	s.para.after = append(s.para.after, blocks...)
	return nil
}

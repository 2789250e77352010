package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// props are the properties of a paragraph that matter here, each unset unless
// said: they come from the paragraph, its style, and that style's bases.
type props struct {
	numID   string // "" unset, "0" none
	level   int    // -1 unset
	outline int    // -1 unset, 9 body text
	align   string
	hidden  int // -1 unset, 0 shown, 1 hidden
}

func noProps() props { return props{level: -1, outline: -1, hidden: -1} }

// over answers p with what it leaves unset taken from base.
func (p props) over(base props) props {
	if p.numID == "" {
		p.numID = base.numID
	}
	if p.level < 0 {
		p.level = base.level
	}
	if p.outline < 0 {
		p.outline = base.outline
	}
	if p.align == "" {
		p.align = base.align
	}
	if p.hidden < 0 {
		p.hidden = base.hidden
	}
	return p
}

type style struct {
	name, base string
	own        props
	done       bool // own has been laid over its bases
}

type styles struct {
	byID      map[string]*style
	paragraph string // the default paragraph style
	defaults  props
}

func readStyles(x *xmlReader) (*styles, error) {
	s := &styles{byID: map[string]*style{}, defaults: noProps()}
	err := x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "docDefaults":
			return x.properties(&s.defaults)
		case "style":
			return s.read(x, e)
		}
		return x.skip()
	})
	return s, err
}

func (s *styles) read(x *xmlReader, e xml.StartElement) error {
	st := &style{own: noProps()}
	id := attr(e, "styleId")
	s.byID[id] = st
	if attr(e, "type") == "paragraph" && attr(e, "default") != "" && attr(e, "default") != "0" {
		s.paragraph = id
	}
	return x.children(func(c xml.StartElement) error {
		switch c.Name.Local {
		case "name":
			st.name = attr(c, "val")
		case "basedOn":
			st.base = attr(c, "val")
		case "pPr", "rPr":
			return x.property(c, &st.own)
		}
		return x.skip()
	})
}

// properties reads the children of a container of properties.
func (x *xmlReader) properties(p *props) error {
	return x.children(func(e xml.StartElement) error { return x.property(e, p) })
}

// property reads one property, or a container of them, into p. Former values
// kept for tracked changes (pPrChange …) are no properties of the paragraph.
func (x *xmlReader) property(e xml.StartElement, p *props) error {
	switch e.Name.Local {
	case "pPr", "rPr", "numPr", "pPrDefault", "rPrDefault":
		return x.properties(p)
	case "numId":
		p.numID = attr(e, "val")
	case "ilvl":
		p.level = digit(attr(e, "val"))
	case "outlineLvl":
		p.outline = digit(attr(e, "val"))
	case "jc":
		p.align = attr(e, "val")
	case "vanish":
		p.hidden = 0
		if on(e) {
			p.hidden = 1
		}
	}
	return x.skip()
}

// digit reads 0 to 9, -1 for anything else.
func digit(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 9 {
		return -1
	}
	return n
}

// of answers the properties of a style with its bases beneath it. A chain of
// bases that bites its tail ends where it does.
func (s *styles) of(id string) props {
	var chain []*style
	for st := s.byID[id]; st != nil && len(chain) <= len(s.byID); st = s.byID[st.base] {
		if st.done {
			chain = append(chain, st)
			break
		}
		chain = append(chain, st)
	}
	below := s.defaults
	for i := len(chain) - 1; i >= 0; i-- {
		st := chain[i]
		if !st.done {
			if st.own.outline < 0 {
				st.own.outline = outlineByName(st.name)
			}
			st.own, st.done = st.own.over(below), true
		}
		below = st.own
	}
	return below
}

// outlineByName knows the built-in headings by the names that Word and WPS give
// them, since a style cut out of its file may have lost its level.
func outlineByName(name string) int {
	low := strings.ToLower(strings.TrimSpace(name))
	for _, prefix := range []string{"heading ", "标题 ", "標題 "} {
		if rest, ok := strings.CutPrefix(low, prefix); ok {
			if n := digit(strings.TrimSpace(rest)); n >= 1 {
				return n - 1
			}
		}
	}
	return -1
}

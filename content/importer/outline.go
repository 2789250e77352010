package importer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/format"
	"rectify/content/numbering"
)

// closingWords end the text over the foot.
var closingWords = regexp.MustCompile(`^特此(?:通报|报告|公告|公示|通告|说明)[。!]?$`)

// longHeading is how many characters a heading may have without a question.
const longHeading = 120

// outline draws sections and items of the body.
func (p *reading) outline(body []line) error {
	main, annexes := p.annexes(regrouped(body))
	lead, all := parts(main)
	p.sort(all)
	if len(all) == 0 {
		lead = append(lead, annexes...)
	} else {
		all[len(all)-1].behind = annexes
	}
	p.outside = append(p.outside, lead...)
	p.n.Intro = p.blocks(lead)
	for i := range all {
		if err := p.section(&all[i], i == len(all)-1); err != nil {
			return err
		}
	}
	if len(p.n.Leaves()) == 0 {
		if len(all) > 0 && all[0].head == nil {
			p.n.Sections = nil // its text is the intro
		}
		p.note(Uncertain, 0, "no-items", len(all))
	}
	return nil
}

// section draws one part; ends says that the document's foot stands in it.
func (p *reading) section(s *part, ends bool) error {
	sec, lines := p.newSection(), s.lines
	if s.head != nil {
		p.outside = append(p.outside, *s.head)
		lines = p.sectionHead(sec, s)
	}
	if !s.ledger {
		lines = append(lines, s.behind...)
		p.outside = append(p.outside, lines...)
		sec.Body = p.blocks(lines)
		return nil
	}
	foot := []line(nil)
	if ends {
		s.lines, foot = p.closing(s.lines)
		foot = append(foot, s.behind...)
	}
	if err := p.tree(sec, s); err != nil {
		return err
	}
	if len(foot) > 0 {
		p.outside = append(p.outside, foot...)
		p.newSection().Body = p.blocks(foot)
		p.note(Info, foot[0].no, "tail-apart")
	}
	return nil
}

// newSection is the next one, which holds until there is another.
func (p *reading) newSection() *content.Section {
	p.n.Sections = append(p.n.Sections, content.Section{ID: "s" + strconv.Itoa(len(p.n.Sections)+1)})
	return &p.n.Sections[len(p.n.Sections)-1]
}

// closing cuts off the foot of a document that ends with an item: the ways to
// be heard and the signature belong to no item. What is numbered or a table is
// left where it is.
func (p *reading) closing(lines []line) (own, foot []line) {
	from := len(lines)
	for i := len(lines) - 1; i > 0; i-- {
		l := lines[i]
		if l.rows != nil && !contactTable(l.rows) || l.marker.Kind != numbering.None {
			break
		}
		if l.no >= p.foot && (l.rows != nil || leadsToContacts(l.fold) || speaksOfPeriod(l.fold)) || p.signature > 0 && l.no >= p.signedFrom && l.no <= p.signature {
			from = i
		}
	}
	for from < len(lines) && from > 0 && (lines[from-1].annex || closingWords.MatchString(lines[from-1].fold)) {
		from--
	}
	for _, l := range lines[:from] {
		if l.marker.Kind != numbering.None || l.rows != nil {
			return lines[:from], lines[from:]
		}
	}
	return lines, nil // no item stands over it
}

// sectionHead sets the heading and answers the lines under it.
func (p *reading) sectionHead(sec *content.Section, s *part) []line {
	h := *s.head
	title, text := split(h.rest)
	sec.Number, sec.Title, sec.Line = h.marker.Text, title, h.no
	sec.Heading = h.marker.Text + gapAfter(h) + title
	if text == "" {
		return s.lines
	}
	s.lines = append([]line{h.with(text)}, s.lines...)
	moved := make(map[int]bool)
	for k := range s.text {
		moved[k+1] = true
	}
	s.text = moved
	return s.lines
}

// gapAfter is the space between a number and its words: one at most, since a
// page writes a tab stop as many.
func gapAfter(l line) string {
	if gap := l.text[len(l.marker.Text) : len(l.text)-len(l.rest)]; utf8.RuneCountInString(gap) == 1 {
		return gap
	} else if gap != "" {
		return " "
	}
	return ""
}

// with is the line with other text, at the same place.
func (l line) with(text string) line {
	if !strings.HasSuffix(l.text, text) {
		return makeLine(l.no, text).asText()
	}
	l.fold = l.fold[offset(l.fold, utf8.RuneCountInString(l.text)-utf8.RuneCountInString(text)):]
	l.text = text
	return l.asText() // a number here is no heading
}

// tree draws the items of one part.
func (p *reading) tree(sec *content.Section, s *part) error {
	var stack []*content.Item
	table := false // the line before was a ledger
	for i, l := range s.lines {
		leaf := last(stack)
		switch {
		case ledgerTable(l.rows):
			if err := p.rows(sec, stack, l); err != nil {
				return err
			}
			stack, table = lowest(sec.Items), true
			continue
		case l.marker.Kind != numbering.None && !s.text[i] && p.heads(stack, l):
			title, text := split(l.rest)
			it, err := p.item(sec, &stack, l, title)
			if err != nil {
				return err
			}
			if text != "" {
				p.under(it, l.with(text))
			}
		case leaf != nil:
			if table {
				p.note(Uncertain, l.no, "text-after-table", leaf.Heading)
			}
			p.under(leaf, l)
		default:
			p.before(sec, l)
		}
		table = false
	}
	return nil
}

// before puts a line over the first item of a section.
func (p *reading) before(sec *content.Section, l line) {
	p.outside = append(p.outside, l)
	into := &sec.Body
	if sec.Heading == "" && len(p.n.Sections) == 1 {
		into = &p.n.Intro
	}
	*into = append(*into, p.blocks([]line{l})...)
}

// lowest is the way from the top of the tree down to its last leaf.
func lowest(items []*content.Item) []*content.Item {
	var way []*content.Item
	for len(items) > 0 {
		it := items[len(items)-1]
		way, items = append(way, it), it.Children
	}
	return way
}

func last(stack []*content.Item) *content.Item {
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

// heads reports whether the numbered line is a heading where it stands.
func (p *reading) heads(stack []*content.Item, l line) bool {
	leaf := last(stack)
	level := levelOf(l.marker.Kind)
	if l.marker.Kind == numbering.Han {
		return false
	}
	if leaf == nil {
		return true
	}
	x := p.extra[leaf]
	if x.open && level > leaf.Level {
		if len(leaf.Body) > 0 && l.marker.Ordinal == 1 {
			p.note(Info, l.no, "numbers-are-text", l.marker.Text, leaf.Heading)
		}
		return false
	}
	if leaf.Level == content.Finding && level == content.Finding {
		first := p.firstKind(stack)
		if first != int(l.marker.Kind) {
			if l.marker.Ordinal == 1 {
				p.note(Info, l.no, "too-deep", l.marker.Text, leaf.Heading)
			}
			return false
		}
	}
	return true
}

// firstKind is the shape of the numbers of the findings beside the one at hand.
func (p *reading) firstKind(stack []*content.Item) int {
	return p.extra[stack[len(stack)-1]].kind
}

func levelOf(k numbering.Kind) content.Level {
	switch k {
	case numbering.HanPar:
		return content.Aspect
	case numbering.Arabic:
		return content.Problem
	default:
		return content.Finding
	}
}

// item puts one heading into the tree.
func (p *reading) item(sec *content.Section, stack *[]*content.Item, l line, title string) (*content.Item, error) {
	if p.items++; p.items > MaxItems {
		return nil, ErrTooLarge
	}
	it := &content.Item{
		Level: levelOf(l.marker.Kind), Number: l.marker.Text, Ordinal: l.marker.Ordinal, Line: l.no,
		Title: strings.TrimSuffix(title, "。"), Heading: l.marker.Text + gapAfter(l) + title,
	}
	p.extra[it] = &extra{kind: int(l.marker.Kind)}
	for len(*stack) > 0 && last(*stack).Level >= it.Level {
		*stack = (*stack)[:len(*stack)-1]
	}
	siblings := &sec.Items
	if up := last(*stack); up != nil {
		siblings = &up.Children
		p.measuresOrFindings(up, it)
	}
	if k := len(*siblings); k > 0 && (*siblings)[k-1].Level == it.Level && (*siblings)[k-1].Ordinal+1 != it.Ordinal {
		p.note(Uncertain, l.no, "number-order", it.Number, (*siblings)[k-1].Number)
	}
	if utf8.RuneCountInString(title) > longHeading {
		p.note(Uncertain, l.no, "heading-long", it.Number, utf8.RuneCountInString(title))
	}
	p.inHeading(it, l)
	*siblings = append(*siblings, it)
	*stack = append(*stack, it)
	return it, nil
}

// measuresOrFindings asks a person where numbers under a problem that already
// has its answer may be measures rather than problems of their own.
func (p *reading) measuresOrFindings(up, it *content.Item) {
	if len(up.Children) > 0 || len(up.Body) == 0 || problemText.MatchString(strings.TrimRight(fold(it.Heading), "。: ")) {
		return
	}
	p.note(Uncertain, it.Line, "item-or-measure", it.Heading, up.Heading)
}

// under puts a line into the text of an item.
func (p *reading) under(it *content.Item, l line) {
	p.fieldsOf(it, l)
	if p.signature > 0 && l.no == p.signature || l.no >= p.foot && leadsToContacts(l.fold) {
		p.outside = append(p.outside, l)
		if !p.extra[it].tail() {
			p.note(Uncertain, l.no, "tail-in-item", it.Heading)
		}
	}
	it.Body = append(it.Body, p.blocks([]line{l})...)
}

// blocks are the paragraphs and tables of lines.
func (p *reading) blocks(lines []line) []content.Block {
	var all []content.Block
	for _, l := range lines {
		text := format.Text(l.text)
		if l.rows != nil {
			text = format.Table(trimmed(l.rows))
		}
		if text != "" {
			all = append(all, content.Block{Line: l.no, Text: text})
		}
	}
	return all
}

// trimmed leaves out rows without any text.
func trimmed(rows [][]string) [][]string {
	var out [][]string
	for _, r := range rows {
		if strings.TrimSpace(visible(strings.Join(r, ""))) != "" {
			out = append(out, r)
		}
	}
	return out
}

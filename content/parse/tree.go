package parse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rectify/content"
	"rectify/content/numbering"
)

// itemID is the form of an id: 3-2, 9, a1, with a section's number before it
// where numbers restart.
var itemID = regexp.MustCompile(`^(\d{1,3}\.)?(a\d{1,3}(-\d{1,3})?|\d{1,3}(-\d{1,3})?)$`)

// tree makes sections and items of the headings and gives each its text.
func (p *reading) tree(lines []string, heads []heading) {
	end := len(lines)
	if len(heads) > 0 {
		end = heads[0].first - 1
	}
	p.n.Intro = p.blocks(lines, 1, end)
	var stack []*content.Item
	given := make(map[*content.Item]bool)
	for i, h := range heads {
		end := len(lines)
		if i+1 < len(heads) {
			end = heads[i+1].first - 1
		}
		text, foot := closed(p.blocks(lines, h.line+1, end))
		marker, title := numbering.Read(h.text)
		switch {
		case h.level == 1:
			p.titleHeading(h, append(text, foot...))
			foot = nil
		case marker.Kind == numbering.Han || (h.level == 2 && marker.Kind == numbering.None):
			p.section(h, marker, title, text)
			stack = nil
		case marker.Kind == numbering.None:
			p.fault(p.offset+h.line, "heading-number", h.text)
		default:
			if len(p.n.Sections) == 0 {
				p.n.Sections = append(p.n.Sections, content.Section{ID: "s1"})
			}
			stack = p.item(stack, h, marker, title, text, given)
		}
		if len(foot) > 0 {
			p.n.Sections = append(p.n.Sections, content.Section{ID: "s" + strconv.Itoa(len(p.n.Sections)+1), Body: foot})
			stack = nil
		}
	}
	p.ids(given)
	p.ledgers(heads)
}

// closed cuts text at a rule on a line of its own: what stands under it belongs
// to no item any more. It is how a document ends whose last heading is that of
// an item, without a word that is not its own.
func closed(text []content.Block) (own, foot []content.Block) {
	for i, b := range text {
		if b.Text == content.Rule {
			return append([]content.Block(nil), text[:i]...), text[i+1:]
		}
	}
	return text, nil
}

// titleHeading allows the document's title as its first heading.
func (p *reading) titleHeading(h heading, text []content.Block) {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if squeeze(h.text) != squeeze(p.n.Title) || len(p.n.Sections) > 0 {
		p.fault(p.offset+h.line, "title-heading", h.text)
		return
	}
	p.n.Intro = append(p.n.Intro, text...)
}

func (p *reading) section(h heading, m numbering.Marker, title string, text []content.Block) {
	p.n.Sections = append(p.n.Sections, content.Section{
		ID: "s" + strconv.Itoa(len(p.n.Sections)+1), Number: m.Text, Title: title, Heading: h.text,
		Line: p.offset + h.line, Body: text,
	})
	if h.id != "" || len(h.attrs) > 0 {
		p.fault(p.offset+h.first, "section-attributes")
	}
}

// item puts one item under the nearest one above it of a higher level.
func (p *reading) item(stack []*content.Item, h heading, m numbering.Marker, title string, text []content.Block, given map[*content.Item]bool) []*content.Item {
	it := &content.Item{
		ID: h.id, Level: levelOf(m.Kind), Number: m.Text, Ordinal: m.Ordinal, Title: strings.TrimSuffix(title, "。"), Heading: h.text,
		Line: p.offset + h.line, Body: text, Measures: measures(text),
	}
	if h.id != "" {
		given[it] = true
		if !itemID.MatchString(h.id) {
			p.fault(p.offset+h.first, "item-id", h.id)
		}
	}
	if title == "" {
		p.fault(p.offset+h.line, "heading-title", h.text)
	}
	for len(stack) > 0 && stack[len(stack)-1].Level >= it.Level {
		stack = stack[:len(stack)-1]
	}
	siblings := &p.n.Sections[len(p.n.Sections)-1].Items
	if len(stack) > 0 {
		siblings = &stack[len(stack)-1].Children
	}
	if k := len(*siblings); k > 0 && (*siblings)[k-1].Level == it.Level && (*siblings)[k-1].Ordinal+1 != it.Ordinal {
		p.warn(it.Line, "number-order", it.Number, (*siblings)[k-1].Number)
	}
	*siblings = append(*siblings, it)
	return append(stack, it)
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

// ids gives every item without one of its own the id that its numbers make.
func (p *reading) ids(given map[*content.Item]bool) {
	derived := p.n.DerivedIDs(func(it *content.Item) bool { return given[it] })
	seen := make(map[string]int) // id → line of its first use
	for it := range p.n.Items {
		want := derived[it]
		if !given[it] {
			it.ID = want
		} else if it.ID != want {
			p.warn(it.Line, "id-number", it.ID, want)
		}
		if line, used := seen[it.ID]; used {
			p.fault(it.Line, "duplicate-id", it.ID, line)
		} else {
			seen[it.ID] = it.Line
		}
	}
}

// ledgers reads the attribute lists; only leaves may carry one.
func (p *reading) ledgers(heads []heading) {
	byLine := make(map[int]heading, len(heads))
	for _, h := range heads {
		byLine[p.offset+h.line] = h
	}
	p.n.Items(func(it *content.Item) bool {
		h := byLine[it.Line]
		line := p.offset + h.first
		for _, class := range h.class {
			p.fault(line, "unknown-attribute", "."+class)
		}
		keys := make([]string, 0, len(h.attrs))
		for k := range h.attrs {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		if len(keys) > 0 && !it.Leaf() {
			p.fault(line, "not-a-leaf", it.ID)
			return true
		}
		for _, k := range keys {
			p.attribute(&it.Ledger, line, k, strings.TrimSpace(h.attrs[k]))
		}
		return true
	})
}

func (p *reading) attribute(l *content.Ledger, line int, key, value string) {
	switch key {
	case "status":
		s, ok := content.ParseStatus(value)
		if !ok {
			p.fault(line, "status", value)
		}
		l.Status = s
	case "label":
		l.Label = value
	case "owner":
		l.Owner = value
	case "evidence":
		l.Evidence = value
	case "due":
		d, err := content.ParseDay(value)
		if err != nil {
			p.fault(line, "yaml-day", value)
		}
		l.Due = d
	case "progress":
		n, err := strconv.Atoi(strings.TrimSuffix(value, "%"))
		if err != nil || n < 0 || n > 100 {
			p.fault(line, "progress", value)
			return
		}
		l.Progress = &n
	default:
		p.fault(line, "unknown-attribute", key)
	}
}

package public

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/history"
	"rectify/site/ui"
	"rectify/site/web"
)

// DifferencePage is what changed between two versions.
type DifferencePage struct {
	ui.Frame
	N        *content.Notice
	Old, New VersionRow
	From, To []Choice
	Sum      []string
	Head     []FieldView
	Intro    []Bit
	Parts    []PartView
	Empty    bool
}

// FieldView is one value that changed: by character in Bits, or as a whole.
type FieldView struct {
	Label, Old, New string
	Bits            []Bit
}

// Bit is a piece of a text that came, went or stayed. Gap says that what stayed
// is cut short here.
type Bit struct {
	Op   history.Op
	Text string
	Gap  bool
}

// PartView is one section or item that is not as it was.
type PartView struct {
	Kind          history.Kind
	ID, Anchor    string
	Number, Title string
	URL           string // where it stands in the newer version; empty when it is gone
	Marks         []string
	Heading, Text []Bit
	Fields        []FieldView
	Measures      []string
}

// difference compares two versions, the older one first whatever the order in
// the address.
func (p *Pages) difference(c *fiber.Ctx, h *past, from, to string) error {
	a, okA := number(from)
	b, okB := number(to)
	a, b = min(a, b), max(a, b)
	old, hasA := h.version(a)
	now, hasB := h.version(b)
	if !okA || !okB || !hasA || !hasB {
		return web.NotFound()
	}
	ctx := web.Context(c)
	before, err := p.History.Version(ctx, h.n.Slug, a)
	if err != nil {
		return err
	}
	after, err := p.History.Version(ctx, h.n.Slug, b)
	if err != nil {
		return err
	}
	d := history.Diff(before.Notice(), after.Notice())
	f := p.historyFrame(c, h.n)
	f.Title = f.T("diff.title", a, b)
	f.Description, f.Updated = f.T("diff.description", h.n.Title, a, b), now.At
	f.Crumbs = append(f.Crumbs, ui.Crumb{Label: f.T("history.title"), URL: f.Links.History(h.n.Slug)}, ui.Crumb{Label: f.Title})
	page := DifferencePage{
		Frame: f, N: h.n, Old: p.row(f, h, old), New: p.row(f, h, now), From: choices(f, h, a), To: choices(f, h, b),
		Sum: sumText(f, d), Empty: d.Empty(), Intro: bits(d.Intro),
	}
	page.New.Office = officeOf(after.Notice(), now)
	for _, x := range d.Head {
		page.Head = append(page.Head, headView(f, x))
	}
	for _, x := range d.Parts {
		page.Parts = append(page.Parts, partView(f, page.New, x))
	}
	return p.show(c, fiber.StatusOK, "difference", page)
}

// sumText says in a few words what a difference holds.
func sumText(f ui.Frame, d history.Difference) []string {
	s := d.Sum()
	var list []string
	for _, x := range []struct {
		code string
		n    int
	}{
		{"added", s.Added}, {"removed", s.Removed}, {"status", s.Status}, {"reworded", s.Reworded}, {"ledger", s.Ledger},
		{"moved", s.Moved}, {"renumbered", s.Renumbered}, {"head", s.Head},
	} {
		if x.n > 0 {
			list = append(list, f.T("diff.sum."+x.code, x.n))
		}
	}
	if s.Intro {
		list = append(list, f.T("diff.sum.intro"))
	}
	if d.Empty() {
		list = append(list, f.T("diff.sum.none"))
	}
	return list
}

func headView(f ui.Frame, x history.Field) FieldView {
	v := FieldView{Label: f.T("diff.head." + strings.ReplaceAll(x.Key, "_", "-")), Old: x.Old, New: x.New}
	if !strings.ContainsAny(x.Old+x.New, "\n") && !whole(x) {
		v.Bits = bits(x.Spans)
	}
	return v
}

// whole reports whether a value is read as one, so that parts of it say
// nothing, or has nothing in common with what it was.
func whole(x history.Field) bool {
	switch x.Key {
	case "status", "due", "progress", "date", "published", "archived", "contacts.phone", "contacts.postcode":
		return true
	}
	for _, begin := range []string{"stated.", "supervision."} {
		if strings.HasPrefix(x.Key, begin) {
			return true
		}
	}
	if strings.HasPrefix(x.Key, "inspection.") && x.Key != "inspection.body" && x.Key != "inspection.round" && x.Key != "inspection.kind" {
		return true
	}
	return !slices.ContainsFunc(x.Spans, func(s history.Span) bool { return s.Op == history.Equal })
}

func ledgerView(f ui.Frame, x history.Field) FieldView {
	v := FieldView{Label: f.T("diff.field." + x.Key), Old: x.Old, New: x.New}
	switch x.Key {
	case "status":
		v.Old, v.New = f.T("status."+content.Status(x.Old).Code()), f.T("status."+content.Status(x.New).Code())
	case "progress":
		for _, s := range []*string{&v.Old, &v.New} {
			if *s != "" {
				*s += "%"
			}
		}
	default:
		if !whole(x) {
			v.Bits = bits(x.Spans)
		}
	}
	return v
}

func partView(f ui.Frame, now VersionRow, x history.Part) PartView {
	v := PartView{
		Kind: x.Kind, ID: x.ID, Anchor: "i" + x.ID, Number: x.Number, Title: x.Title, Text: bits(x.Text),
	}
	if x.Level == 0 {
		v.ID, v.Anchor = "", x.ID
	}
	if x.Kind != history.Removed {
		v.URL = now.URL + "#" + v.Anchor
	}
	if x.Kind == history.Changed {
		v.Heading = bits(x.Heading)
	}
	v.Marks = marks(f, x)
	for _, l := range x.Ledger {
		v.Fields = append(v.Fields, ledgerView(f, l))
	}
	if x.Kind == history.Changed {
		for _, m := range x.Measures {
			v.Measures = append(v.Measures, f.T("diff.measure."+string(m.Kind), m.Mark))
		}
	}
	return v
}

// marks name what became of a part.
func marks(f ui.Frame, x history.Part) []string {
	if x.Kind != history.Changed {
		return []string{f.T("diff.mark." + string(x.Kind))}
	}
	var list []string
	add := func(is bool, code string, args ...any) {
		if is {
			list = append(list, f.T("diff.mark."+code, args...))
		}
	}
	status, other := false, false
	for _, l := range x.Ledger {
		status = status || l.Key == "status" || l.Key == "label"
		other = other || l.Key != "status" && l.Key != "label"
	}
	add(status, "status")
	add(x.Heading != nil, "heading")
	add(x.Text != nil, "text")
	add(other, "ledger")
	add(x.Moved, "moved")
	add(x.ID != x.OldID && x.Level > 0, "id", x.OldID, x.ID)
	add(x.Number != x.OldNumber, "number", x.OldNumber, x.Number)
	return list
}

// How much of a text that stayed is shown beside a change, in characters.
const beside = 28

// bits cuts what stayed down to what helps to find the place.
func bits(spans []history.Span) []Bit {
	var list []Bit
	for i, s := range spans {
		s.Text = strings.ReplaceAll(s.Text, "\n\n", "\n") // paragraphs stand on lines of their own
		if s.Op != history.Equal {
			list = append(list, Bit{Op: s.Op, Text: s.Text})
			continue
		}
		r := []rune(s.Text)
		first, last := i == 0, i == len(spans)-1
		switch {
		case len(spans) == 1 || len(r) <= beside || !first && !last && len(r) <= 2*beside:
			list = append(list, Bit{Op: s.Op, Text: s.Text})
			continue
		case !first:
			list = append(list, Bit{Op: s.Op, Text: string(r[:beside])})
		}
		list = append(list, Bit{Gap: true})
		if !last {
			list = append(list, Bit{Op: s.Op, Text: string(r[len(r)-beside:])})
		}
	}
	return list
}

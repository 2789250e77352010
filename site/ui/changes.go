package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/history"
)

// Changes is what sets one version of a notice apart from another, ready to be
// shown by the part "changes".
type Changes struct {
	Frame
	Sum   []string
	Head  []FieldView
	Intro []Bit
	Parts []PartView
	Empty bool
}

// ChangesOf makes a difference ready. Parts that still stand lead to url, the
// address of the newer version; an empty one leaves them without a link.
func ChangesOf(f Frame, d history.Difference, url string) Changes {
	c := Changes{Frame: f, Sum: SumText(f, d), Empty: d.Empty(), Intro: bits(d.Intro)}
	for _, x := range d.Head {
		c.Head = append(c.Head, headView(f, x))
	}
	for _, x := range d.Parts {
		c.Parts = append(c.Parts, partView(f, url, x))
	}
	return c
}

// shortWords is how long a changed text may be to be told beside others, in
// characters.
const shortWords = 160

// First is the first n places of the head and the first n parts, long texts left
// out, and how many places more there are.
func (c Changes) First(n int) (first Changes, rest int) {
	first = c
	first.Head, first.Parts = c.Head[:min(n, len(c.Head))], slices.Clone(c.Parts[:min(n, len(c.Parts))])
	for i := range first.Parts {
		if length(first.Parts[i].Text) > shortWords {
			first.Parts[i].Text = nil
		}
	}
	return first, len(c.Head) - len(first.Head) + len(c.Parts) - len(first.Parts)
}

func length(text []Bit) int {
	n := 0
	for _, b := range text {
		n += utf8.RuneCountInString(b.Text)
	}
	return n
}

// FieldView is one value that changed: by character in Bits, or as a whole.
type FieldView struct {
	Label, Old, New string
	One             bool // of what came or went: there is one side only
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

// SumText says in a few words what a difference holds.
func SumText(f Frame, d history.Difference) []string {
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

func headView(f Frame, x history.Field) FieldView {
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

// ledgerView is a value of a leaf's ledger. A leaf that came or went had or has
// no status at all, which is not one that nobody wrote down.
func ledgerView(f Frame, kind history.Kind, x history.Field) FieldView {
	v := FieldView{Label: f.T("diff.field." + x.Key), Old: x.Old, New: x.New, One: kind != history.Changed}
	switch x.Key {
	case "status":
		if kind != history.Added {
			v.Old = f.T("status." + content.Status(x.Old).Code())
		}
		if kind != history.Removed {
			v.New = f.T("status." + content.Status(x.New).Code())
		}
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

func partView(f Frame, url string, x history.Part) PartView {
	v := PartView{
		Kind: x.Kind, ID: x.ID, Anchor: "i" + x.ID, Number: x.Number, Title: x.Title, Text: bits(x.Text),
	}
	if x.Level == 0 {
		v.ID, v.Anchor = "", x.ID
		if v.Title == "" && v.Number == "" {
			v.Title = f.T("diff.untitled") // the foot of a document has no heading
		}
	}
	if x.Kind != history.Removed && url != "" {
		v.URL = url + "#" + v.Anchor
	}
	if x.Kind == history.Changed {
		v.Heading = bits(x.Heading)
	}
	v.Marks = marks(f, x)
	for _, l := range x.Ledger {
		v.Fields = append(v.Fields, ledgerView(f, x.Kind, l))
	}
	if x.Kind == history.Changed {
		for _, m := range x.Measures {
			v.Measures = append(v.Measures, f.T("diff.measure."+string(m.Kind), m.Mark))
		}
	}
	return v
}

// marks name what became of a part.
func marks(f Frame, x history.Part) []string {
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

// WordBits marks what came and went between two texts, by character.
func WordBits(old, new string) []Bit { return bits(history.Words(old, new)) }

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

// Marked is a text with its marks, or values that changed, with the words of
// the page around them.
type Marked struct {
	Frame
	Bits   []Bit
	Fields []FieldView
	Text   string
}

// Marked makes a text ready.
func (m Marked) Marked(list []Bit) Marked { return Marked{Frame: m.Frame, Bits: list} }

// Marked makes a text ready.
func (c Changes) Marked(list []Bit) Marked { return Marked{Frame: c.Frame, Bits: list} }

// Fields makes values ready.
func (c Changes) Fields(list []FieldView) Marked { return Marked{Frame: c.Frame, Fields: list} }

// Heading makes the title of a part ready, with its marks where it was reworded.
func (c Changes) Heading(v PartView) Marked {
	return Marked{Frame: c.Frame, Bits: v.Heading, Text: v.Title}
}

// Listed says a few things in a row.
func (f Frame) Listed(list []string) string { return strings.Join(list, f.T("sep.list")) }

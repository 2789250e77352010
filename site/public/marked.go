package public

import (
	"strings"

	"rectify/site/ui"
)

// Marked is a text with its marks, or values that changed, with the words of
// the page around them.
type Marked struct {
	ui.Frame
	Bits   []Bit
	Fields []FieldView
	Text   string
}

// Marked makes a text ready.
func (m Marked) Marked(list []Bit) Marked { return Marked{Frame: m.Frame, Bits: list} }

// Marked makes a text ready.
func (p DifferencePage) Marked(list []Bit) Marked { return Marked{Frame: p.Frame, Bits: list} }

// Fields makes values ready.
func (p DifferencePage) Fields(list []FieldView) Marked { return Marked{Frame: p.Frame, Fields: list} }

// Heading makes the title of a part ready, with its marks where it was reworded.
func (p DifferencePage) Heading(v PartView) Marked {
	return Marked{Frame: p.Frame, Bits: v.Heading, Text: v.Title}
}

// Side is one of the two versions that are compared.
type Side struct {
	ui.Frame
	V     VersionRow
	Label string
}

// Side makes one of the two ready.
func (p DifferencePage) Side(v VersionRow, label string) Side { return Side{p.Frame, v, label} }

// Comparing is the form that asks for a difference.
type Comparing struct {
	ui.Frame
	Action   string
	From, To []Choice
}

// Comparing makes the form ready.
func (p HistoryPage) Comparing() Comparing {
	return Comparing{p.Frame, p.Links.History(p.N.Slug), p.From, p.To}
}

// Comparing makes the form ready.
func (p DifferencePage) Comparing() Comparing {
	return Comparing{p.Frame, p.Links.History(p.N.Slug), p.From, p.To}
}

// Listed says a few things in a row.
func (p HistoryPage) Listed(list []string) string { return listed(p.Frame, list) }

// Listed says a few things in a row.
func (p DifferencePage) Listed(list []string) string { return listed(p.Frame, list) }

// Listed says a few things in a row.
func (a Amend) Listed(list []string) string { return listed(a.Frame, list) }

func listed(f ui.Frame, list []string) string { return strings.Join(list, f.T("sep.list")) }

// Why is the note of a version, or that it has none.
func (p HistoryPage) Why(v VersionRow) string { return why(p.Frame, v.Note, v.Minor) }

// Why is the note of a version, or that it has none.
func (s Side) Why(v VersionRow) string { return why(s.Frame, v.Note, v.Minor) }

// Why is the note of the newest change, or that it has none.
func (a Amend) Why() string { return why(a.Frame, a.Note, a.Minor) }

func why(f ui.Frame, note string, minor bool) string {
	switch {
	case note != "":
		return note
	case minor:
		return f.T("history.note.minor")
	}
	return f.T("history.note.none")
}

package public

import (
	"rectify/site/ui"
)

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

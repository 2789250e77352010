package desk

import (
	"fmt"

	"rectify/feedback"
	"rectify/site/ui"
)

// Plus1 numbers a row for people.
func (p CasePage) Plus1(i int) int { return i + 1 }

// Same compares two words of different types, for the template.
func (p CasePage) Same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) && fmt.Sprint(a) != "" }

// Typing reports whether the form of that act is the one that came back.
func (p CasePage) Typing(act string) bool { return p.Typed.Get("act") == act }

// DraftText is what the box of the draft holds: what was just typed, or what
// is kept.
func (p CasePage) DraftText() string {
	if p.Typing(string(feedback.ActDraft)) {
		return p.Typed.Get("reply")
	}
	if p.S.Draft != nil {
		return p.S.Draft.Text
	}
	return ""
}

// DraftOffice is the office that the draft is signed by.
func (p CasePage) DraftOffice() string {
	if p.Typing(string(feedback.ActDraft)) {
		return p.Typed.Get("office")
	}
	if p.S.Draft != nil {
		return p.S.Draft.Office
	}
	return p.S.Office
}

// AnswerLimit is the limit that staff name to the sender.
func (p EnterPage) AnswerLimit() *feedback.Limit { return &p.Receipt.Limits.Answer }

// Line is a field of one line of the form for an act. What was typed into it,
// and what is wrong with it, comes back in the form that it was sent by only.
func (p CasePage) Line(act, id, name, label string) ui.Line {
	l := ui.Line{Frame: p.Frame, ID: id, Name: name, Label: p.T(label)}
	if p.Typing(act) {
		l.Value, l.Fault = p.Typed.Get(name), p.Faults[name]
	}
	return l
}

// OptionalLine is a Line that may stay empty.
func (p CasePage) OptionalLine(act, id, name, label string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Optional = true
	return l
}

// HintedLine is a Line with a hint under its label.
func (p CasePage) HintedLine(act, id, name, label, hint string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Hint = p.T(hint)
	return l
}

// FigureLine is a Line for a number.
func (p CasePage) FigureLine(act, id, name, label string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Figures = true
	return l
}

// Chosen is what a list of the form for an act shows: what was just chosen
// there, or what is kept.
func (p CasePage) Chosen(act, name, kept string) string {
	if p.Typing(act) {
		return p.Typed.Get(name)
	}
	return kept
}

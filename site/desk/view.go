package desk

import (
	"fmt"

	"rectify/feedback"
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

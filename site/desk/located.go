package desk

import (
	"rectify/feedback"
)

// located fills in what the matter is about, and what it could be about.
func (d *Desk) located(page *CasePage) {
	if !page.May[string(feedback.ActLocate)] {
		return
	}
	page.Targets = targets(page.Frame, d.Library.Snapshot())
	page.Target = targetWords(page.Targets, page.S.Notice, page.S.Item)
	if page.Typing(string(feedback.ActLocate)) {
		page.Target = page.Typed.Get("target")
	}
	for _, g := range page.S.Guesses {
		switch words := targetWords(page.Targets, g.Notice, g.Item); {
		case g.Number != "":
			page.Guesses = append(page.Guesses, Guess{Label: page.T("case.guess.number", g.Number), URL: d.Site.Links.Case(string(g.Number))})
		case words != "" && words != page.Target:
			page.Guesses = append(page.Guesses, Guess{Label: words, Target: g.Notice + "|" + g.Item})
		}
	}
}

package desk

import (
	"strings"

	"rectify/feedback"
	"rectify/site/web"
)

// residue are the places that somebody has to look at before s, or the reply
// that waits for approval, is public; of a form that came back, before what it
// asks for is.
func (d *Desk) residue(s *feedback.Submission, typed web.Values) []string {
	next := *s
	switch feedback.Act(typed.Get("act")) {
	case feedback.ActRedact:
		if spans, faults := redactions(s, typed); len(faults) == 0 {
			next.Redactions = spans
		}
		return d.Office.Residue(&next)
	case feedback.ActForward:
		next.Forwarded = &feedback.Forwarding{Name: typed.Get("name")}
		return d.Office.Residue(&next)
	}
	var more []string
	if s.Visibility == feedback.Published && s.Draft != nil && s.Draft.Submitted {
		more = append(more, s.Draft.Text)
	}
	if x := s.Amendment; s.Visibility == feedback.Published && x != nil && x.Submitted {
		more = append(more, x.Text, x.Why)
	}
	return d.Office.Residue(s, more...)
}

// cleared are the words that were ticked.
func cleared(form web.Values) []string {
	var words []string
	for _, w := range form.All("cleared") {
		words = append(words, strings.ReplaceAll(w, "\r\n", "\n")) // as forms send line ends
	}
	return words
}

package desk

import (
	"slices"
	"strings"

	"rectify/feedback"
	"rectify/site/web"
)

// proposed are the words that look like personal data, as marks to be confirmed:
// what is hidden is a person's decision.
func (d *Desk) proposed(s *feedback.Submission) []feedback.Mark {
	text := s.Current()
	runes := []rune(text)
	var list []feedback.Mark
	for _, f := range d.Finder().Find(text) {
		m := feedback.Mark{Words: string(runes[f.From:f.To]), Kind: f.Kind}
		if !slices.Contains(list, m) && len(list) < feedback.MaxRedactions/2 {
			list = append(list, m)
		}
	}
	for words, kind := range map[string]feedback.Hidden{s.Contact.Name: feedback.HiddenName, s.Contact.Phone: feedback.HiddenPhone, s.Contact.Email: feedback.HiddenEmail} {
		if words != "" && strings.Contains(text, words) && !slices.ContainsFunc(list, func(m feedback.Mark) bool { return strings.Contains(m.Words, words) }) {
			list = append(list, feedback.Mark{Words: words, Kind: kind})
		}
	}
	return list
}

// residue are the places that somebody has to look at before s, or the reply
// that waits for approval, is public.
func (d *Desk) residue(s *feedback.Submission) []string {
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

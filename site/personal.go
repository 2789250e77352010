package site

import (
	"slices"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/pii"
)

// finder finds personal data, but for what the body itself publishes: its own
// phones and mailboxes and those of its notices.
func (s *Site) finder() pii.Finder {
	var f pii.Finder
	add := func(c content.Contacts) {
		f.Public = slices.Concat(f.Public, c.Phone, c.Email)
		if c.Post != "" {
			f.Public = append(f.Public, c.Post)
		}
	}
	add(s.cfg.Body.Contacts)
	for _, e := range s.cfg.Library.Snapshot().Entries() {
		add(e.Notice.Contacts)
	}
	return f
}

// leaks answers which of some words a reader of a text finds in it.
func leaks(text string, secret []string) []string { return pii.Leaks([]byte(text), secret) }

// seen answers what looks like personal data in a text as readers would see it.
func (s *Site) seen(text string, hidden []feedback.Redaction) []string {
	runes := []rune(text)
	var words []string
	for _, f := range s.finder().Residue(text, hidden) {
		words = append(words, string(runes[f.From:f.To]))
	}
	return words
}

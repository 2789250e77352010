package ui

import (
	"slices"

	"rectify/content"
	"rectify/feedback/calendar"
)

// Ways are the ways to be heard, of the body or of one notice.
type Ways struct {
	Frame
	Contacts content.Contacts // those that are open
	Slug     string
	Ended    calendar.Day     // when the notice's own channels closed; empty while they are open
	Shut     content.Contacts // channels of the notice alone, closed by then
}

// Ways is the block of the body's own contacts.
func (f Frame) Ways() Ways { return Ways{Frame: f, Contacts: f.Body.Contacts} }

// WaysOf is the block of contacts of a notice as they are today. After the
// supervision period (公示期) its own channels are shown as closed; what the
// body keeps open at all times stays, and a letter counts by its postmark.
func (f Frame) WaysOf(n *content.Notice, today content.Day) Ways {
	w := Ways{Frame: f, Contacts: n.Contacts, Slug: n.Slug}
	end := n.Supervision.To
	if end.IsZero() || !end.Before(today) {
		return w
	}
	own := f.Body.Contacts
	w.Ended, w.Contacts = calendar.Day(end.String()), own
	without := func(list, open []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(open, s) })
	}
	w.Shut.Phone, w.Shut.Email = without(n.Contacts.Phone, own.Phone), without(n.Contacts.Email, own.Email)
	if n.Contacts.Post != own.Post {
		w.Shut.Post, w.Shut.Postcode = n.Contacts.Post, n.Contacts.Postcode
	}
	if len(w.Shut.Phone) == 0 && len(w.Shut.Email) == 0 && w.Shut.Post == "" {
		w.Ended = "" // all that the notice names stays open
	}
	return w
}

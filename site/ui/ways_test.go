package ui_test

import (
	"slices"
	"testing"
	"time"

	"rectify/content"
	"rectify/site/body"
	"rectify/site/ui"
)

// After the supervision period the notice's own channels are closed, and what
// the body keeps open at all times stays open.
func TestWaysAfterThePeriod(t *testing.T) {
	t.Parallel()
	day := func(d int) content.Day { return content.Day{Year: 2026, Month: time.November, Date: d} }
	f := ui.Frame{Site: &ui.Site{Body: &body.Body{Contacts: content.Contacts{Phone: []string{"0600-1"}, Post: "东湖路18号", Email: []string{"a@x.example"}}}}}
	n := &content.Notice{
		Slug: "n", Supervision: content.Period{To: day(20)},
		Contacts: content.Contacts{Phone: []string{"0600-1", "0600-2"}, Post: "巡察办信箱", Postcode: "990018", Email: []string{"b@x.example"}},
	}
	if w := f.WaysOf(n, day(20)); w.Ended != "" || !slices.Equal(w.Contacts.Phone, n.Contacts.Phone) {
		t.Errorf("on the last day: %+v", w)
	}
	w := f.WaysOf(n, day(21))
	if w.Ended != "2026-11-20" || !slices.Equal(w.Contacts.Phone, []string{"0600-1"}) || w.Contacts.Post != "东湖路18号" {
		t.Errorf("open after it: %q, %+v", w.Ended, w.Contacts)
	}
	if !slices.Equal(w.Shut.Phone, []string{"0600-2"}) || w.Shut.Post != "巡察办信箱" || w.Shut.Postcode != "990018" || !slices.Equal(w.Shut.Email, []string{"b@x.example"}) {
		t.Errorf("closed after it: %+v", w.Shut)
	}
	n.Contacts = f.Body.Contacts
	if w := f.WaysOf(n, day(21)); w.Ended != "" {
		t.Errorf("nothing closed, but %+v", w)
	}
	n.Supervision = content.Period{}
	if w := f.WaysOf(n, day(21)); w.Ended != "" {
		t.Errorf("no period, but ended %s", w.Ended)
	}
}

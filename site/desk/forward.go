package desk

import (
	"strings"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// ForwardForm is the form to pass a matter on to one kind of place.
type ForwardForm struct {
	Where  feedback.Place
	Name   ui.Line
	Text   string // to the sender, to be edited
	Fault  string // of the text
	Public string // what everybody will read
	Open   bool
}

// forwards are the forms of a submission, one for each place, with the kind words
// that tell the sender where it went and how to follow it there.
func (d *Desk) forwards(p *CasePage) (list []ForwardForm) {
	act := string(feedback.ActForward)
	for _, where := range feedback.Places() {
		x := ForwardForm{Where: where, Text: p.T("forward.text."+string(where), p.S.Number, d.Site.Body.Name)}
		x.Name = ui.Line{Frame: p.Frame, ID: "fname-" + string(where), Name: "name", Label: p.T("forward.name")}
		if where != feedback.ToBody {
			x.Name.Value = p.T("forward.name." + string(where))
		}
		if p.Typing(act) && p.Typed.Get("where") == string(where) {
			x.Open, x.Text, x.Fault = true, p.Typed.Get("told"), p.Faults["told"]
			x.Name.Value, x.Name.Fault = p.Typed.Get("name"), p.Faults["name"]
		}
		x.Public = p.T("sent.how." + string(where))
		list = append(list, x)
	}
	return list
}

// forward reads where a matter goes. A 〔blank〕 of the set words must be filled in.
func forward(form web.Values) (feedback.Action, []feedback.Invalid) {
	a := feedback.Forward{Where: feedback.Place(form.Get("where")), Name: form.Get("name"), Text: form.Get("told"), Cleared: cleared(form)}
	if strings.Contains(a.Text, "〔") {
		return a, fault("told", "blank")
	}
	return a, nil
}

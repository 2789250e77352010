package desk

import (
	"rectify/feedback"
	"rectify/site/ui"
)

// categories are what a submission can be, each with the limit of the answer that
// it would have then.
func (d *Desk) categories(f ui.Frame, s *feedback.Submission, who feedback.Actor, chosen feedback.Category) (list []ui.Option) {
	for _, k := range feedback.Categories() {
		o := ui.Option{Value: string(k), Label: f.T("category." + string(k)), Chosen: k == chosen}
		if next, err := d.Office.Clocks.Apply(*s, feedback.Classify{Category: k}, who, d.Now()); err == nil {
			o.Label = f.T("classify.option", o.Label, f.Date(next.Limits.Answer.Day), f.TermOf(next.Limits.Answer))
		}
		list = append(list, o)
	}
	return list
}

// orTyped is the category that was just chosen, or the one that is kept.
func orTyped(typed string, kept feedback.Category) feedback.Category {
	if k := feedback.Category(typed); k.Valid() {
		return k
	}
	return kept
}

// movedWords says how an act moved the limit of the answer; empty when it did not.
func movedWords(f ui.Frame, e feedback.Event) string {
	for _, m := range e.Moved {
		if m.Limit == "answer" {
			return f.T("log.moved", f.Date(m.From), f.Date(m.To))
		}
	}
	return ""
}

package web

import (
	"rectify/feedback"
	"rectify/site/i18n"
)

// FaultText says one fault of input as a sentence that tells what to do. A
// rule that reads differently for one field has its own words under
// fault.FIELD.RULE; the rest are under fault.RULE.
func FaultText(words *i18n.Catalogue, lang i18n.Lang, v feedback.Invalid) string {
	if own := "fault." + v.Field + "." + v.Rule; words.Has(own) {
		return words.Text(lang, own, v.Args...)
	}
	return words.Text(lang, "fault."+v.Rule, v.Args...)
}

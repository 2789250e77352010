package ui

import (
	"rectify/feedback"
	"rectify/site/web"
)

// FieldError is one line of an error summary; Field is the id it leads to.
type FieldError struct{ Field, Text string }

// FieldErrors says faults in words: by field for the form, in order for the
// summary. A second fault of one field waits until the first is mended; files are
// mended one by one, so each is told.
func FieldErrors(f Frame, faults []feedback.Invalid) (map[string]string, []FieldError) {
	by := make(map[string]string)
	var list []FieldError
	for _, v := range faults {
		if by[v.Field] != "" && v.Field != "files" {
			continue
		}
		text := web.FaultText(f.Words, f.Mode.Lang, v)
		by[v.Field] = text
		list = append(list, FieldError{Field: v.Field, Text: text})
	}
	return by, list
}

// LimitText names a date with the clock by which it was counted, and says when
// it may still move.
func LimitText(f Frame, l feedback.Limit) string {
	text := f.T("limit.by", f.DateWeek(l.Day), f.T("term", l.Term.Days, f.T("clock."+string(l.Term.Clock))))
	if l.Provisional {
		text += f.T("limit.provisional")
	}
	return text
}

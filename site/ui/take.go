package ui

import "rectify/feedback"

// Take is what helps to take a code along: the part "take".
type Take struct {
	Frame
	Code   string // id of the element that shows it
	Number feedback.Number
}

// Take is the part for a code that is shown for a submission.
func (f Frame) Take(code string, n feedback.Number) Take { return Take{f, code, n} }

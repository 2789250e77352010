package ui

// Line is a field of one line in a form, with its label, what is wrong with
// it, and what was typed.
type Line struct {
	Frame
	ID, Name, Label, Hint string
	Fault, Value          string
	Optional, Figures     bool
}

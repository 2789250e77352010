package content

import "fmt"

// Severity says whether a Diagnostic keeps a notice from being published.
type Severity int

// Warnings are shown; an error keeps the notice from being published.
const (
	Warning Severity = iota
	Error
)

// Diagnostic is one finding about a notice or a settings file. It carries a
// code and values, never a sentence: the words for people are said elsewhere.
type Diagnostic struct {
	File     string
	Line     int // from 1; 0 when the whole file is meant
	Severity Severity
	Code     string // stable, e.g. duplicate-id
	Args     []any  // values for the sentence of the code
}

// Key names a key of the front matter among the values of a Diagnostic.
type Key string

// TextCode is the code of the words for it.
func (k Key) TextCode() string { return "key." + string(k) }

// String is for logs and tests, not for readers.
func (d Diagnostic) String() string {
	level := "warning"
	if d.Severity == Error {
		level = "error"
	}
	return fmt.Sprintf("%s:%d: %s %s %v", d.File, d.Line, level, d.Code, d.Args)
}

// HasErrors reports whether any of ds keeps a notice from being published.
func HasErrors(ds []Diagnostic) bool {
	for _, d := range ds {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

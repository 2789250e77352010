package document

import (
	"errors"
	"fmt"
)

// What is wrong with a file. Read answers an *Error that wraps one of them.
var (
	ErrTooLarge  = errors.New("too large")                  // beyond a bound of size or count
	ErrTooDeep   = errors.New("nested too deeply")          // tables or elements
	ErrMacros    = errors.New("holds macros")               // vbaProject or a macro-enabled type
	ErrFormat    = errors.New("format that is not read")    // Detail says which: doc, wps, pdf, rtf …
	ErrDamaged   = errors.New("damaged")                    // truncated, wrong checksum, broken XML
	ErrUnsafe    = errors.New("made to do harm")            // Detail: name, symlink, duplicate, doctype
	ErrEncrypted = errors.New("protected by a password")    //
	ErrEncoding  = errors.New("encoding cannot be trusted") // Detail: nul, invalid, undecided, UTF-7 …
)

// Error says what is wrong and where.
type Error struct {
	Err    error  // one of the values above
	Entry  string // the part of a Word file, if any
	Line   int    // the line of a text, if known
	Detail string // a code or name, see the values
	Cause  error  // what a library said, for the log
}

// Error joins what is known, in English, for logs.
func (e *Error) Error() string {
	s := e.Err.Error()
	if e.Entry != "" {
		s = fmt.Sprintf("%q: %s", e.Entry, s)
	}
	if e.Line > 0 {
		s = fmt.Sprintf("line %d: %s", e.Line, s)
	}
	if e.Detail != "" {
		s += " (" + e.Detail + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap lets errors.Is find the value and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Cause}
}

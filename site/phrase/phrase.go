// Package phrase keeps the texts that staff answer with again and again: shared
// ones of the office and one's own (答复模板、常用语). They stand as files on the
// shelf of the notices, each text with what it was before.
//
// It must not know pages, submissions or stores: what a variable stands for is
// handed in.
//
// Start reading at this file, then book.go (how a file is read and written).
package phrase

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a file and of what is in it.
const (
	MaxPhrases = 120 // with those that were taken away
	MaxPast    = 20  // earlier texts of one
	MaxName    = 40  // characters
	MaxText    = 4000
)

// Phrase is one text with its history.
type Phrase struct {
	ID   string    `yaml:"id"`
	Name string    `yaml:"name"`
	Text string    `yaml:"text"`
	By   string    `yaml:"by"` // account that wrote it so
	At   time.Time `yaml:"at"`
	Gone bool      `yaml:"gone,omitempty"` // taken away; it can be brought back
	Was  []Past    `yaml:"was,omitempty"`  // latest first
}

// Past is a phrase as it was until somebody changed it.
type Past struct {
	Name string    `yaml:"name"`
	Text string    `yaml:"text"`
	By   string    `yaml:"by"`
	At   time.Time `yaml:"at"` // since when
}

// Variables are what a phrase may have filled in from the submission, as
// {{number}} and its like.
func Variables() []string {
	return []string{"number", "category", "received", "accepted", "due", "notice", "item", "item_title", "status", "office", "body", "today"}
}

var hole = regexp.MustCompile(`\{\{\s*([^{}\s]*)\s*\}\}`)

// Fault is one thing that is wrong with a phrase: field, rule, and the words
// that the sentence about it needs.
type Fault struct {
	Field, Rule string
	Args        []any
}

// Check lists everything that is wrong with a name and a text.
func Check(name, text string) (faults []Fault) {
	note := func(is bool, field, rule string, args ...any) {
		if is {
			faults = append(faults, Fault{field, rule, args})
		}
	}
	n := utf8.RuneCountInString(name)
	note(n == 0, "name", "required")
	note(n > MaxName, "name", "too-long", MaxName, n-MaxName)
	note(strings.ContainsAny(name, "\r\n\x00"), "name", "encoding")
	n = utf8.RuneCountInString(text)
	note(strings.TrimSpace(text) == "", "body", "required")
	note(n > MaxText, "body", "too-long", MaxText, n-MaxText)
	note(!utf8.ValidString(text) || strings.ContainsRune(text, 0), "body", "encoding")
	for _, m := range hole.FindAllStringSubmatch(text, -1) {
		note(!slices.Contains(Variables(), m[1]), "body", "variable", m[0])
	}
	rest := hole.ReplaceAllString(text, "")
	note(strings.Contains(rest, "{{") || strings.Contains(rest, "}}"), "body", "braces")
	return faults
}

// Fill puts values in the place of variables. One that has no value becomes a
// place to be filled in by hand, named by missing: a text with such a place
// cannot be sent.
func Fill(text string, value, missing func(name string) string) string {
	return hole.ReplaceAllStringFunc(text, func(m string) string {
		name := hole.FindStringSubmatch(m)[1]
		if v := value(name); v != "" {
			return v
		}
		return "〔" + missing(name) + "〕"
	})
}

package history

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Op says what became of a Span.
type Op string

// What can become of a piece of text.
const (
	Equal  Op = "equal"
	Insert Op = "insert"
	Delete Op = "delete"
)

// Span is a run of text that stayed, came or went. The spans of a text without
// the inserted ones join to the old text, without the deleted ones to the new.
type Span struct {
	Op   Op
	Text string
}

// Old joins the spans to the text before the change.
func Old(spans []Span) string { return join(spans, Insert) }

// New joins the spans to the text after the change.
func New(spans []Span) string { return join(spans, Delete) }

func join(spans []Span, without Op) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Op != without {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// Words compares two texts by character; nil if they are the same. It takes
// half a second at most: a text that is too tangled is told as replaced.
func Words(old, new string) []Span { return spans(old, new, time.Now().Add(maxPatience)) }

// patience is how long all the texts of one Diff may take to be compared by
// character; after it a changed text is shown as replaced.
const patience = 2 * time.Second

// maxPatience bounds one text of them.
const maxPatience = 500 * time.Millisecond

// spans compares two texts by character until the deadline; nil if they are the same.
func spans(old, new string, deadline time.Time) []Span {
	if old == new {
		return nil
	}
	left := min(time.Until(deadline), maxPatience)
	if old == "" || new == "" || left <= 0 || !utf8.ValidString(old) || !utf8.ValidString(new) {
		return merged([]Span{{Delete, old}, {Insert, new}})
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = left
	// The library's own semantic cleanup counts characters and cuts bytes, which
	// breaks Chinese; tidied does that work here.
	found := dmp.DiffMainRunes([]rune(old), []rune(new), false)
	all := make([]Span, 0, len(found))
	for _, d := range found {
		op := Equal
		switch d.Type {
		case diffmatchpatch.DiffInsert:
			op = Insert
		case diffmatchpatch.DiffDelete:
			op = Delete
		}
		all = append(all, Span{op, d.Text})
	}
	all = tidied(merged(all))
	if Old(all) != old || New(all) != new {
		return merged([]Span{{Delete, old}, {Insert, new}})
	}
	return all
}

// merged joins neighbours: between two equal spans stand at most one deleted and
// one inserted, in this order; none is empty.
func merged(all []Span) []Span {
	out := make([]Span, 0, len(all))
	var gone, come strings.Builder
	flush := func() {
		if gone.Len() > 0 {
			out = append(out, Span{Delete, gone.String()})
		}
		if come.Len() > 0 {
			out = append(out, Span{Insert, come.String()})
		}
		gone.Reset()
		come.Reset()
	}
	for _, s := range all {
		switch {
		case s.Text == "":
		case s.Op == Delete:
			gone.WriteString(s.Text)
		case s.Op == Insert:
			come.WriteString(s.Text)
		default:
			flush()
			if k := len(out); k > 0 && out[k-1].Op == Equal {
				out[k-1].Text += s.Text
			} else {
				out = append(out, s)
			}
		}
	}
	flush()
	return out
}

// tidied folds chance coincidences into the change around them: a character or
// two that stayed between longer changes tells a reader nothing.
func tidied(all []Span) []Span {
	for range 8 {
		var out []Span
		folded := false
		for i, s := range all {
			if s.Op == Equal && i > 0 && i+1 < len(all) && utf8.RuneCountInString(s.Text) <= min(edit(all, i-1, -1), edit(all, i+1, 1)) {
				out = append(out, Span{Delete, s.Text}, Span{Insert, s.Text})
				folded = true
				continue
			}
			out = append(out, s)
		}
		if !folded {
			return all
		}
		all = merged(out)
	}
	return all
}

// edit is the length of the longer side of the change that begins at i and goes
// on in direction step.
func edit(all []Span, i, step int) int {
	longest := 0
	for ; i >= 0 && i < len(all) && all[i].Op != Equal; i += step {
		longest = max(longest, utf8.RuneCountInString(all[i].Text))
	}
	return longest
}

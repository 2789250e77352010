package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Hit is a document that was found.
type Hit struct {
	Document
	InTitle []Span // what was found in the title
	InText  []Span // what was found in the text, from the beginning
	Passage Span   // the part of the text to show
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// Bounds of what is marked and shown of one hit.
const (
	maxMarks = 50
	around   = 110 // characters of a passage
	lead     = 24  // of them before what was found
)

func (s *asking) hit(d Document) Hit {
	h := Hit{Document: d, InTitle: s.marks(d.Title), InText: s.marks(d.Text)}
	h.Passage = passage(d.Text, h.InText)
	return h
}

// marks finds every word in a text, in order, overlapping ones joined.
func (s *asking) marks(text string) []Span {
	s.buf = fold(s.buf[:0], text)
	var spans []Span
	for i := range s.words {
		w := &s.words[i]
		for at, n := w.next(s.buf, 0), 0; at >= 0 && n < maxMarks; at, n = w.next(s.buf, at+len(w.runes)), n+1 {
			spans = append(spans, Span{int(s.buf[at].from), int(s.buf[at+len(w.runes)-1].to)})
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	var joined []Span
	for _, sp := range spans {
		if last := len(joined) - 1; last >= 0 && sp.From <= joined[last].To {
			joined[last].To = max(joined[last].To, sp.To)
			continue
		}
		joined = append(joined, sp)
	}
	return joined[:min(len(joined), maxMarks)]
}

// passage chooses the part of a text to show: from the beginning of the
// sentence in which something was found, if that is near.
func passage(text string, marks []Span) Span {
	from := 0
	if len(marks) > 0 {
		from = back(text, marks[0].From, lead)
		if i := strings.LastIndexAny(text[from:marks[0].From], "。！？；\n"); i >= 0 {
			_, size := utf8.DecodeRuneInString(text[from+i:])
			from += i + size
		}
	}
	from += len(text[from:]) - len(strings.TrimLeft(text[from:], " 　\n\t"))
	to := from
	for n := 0; to < len(text) && n < around; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	for _, m := range marks { // never through the middle of what was found
		if m.From < to && m.To > to {
			to = m.To
		}
	}
	return Span{from, to}
}

// back is n characters before at.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// day is the day by which a place is filed, out of its id.
func (p place) day() int {
	if len(p.id) < 9 {
		return 0
	}
	secs, err := strconv.ParseUint(p.id[1:9], 16, 32)
	if err != nil {
		return 0
	}
	return dayOf(uint32(secs))
}

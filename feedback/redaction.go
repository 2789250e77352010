package feedback

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Segment is a run of public text, or the sign that something is hidden there.
// Exactly one of the two is set.
type Segment struct {
	Text string
	Cut  Hidden
}

// checkRedactions holds spans to the text: in order, apart, inside, known kinds.
func checkRedactions(rs []Redaction, text string) error {
	if len(rs) > MaxRedactions {
		return Invalid{Field: "redactions", Rule: "too-many", Args: []any{MaxRedactions}}
	}
	n, end := utf8.RuneCountInString(text), 0
	for _, r := range rs {
		if r.From < end || r.To <= r.From || r.To > n || !slices.Contains(HiddenKinds(), r.Kind) {
			return Invalid{Field: "redactions", Rule: "span"}
		}
		end = r.To
	}
	return nil
}

// Mark is a wish to hide every occurrence of some words.
type Mark struct {
	Words string
	Kind  Hidden
}

// FindMarks turns marks into spans of text: every occurrence of each, longer
// words first, overlapping ones joined into the earlier. Words are sought as
// readers see the text, so that a zero-width space inside them hides nothing
// from the search. Words that do not occur are answered as missing, so that
// nobody believes them hidden.
func FindMarks(text string, marks []Mark) (spans []Redaction, missing []string) {
	return HidePlaces(text, nil, marks)
}

// HidePlaces is FindMarks with single places beside the words: spans of the text
// as readers see it, in any order. Of one that reaches beyond the text the part
// inside is hidden; overlapping ones are joined into the earlier.
func HidePlaces(text string, places []Redaction, marks []Mark) (spans []Redaction, missing []string) {
	seen, place := shown(text)
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return len(b.Words) - len(a.Words) })
	group := make([]int, len(place)) // by visible rune: 0, or the span it belongs to
	kinds := []Hidden{""}
	for _, p := range places {
		if from, to := max(p.From, 0), min(p.To, len(group)); from < to {
			kinds = append(kinds, p.Kind)
			cover(group[from:to], len(kinds)-1)
		}
	}
	for _, m := range marks {
		words := Visible(m.Words)
		if words == "" || !strings.Contains(seen, words) {
			missing = append(missing, m.Words)
			continue
		}
		_, step := utf8.DecodeRuneInString(words)
		length := utf8.RuneCountInString(words)
		at, from := 0, 0 // in bytes, in runes
		for {
			i := strings.Index(seen[at:], words)
			if i < 0 {
				break
			}
			from += utf8.RuneCountInString(seen[at : at+i])
			kinds = append(kinds, m.Kind)
			cover(group[from:from+length], len(kinds)-1)
			at, from = at+i+step, from+1
		}
	}
	for i := 0; i < len(group); {
		j := i + 1
		for j < len(group) && group[j] == group[i] {
			j++
		}
		if group[i] != 0 {
			spans = append(spans, Redaction{From: place[i], To: place[j-1] + 1, Kind: kinds[group[i]]})
		}
		i = j
	}
	return spans, missing
}

// cover gives what is free in a stretch to the span that it touches, or to a
// fresh one.
func cover(stretch []int, fresh int) {
	span := fresh
	if i := slices.IndexFunc(stretch, func(g int) bool { return g != 0 }); i >= 0 {
		span = stretch[i]
	}
	for i, g := range stretch {
		if g != 0 {
			span = g
		}
		stretch[i] = span
	}
}

// shown is what Visible leaves of text, and where each of its runes stood.
func shown(text string) (seen string, place []int) {
	var b strings.Builder
	at := 0
	for _, r := range text {
		if !hiddenRune(r) {
			b.WriteRune(r)
			place = append(place, at)
		}
		at++
	}
	return b.String(), place
}

// SeenSpans are spans of the text as spans of what readers see of it.
func SeenSpans(text string, spans []Redaction) []Redaction {
	_, stood := shown(text)
	var places []Redaction
	for _, s := range spans {
		from, _ := slices.BinarySearch(stood, s.From)
		to, _ := slices.BinarySearch(stood, s.To)
		if from < to {
			places = append(places, Redaction{From: from, To: to, Kind: s.Kind})
		}
	}
	return places
}

// Marks are the words that the spans hide, for the form that edits them.
func Marks(text string, spans []Redaction) []Mark {
	runes := []rune(text)
	var marks []Mark
	for _, s := range spans {
		m := Mark{Words: string(runes[s.From:s.To]), Kind: s.Kind}
		if !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	return marks
}

// Segments is the text as the public may see it: every redacted span is
// replaced by its kind, whatever its length, and characters that could change
// how the rest reads are left out.
func Segments(text string, spans []Redaction) []Segment {
	runes := []rune(text)
	var out []Segment
	at := 0
	plain := func(to int) {
		if t := Visible(string(runes[at:to])); t != "" {
			out = append(out, Segment{Text: t})
		}
	}
	for _, s := range spans {
		plain(s.From)
		out = append(out, Segment{Cut: s.Kind})
		at = s.To
	}
	plain(len(runes))
	return out
}

// Visible drops what has no shape of its own but changes how text reads:
// controls, direction marks, tags and zero-width spaces (UTS #39, UAX #9).
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if hiddenRune(r) {
			return -1
		}
		return r
	}, s)
}

// HiddenRunes counts the characters of s that Visible would drop.
func HiddenRunes(s string) int {
	n := 0
	for _, r := range s {
		if hiddenRune(r) {
			n++
		}
	}
	return n
}

// blank reports whether s has nothing that a reader could see.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !hiddenRune(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.M, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) &&
			r != 0x2800 // an empty Braille cell
	})
}

func hiddenRune(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0: // C0, C1
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c: // direction
		return true
	case r == 0x200b, r >= 0x2060 && r <= 0x2065, r == 0xfeff, r == 0x00ad, r == 0x180e, r == 0x034f: // zero width
		return true
	case r >= 0x206a && r <= 0x206f: // deprecated format characters
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0: // Hangul fillers: letters without a shape
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f: // annotation, tags
		return true
	}
	return false
}

package feedback

import (
	"slices"
	"strings"
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
// words first, overlapping ones joined into the earlier. Words that do not
// occur are answered as missing, so that nobody believes them hidden.
func FindMarks(text string, marks []Mark) (spans []Redaction, missing []string) {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return len(b.Words) - len(a.Words) })
	covered := make([]Hidden, utf8.RuneCountInString(text))
	group := make([]int, len(covered))
	occurrence := 0
	for _, m := range marks {
		found := false
		for at := 0; m.Words != "" && at < len(text); {
			i := strings.Index(text[at:], m.Words)
			if i < 0 {
				break
			}
			found = true
			occurrence++
			from := utf8.RuneCountInString(text[:at+i])
			to := from + utf8.RuneCountInString(m.Words)
			for k := from; k < to; k++ {
				if covered[k] == "" {
					covered[k], group[k] = m.Kind, occurrence
				}
			}
			at += i + len(m.Words)
		}
		if !found {
			missing = append(missing, m.Words)
		}
	}
	for i := 0; i < len(covered); {
		if covered[i] == "" {
			i++
			continue
		}
		j := i
		for j < len(covered) && group[j] == group[i] {
			j++
		}
		spans = append(spans, Redaction{From: i, To: j, Kind: covered[i]})
		i = j
	}
	return spans, missing
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

func hiddenRune(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0: // C0, C1
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c: // direction
		return true
	case r == 0x200b, r == 0x2060, r == 0xfeff, r == 0x00ad, r == 0x180e: // zero width
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f: // annotation, tags
		return true
	}
	return false
}

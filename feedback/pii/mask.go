package pii

import (
	"regexp"
	"slices"

	"rectify/feedback"
)

// maskRune stands in for a hidden figure.
const maskRune = '＊'

// MaskStrong hides the inner figures of every identity and bank number that
// is Sure, so that they are not even stored; the first three and last four of
// an identity number and the first and last four of a card are left, for the
// sender and staff to tell which one is meant. Each hidden figure becomes one
// ＊ and all else stays as it was, so every rune keeps its place and the spans
// of found hold in the text and in hidden alike. Masking again changes nothing.
func MaskStrong(text string) (hidden string, found []Finding) {
	for _, f := range Find(text) {
		if f.Sure && (f.Kind == feedback.HiddenID || f.Kind == feedback.HiddenBank) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return text, nil
	}
	runes := []rune(text)
	for _, f := range found {
		first := 4
		if f.Kind == feedback.HiddenID {
			first = 3
		}
		hideInner(runes[f.From:f.To], first, 4)
	}
	return string(runes), found
}

var masked = regexp.MustCompile(`＊[＊ -]{4,}＊`)

// Masked counts the numbers in a text of which MaskStrong left only the ends.
func Masked(text string) int { return len(masked.FindAllStringIndex(text, -1)) }

// hideInner replaces the figures of a number but for some at both ends.
func hideInner(number []rune, first, last int) {
	var places []int
	for i, r := range number {
		if f, seen := fold(r); seen && (alnum(f) || numeral(f) >= 0 || f == '×') {
			places = append(places, i)
		}
	}
	for _, i := range places[min(first, len(places)):max(first, len(places)-last)] {
		number[i] = maskRune
	}
}

// Residue answers the sure findings that readers would still see after the
// spans are cut out of text: what is published with one of them needs
// somebody's word. Spans must be in order and apart, as Apply keeps them; what
// lies outside the text is let go.
func (f Finder) Residue(text string, spans []feedback.Redaction) []Finding {
	runes := []rune(text)
	left := make([]rune, 0, len(runes))
	place := make([]int, 0, len(runes))
	at := 0
	for _, s := range spans {
		from, to := max(s.From, at), min(s.To, len(runes))
		if from >= to {
			continue
		}
		for ; at < from; at++ {
			left, place = append(left, runes[at]), append(place, at)
		}
		left, place = append(left, '█'), append(place, at) // as readers see it, and no figure
		at = to
	}
	for ; at < len(runes); at++ {
		left, place = append(left, runes[at]), append(place, at)
	}
	found := slices.DeleteFunc(f.Find(string(left)), func(x Finding) bool { return !x.Sure })
	for i, x := range found {
		found[i].From, found[i].To = place[x.From], place[x.To-1]+1
	}
	return found
}

// Residue is Residue of the zero Finder.
func Residue(text string, spans []feedback.Redaction) []Finding {
	return Finder{}.Residue(text, spans)
}

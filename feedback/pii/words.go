package pii

import (
	"slices"
	"strings"
)

// words is a set of words to be met at a place of a text, by first rune (or
// last one), longer ones first.
type words struct {
	first, last      map[rune][][]rune
	mayStart, mayEnd *[256]bool // by the low byte of a rune: most are ruled out without asking the map
}

func newWords(list string) words {
	w := words{make(map[rune][][]rune), make(map[rune][][]rune), new([256]bool), new([256]bool)}
	for s := range strings.FieldsSeq(list) {
		r := []rune(s)
		z := r[len(r)-1]
		w.mayStart[r[0]&0xff], w.mayEnd[z&0xff] = true, true
		w.first[r[0]] = append(w.first[r[0]], r)
		w.last[z] = append(w.last[z], r)
	}
	for _, m := range []map[rune][][]rune{w.first, w.last} {
		for _, l := range m {
			slices.SortFunc(l, func(a, b []rune) int { return len(b) - len(a) })
		}
	}
	return w
}

// starts is the length of the longest of the words that stands at i, or 0.
func (w words) starts(v view, i int) int {
	r := v.get(i)
	if !w.mayStart[r&0xff] {
		return 0
	}
	for _, x := range w.first[r] {
		if v.has(i, x) {
			return len(x)
		}
	}
	return 0
}

// ends is the length of the longest of the words that ends before i, or 0.
func (w words) ends(v view, i int) int {
	r := v.get(i - 1)
	if !w.mayEnd[r&0xff] {
		return 0
	}
	for _, x := range w.last[r] {
		if v.has(i-len(x), x) {
			return len(x)
		}
	}
	return 0
}

// in reports whether one of the words stands in a stretch.
func (w words) in(stretch []rune) bool {
	v := view{r: stretch}
	for i := range stretch {
		if w.starts(v, i) > 0 {
			return true
		}
	}
	return false
}

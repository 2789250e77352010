package search

import (
	"slices"
	"unicode/utf8"
)

// Bounds of a query: more is cut off and said so. maxPrefix is the longest
// beginning of a word that is indexed; the rest of a longer one is compared.
const (
	maxQuery  = 200 // characters
	maxWords  = 16
	maxPrefix = 16
)

// eachTerm calls add with every term by which folded text can be found: each
// character, each two neighbours, and the beginnings of every word of letters.
// The term is add's only until it returns.
func eachTerm(text []unit, add func(term []byte)) {
	var buf [maxPrefix * utf8.UTFMax]byte
	var before rune
	for i := 0; i < len(text); {
		r := text[i].r
		switch {
		case r == gap:
			before, i = 0, i+1
		case whole(r):
			add(utf8.AppendRune(buf[:0], r))
			if before != 0 {
				add(utf8.AppendRune(utf8.AppendRune(buf[:0], before), r))
			}
			before, i = r, i+1
		default:
			word := buf[:0]
			for n := 0; i < len(text) && text[i].r != gap && !whole(text[i].r); i, n = i+1, n+1 {
				if n < maxPrefix {
					word = utf8.AppendRune(word, text[i].r)
					add(word)
				}
			}
			before = 0
		}
	}
}

// phrase is one word of a query: characters that stand together.
type phrase struct {
	runes []rune
	terms []string // all of which a passage with the phrase has
	exact bool     // a passage that has the terms has the phrase
}

// parseQuery cuts what somebody typed into phrases. There is no language in
// it: a sign of any kind is a gap between two words. Shortened says that not
// all of it is looked for.
func parseQuery(q string) (words []phrase, shortened bool) {
	if len(q) > maxQuery*utf8.UTFMax {
		q, shortened = cut(q, maxQuery*utf8.UTFMax), true
	}
	text := fold(nil, q)
	if len(text) > maxQuery {
		text, shortened = text[:maxQuery], true
	}
	for len(text) > 0 {
		end := slices.IndexFunc(text, func(u unit) bool { return u.r == gap })
		if end < 0 {
			end = len(text)
		}
		if end > 0 {
			if len(words) == maxWords {
				return words, true
			}
			words = appendPhrase(words, text[:end])
		}
		text = text[min(end+1, len(text)):]
	}
	return words, shortened
}

func appendPhrase(words []phrase, text []unit) []phrase {
	p := phrase{runes: make([]rune, len(text))}
	for i, u := range text {
		p.runes[i] = u.r
	}
	for _, w := range words {
		if slices.Equal(w.runes, p.runes) {
			return words
		}
	}
	for i := 0; i < len(text); {
		r := text[i].r
		if whole(r) {
			alone := (i == 0 || !whole(text[i-1].r)) && (i+1 == len(text) || !whole(text[i+1].r))
			switch {
			case alone:
				p.terms = append(p.terms, string(r))
			case i > 0 && whole(text[i-1].r):
				p.terms = append(p.terms, string([]rune{text[i-1].r, r}))
			}
			i++
			continue
		}
		from := i
		for i < len(text) && !whole(text[i].r) {
			i++
		}
		p.terms = append(p.terms, string(p.runes[from:min(i, from+maxPrefix)]))
	}
	n := len(p.runes)
	p.exact = len(p.terms) == 1 && ((whole(p.runes[0]) && n <= 2) || (!whole(p.runes[0]) && n <= maxPrefix))
	slices.Sort(p.terms)
	p.terms = slices.Compact(p.terms)
	return append(words, p)
}

// next finds the phrase in folded text at or after from, or -1. A phrase that
// begins with a letter begins a word.
func (p *phrase) next(text []unit, from int) int {
	first := p.runes[0]
	for i := from; i+len(p.runes) <= len(text); i++ {
		if text[i].r != first || !p.at(text, i) {
			continue
		}
		if !whole(first) && i > 0 && text[i-1].r != gap && !whole(text[i-1].r) {
			continue
		}
		return i
	}
	return -1
}

func (p *phrase) at(text []unit, i int) bool {
	for k, r := range p.runes {
		if text[i+k].r != r {
			return false
		}
	}
	return true
}

package mail

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Candidate is something a message might be about, as the caller knows it.
type Candidate struct {
	Notice string   // slug
	Item   string   // leaf id, empty for the whole notice
	Title  string   // title or heading
	Words  []string // further words that few others have: places, names of works, the number of a document
}

// Suggestion is one candidate with a score from 0 to 1. It is a help for the
// person who files the message and decides nothing.
type Suggestion struct {
	Candidate Candidate
	Score     float64
}

const (
	maxSuggestions = 5
	leastScore     = 0.12
	guessBytes     = 32 << 10 // of text and history each
)

// Guess ranks candidates by how much of their wording a message shares, in
// pairs of neighbouring Chinese letters and in whole Latin words; pairs that
// many candidates have count little. At most five, best first.
func Guess(subject, text, quoted string, candidates []Candidate) []Suggestion {
	said := map[string]bool{}
	for _, s := range []string{subject, cutRunes(text, guessBytes), cutRunes(quoted, guessBytes)} {
		for g := range grams(s) {
			said[g] = true
		}
	}
	inSubject := grams(subject)
	sets := make([]map[string]bool, len(candidates))
	spread := map[string]int{}
	for i, c := range candidates {
		sets[i] = grams(c.Title + "\n" + strings.Join(c.Words, "\n"))
		for g := range sets[i] {
			spread[g]++
		}
	}
	var list []Suggestion
	for i, c := range candidates {
		if score := overlap(sets[i], said, inSubject, spread, len(candidates)); score >= leastScore {
			list = append(list, Suggestion{c, math.Round(score*1000) / 1000})
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(len(list), maxSuggestions)]
}

// overlap is the weight of a candidate's pairs that were said, as a share of
// all its weight; what stands in the subject counts half as much again.
func overlap(set, said, subject map[string]bool, spread map[string]int, n int) float64 {
	var all, hit float64
	for g := range set {
		w := math.Log(1 + float64(n)/float64(spread[g]))
		all += w
		switch {
		case subject[g]:
			hit += 1.5 * w
		case said[g]:
			hit += w
		}
	}
	if all == 0 {
		return 0
	}
	return min(1, hit/all)
}

// grams are the pairs of neighbouring Han letters and the Latin or numeric words.
func grams(s string) map[string]bool {
	set := map[string]bool{}
	var last rune
	var word []rune
	flush := func() {
		if len(word) > 1 {
			set[string(word)] = true
		}
		word = word[:0]
	}
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			if last != 0 {
				set[string([]rune{last, r})] = true
			}
			last = r
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(word) < 40 {
				word = append(word, r)
			}
		default:
			flush()
		}
		last = 0
	}
	flush()
	return set
}

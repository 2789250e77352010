package likeness

import (
	"slices"
	"unicode"

	"golang.org/x/text/width"
)

// MaxGrams is how many bigrams of a text are kept: those with the lowest
// hashes, which are a fair sample (Broder 1997). Texts with fewer, some 600
// characters, are compared exactly, longer ones within about 0.02.
const MaxGrams = 512

// Grams are the different bigrams of a text, hashed and in order.
type Grams []uint32

// GramsOf reads the bigrams of a text. Only its letters count: width, case,
// punctuation, white space and digits make no difference, because those are
// what the senders of a campaign change first. A text of one letter has one
// gram, a text of none has none and is like nothing.
func GramsOf(text string) Grams {
	var g Grams
	before := rune(-1)
	alone := rune(-1)
	for _, r := range width.Fold.String(text) {
		if !unicode.IsLetter(r) {
			continue
		}
		r = unicode.ToLower(r)
		if before < 0 {
			alone = r
		} else {
			g = append(g, pair(before, r))
		}
		before = r
	}
	if len(g) == 0 && alone >= 0 {
		g = append(g, pair(alone, 0))
	}
	slices.Sort(g)
	g = slices.Compact(g)
	return slices.Clip(g[:min(len(g), MaxGrams)])
}

// pair packs two characters and mixes them. The mixing (the finisher of
// MurmurHash3) can be undone, so different pairs of the basic plane, where
// nearly all Chinese is written, never collide.
func pair(a, b rune) uint32 {
	h := uint32(a)<<16 ^ uint32(b) //nolint:gosec // characters are not negative
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// Jaccard is the share of bigrams that two texts have in common, from 0 to 1.
func (g Grams) Jaccard(o Grams) float64 {
	most := len(g) + len(o)
	if len(g) == MaxGrams || len(o) == MaxGrams {
		most = MaxGrams // beyond it one of the two was cut
	}
	common, all := 0, 0
	for i, j := 0, 0; all < most && (i < len(g) || j < len(o)); all++ {
		switch {
		case j == len(o) || (i < len(g) && g[i] < o[j]):
			i++
		case i == len(g) || g[i] > o[j]:
			j++
		default:
			common++
			i++
			j++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(common) / float64(all)
}

// Share is how much of the shorter of two texts stands in the other, from 0 to
// 1: a short question is found again in a long story.
func (g Grams) Share(o Grams) float64 {
	if len(g) > len(o) {
		g, o = o, g
	}
	if len(g) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(g) && j < len(o); {
		switch {
		case g[i] < o[j]:
			i++
		case g[i] > o[j]:
			j++
		default:
			common++
			i++
			j++
		}
	}
	return float64(common) / float64(len(g))
}

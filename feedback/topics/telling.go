package topics

import (
	"cmp"
	"slices"
)

// A word tells something when it draws others to it: 路灯 comes with 楼道 and 晚上,
// while a greeting comes with everything alike. So each word is held to the most
// frequent ones: how much oftener than by chance it stands beside them (χ², and
// without the one that it stands beside most, which may be half of a phrase), per
// text (Matsuo and Ishizuka 2004).
const (
	maxWords = 300 // the most frequent are weighed
	twins    = 0.7 // share of common texts from which on two words are one phrase
	enough   = 200 // texts; of fewer nothing can be told by chance, and all words are
	telling  = 2.0 // χ² per text
	chance   = 0.5 // χ² per other word that comes by chance: of one degree of freedom, and only where it is above
)

// tellingOnly leaves the words that tell something, the most frequent first.
func tellingOnly(list []word, texts int) []word {
	slices.SortFunc(list, func(a, b word) int { return cmp.Or(cmp.Compare(len(b.in), len(a.in)), cmp.Compare(a.text, b.text)) })
	list = phrases(list[:min(len(list), maxWords)])
	if texts < enough {
		return list
	}
	var out []word
	for i, w := range list {
		if bias(list, i, texts) >= telling*float64(len(w.in))+chance*float64(len(list)) {
			out = append(out, w)
		}
	}
	return out
}

// phrases leaves one of the words that stand in the same texts: the longest.
func phrases(list []word) []word {
	var out []word
	for _, w := range list {
		i := slices.IndexFunc(out, func(o word) bool {
			n := common(w.in, o.in)
			return float64(n) >= twins*float64(len(w.in)+len(o.in)-n)
		})
		switch {
		case i < 0:
			out = append(out, w)
		case len(w.text) > len(out[i].text):
			out[i].text = w.text
		}
	}
	return out
}

// bias is the χ² of one word beside all others, without the greatest part.
func bias(list []word, i, texts int) float64 {
	sum, most := 0.0, 0.0
	for j, o := range list {
		if j == i {
			continue
		}
		expected := float64(len(list[i].in)) * float64(len(o.in)) / float64(texts)
		if over := float64(common(list[i].in, o.in)) - expected; over > 0 && expected > 0 {
			part := over * over / expected
			sum, most = sum+part, max(most, part)
		}
	}
	return sum - most
}

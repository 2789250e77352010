package pii

import "rectify/feedback"

// maxLocal is the longest local part of an address (RFC 5321, 4.5.3.1.1).
const maxLocal = 64

// emails finds mail addresses, also with the sign spelt out or replaced.
func (v view) emails() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		sign := atSigns.starts(v, i)
		if sign == 0 {
			continue
		}
		plain := v.r[i] == '@'
		left := v.back(i, 2, space)
		from := v.back(left, maxLocal, localRune)
		for from < left && !alnum(v.r[from]) {
			from++
		}
		to := v.domain(v.skip(i+sign, 2, space), plain)
		if from == left || to == 0 || (letter(v.r[i]) && left == i) {
			continue
		}
		out = append(out, Finding{From: from, To: to, Kind: feedback.HiddenEmail, Sure: true, Rule: "email"})
		i = to - 1
	}
	return out
}

// domain reads a domain name at i and answers where it ends, or 0. Where the
// sign was not the real one, or a dot is not, the last label must be known.
func (v view) domain(i int, plain bool) (end int) {
	at := i
	for labels := range 8 {
		next := v.skip(at, 63, func(r rune) bool { return alnum(r) || r == '-' })
		if next == at {
			return end
		}
		label := v.r[at:next]
		known := topLabels.starts(view{r: label}, 0) == len(label)
		real := plain && len(label) >= 2 && v.skip(at, len(label), letter) == next && v.get(at-1) == '.'
		if labels > 0 && (known || real) {
			end = next
		}
		at = v.skip(next, 1, space)
		if n := dots.starts(v, at); n > 0 {
			at = v.skip(at+n, 1, space)
			continue
		}
		return end
	}
	return end
}

func space(r rune) bool { return r == ' ' }

func localRune(r rune) bool {
	return alnum(r) || r == '.' || r == '_' || r == '%' || r == '+' || r == '-'
}

var (
	atSigns   = newWords("@ # (at) [at] {at} <at> at 艾特 （at） 【at】 ⓐ")
	dots      = newWords(". 。 点 (dot) [dot] dot ．")
	topLabels = newWords("com cn net org edu gov info top cc vip xyz hk tw mo me io")
)

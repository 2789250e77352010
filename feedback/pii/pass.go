package pii

import "rectify/feedback"

// passes finds passports (E, G, D, S, P, H and eight figures; since 2017 a
// second letter and seven) and the permits for travel to and from Hong Kong,
// Macao and Taiwan (C, W, L, T, H, M). Without a word that says so only the
// ordinary passport's letters are taken, and not before a date.
func (v view) passes() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		if !alnum(v.r[i]) || alnum(v.get(i-1)) {
			continue
		}
		from := i
		i = v.skip(i, 16, alnum)
		word := passWords.in(v.clause(from, 16))
		sure, ok := v.pass(from, i, word)
		if ok {
			out = append(out, Finding{From: from, To: i, Kind: feedback.HiddenPass, Sure: sure, Rule: "passport"})
		}
	}
	return out
}

func (v view) pass(from, to int, word bool) (sure, ok bool) {
	letters := v.skip(from, 3, letter) - from
	figures := to - from - letters
	if v.skip(from+letters, 12, digit) != to || alnum(v.get(to)) {
		return false, false
	}
	first := v.r[from]
	switch {
	case word && letters == 0:
		return true, figures == 10 || figures == 8 && !birthday(string(v.r[from:to])) && !v.filed(from)
	case word && letters == 1:
		return true, figures == 8 || figures == 10 || figures == 7
	case word && letters == 2:
		return true, figures == 7
	case letters == 1 && figures == 8 && (first == 'e' || first == 'g'):
		return false, !birthday(string(v.r[from+1:to])) && !v.filed(from)
	case letters == 2 && figures == 7 && first == 'e':
		return false, !v.filed(from)
	}
	return false, false
}

var passWords = newWords("护照 通行证 台胞证 回乡证 港澳证 passport 旅行证")

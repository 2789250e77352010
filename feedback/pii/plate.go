package pii

import (
	"strings"

	"rectify/feedback"
)

// The first character of a plate, and what may stand in the place of its last
// (GA 36).
const (
	provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
	plateEnds = "警学挂港澳领试超使"
)

// plateLetter leaves out I, which is never used; O is, by the police.
func plateLetter(r rune) bool { return letter(r) && r != 'i' }

// plates finds number plates: ordinary ones, new energy, police, learner,
// trailer, consular and embassy.
func (v view) plates() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		to := 0
		switch {
		case v.r[i] == '使':
			to = v.embassy(i)
		case v.r[i] >= 0x4e00 && plateLetter(v.get(v.skip(i+1, 1, plainGap))) && strings.ContainsRune(provinces, v.r[i]):
			to = v.plate(i)
		}
		if to > 0 {
			out = append(out, Finding{From: i, To: to, Kind: feedback.HiddenPlate, Sure: true, Rule: "plate"})
			i = to - 1
		}
	}
	return out
}

func (v view) plate(i int) int {
	i = v.skip(i+1, 1, plainGap) // the letter of the office
	i = v.skip(i+1, 2, plainGap) // the rest
	n, figures := 0, 0
	for ; n < 7 && alnum(v.get(i+n)); n++ {
		if digit(v.get(i + n)) {
			figures++
		} else if !plateLetter(v.get(i + n)) {
			return 0
		}
	}
	switch {
	case figures < 2:
		return 0
	case n == 4 && strings.ContainsRune(plateEnds, v.get(i+4)):
		return i + 5
	case n == 5 || n == 6:
		return i + n
	}
	return 0
}

func (v view) embassy(i int) int {
	if to := v.skip(i+1, 7, digit); to == i+7 {
		return to
	}
	return 0
}

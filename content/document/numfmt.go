package document

import (
	"strconv"
	"strings"
)

// formatNumber writes n as Word's number format (ECMA-376-1, 17.18.59) does;
// known is false for a format that this program writes in plain digits instead.
func formatNumber(n int, format string) (text string, known bool) {
	if n < 0 {
		return strconv.Itoa(n), true
	}
	if from, ok := tables()[format]; ok {
		if list := []rune(from); n >= 1 && n <= len(list) {
			return string(list[n-1]), true
		}
		return strconv.Itoa(n), true
	}
	switch format {
	case "", "decimal", "decimalHalfWidth":
		return strconv.Itoa(n), true
	case "none", "bullet":
		return "", true
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n), true
		}
		return strconv.Itoa(n), true
	case "decimalFullWidth", "decimalFullWidth2":
		return digits(n, "０１２３４５６７８９"), true
	case "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital":
		return digits(n, "〇一二三四五六七八九"), true
	case "chineseCounting", "taiwaneseCounting":
		if n >= 100 {
			return digits(n, "○一二三四五六七八九"), true
		}
		return hanNumber(n, simpleHan(), false), true
	case "chineseCountingThousand", "taiwaneseCountingThousand":
		return hanNumber(n, simpleHan(), false), true
	case "japaneseCounting":
		return hanNumber(n, simpleHan(), true), true
	case "chineseLegalSimplified":
		return hanNumber(n, han{"零壹贰叁肆伍陆柒捌玖", "拾佰仟萬", true}, false), true
	case "ideographLegalTraditional":
		return hanNumber(n, han{"零壹貳參肆伍陸柒捌玖", "拾佰仟萬", true}, false), true
	case "japaneseLegal":
		return hanNumber(n, han{"零壱弐参四伍六七八九", "拾百阡萬", true}, false), true
	case "upperLetter":
		return letters(n, 'A'), true
	case "lowerLetter":
		return letters(n, 'a'), true
	case "upperRoman":
		return roman(n), true
	case "lowerRoman":
		return strings.ToLower(roman(n)), true
	case "numberInDash":
		return "- " + strconv.Itoa(n) + " -", true
	case "hex":
		return strings.ToUpper(strconv.FormatInt(int64(n), 16)), true
	}
	return strconv.Itoa(n), false
}

// tables are the formats that are lists; beyond their end Word goes on in
// plain digits.
func tables() map[string]string {
	const circled = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
	return map[string]string{
		"decimalEnclosedCircle":        circled,
		"decimalEnclosedCircleChinese": circled,
		"decimalEnclosedFullstop":      "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
		"decimalEnclosedParen":         "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
		"ideographEnclosedCircle":      "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
		"ideographTraditional":         "甲乙丙丁戊己庚辛壬癸",
		"ideographZodiac":              "子丑寅卯辰巳午未申酉戌亥",
	}
}

func digits(n int, set string) string {
	list := []rune(set)
	var b strings.Builder
	for _, d := range strconv.Itoa(n) {
		b.WriteRune(list[d-'0'])
	}
	return b.String()
}

// han are the digits and units of a way to write numbers in words; full ones
// write 壹拾 where the others write 十.
type han struct {
	digits, units string
	full          bool
}

func simpleHan() han { return han{"零一二三四五六七八九", "十百千万", false} }

// hanNumber writes 0 to 99999 in words. The Japanese way leaves out 一 before a
// unit, and the zero between.
func hanNumber(n int, h han, japanese bool) string {
	d, u := []rune(h.digits), []rune(h.units)
	if n == 0 {
		return string(d[0])
	}
	if n > 99999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	gap := false
	for i, unit := 4, 10000; i >= 0; i, unit = i-1, unit/10 {
		v := n / unit % 10
		if v == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap && !japanese {
			b.WriteRune(d[0])
		}
		gap = false
		silent := v == 1 && ((japanese && i > 0 && i < 4) || (i == 1 && b.Len() == 0))
		if !silent || h.full {
			b.WriteRune(d[v])
		}
		if i > 0 {
			b.WriteRune(u[i-1])
		}
	}
	return b.String()
}

// letters writes a … z, aa, bb … as Word does.
func letters(n int, first rune) string {
	if n < 1 || n > 780 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var b strings.Builder
	for i, v := range values {
		for n >= v {
			b.WriteString(signs[i])
			n -= v
		}
	}
	return b.String()
}

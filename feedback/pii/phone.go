package pii

import (
	"slices"

	"rectify/feedback"
)

// mobileFigures is the length of a mobile number (工信部码号规划: 1, then 3
// to 9, then nine more).
const mobileFigures = 11

// mobiles finds mobile numbers, also with a country code, in Chinese numerals,
// and with something pushed between the figures.
func (v view) mobiles() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		if numeral(v.r[i]) != 1 {
			continue
		}
		from, ok := v.dialPrefix(i)
		if !ok {
			continue
		}
		if to, ok := v.mobile(i); ok {
			out = append(out, Finding{From: from, To: to, Kind: feedback.HiddenPhone, Sure: true, Rule: "mobile"})
			i = to - 1
		}
	}
	return out
}

// mobile reads a mobile number at i and answers where it ends.
func (v view) mobile(i int) (to int, ok bool) {
	sizes, gaps := []int{0}, [][]rune(nil)
	at, n := i, 0
	for {
		d := numeral(v.get(at))
		if n == 1 && d < 3 {
			return 0, false
		}
		at, n = at+1, n+1
		sizes[len(sizes)-1]++
		if n == mobileFigures {
			break
		}
		gap := v.skip(at, maxGap, func(r rune) bool { return numeral(r) < 0 && r != '\n' })
		if numeral(v.get(gap)) < 0 {
			return 0, false
		}
		if gap > at {
			gaps = append(gaps, v.r[at:gap])
			sizes = append(sizes, 0)
			at = gap
		}
	}
	written := v.r[i:at]
	if next := v.get(at); digit(next) || (numeral(next) >= 0 && !digit(v.get(at-1))) || countWords.starts(v, at) > 0 {
		return 0, false
	}
	if v.dotted(i) || v.filed(i) || (len(gaps) == 0 && v.get(at) == '.' && digit(v.get(at+1))) {
		return 0, false
	}
	return at, mixed(written) && groupedAsMobile(sizes, gaps)
}

// mixed refuses what counts in Chinese (一三五, 一二三四五六七八九) more than
// it dials: one by one upwards.
func mixed(written []rune) bool {
	for k := 1; k < len(written); k++ {
		if numeral(written[k]) != numeral(written[k-1])+1 {
			return true
		}
	}
	return false
}

// groupedAsMobile says whether figures in groups of these sizes, with these
// gaps, are one mobile number. Ordinary gaps may stand where people pause; any
// other thing only if it is always the same and stands where a habit or a
// machine puts it.
func groupedAsMobile(sizes []int, gaps [][]rune) bool {
	if len(gaps) == 0 {
		return true
	}
	plain, same := true, true
	for _, g := range gaps {
		plain = plain && !slices.ContainsFunc(g, func(r rune) bool { return !plainGap(r) })
		same = same && slices.Equal(g, gaps[0])
	}
	habit := slices.Equal(sizes, []int{3, 4, 4})
	single := slices.Max(sizes[:len(sizes)-1]) == 1
	if !plain {
		return same && (habit || single) && !countWords.in(gaps[0])
	}
	if sizes[0] == 3 || single {
		return true
	}
	for _, usual := range [][]int{{7, 4}, {4, 3, 4}, {4, 4, 3}, {5, 6}, {6, 5}, {2, 2, 2, 2, 3}, {1, 2, 2, 2, 2, 2}, {2, 3, 3, 3}, {5, 3, 3}} {
		if slices.Equal(sizes, usual) {
			return true
		}
	}
	return false
}

// dialPrefix answers where a mobile number at i begins with its trunk zero or
// country code; it reports false if figures before it make it another number.
func (v view) dialPrefix(i int) (from int, ok bool) {
	end := i
	if !digit(v.get(i - 1)) {
		if numeral(v.get(i-1)) >= 0 && !digit(v.get(i)) {
			return i, false
		}
		end = v.back(i, 2, plainGap)
	}
	start := v.back(end, 5, digit)
	switch string(v.r[start:end]) {
	case "86", "0086", "0":
	default:
		return v.bracket(i), !digit(v.get(i - 1))
	}
	if v.get(start-1) == '+' {
		start--
	}
	return v.bracket(start), true
}

// bracket takes in the opening bracket before i, which belongs to what it
// encloses only if a figure follows its closing one.
func (v view) bracket(i int) int {
	if r := v.get(i - 1); r != '(' && r != '（' {
		return i
	}
	j := v.skip(i, 6, func(r rune) bool { return digit(r) || r == '+' })
	if r := v.get(j); (r == ')' || r == '）') && numeral(v.get(v.skip(j+1, 1, plainGap))) >= 0 {
		return i - 1
	}
	return i
}

// landlines finds fixed numbers with an area code, and without one after a
// word that announces them. A number that the same clause gives to an office
// is public.
func (v view) landlines() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		if !digit(v.r[i]) || digit(v.get(i-1)) {
			continue
		}
		f := Finding{From: v.bracket(i), Kind: feedback.HiddenPhone, Sure: true, Rule: "landline"}
		f.To = v.landline(i)
		if f.To == 0 {
			f.To, f.Sure, f.Rule = v.localNumber(i), false, "landline-word"
		}
		if f.To == 0 {
			continue
		}
		f.To = v.extension(f.To)
		if !officeWords.in(v.clause(i, 18)) && !v.filed(i) {
			out = append(out, f)
		}
		i = f.To - 1
	}
	return out
}

// landline reads an area code (010, 02x, 03xx to 09xx) and seven or eight
// figures at i, and answers where they end, or 0.
func (v view) landline(i int) int {
	if v.r[i] != '0' || v.dotted(i) || (v.get(i-1) == '-' && alnum(v.get(i-2))) {
		return 0
	}
	area := 4
	switch r := v.get(i + 1); {
	case r == '1' && v.get(i+2) == '0', r == '2':
		area = 3
	case r < '3' || r > '9':
		return 0
	}
	if v.skip(i, area, digit) < i+area {
		return 0
	}
	return v.subscriber(v.skip(i+area, 2, plainGap))
}

// localNumber reads seven or eight figures after a word such as 座机.
func (v view) localNumber(i int) int {
	j := v.back(i, 4, func(r rune) bool {
		return plainGap(r) || r == ':' || r == '：' || r == '是' || r == '为' || r == '号' || r == '码'
	})
	if phoneWords.ends(v, j) == 0 {
		return 0
	}
	return v.subscriber(i)
}

func (v view) subscriber(i int) int {
	if r := v.get(i); r < '2' || r > '8' {
		return 0
	}
	n, at := 0, i
	for n <= 8 {
		end := v.skip(at, 9, digit)
		n += end - at
		at = end
		if next := v.skip(at, 1, plainGap); next == at || n >= 7 || !digit(v.get(next)) {
			break
		}
		at++
	}
	if n < 7 || n > 8 || countWords.starts(v, at) > 0 || letter(v.get(at)) {
		return 0
	}
	return at
}

// extension is the end of a number at i with its extension, if it has one.
func (v view) extension(i int) int {
	j := v.skip(i, 2, plainGap)
	n := extensionWords.starts(v, j)
	if n == 0 && v.get(i) != '-' {
		return i
	}
	j = v.skip(j+n, 1, plainGap)
	if end := v.skip(j, 6, digit); end > j && end-j < 6 {
		return end
	}
	return i
}

var (
	countWords     = newWords("元 万 亿 吨 亩 米 平方 立方 株 公里 千米 户 人 名 个 件 年 月 日 块 % ％ 次 千瓦 升 斤")
	phoneWords     = newWords("电话 座机 固话 宅电 tel 电话号 家电")
	extensionWords = newWords("转 分机 ext 转分机")
	officeWords    = newWords("办公 热线 值班 窗口 客服 服务 监督 咨询电话 举报电话 投诉电话 派出所 居委会 村委会 政府 公司 公布 公示 大厅 医院 学校 法院 中心 物业 总机 办事处 局 单位电话")
)

package pii

import (
	"time"

	"rectify/feedback"
)

// group is a run of figures with none before or after it.
type group struct{ from, to int }

func (v view) groups() []group {
	var out []group
	for i := 0; i < len(v.r); i++ {
		if !digit(v.r[i]) {
			continue
		}
		from := i
		i = v.skip(i, len(v.r), digit)
		out = append(out, group{from, i})
	}
	return out
}

// plainGap reports whether people write this between the groups of a number.
func plainGap(r rune) bool {
	switch r {
	case ' ', '-', '.', '·', '•', '_', '*', '/', '~', '(', ')', '（', '）', '\\':
		return true
	}
	return false
}

// maxGap bounds what stands between two groups of one number, in runes.
const maxGap = 3

// The fewest and most figures that a number here has: those of an account.
const (
	shortest = 12
	longest  = 21
)

// longNumbers finds receipt codes, identity numbers and bank cards.
func (v view) longNumbers() []Finding {
	var out []Finding
	gs := v.groups()
	for i := 0; i < len(gs); i++ {
		if f, used := v.longNumber(gs[i:], i > 0 && v.joins(gs[i-1].to, gs[i].from)); used > 0 {
			out = append(out, f)
			i += used - 1
		} else if n := gs[i].to - gs[i].from; n > 20 && n <= maxGlued {
			out = append(out, v.glued(gs[i].from, gs[i].to)...)
		}
	}
	return out
}

// number is a run of figures, in one or more groups, that may be one number.
type number struct {
	figures []byte
	groups  []group
	told    announced
}

// announced is what the words before a number say that it is.
type announced struct{ id, card, account, filed bool }

func (v view) announced(i int) announced {
	before := v.clause(i, 16)
	return announced{idWords.in(before), cardWords.in(before), accountWords.in(before), v.filed(i)}
}

// longNumber reads the number that starts with the first of the groups and
// answers how many groups it takes; of several readings the one with more
// figures has it. Figures one by one are read from the first of them only,
// which joined says it is not.
func (v view) longNumber(gs []group, joined bool) (f Finding, used int) {
	if v.dotted(gs[0].from) {
		return f, 0
	}
	var n number
	for i, g := range gs {
		if i > 0 && !v.joins(gs[i-1].to, g.from) || joined && i >= 10 || len(n.figures)+g.to-g.from > longest {
			break
		}
		before := len(n.figures)
		n.figures, n.groups = append(n.figures, string(v.r[g.from:g.to])...), gs[:i+1]
		if len(n.figures) < shortest {
			continue
		}
		if before < shortest {
			n.told = v.announced(gs[0].from)
		}
		if x, ok := v.reading(n); ok {
			f, used = x, i+1
		}
	}
	return f, used
}

// maxGlued bounds the figures that are looked at for numbers without a gap.
const maxGlued = 60

// glued reads figures that are nothing but identity, card and mobile numbers
// one after the other, as a careless copy of a table leaves them.
func (v view) glued(from, to int) []Finding {
	if from == to {
		return []Finding{}
	}
	for _, n := range []int{18, mobileFigures, 19, 16} {
		if from+n > to {
			continue
		}
		f := Finding{From: from, To: from + n, Kind: feedback.HiddenPhone, Sure: true, Rule: "mobile"}
		ok := n == mobileFigures && v.r[from] == '1' && v.r[from+1] >= '3'
		if n != mobileFigures {
			f, ok = v.reading(number{figures: []byte(string(v.r[from : from+n])), groups: []group{{from, from + n}}})
		}
		if !ok || !f.Sure {
			continue
		}
		if rest := v.glued(f.To, to); rest != nil {
			return append([]Finding{f}, rest...)
		}
	}
	return nil
}

// joins reports whether what stands from i to j keeps a number together.
func (v view) joins(i, j int) bool {
	return j-i <= maxGap && v.skip(i, maxGap, plainGap) >= j
}

// dotted reports whether the figures at i are the fraction of a number.
func (v view) dotted(i int) bool { return v.get(i-1) == '.' && digit(v.get(i-2)) }

// reading decides what a number is, by its length first.
func (v view) reading(n number) (Finding, bool) {
	f := Finding{From: n.groups[0].from, To: n.groups[len(n.groups)-1].to, Sure: true}
	switch len(n.figures) {
	case 12, 13, 14, 21:
		if !n.told.account {
			return f, false
		}
	case 20:
		if _, ok := feedback.ParseCode(string(n.figures)); ok {
			f.Kind, f.Rule = feedback.HiddenCode, "receipt-code"
			return f, true
		}
	case 18:
		if id, ok := identity(f, n); ok {
			return id, true
		}
	case 17:
		if end := v.crossEnd(f.To); end > 0 {
			x := n
			x.figures = append(n.figures[:17:17], 'X')
			id := f
			id.To = end
			if id, ok := identity(id, x); ok {
				return id, true
			}
		}
	case 15:
		return oldIdentity(f, n)
	}
	return bank(f, n)
}

// crossEnd is the place after the X that ends an identity number at i, or 0.
func (v view) crossEnd(i int) int {
	j := v.skip(i, 2, plainGap)
	if r := v.get(j); (r == 'x' || r == '×' || r == 'ⅹ') && !letter(v.get(j+1)) {
		return j + 1
	}
	return 0
}

// identity reads 18 characters as an identity number (公民身份号码, GB
// 11643: region, birthday, serial, check character by ISO 7064 MOD 11-2);
// those of residents from Hong Kong, Macao, Taiwan and abroad are built the
// same way. With a word that says so a wrong check character is let pass:
// people mistype, and what is left of the number still tells who it is.
func identity(f Finding, n number) (Finding, bool) {
	ds := n.figures
	f.Kind, f.Rule = feedback.HiddenID, "identity-18"
	if !region(ds) || !birthday(string(ds[6:14])) {
		return f, false
	}
	if mod112(ds[:17]) == ds[17] {
		return f, true
	}
	f.Rule = "identity-word"
	return f, n.told.id
}

// oldIdentity reads 15 figures as an identity number of before 1999: without
// the century and the check character.
func oldIdentity(f Finding, n number) (Finding, bool) {
	f.Kind, f.Sure, f.Rule = feedback.HiddenID, n.told.id, "identity-15"
	return f, region(n.figures) && birthday("19"+string(n.figures[6:12])) && (f.Sure || len(n.groups) == 1 && !n.told.filed)
}

// region is GB/T 2260's first figure: the six parts of the country, Taiwan,
// Hong Kong and Macao, and 9 for foreigners with permanent residence.
func region(ds []byte) bool { return ds[0] >= '1' && ds[0] <= '9' }

func birthday(s string) bool {
	if s[4] > '1' || s[6] > '3' { // most are refused here
		return false
	}
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() < 2100
}

// mod112 is the check character of ISO 7064 MOD 11-2.
func mod112(ds []byte) byte {
	p := 0
	for _, d := range ds {
		p = (p + int(d-'0')) * 2 % 11
	}
	return "10X98765432"[p%11]
}

// bank reads 16 to 19 figures as the number of a bank card (ISO/IEC 7812;
// those of China begin with 62, others with 3 to 6). A word that says so makes
// up for a failed check, and lets any account number of 12 figures on pass.
func bank(f Finding, n number) (Finding, bool) {
	f.Kind, f.Rule = feedback.HiddenBank, "bank-luhn"
	ds := n.figures
	card := len(ds) >= 16 && len(ds) <= 19 && ds[0] >= '3'
	switch {
	case n.told.filed:
		return f, false
	case n.told.card && card:
		f.Rule = "bank-word"
		return f, true
	case n.told.account:
		f.Sure, f.Rule = card && luhn(ds), "bank-account"
		return f, true
	}
	f.Sure = ds[0] == '6' && ds[1] == '2'
	return f, card && ds[0] <= '6' && luhn(ds) && fours(n.groups)
}

// fours reports whether a number is written in one, or in fours (and eights)
// with a rest.
func fours(gs []group) bool {
	for i, g := range gs {
		if (g.to-g.from)%4 != 0 && i < len(gs)-1 {
			return false
		}
	}
	return true
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(ds []byte) bool {
	sum := 0
	for i, d := range ds {
		n := int(d - '0')
		if (len(ds)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// filed reports whether the words before i say that a number belongs to a
// file, a contract or a thing and not to a person.
func (v view) filed(i int) bool {
	i = v.back(i, 12, func(r rune) bool {
		return letter(r) || plainGap(r) || r == ':' || r == '：' || r == '为' || r == '是'
	})
	return fileWords.ends(v, i) > 0
}

var (
	idWords      = newWords("身份证 身份号 身份证号 证件号 居民证 驾驶证 驾照 居住证 社保号")
	cardWords    = newWords("银行卡 卡号 储蓄卡 信用卡 借记卡 工资卡 存折 农行 工行 建行 中行 交行 邮储 农信")
	accountWords = newWords("账号 帐号 账户 帐户 开户")
	fileWords    = newWords("编号 单号 案号 文号 流水号 合同号 票号 发票号码 序列号 档案号 索引号 病历号 学号 准考证 准考证号 准考证号码 电表号 表号 代码 " +
		"信用代码 凭证号 订单 版本号 工号 证书号 批号 房产证号 备案号 许可证号 验证码 条形码 型号 尾号")
)

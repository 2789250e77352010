package pii

import (
	"strings"

	"rectify/feedback"
)

// claim is how clearly the words before say that a name follows.
type claim int

const (
	hinted claim = iota // 我是, 本人: anything may follow
	kin                 // 我父亲: a name or what he does
	told                // 我叫: a name, or somebody called for
	labels              // 姓名： a name or nothing
)

// names finds names where a text says that one follows: after a label, in a
// sender's own introduction, after a relative, beside a telephone number and
// under a letter. They are never sure.
func (v view) names() []Finding {
	var out []Finding
	add := func(from, to int, rule string) {
		if to > 0 && (len(out) == 0 || out[len(out)-1].To <= from) {
			out = append(out, Finding{From: from, To: to, Kind: feedback.HiddenName, Rule: rule})
		}
	}
	for i := range v.r {
		if n := labelWords.starts(v, i); n > 0 {
			at, c := v.afterLabel(i + n)
			to := v.name(at, c)
			if to == 0 && c == labels {
				to = v.strange(at, c)
			}
			add(at, to, "name-label")
		}
		if n := toldWords.starts(v, i); n > 0 {
			at := v.skip(i+n, 2, func(r rune) bool { return r == ' ' || r == ':' || r == '：' || r == '做' })
			to := v.name(at, told)
			if to == 0 && v.r[i] == '我' {
				to = v.strange(at, told)
			}
			add(at, to, "name-told")
		}
		if n := selfWords.starts(v, i); n > 0 {
			at, to := v.introduced(i + n)
			add(at, to, "name-self")
		}
		if n := kinWords.starts(v, i); n > 0 {
			at := i + n + calledWords.starts(v, i+n)
			add(at, v.name(at, kin), "name-kin")
		}
		if at := v.beside(i); at >= 0 {
			add(at, v.name(at, hinted), "name-beside")
		}
		if at := v.named(i); at >= 0 {
			add(at, v.back(i, 2, joint), "name-before")
		}
	}
	return out
}

// afterLabel is the place after a label such as 联系人, and how clear it is.
func (v view) afterLabel(i int) (at int, c claim) {
	for range 4 {
		n := betweenLabel.starts(v, i)
		if n > 0 {
			c = labels
		} else if v.get(i) == ' ' {
			n = 1
		}
		i += n
	}
	return i, c
}

// introduced reads 我是…的张三 and 本人张三: a name at once, or after words
// that end in 的 or in what the sender is.
func (v view) introduced(i int) (at, to int) {
	i = v.skip(i, 2, func(r rune) bool { return r == ' ' || r == ':' || r == '：' || r == '是' || r == '叫' })
	if to = v.name(i, hinted); to > 0 {
		return i, to
	}
	for p := i + 1; p < i+20 && !stop(v.get(p)); p++ {
		if roleWords.ends(v, p) > 0 {
			if to = v.name(p, hinted); to > 0 && v.ended(to) {
				return p, to
			}
		}
	}
	return 0, 0
}

// beside is the place of what may be a name at the start of a clause, next to
// a telephone or identity number or as the last word of a line; -1 if i is no
// such place.
func (v view) beside(i int) int {
	if !v.ended(i-1) && i > 0 || !han(v.r[i]) {
		return -1
	}
	end := v.skip(i, 5, han)
	after := v.skip(end, 3, func(r rune) bool { return !han(r) && !alnum(r) && r != '。' && r != '\n' })
	if end > i+1 && after > end && v.longFigures(after) {
		return i
	}
	if r := v.get(i - 1); v.get(end) == '\n' && (r == ' ' || r == '-') {
		return i
	}
	before := v.back(i, 2, func(r rune) bool { return r == ' ' || r == '，' || r == '、' || r == '(' || r == '（' || r == ',' })
	if before < i && v.back(before, mobileFigures, digit) == before-mobileFigures {
		return i
	}
	return -1
}

// longFigures reports whether figures at i are as many as a telephone's.
func (v view) longFigures(i int) bool { return v.skip(i, mobileFigures, digit) == i+mobileFigures }

// name reads a name at i and answers where it ends, or 0.
func (v view) name(i int, c claim) int {
	sl, kind := v.surname(i)
	if kind == noSurname || notNames.starts(v, i) > 0 && !v.calledSo(i, c) {
		return 0
	}
	if n := titles.starts(v, i+sl); n > 0 && (c == labels || v.ended(i+sl+n)) {
		return i + sl + n
	}
	clear, given := 0, v.skip(i+sl, 2, givenRune)
	for to := given; to > i+sl; to-- {
		if v.ended(to) || (kind == plainSurname || c >= told || c == kin && to == i+3) && afterName.starts(v, to) > 0 {
			clear = to
			break
		}
	}
	switch {
	case clear > 0 && c <= kin && v.common(clear, kind):
		return 0
	case clear > 0:
		return clear
	case c == hinted || kind == wordSurname && c != labels:
		return 0
	}
	if given > i+sl {
		return given
	}
	return 0
}

// calledSo lets a name that is also a word pass after 我叫 or a label if it
// ends there.
func (v view) calledSo(i int, c claim) bool {
	return c >= told && v.ended(i+2) && servants.starts(v, i) == 0
}

// common reports whether a candidate is a kind of person or a place rather
// than somebody (车主, 李家村).
func (v view) common(to int, kind surnameKind) bool {
	last := v.r[to-1]
	if strings.ContainsRune("村庄镇乡县区市路街站校院", last) {
		return true
	}
	return kind == wordSurname && strings.ContainsRune("人民户主员者师工客方家属侨业级", last)
}

// ended reports whether a word can end before i: nothing or no Han follows.
func (v view) ended(i int) bool { return !han(v.get(i)) }

// givenRune reports whether a character stands in given names; those of
// grammar do not.
func givenRune(r rune) bool {
	return han(r) && !strings.ContainsRune("的了是在我你他她它们不没与及或就都也很这那吗呢吧啊但因所以被把对等于住请说电话手号", r)
}

var (
	labelWords = newWords("姓名 姓 名 真实姓名 联系人 投诉人 举报人 反映人 检举人 申请人 来信人 来访人 接访人 报名人 委托人 受害人 收信人 收件人 户名 户主 署名 落款 签名 签字 " +
		"留言人 家长 业主 村民 居民 市民 收款账户 收款人 当事人 敬礼 致礼 代表 本人姓名")
	betweenLabel = newWords(": ： 是 叫 为 ！ ! 。 姓名")
	toldWords    = newWords("我叫 名叫 我的名字是 我名字是 我的名字叫 我姓名是 ，叫 ,叫")
	selfWords    = newWords("我是 本人")
	kinWords     = newWords("儿子 女儿 孩子 母亲 父亲 爱人 丈夫 妻子 媳妇 老公 老婆 我爸 我妈 妹妹 女婿 儿媳 闺女 外孙 外孙女 外甥 侄女 表哥 表姐 表弟 表妹 舅舅 姑姑 叔叔 姨妈 邻居 同事 室友 孩子叫 奶奶 爷爷 姥姥 姥爷 外婆 外公 婆婆 公公 岳父 岳母 妈妈 爸爸 老伴 哥哥 姐姐 弟弟 妹妹 孙子 孙女 侄子 找")
	calledWords  = newWords("名叫 叫 姓名： 名字是 是 ：")
	roleWords    = newWords("的 村民 居民 业主 家长 职工 学生 市民 教师 老师 租户 住户 员工 工人 党员 司机 农民 退休干部 商户 老人 ，")
	titles       = newWords("先生 女士 小姐 师傅 老师 同志 大爷 大妈 大叔 大姐 阿姨 医生")
	servants     = newWords("师傅 车来")
	afterName    = newWords("男 女 住 现 今年 家住 电话 手机 联系 身份证 系 的 在 来自 是 反映 实名 想 要 向 于 年龄 明年 去年 已 现在 刚 从 为 咨询 你 与 和")
)

package pii

import "strings"

// named answers where a name begins that the words at i tell of: 钱江电话159…,
// 司徒雪女士, 贾思远收; -1 if i is no such place.
func (v view) named(i int) int {
	end := v.back(i, 2, joint)
	switch n := numberAfter.starts(v, i); {
	case n > 0 && v.figuresNear(i+n):
		return v.nameEnding(end, false)
	case n == 0 && end == i && genteel.starts(v, i) > 0:
		return v.nameEnding(i, true)
	case n == 0 && end == i && v.r[i] == '收' && v.ended(i+1):
		at := v.nameEnding(i, false)
		if _, kind := v.surname(at); at >= 0 && (kind == plainSurname || i-at > 2) {
			return at
		}
	}
	return -1
}

// figuresNear reports whether a telephone number follows soon.
func (v view) figuresNear(i int) bool {
	at := v.skip(i, 6, func(r rune) bool { return !digit(r) && r != '\n' && r != '。' })
	end := v.skip(at, 20, func(r rune) bool { return digit(r) || plainGap(r) })
	return end-at >= 7
}

// nameEnding is the beginning of the longest name that ends before end: after
// a break, or after a word that names come after. One with an ordinary surname
// may stand anywhere before 先生 and 女士, which anywhere says.
func (v view) nameEnding(end int, anywhere bool) int {
	for length := 4; length >= 2; length-- {
		at := end - length
		sl, kind := v.surname(at)
		if kind == noSurname || length-sl > 2 || length == sl || v.skip(at, length, givenRune) < end || notNames.starts(v, at) > 0 {
			continue
		}
		if kind == wordSurname && length == 2 && strings.ContainsRune(plainSurnames, v.get(end-1)) {
			continue // 和王女士
		}
		if !anywhere && (v.common(end, kind) || strings.ContainsRune("局科室处馆店司所厅部会队组办委台园家急", v.r[end-1])) {
			continue
		}
		if v.ended(at-1) || anywhere && kind == plainSurname || beforeName.ends(v, at) > 0 {
			return at
		}
	}
	return -1
}

// strange reads a name without a known surname (古丽娜尔, 买买提·吐尔逊) where
// a text says that one follows, and answers where it ends, or 0.
func (v view) strange(i int, c claim) int {
	end := v.skip(i, 15, func(r rune) bool { return givenRune(r) || r == '不' || r == '·' || r == '•' })
	words := v.r[i:end]
	dot := strings.ContainsAny(string(words), "·•")
	least, most := 2, 6
	if c == told {
		least = 3
	}
	if dot {
		least, most = 3, 15
	}
	if len(words) < least || len(words) > most || !v.ended(end) || notStrange.in(words) {
		return 0
	}
	return end
}

// joint reports whether a rune may stand between a name and what tells of it.
func joint(r rune) bool { return r == '的' || r == ' ' || r == '(' || r == '（' }

var (
	numberAfter = newWords("电话 手机 手机号 联系电话 联系方式 号码")
	genteel     = newWords("先生 女士 小姐")
	beforeName  = newWords("的 是 叫 找 请 给 由 打 和 与 转告 告诉 联系 号 室 户 失主 村民 居民 业主 车主 房主 家长 职工 市民 游客 读者 乘客 导游 租户 住户 商户 老人 患者 对接人 联系人 接收人 " +
		"儿子 女儿 孩子 母亲 父亲 爱人 丈夫 妻子 老公 老婆 我爸 我妈 妹妹 哥哥 姐姐 弟弟 邻居 同事")
	notStrange = newWords("室 科 处 局 办 部 站 所 组 会 队 店 厅 台 中心 公司 单位 匿名 保密 同上 无 不愿 不便 不方便 不详 不知 不想 不要 不清 人 物业 客服 车 修 来 去 送 打 救 外卖 保安 保洁 警 师傅 经理 主任 书记 长 老师 医生 " +
		"负责 值班 教师 干部 工人 员 一名 一位 群众 市民 村民 居民 业主 学生 如下 附后 见 同 先生 女士 代 全 各 某 男 女 有 没 要 请")
)

package pii

import "rectify/feedback"

// chain is a row of numbered parts of an address: 18号3栋2单元501室.
type chain struct {
	from, to int
	parts    int
	room     bool // goes down to one dwelling
	house    bool // goes down to a house or a village group
}

// maxPlace bounds the name of the place before a chain, in runes.
const maxPlace = 40

// addresses finds homes: a place with a numbered dwelling, or with a house
// number if the words before say that somebody lives there. What names an
// office is none, unless people live in it (家属院, 宿舍).
func (v view) addresses() []Finding {
	var out []Finding
	floor := 0
	for i := 0; i < len(v.r); {
		c := v.chain(i)
		if c.to == 0 {
			i++
			continue
		}
		c = v.further(c)
		i = c.to
		from := v.placeStart(c.from, floor)
		if v.home(from, c) {
			out = append(out, Finding{From: from, To: c.to, Kind: feedback.HiddenAddress, Rule: "home"})
			floor = c.to
		}
	}
	return out
}

// further takes in the chains that follow after another name (东湖路18号阳光
// 小区3栋).
func (v view) further(c chain) chain {
	for j := c.to; j < c.to+12 && placeRune(v.get(j)); j++ {
		if next := v.chain(j); next.to > 0 {
			c = chain{c.from, next.to, c.parts + next.parts, c.room || next.room, c.house || next.house}
			j = c.to - 1
		}
	}
	return c
}

// home decides whether a chain with the place from there on is a home.
func (v view) home(from int, c chain) bool {
	place := v.r[from:c.from]
	named := len(place) > 1 && placeWords.in(place)
	around := v.r[from:v.skip(c.to, 6, func(r rune) bool { return !stop(r) })]
	if (publicWords.in(around) || !c.room && outsideWords.in(around)) && !dwellingWords.in(around) {
		return false
	}
	if c.room {
		return named || c.house
	}
	return c.house && named && (v.get(c.to) == '住' || homeWords.in(v.clause(from, 12)))
}

// placeStart is where the name of the place before i begins, not before floor.
func (v view) placeStart(i, floor int) int {
	from := v.back(i, min(maxPlace, i-floor), placeRune)
	for from < i {
		n := beforePlace.starts(v, from)
		if n == 0 || from+n > i {
			break
		}
		from += n
	}
	return from
}

// placeRune reports whether a rune may stand in the name of a place; words
// that lead to one end it.
func placeRune(r rune) bool {
	switch r {
	case '住', '在', '址', '是', '为', '到', '的', '给', '我', '寄', '从', '去', '把', '被', '他', '她', '们', '了', '叫', '打', '问', '您', '你':
		return false
	}
	return han(r) || alnum(r)
}

// chain reads numbered parts at i: at least one number with its word.
func (v view) chain(i int) chain {
	c := chain{from: i, to: 0}
	if i > 0 && (numberRune(v.get(i-1)) || v.get(i-1) == '月' || v.get(i-1) == '.') {
		return c
	}
	at := i
	for {
		to, depth := v.part(at, c.parts > 0 || v.afterPlace(i))
		if to == 0 {
			return c
		}
		c.to, c.parts = to, c.parts+1
		c.room = c.room || depth == room
		c.house = c.house || depth == house
		at = v.skip(to, 1, func(r rune) bool { return r == ' ' || r == '-' })
	}
}

func (v view) afterPlace(i int) bool { return placeEnds.ends(v, i) > 0 }

// depth is how far down a part of an address leads.
type depth int

const (
	area depth = iota
	house
	room
)

// part reads one numbered part at i; after one, or after the name of a place,
// bare numbers count too (3-2-501, 2单元501).
func (v view) part(i int, after bool) (to int, d depth) {
	if n := sideWords.starts(v, i); n > 0 && after {
		return i + n, room
	}
	if v.get(i) == '第' {
		i++
	}
	end := v.skip(i, 6, numberRune)
	if end == i && letter(v.get(i)) {
		end++
	}
	if end == i {
		return 0, area
	}
	for _, k := range []struct {
		words words
		depth depth
	}{{roomWords, room}, {houseWords, house}, {areaWords, area}} {
		if n := k.words.starts(v, end); n > 0 && notParts.starts(v, end) == 0 {
			return end + n, k.depth
		}
	}
	if !after {
		return 0, area
	}
	return v.bare(i, end)
}

// bare reads a number without a word: a row of two or three with hyphens that
// ends in a room, or a room alone.
func (v view) bare(i, end int) (to int, d depth) {
	for range 2 {
		if v.get(end) == '-' && digit(v.get(end+1)) && end-i <= 2 {
			i = end + 1
			end = v.skip(i, 6, digit)
		}
	}
	plain := v.skip(i, 6, func(r rune) bool { return numeral(r) >= 0 }) // no 十 or 百: 九零二
	if n := end - i; (n == 3 || n == 4) && plain == end && !alnum(v.get(end)) && v.get(end) != '-' && countWords.starts(v, end) == 0 {
		if n := roomWords.starts(v, end); n > 0 {
			end += n
		}
		return end, room
	}
	return 0, area
}

func numberRune(r rune) bool { return numeral(r) >= 0 || r == '十' || r == '百' }

var (
	roomWords   = newWords("室 户 房")
	houseWords  = newWords("号楼 号院 号 栋 幢 座 单元 组 队 社 弄 排 门 巷 # #楼")
	areaWords   = newWords("期 区 院 楼 层")
	sideWords   = newWords("东户 西户 中户 南户 北户")
	notParts    = newWords("号线 号文 号通知 号公 号令 户人 户居 户村 户群 楼梯 楼道 社区 房间 门诊 门口 层楼 组织 队伍 座谈 区别")
	placeEnds   = newWords("小区 花园 家园 苑 园 城 湾 府 庭 公寓 新村 期 区 社区 里 村 院 楼")
	placeWords  = newWords("路 街 巷 道 弄 胡同 村 庄 屯 寨 镇 乡 区 县 市 花园 家园 苑 院 城 里 湾 府 庭 公寓 坊 郡 园 社区 家属楼 宿舍 排")
	beforePlace = newWords("隔壁 楼上 楼下 对面 现居 现 居 家 老家 地 位于 于 门牌号 户口 请 送 住址 邻居 本人 反映 和 与")
	homeWords   = newWords("住 家在 我家 家是 地址 住址 老家 户口 户籍 居住 现居 租房 收件 寄 门牌 送到")

	dwellingWords = newWords("家属 宿舍 公寓 小区")
	publicWords   = newWords("政府 市委 县委 区委 党委 大院 中心 局 委员会 居委会 村委会 医院 学校 小学 中学 大学 党校 法院 检察院 派出所 大厅 图书馆 博物馆 " +
		"银行 公司 超市 大厦 写字楼 办公 车站 体育馆 档案馆 门诊 酒店 宾馆 商场 幼儿园 市民之家 广场 上班")
	outsideWords = newWords("门口 路口") // beside a house; nobody says it of a room but who lives there
)

package suspect

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

var link = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s]|\b[a-z0-9-]{2,40}\.(?:com|net|org|top|xyz|vip|club|shop|site|online|icu|cc|ru|io|me)\b`)

// links counts addresses of other sites.
func links(text string) int { return len(link.FindAllStringIndex(width.Fold.String(text), 20)) }

// foreign reports whether a long text has hardly a Chinese character.
func foreign(text string) bool {
	letters, han := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
	}
	return letters >= 80 && han*20 < letters
}

// phrase is one of some words, followed within so many characters by one of some
// others where there are any.
type phrase struct {
	words  []string
	within int
	after  []string
}

// in reports whether a text has the phrase.
func (p phrase) in(text string) bool {
	for _, word := range p.words {
		for _, rest, found := strings.Cut(text, word); found; _, rest, found = strings.Cut(rest, word) {
			if len(p.after) == 0 || slices.ContainsFunc(p.after, func(next string) bool {
				at := strings.Index(rest, next)
				return at >= 0 && utf8.RuneCountInString(rest[:at]) <= p.within
			}) {
				return true
			}
		}
	}
	return false
}

func words(words ...string) phrase { return phrase{words: words} }

func near(within int, words []string, after ...string) phrase { return phrase{words, within, after} }

// offers are what adverts offer, a line each kind. An honest text may name one
// of them, to complain of it; hardly one names several kinds. Every text that
// comes in is held to all of them: as plain words they cost a tenth of patterns.
var offers = [][]phrase{
	{words("发票代开", "票据代办"), near(4, []string{"代开"}, "发票"), near(4, []string{"开票"}, "联系")},
	{words("无抵押", "秒到账", "秒批", "低息", "当天放款", "黑户", "套现", "养卡", "提额"), near(8, []string{"贷款", "借款", "网贷"}, "加微", "联系", "咨询", "办理")},
	{words("博彩", "彩金", "棋牌", "百家乐", "时时彩", "六合彩", "赌球", "体育投注", "老虎机", "开户送", "首存", "返水")},
	{words("刷单", "日结", "日入", "日赚", "月入过万", "躺赚", "在家赚钱", "网赚"), near(10, []string{"兼职"}, "加", "联系", "微信")},
	{words("办证", "刻章", "真假证", "代考", "替考", "包过"), near(4, []string{"文凭"}, "办理"), near(4, []string{"答案"}, "出售")},
	{words("成人视频", "裸聊", "同城约", "约炮", "上门服务", "一夜情", "外围", "福利视频", "av在线")},
	{words("伟哥", "迷药", "催情"), near(12, []string{"减肥", "壮阳", "增高", "丰胸", "祛斑", "脱发"}, "神器", "特效", "根治", "见效", "无效退款", "正品")},
	{words("私服", "外挂", "代练", "刷粉", "涨粉", "买粉", "刷量", "快排", "seo", "网站优化", "代发广告", "群发")},
	{words("荐股", "牛股", "稳赚不赔", "虚拟币", "usdt"), near(4, []string{"内幕"}, "消息", "股票"), near(6, []string{"外汇"}, "平台"), near(6, []string{"比特币"}, "投资", "平台")},
	{words("工厂直销", "全网最低", "限时特价", "点击领取", "免费领", "红包群"), near(8, []string{"高仿", "精仿", "a货", "复刻"}, "表", "包", "鞋", "奢侈"), near(4, []string{"清仓"}, "甩卖")},
	{words("viagra", "cialis", "casino", "porn", "payday", "backlink", "escort", "cryptoinvest", "cryptotrading", "replicawatch", "buynow", "clickhere", "freebonus")},
}

// handle is how adverts want to be called back.
var handle = regexp.MustCompile(`[加+➕](?:我)?[v微薇威徽魏][信xv]?|[微薇威徽魏]信(?:号|:|同号)?[a-z0-9_-]{5,}|(?:vx|wx|wechat|weixin|qq|扣扣|企鹅|telegram|whatsapp|飞机)(?:号|群)?[:：]?[a-z0-9_@+-]{5,}|t\.me/`)

// adverts is how strongly a text looks like an advert: the kinds of things it
// offers, and one more for a handle to call back. A handle alone is nothing:
// honest people leave theirs.
func adverts(text string) int {
	plain := plainly(text)
	kinds := 0
	for _, kind := range offers {
		if slices.ContainsFunc(kind, func(p phrase) bool { return p.in(plain) }) {
			kinds++
		}
	}
	if kinds == 0 {
		return 0
	}
	if handle.MatchString(plain) {
		kinds++
	}
	return kinds
}

// plainly is the text without what is strewn into words to hide them: width,
// case, spaces, dots, stars, zero-width characters.
func plainly(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("+➕:@/_", r):
			return unicode.ToLower(r)
		case r == '.' || r == '-':
			return r
		}
		return -1
	}, width.Fold.String(text))
}

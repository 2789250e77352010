package suspect

import (
	"regexp"
	"strings"
	"unicode"

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

// offers are what adverts offer, a line each kind. An honest text may name one
// of them, to complain of it; hardly one names several kinds.
var offers = []*regexp.Regexp{
	regexp.MustCompile(`代开.{0,4}发票|发票代开|开票.{0,4}联系|票据代办`),
	regexp.MustCompile(`(?:无抵押|秒到账|秒批|低息|当天放款|黑户).{0,6}|(?:贷款|借款|网贷).{0,8}(?:加微|联系|咨询|办理)|套现|养卡|提额`),
	regexp.MustCompile(`博彩|彩金|棋牌|百家乐|时时彩|六合彩|赌球|体育投注|老虎机|开户送|首存|返水`),
	regexp.MustCompile(`刷单|日结|日入|日赚|月入过万|躺赚|在家赚钱|兼职.{0,10}(?:加|联系|微信)|网赚`),
	regexp.MustCompile(`办证|刻章|真假证|文凭.{0,4}办理|代考|替考|答案.{0,4}(?:出售|包过)|包过`),
	regexp.MustCompile(`成人视频|裸聊|同城约|约炮|上门服务|一夜情|外围|福利视频|av在线`),
	regexp.MustCompile(`(?:减肥|壮阳|增高|丰胸|祛斑|脱发).{0,12}(?:神器|特效|根治|见效|无效退款|正品)|伟哥|迷药|催情`),
	regexp.MustCompile(`私服|外挂|代练|刷粉|涨粉|买粉|刷量|快排|seo|网站优化|代发广告|群发`),
	regexp.MustCompile(`荐股|牛股|内幕.{0,4}(?:消息|股票)|稳赚不赔|外汇.{0,6}平台|虚拟币|usdt|比特币.{0,6}(?:投资|平台)`),
	regexp.MustCompile(`(?:高仿|精仿|a货|复刻).{0,8}(?:表|包|鞋|奢侈)|工厂直销|全网最低|限时特价|清仓.{0,4}甩卖|点击领取|免费领|红包群`),
	regexp.MustCompile(`viagra|cialis|casino|porn|payday|backlink|escort|crypto(?:invest|trading)|replicawatch|buynow|clickhere|freebonus`),
}

// handle is how adverts want to be called back.
var handle = regexp.MustCompile(`[加+➕](?:我)?[v微薇威徽魏][信xv]?|[微薇威徽魏]信(?:号|:|同号)?[a-z0-9_-]{5,}|(?:vx|wx|wechat|weixin|qq|扣扣|企鹅|telegram|whatsapp|飞机)(?:号|群)?[:：]?[a-z0-9_@+-]{5,}|t\.me/`)

// adverts is how strongly a text looks like an advert: the kinds of things it
// offers, and one more for a handle to call back. A handle alone is nothing:
// honest people leave theirs.
func adverts(text string) int {
	plain := plainly(text)
	kinds := 0
	for _, p := range offers {
		if p.MatchString(plain) {
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

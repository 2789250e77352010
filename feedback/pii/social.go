package pii

import "rectify/feedback"

// socials finds accounts of WeChat, QQ and the like after the word for them.
// A mobile number used as one stays a telephone number, and public accounts
// and groups belong to nobody.
func (v view) socials() []Finding {
	var out []Finding
	for i := 0; i < len(v.r); i++ {
		n := socialWords.starts(v, i)
		if n == 0 || (letter(v.r[i]) && alnum(v.get(i-1))) {
			continue
		}
		from, told := v.socialStart(i + n)
		to := v.skip(from, 32, func(r rune) bool { return alnum(r) || r == '_' || r == '-' })
		i += n - 1
		if v.account(from, to, told || figureWords.ends(v, i+1) > 0) {
			out = append(out, Finding{From: from, To: to, Kind: feedback.HiddenSocial, Sure: true, Rule: "social"})
			i = to - 1
		}
	}
	return out
}

// socialStart skips what stands between the word and the account, and says
// whether it announces one (号, 是, a colon).
func (v view) socialStart(i int) (at int, told bool) {
	if notAccounts.starts(v, i) > 0 {
		return i, false
	}
	for range 6 {
		n := betweenSocial.starts(v, i)
		switch {
		case n > 0:
			told = true
		case v.get(i) == ' ':
			n = 1
		default:
			return i, told
		}
		i += n
	}
	return i, told
}

func (v view) account(from, to int, told bool) bool {
	if to-from < 5 || v.get(to) == '.' && alnum(v.get(to+1)) || v.get(to) == '@' || v.get(to) == '#' {
		return false
	}
	if digits := v.skip(from, 32, digit); digits == to {
		mobile := to-from == mobileFigures && v.r[from] == '1'
		return told && to-from <= mobileFigures && !mobile
	}
	if end, ok := v.mobile(from); ok && end <= to {
		return false
	}
	if !letter(v.r[from]) || to-from < 6 || to-from > 20 {
		return false
	}
	plain := v.skip(from, 32, letter) == to
	return told || !plain
}

var (
	socialWords   = newWords("微信 威信 薇信 v信 wechat weixin wx vx qq 扣扣 企鹅 q号 加q 抖音 快手 微博 小红书 支付宝 陌陌 钉钉 telegram")
	figureWords   = newWords("qq 扣扣 企鹅 q号 加q")
	notAccounts   = newWords("公众号 公众平台 小程序 群 支付 邮箱 视频号 服务号 订阅号")
	betweenSocial = newWords("号码 号 id 账号 帐号 账户 是 为 : ： 叫 （ ( = 搜")
)

package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// floodCampaign is what most senders of a flood were given to send.
const floodCampaign = "我们强烈要求公布乡村记忆馆屋面维修的全部账目。工程去年八月完工，国庆一下雨屋里又漏水，展板都泡坏了。" +
	"施工单位是怎么选出来的，验收是谁签的字，钱花到哪里去了，老百姓一概不知道。请在本月底以前把合同、发票和验收单贴出来，并追究有关人员的责任。"

// floodText is one of a flood: mostly the campaign, reworded a little; adverts;
// links; noise.
func floodText(r *rand.Rand) string {
	switch n := r.IntN(100); {
	case n < 70:
		return reworded(r)
	case n < 80:
		return pick(r, "代开各类发票，点数优惠，", "无抵押贷款，当天放款，", "棋牌彩金注册就送，", "刷单兼职日结，在家赚钱，", "办证刻章，文凭办理，") +
			pick(r, "加微信 ", "V信：", "联系QQ ", "加V ") + fmt.Sprint("abc", r.IntN(1e8))
	case n < 90:
		return fmt.Sprintf("great offer http://%x.top http://%x.vip www.%x.com %s", r.Uint32(), r.Uint32(), r.Uint32(),
			pick(r, "cheap watches", "best casino", "online pharmacy", "free followers"))
	default:
		noise := make([]rune, 20+r.IntN(60))
		for i := range noise {
			noise[i] = 0x4e00 + r.Int32N(3000)
		}
		return string(noise)
	}
}

func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

// reworded is the campaign's text with another greeting, sentences in another
// order and slips of the keyboard.
func reworded(r *rand.Rand) string {
	sentences := strings.SplitAfter(floodCampaign, "。")
	sentences = sentences[:len(sentences)-1]
	i, j := r.IntN(len(sentences)), r.IntN(len(sentences))
	sentences[i], sentences[j] = sentences[j], sentences[i]
	text := []rune(strings.Join(sentences, ""))
	for range r.IntN(8) {
		at := r.IntN(len(text) - 1)
		if r.IntN(2) == 0 {
			text = slices.Delete(text, at, at+1)
		} else {
			text[at] = 0x4e00 + r.Int32N(5000)
		}
	}
	return pick(r, "您好！", "领导好，", "尊敬的领导：", "你好，我是居民，", "", "【意见】") + string(text) +
		pick(r, "", "谢谢！", "盼复。", "望重视！！！") + pick(r, "", fmt.Sprint("签名：", 1000+r.IntN(9000)))
}

// honestTexts are what people say who write alone, some of them on the matter
// of the campaign.
func honestTexts() []string {
	return []string{
		"我也去看了屋顶，东边天沟堵着树叶，先清一清也许就好了。", "记忆馆门口的坡道太陡，轮椅上不去，请改一改。", "周末去了两次都锁着门，到底几点开？",
		"讲解员小刘很热心，给孩子们讲了一个多小时，要表扬。", "第3-2项说已经修好，可厕所的门还是关不上。", "老照片旁边的说明把年份写错了，应该是1958年。",
		"灭火器过期两年了，墙上那个绿牌子上写着日期。", "能不能装一个饮水机？老人走一趟不容易。", "停车场没有划线，节假日乱成一团。",
		"我捐的纺车摆在风口上，木头已经裂了，想拿回来修。", "网上预约总是提示名额已满，到了现场却没有几个人。", "请把维修的合同和验收单放到网上，大家看得到就不吵了。",
		"展柜里的灯烤得书信发黄，应该换成冷光的。", "公交站改到了村外，下车要走一里多地，没有人行道。", "孩子想当小讲解员，不知道怎么报名？",
		"二楼的栏杆有一根松了，小孩一推就晃，很危险。", "食堂改成茶室以后声音很大，影响看展。", "我是退休教师，愿意义务整理村史资料，找谁联系？",
		"厕所没有扶手，我父亲腿脚不便，每次都要人架着。", "上次反映的路灯修好了，谢谢你们，动作很快。",
	}
}

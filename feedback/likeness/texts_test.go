package likeness_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// campaignText is what the senders of a campaign are given to copy.
const campaignText = "我们强烈要求公布乡村记忆馆屋面维修的全部账目。工程去年八月完工，国庆一下雨屋里又漏水，展板都泡坏了。" +
	"施工单位是怎么选出来的，验收是谁签的字，钱花到哪里去了，老百姓一概不知道。请贵单位在本月底以前把合同、发票和验收单贴出来，" +
	"并追究有关人员的责任。我们会一直关注下去，直到给出一个交代为止。"

func any1(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

func person(r *rand.Rand) string {
	return any1(r, strings.Split("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "")...) + any1(r, strings.Split("伟芳娜敏静强磊军洋勇艳杰涛明超霞平刚", "")...) + any1(r, "", "", "华", "英", "国")
}

// variant is the campaign's text as one of its senders sends it: another
// greeting, a name, sentences in another order, slips of the keyboard.
func variant(r *rand.Rand) string {
	sentences := strings.SplitAfter(campaignText, "。")
	sentences = sentences[:len(sentences)-1]
	if r.IntN(2) == 0 {
		i, j := r.IntN(len(sentences)), r.IntN(len(sentences))
		sentences[i], sentences[j] = sentences[j], sentences[i]
	}
	runes := []rune(strings.Join(sentences, any1(r, "", "\n", " ")))
	for range r.IntN(9) {
		i := r.IntN(len(runes) - 1)
		switch r.IntN(4) {
		case 0:
			runes = slices.Delete(runes, i, i+1)
		case 1:
			runes[i], runes[i+1] = runes[i+1], runes[i]
		case 2:
			runes[i] = rune(0x4e00 + r.IntN(5000))
		case 3:
			runes = slices.Insert(runes, i, runes[i])
		}
	}
	hello := any1(r, "您好！", "领导好，", "尊敬的领导：", "你好，我是县里的居民，", "各位同志，", "", "【意见】", "文旅局：", "请转给局长：")
	bye := any1(r, "", "谢谢！", "此致敬礼", "盼复。", "望重视！！！", "")
	who := any1(r, "", person(r), "签名："+person(r), fmt.Sprintf("%s %d", person(r), 13000000000+r.Int64N(999999999)), fmt.Sprint(r.IntN(1e6)))
	return hello + string(runes) + bye + who
}

// choices are the ways in which people say the things that there are to say.
var choices = regexp.MustCompile(`\{[^{}]*\}`)

// said picks one of the ways {a|b|c} at every place, from the inside out.
func said(r *rand.Rand, pattern string) string {
	for choices.MatchString(pattern) {
		pattern = choices.ReplaceAllStringFunc(pattern, func(m string) string {
			return any1(r, strings.Split(m[1:len(m)-1], "|")...)
		})
	}
	return pattern
}

// honest is an opinion on the same matter that somebody wrote alone: some of
// the things that there are to say, in words of one's own.
func honest(r *rand.Rand) string {
	const (
		place = "{记忆馆|小王庄的馆|村史馆|乡村记忆馆|那个馆子|展馆|老祠堂改的馆|咱们村那个馆}"
		when  = "{国庆那天|前天|上个礼拜天|刚过完节|昨天下午|带孩子去的时候|{早上|傍晚}路过时|开馆第二天|下雨那两天|我值班时|十月{三|四|五|六}号}"
		who   = "{我母亲|邻居老{张|李|王}|我家{老大|小的|孩子}|{小学|中学}的老师|外地来的{亲戚|朋友}|几个游客|我爱人|村里的老人|讲解员|看门的{师傅|大爷}}"
		much  = "{很|非常|实在|特别|有点|真是}"
	)
	pool := []string{
		when + "{我去|路过|专门去看了}" + place + "，{房顶在滴水|屋里地上一摊水|头顶上滴滴答答的|雨水顺着灯线往下淌}。",
		"{东边|西边|靠窗那面|楼梯口}{墙角湿了一大片|墙皮都鼓起来了|的墙一摸一手水|长了一溜黑斑}，{看着揪心|不知有没有人管|味道也不好闻}。",
		who + "{差点在门口滑倒|踩到积水摔了一跤|鞋袜全湿了}，{幸好有人扶了一把|到现在腿还疼|也没地方说理}。",
		"{展板|柜子|桌子}底下垫着{两个塑料盆|脸盆|几块旧毛巾}，{看着寒碜|" + much + "难看|这哪像个展馆}。",
		"{听说|公示上写|{他们|大家}都说}{八月份|暑假里|今年夏天}才修过，{怎么又坏|这质量说得过去吗|不应该呀}？",
		"屋顶{的瓦有好几块|靠北边的瓦|那几片瓦}{是松的|一推就动|已经错位了}，{刮大风要掉下来|下面就是走道|人来人往的}。",
		place + "的灯{一直在闪|时亮时不亮|有两盏不亮}，{不知道线路安不安全|我怀疑是进水短路|请电工看一眼}。",
		"能不能{换一家|请一家}{有资质的|靠谱一点的|本地口碑好的}施工队{来看看|重新做|把把关}？",
		"别{光刷墙|只做表面|糊弄}，{防水层要重做|从根子上治|该拆的就拆了重来}。",
		"请把{保修期|质保到哪一年|维修电话}{写在公示栏里|贴在门口|告诉大家}。",
		"{老照片|书信|那几本账册}{怕潮|受不得潮|已经卷边}，{先挪到二楼吧|放回县里保管也行|找个柜子锁起来}。",
		"我{建议|觉得可以|的想法是}{雨天|这阵子|修好之前}{先闭馆|少开两天|限制人数}，门口{贴个通知|摆块牌子|派人说明}。",
		"{天沟|檐沟|落水管}{里全是树叶|堵住了|多少年没有通过}，水{下不去|就往墙里走|漫出来}。",
		"{修的时候|趁这次|既然动工}顺便把{厕所|后院|门前那条沟}也{弄一下|收拾收拾}，{味道太大|夏天蚊子多|客人来了丢脸}。",
		who + "说{三年前就这样|从开馆就没好过|去年还没这么厉害}，{年年修年年漏|报过也没用|没有人当回事}。",
		"{工作人员|值班的小姑娘|馆长}{态度不错|很客气|挺热心}，{还给我们倒了热水|一直在拖地|就是没有权限}。",
		"{希望|最好}能有个{电话|微信群|意见本}可以{报修|随时反映|问一问进度}。",
		"馆里的{导览屏|大屏幕|语音机}{也是黑的|按了没反应|声音断断续续}，{摆设而已|花了不少钱吧|孩子们{很|挺}失望}。",
		"进门的{坡道|台阶|门槛}{太陡|太高|缺了一块}，{轮椅上不去|老人{迈不过|跨不过}|推婴儿车的只好抬}。",
		"{预算多少|合同签了多少|一共花了多少}、{实际用了多少|钱给了谁|还差多少}，{写清楚大家就没话说了|能不能公布|老百姓有权知道}。",
		"我{不是来告状的|没有别的意思|也不想为难谁}，就是{心疼那些老物件|觉得可惜|盼着它好}。",
		"{钉耙|纺车|蓑衣|石磨}上面{都长霉点了|落了一层白毛|开始掉漆}，{得赶紧处理|再不管就毁了|懂行的人看了要心疼}。",
		who + "捐的{一套农具|一台收音机|几枚像章}就{摆在|放在}漏水的地方，{老人家知道了要难过|能不能换个位置}。",
		"{下次下雨|哪天雨大|不打招呼}请{领导|分管的人|技术员}来{现场看一看|蹲一蹲|站十分钟}，{不要只看照片|比开会管用}。",
		"{排水管接口|窗框下沿|烟囱根部}那里{一直在冒水|有条缝|打的胶都裂了}。",
		"{周末|平时|寒假}{开放到几点|几点关门|要不要预约}，{网上查不到|电话也打不通|门口没有写}。",
		"{停车的地方|门前广场|后面那条路}{全是泥|坑坑洼洼|一下雨就成塘}，{鞋没法要了|大客车根本进不来|顺手垫点石子也好}。",
		"可以{学学|参考}{隔壁镇|河对岸那个村|市里的}，{他们用的是金属屋面|人家包了五年维护|请了志愿者轮流看}。",
		"我{懂一点建筑|干过泥瓦匠|儿子学土木}，{看着像是|多半是|十有八九是}{女儿墙的泛水没收好|找坡做反了|卷材搭接短了}。",
		"要是{经费紧张|钱不够|一时批不下来}，我们{几户|村民小组|几个老伙计}{愿意出工|可以凑一点|先搭个雨棚顶着}。",
		"{孩子们春游|清明前|旅游节}{要来|要用|有大活动}，能在{四月以前|年底前|下个月}{弄好|修完|给个准信}吗？",
		"验收单上写{的是合格|着“优良”}，我{不太理解|想不通|就想问问谁验的}。",
		"{消防栓|灭火器|安全出口}被{展柜|纸箱|屏风}挡住了，{这个更要紧|出了事谁负责|请先挪开}。",
		"{去年|前年|开春的时候}也{反映过|打过电话|写过信}，{当时说等雨季过了再修|石沉大海|回复说在研究}。",
		"{玻璃柜|展柜}里{有水汽|起雾|结露}，{看不清里面的东西|标签的字都糊了|估计密封条老化}。",
		"讲解词{有两处|里面}把{年份|人名|村名的来历}{说错了|讲混了}，{老人们听了直摇头|请找文史馆核一下}。",
		who + "{让我代写|托我写}这一条，{老人家不会上网|她普通话不好|他眼睛看不清}。",
		"如果{需要|用得着}，我可以{提供当天拍的视频|带你们去看具体位置|把照片发过来}。",
	}
	r.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	return said(r, strings.Join(pool[:3+r.IntN(4)], "")+"{|||谢谢。|请回复。|我姓{赵|钱|孙|李|周|吴}。}")
}

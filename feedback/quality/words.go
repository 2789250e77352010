package quality

import (
	"regexp"
	"strconv"
)

func number(n int) string { return strconv.Itoa(n) }

// numbers are those of submissions, as 2026-000123 is one.
var numbers = regexp.MustCompile(`\b(?:19|20)[0-9]{2}-[0-9]{6,}\b`)

// dates are days, months, and terms such as 五个工作日内.
var dates = regexp.MustCompile(`[0-9〇一二三四五六七八九十]{1,4}\s*年|[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*[日号]|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9一二三四五六七八九十两]{1,4}\s*个?(?:工作日|小时|分钟|星期|周|月|天|日)(?:内|之内|以内|前)|[0-9一二三四五六七八九十]{1,3}\s*月份?|(?:月底|年底|本周|下周|当日|当天|今日|今天|昨天|昨日|[上下]半年|第[一二三四]季度)`)

// deeds are words for something that was or will be done.
var deeds = regexp.MustCompile(`修[好复缮理]|维修|抢修|更换|换[成上了]|清[理除洗扫]|增[设加派]|安装|拆除|加装|调整|印发|制定|修订|建立|培训|检查|巡查|排查|核[实查对]|约谈|处[理罚分]|开放|关停|停用|公[示开布]|退[还款]|整[改治]|督[促办]|移交|转交|转办|联系|通知|道歉|登记|派出|组织|实施|完成|施工|招标|验收|恢复|延长|缩短|取消|发放|补[办发齐缴]`)

// question is a way of asking, and what an answer to it has.
type question struct {
	code            string
	asked, answered *regexp.Regexp
}

// questions are compiled once; each says what must stand in a reply for it to
// be an answer at all.
func questions() []question { return asked }

var asked = []question{
	{"when", regexp.MustCompile(`什么时候|啥时候|何时|几时|多久|多长时间|哪天|几号|几点`), dates},
	{"who", regexp.MustCompile(`谁[负来管]|找谁|归谁|哪个?(?:部门|单位|科室|人)|向谁`), regexp.MustCompile(`局|科|处|所|办公室|中心|馆|委员会|公司|街道|居委会|村委会|部门|负责人|由.{1,20}负责`)},
	{"amount", regexp.MustCompile(`多少|几[个家台次元万]|费用|花了|花多|价格`), regexp.MustCompile(`[0-9０-９]|[一二三四五六七八九十百千万两]+\s*(?:个|家|台|次|元|万|人|处|项|件|套|平方米|公里)`)},
	{"why", regexp.MustCompile(`为什么|为何|为啥|什么原因|怎么会|凭什么`), regexp.MustCompile(`因为|由于|原因|因[^此而]{1,30}[，,]|是[^。]{0,30}(?:造成|导致|引起|所致)|系[^。]{0,30}(?:造成|导致|引起|所致)|按照|根据|依据`)},
	{"whether", regexp.MustCompile(`是否|是不是|有没有|能不能|能否|可不可以|可否|会不会|要不要|[吗么][？?]`), regexp.MustCompile(`是的|不是|属实|不属实|没有|有[关]?|能|可以|不可以|不得|会|将|已|未|尚|暂|确[有实系]|存在|不存在|同意|不同意|无法`)},
	{"how", regexp.MustCompile(`怎么[办样走申交填用进去联]|如何|怎样|什么流程|什么手续|哪些材料`), regexp.MustCompile(`先|再|然后|之后|首先|步|到[^。]{1,30}(?:办|领|取|交|登记)|拨打|登录|扫码|填写|提交|携带|凭|通过|请`)},
}

// phrases are words that say nothing to who reads them (公文空话).
func phrases() []string { return hollow }

var hollow = []string{
	"高度重视", "进一步加强", "进一步完善", "切实加强", "切实做好", "切实提高", "有关部门", "相关部门", "有关单位", "相关人员", "相关规定", "有关规定",
	"适时", "酌情", "原则上", "统筹考虑", "综合施策", "多措并举", "压实责任", "狠抓落实", "举一反三", "常态化", "长效机制", "稳步推进", "有序推进",
	"积极推进", "加大力度", "尽快", "抓紧", "研究研究", "正在研究", "予以关注", "衷心感谢您对我们工作的理解和支持", "敬请谅解",
}

package pii

import "strings"

// The surnames that nearly everybody has, and the double ones. wordSurnames
// begin common words too (方便, 高兴, 于是): after them a name needs a clearer
// end.
const (
	plainSurnames = "王李张刘陈杨赵黄吴徐孙胡朱郭林罗郑梁宋唐冯韩邓曹彭萧肖蔡潘袁董叶杜苏魏吕蒋丁沈卢崔姜陆汪廖戴贾韦邱邹熊孟秦阎薛侯雷段郝孔" +
		"邵毛贺赖龚樊兰殷洪翟倪严柳俞章鲁葛岳齐梅庄辛耿詹焦聂鄢闫涂谭姚夏付傅尹钱史顾龙覃黎武乔范阮柯翁霍申屠佟蔺栾冉芦滕裘荀甄尤" +
		"骆靳欧祁莫卞仇伍纪苗褚娄晏皮桑臧宫敖邬奚桂符巫冼蒲郎楚虞莘邢芮庞鲍曲卫隋柏饶刁瞿丘吉舒卜屈喻窦迟穆姬郜荆谌匡胥巩蓝竺栗闵" +
		"廉钟田童颜裴宣岑尧翦訾厉谷沙戚束寇阙蔚晁阚蒯逯仉缑亢仝佘谯笪郇扈庾殳茹宦苟邸郗郏逄邝邴缪檀亓綦宓邰隗郦璩庹肇"
	wordSurnames = "周何高谢马于任方石余曾程许万安常向车单金温关成平时白文明江宁云党华游房商项毕施包管司师古水路连广农冷牛甘季简景富卓储米" +
		"和应易尚汤陶康左凌池麻祝席封花凤计边解查诸满晋国仲宿原班宗郁阳盛畅麦鞠燕艾支利柴敬滑伊丛盖木谈蒙官伏习辜牟费代楼占展年巴幸练禹浦冀"
	doubleSurnames = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 轩辕 端木 百里 呼延 钟离 南宫 独孤 西门 澹台 淳于 申屠 鲜于 闻人 司空 赫连 公冶 濮阳 太史 单于 拓跋"
)

// surnameKind says how much a surname alone proves.
type surnameKind int

const (
	noSurname surnameKind = iota
	wordSurname
	plainSurname
)

// surname reads a surname at i.
func (v view) surname(i int) (length int, kind surnameKind) {
	if n := doubles.starts(v, i); n > 0 {
		return n, plainSurname
	}
	r := v.get(i)
	switch {
	case strings.ContainsRune(plainSurnames, r):
		return 1, plainSurname
	case strings.ContainsRune(wordSurnames, r):
		return 1, wordSurname
	}
	return 0, noSurname
}

var doubles = newWords(doubleSurnames)

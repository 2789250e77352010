package document

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// edge is how many paragraphs at either end of an article may belong to the
// page: date and source before it, editors and buttons after it.
const edge = 12

// noise answers why a paragraph is no part of a document, by its words; "" if
// it may be one. Only whole, short paragraphs are judged.
func (p *webPage) noise(text string) string {
	if p.judged >= maxJudged || utf8.RuneCountInString(text) > 160 {
		return ""
	}
	p.judged++
	text = strings.TrimSpace(text)
	for _, r := range byWords {
		if r.pattern.MatchString(text) {
			return r.reason
		}
	}
	return ""
}

const frame = `[\s\[\]【】（）()〖〗|｜/、:：>»]*`

var byWords = []rule{
	{ReasonBreadcrumb, regexp.MustCompile(`^` + frame + `(您?(现在|当前|目前)?(所在|的)?的?位置(是)?\s*[:：]|首页\s*[>»/›-])`)},
	{ReasonFontSize, regexp.MustCompile(`^` + frame + `(文字大小|字号|字体(大小)?|文章字号)?` + frame + `(特大|超大|大|中|小|\s|放大|缩小|默认|` + `[|｜/\[\]【】:：+-])*(大|中|小|放大|缩小|默认)` + frame + `$`)},
	{ReasonReadAloud, regexp.MustCompile(`^` + frame + `(语音|点击|全文|开始|暂停|停止|在线)?(朗读|播报|收听)(本文|全文|文章)?` + frame + `$`)},
	{ReasonShare, regexp.MustCompile(`^` + frame + `((分享(到|至)?|分享本文|一键分享)` + frame + `(微信|微博|QQ|空间|新浪|朋友圈|好友|腾讯|\s)*$|分享(到|至)?\s*[:：]|(打开微信|微信|手机)?[，,]?扫一扫.{0,30}$)`)},
	{ReasonPrint, regexp.MustCompile(`^(` + frame + `(打印(本页|本文|此页|页面|文章)?|关闭(窗口|本页|页面|此页)?|收藏(本页|本站)?|返回(顶部|首页|列表|上一页)?|下载(本文|全文)?|纠错|我要纠错|TOP|分享))+` + frame + `$`)},
	{ReasonPager, regexp.MustCompile(`^[\s\[【(（<«]*(上|下|前|后)一(篇|条|页|个)(文章|新闻|信息)?(\s*[\]】)）>»:：]|\s|$)`)},
	{ReasonRelated, regexp.MustCompile(`^` + frame + `(相关(链接|文章|文档|阅读|新闻|信息|稿件|解读|附件下载)|热点(新闻|推荐|文章)|推荐阅读|延伸阅读|猜你喜欢)` + frame + `$`)},
	{ReasonFooter, regexp.MustCompile(`(^` + frame + `版权所有|版权所有\s*([:：©]|$)|ICP备\s*\d|公网安备\s*\d|网站标识码\s*[:：]|^` + frame + `技术支持\s*[:：]|^` + frame + `Copyright|建议使用.{0,20}浏览器)`)},
}

// editors sign at the end of a page.
var editors = regexp.MustCompile(`^` + frame + `((责任编辑|网站编辑|编辑|审核|校对|初审|复审|终审|一审|二审|三审|录入|录入员|撰稿|供稿|审核人|编辑人|信息员|发布人)\s*[:：]\s*[^，。；：:]{0,20}\s*)+$`)

// trim takes from both ends of the article what belongs to the page, and from
// its middle what cannot be anything else.
func (p *webPage) trim() error {
	last := len(p.article) - 1
	for last >= 0 && last >= len(p.article)-maxJudged && p.tail(p.article[last]) != "" {
		last--
	}
	var kept []Block
	head := true
	for i, b := range p.article {
		reason := ""
		text := flat([]Block{b})
		switch {
		case i > last:
			reason = p.tail(b)
		case head && i < edge && p.metaLine(text):
			reason = ReasonMeta
		case b.Kind == Paragraph:
			reason = p.noise(b.Text)
		}
		if reason == "" {
			kept = append(kept, b)
			head = head && len(kept) < edge && utf8.RuneCountInString(text) < 60
			continue
		}
		if err := p.leave(b.Line, reason, text+"\n"); err != nil {
			return err
		}
	}
	p.article = kept
	return nil
}

// tail answers why a paragraph at the end is none of the document's.
func (p *webPage) tail(b Block) string {
	if b.Kind != Paragraph || utf8.RuneCountInString(b.Text) > 160 {
		return ""
	}
	if editors.MatchString(b.Text) {
		return ReasonEditor
	}
	if r := p.noise(b.Text); r != "" {
		return r
	}
	if strings.HasPrefix(b.Text, "来源：") || strings.HasPrefix(b.Text, "信息来源：") || strings.HasPrefix(b.Text, "稿源：") {
		if p.metaLine(b.Text) {
			return ReasonMeta
		}
	}
	return ""
}

// label finds the fields of a page's head line.
var label = regexp.MustCompile(`(发布日期|发布时间|发文日期|更新时间|更新日期|公开日期|成文日期|生成日期|信息来源|文章来源|内容来源|稿件来源|稿源|来源|作者|索引号|信息索引|文号|发文字号|发布机构|发文机关|发布单位|公开主体|主题分类|主题词|公开方式|公开范围|有效性|浏览次数|浏览量|浏览|阅读次数|阅读量|阅读|点击数|点击率|点击量|访问量|访问次数|字号|字体|字体大小|编辑|责任编辑|名称|日期|时间)[\s\x{3000}]*[:：\t]`)

var (
	beginsMeta = regexp.MustCompile(`^[\s【〖\[(（]*(发布日期|发布时间|发文日期|更新时间|更新日期|公开日期|生成日期|信息来源|文章来源|内容来源|稿件来源|稿源|来源|索引号|信息索引|发布机构|浏览次数|浏览量|浏览|阅读次数|阅读量|点击数|点击率|点击量|访问量|字号|字体大小)\s*[:：\t]`)
	bareDate   = regexp.MustCompile(`^\s*(20\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)(\s+\d{1,2}:\d{2}(:\d{2})?)?)`)
)

func isMeta(text string) bool { return beginsMeta.MatchString(text) || bareDate.MatchString(text) }

// particulars is the text of a piece to be read for what the page says of
// itself: labels such as 索 引 号 stand in cells, spread by spaces.
func particulars(b Block) string {
	if b.Kind != Table {
		return flat([]Block{b})
	}
	var cells []string
	for _, row := range b.Rows {
		for _, c := range row {
			if short := squeeze(c); utf8.RuneCountInString(short) <= 6 {
				c = short
			}
			cells = append(cells, c)
		}
	}
	return strings.Join(cells, "\t")
}

// metaLine says whether a paragraph is the head line of a page (发布日期：…
// 来源：… 浏览次数：…), and keeps its fields.
func (p *webPage) metaLine(text string) bool {
	if utf8.RuneCountInString(text) > 400 || !isMeta(text) {
		return false
	}
	places := label.FindAllStringSubmatchIndex(text, 64)
	if m := bareDate.FindStringSubmatch(text); m != nil {
		rest := strings.TrimSpace(text[len(m[0]):])
		if rest != "" && (len(places) == 0 || strings.TrimSpace(text[len(m[0]):places[0][0]]) != "") {
			return false // a sentence that begins with a date
		}
		if rest == "" && strings.Contains(m[1], "年") {
			return false // the day of a signature
		}
		p.meta("PubDate", m[1])
	}
	for i, at := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		value := strings.Trim(text[at[1]:end], " \t\n\u3000|｜【】[]()（）〖〗；;")
		p.field(text[at[2]:at[3]], value)
	}
	return true
}

// field keeps what a head line says, under the names of the rules where they
// have one.
func (p *webPage) field(name, value string) {
	switch name {
	case "发布日期", "发布时间", "发文日期", "公开日期", "日期", "时间":
		name = "PubDate"
	case "信息来源", "文章来源", "内容来源", "稿件来源", "稿源", "来源":
		name = "ContentSource"
	case "作者":
		name = "Author"
	case "索引号", "信息索引":
		name = "index"
	case "文号", "发文字号":
		name = "number"
	case "字号", "字体", "字体大小", "名称":
		return
	}
	p.meta(name, value)
}

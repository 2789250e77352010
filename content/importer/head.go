package importer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/numbering"
)

// maxHead is how many lines a document's head may have.
const maxHead = 40

var (
	pageLine    = regexp.MustCompile(`^[\[【(]?(?:当前位置|您?的?位置|首页 ?[>|]|(?:发布|发稿|公布|更新)(?:日期|时间)|时间:|日期:|(?:信息)?来源|稿源|文章来源|浏览|阅读|点击|访问|字号|字体|分享|朗读|打印|关闭|作者|责任编辑|编辑|审核)`)
	indexLine   = regexp.MustCompile(`索 ?引 ?号 ?[:：]? *([0-9A-Za-z][0-9A-Za-z/_.\-]{3,})`)
	numberWhole = regexp.MustCompile(`^(?:(?:发文字号|文 ?号) ?: ?)?([^ ,。:;()]{1,20}[〔\[(【][0-9]{4}[〕\])】] ?(?:第 ?)?[0-9]{1,5} ?号)$`)
	envelopeRow = regexp.MustCompile(`^(?:索 ?引 ?号|主题分类|主题词|发布机构|发文机关|成文日期|发文字号|文 ?号|有效性|公开方式|信息名称|名 ?称)`)
	titleEnd    = regexp.MustCompile(`(?:通报|报告|公示|公告|通告|情况|说明|公示稿)(?:\([^()]{1,12}\))?$`)
	bodyStart   = regexp.MustCompile(`^(?:根据|按照|按|经|为|依据|[0-9]{4} ?年[0-9]{1,2} ?月)`)
	orgEnd      = regexp.MustCompile(`(?:党组|党委|党工委|工委|委员会|局|办公室|政府|总支部?|支部|支队|中心|公司|集团|学院|学校|医院|委|院|厅|处|会)$`)
)

// head takes the lines before the text proper and answers the rest.
func (p *reading) head() []line {
	end := 0
	for end < len(p.lines) && end < maxHead && !startsBody(p.lines[end]) {
		end++
	}
	if end == len(p.lines) && end > 0 {
		end = p.shortDocument()
	}
	var rest []line
	for _, l := range p.lines[:end] {
		if !p.headLine(l) {
			rest = append(rest, l)
		}
	}
	intro := p.titleLines(rest)
	return append(intro, p.lines[end:]...)
}

// contentsEntry is a heading with the page on which it stands.
var contentsEntry = regexp.MustCompile(`[^0-9][ .·…。_-]*[ .·…][0-9]{1,3}$`)

// listOfContents leaves out 目录 with its entries: they repeat headings.
func (p *reading) listOfContents() {
	from := slices.IndexFunc(p.lines[:min(len(p.lines), maxHead)], func(l line) bool { return len(l.text) <= maxFieldName && squeezed(l.text) == "目录" })
	if from < 0 {
		return
	}
	end := from + 1
	for end < len(p.lines) && p.lines[end].rows == nil && contentsEntry.MatchString(p.lines[end].fold) {
		end++
	}
	if end == from+1 {
		return
	}
	for _, l := range p.lines[from:end] {
		p.leave(l, "contents")
	}
	p.lines = slices.Delete(p.lines, from, end)
}

// shortDocument is for a document of short lines only: its head ends with its title.
func (p *reading) shortDocument() int {
	for i, l := range p.lines[:min(len(p.lines), maxHead)] {
		if titleEnd.MatchString(l.fold) {
			return i + 1
		}
	}
	return 0
}

func startsBody(l line) bool {
	if l.rows != nil || l.footnote {
		return l.footnote || !envelopeTable(l.rows)
	}
	if l.heading == 1 && l.marker.Kind == numbering.None || pageLine.MatchString(l.fold) || envelopeRow.MatchString(l.fold) {
		return false
	}
	if l.marker.Kind != numbering.None && l.marker.Kind != numbering.Par || utf8.RuneCountInString(l.text) > 70 {
		return true
	}
	return strings.HasSuffix(l.fold, "。") || strings.HasSuffix(l.fold, ":") || strings.ContainsRune(l.fold, '。') ||
		bodyStart.MatchString(l.fold) && strings.ContainsRune(l.fold, ',')
}

// envelopeTable is the table of particulars that open-information pages show.
func envelopeTable(rows [][]string) bool {
	for _, r := range rows {
		for _, c := range r {
			if indexLine.MatchString(fold(c)) || envelopeRow.MatchString(fold(strings.TrimSpace(c))) {
				return true
			}
		}
	}
	return false
}

// headLine takes a line that is no title: what the page says about itself.
func (p *reading) headLine(l line) bool {
	switch {
	case l.rows != nil:
		var flat []string
		for _, r := range l.rows {
			flat = append(flat, strings.Join(r, " "))
		}
		l.text = visible(strings.Join(flat, " "))
		l.fold = fold(l.text)
		p.particulars(l)
		p.leave(l, "particulars")
	case numberWhole.MatchString(l.fold):
		m := numberWhole.FindStringSubmatchIndex(l.fold)
		p.n.Number = l.original(m[2], m[3])
		if m[2] > 0 {
			p.leave(l, "particulars")
		}
	case envelopeRow.MatchString(l.fold):
		p.particulars(l)
		p.leave(l, "particulars")
	case pageLine.MatchString(l.fold):
		p.particulars(l)
		p.leave(l, "page-line")
	default:
		return false
	}
	return true
}

var numberWithin = regexp.MustCompile(`(?:发文字号|文 ?号) ?:? *([^ ,。:;()]{1,20}[〔\[(【][0-9]{4}[〕\])】] ?(?:第 ?)?[0-9]{1,5} ?号)`)

var writtenOn = regexp.MustCompile(`(?:成文|生成)日期 ?:? *([0-9年月日/.\-]{8,11})`)

// particulars reads index, number and time of publication out of a line.
func (p *reading) particulars(l line) {
	if m := indexLine.FindStringSubmatchIndex(l.fold); m != nil && p.n.Index == "" {
		p.n.Index = l.original(m[2], m[3])
	}
	if m := numberWithin.FindStringSubmatchIndex(l.fold); m != nil && p.n.Number == "" {
		p.n.Number = l.original(m[2], m[3])
	}
	if written := writtenOn.FindStringSubmatchIndex(l.fold); written != nil {
		if d, ok := wholeDay(l.fold[written[2]:written[3]]); ok {
			p.n.Date = d // a signature goes before it
		}
	} else if at := strings.Index(l.fold, "发布"); at >= 0 || strings.Contains(l.fold, "时间") || strings.Contains(l.fold, "日期") {
		p.pageTime(l.fold[max(at, 0):], l.no)
	}
}

// titleLines finds issuer and title among what is left of the head; what is
// neither stands in the intro.
func (p *reading) titleLines(head []line) []line {
	from, end := titleSpan(head)
	if end == 0 {
		p.titleElsewhere()
		return head
	}
	p.n.Title = joined(head[from:end])
	if end-from > 1 {
		p.note(Info, head[from].no, "title-joined", end-from, p.n.Title)
	}
	var intro []line
	for i, l := range head {
		switch {
		case i >= from && i < end:
		case i < from && p.n.Issuer == "" && i == from-1 && orgEnd.MatchString(l.fold):
			p.n.Issuer = l.text
		case i >= end && squeezed(joined(head[i:min(i+end-from, len(head))])) == squeezed(p.n.Title):
			for _, x := range head[i:min(i+end-from, len(head))] {
				p.leave(x, "title-repeated")
			}
			p.note(Info, l.no, "title-repeated")
			return append(intro, head[min(i+end-from, len(head)):]...)
		case strings.Contains(squeezed(p.n.Title), squeezed(l.text)) && utf8.RuneCountInString(l.text) > 6:
			p.leave(l, "title-repeated")
		default:
			intro = append(intro, l)
		}
	}
	return intro
}

// titleSpan is the run of lines that make the title: it ends with a word such
// as 通报 and begins where its 关于 stands, with the issuer if that was cut off.
func titleSpan(head []line) (from, end int) {
	for i, l := range head {
		if titleEnd.MatchString(l.fold) {
			end = i + 1
			break
		}
	}
	if end == 0 {
		return titleByStyle(head)
	}
	from = end - 1
	for from > 0 && end-from < 4 && !strings.Contains(head[from].fold, "关于") {
		above := head[from-1].fold
		if !strings.Contains(above, "关于") && !strings.Contains(strings.Join(folded(head[:from]), ""), "关于") {
			break
		}
		from--
	}
	// 关于 at the head of its line wants its issuer before it.
	if from > 0 && strings.HasPrefix(head[from].fold, "关于") && orgEnd.MatchString(head[from-1].fold) {
		from--
	}
	return from, end
}

// titleByStyle goes by the looks where no word tells: a first-level heading,
// else centred lines that speak of the matter.
func titleByStyle(head []line) (from, end int) {
	for i, l := range head {
		if l.heading == 1 {
			return i, i + 1
		}
	}
	for i, l := range head {
		if !l.center || !strings.Contains(l.fold, "整改") {
			continue
		}
		for from = i; from > 0 && head[from-1].center && !orgEnd.MatchString(head[from-1].fold); from-- {
		}
		return from, i + 1
	}
	return 0, 0
}

func folded(lines []line) []string {
	var all []string
	for _, l := range lines {
		all = append(all, l.fold)
	}
	return all
}

func joined(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

func squeezed(s string) string { return strings.Join(strings.Fields(fold(s)), "") }

// titleElsewhere takes the title that the page's head names.
func (p *reading) titleElsewhere() {
	for _, key := range []string{"ArticleTitle", "title", "og:title"} {
		if t := strings.TrimSpace(visible(p.meta(key))); t != "" {
			p.n.Title = t
			p.note(Uncertain, 0, "title-from-meta", t)
			return
		}
	}
	p.note(Uncertain, 0, "no-title")
}

// meta answers a head field whatever the case of its name.
func (p *reading) meta(name string) string {
	if v, ok := p.d.Meta[name]; ok {
		return v
	}
	for k, v := range p.d.Meta {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

var clockText = regexp.MustCompile(`^[ T日]*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?`)

// pageTime reads the moment at which a page says that it was published. A day
// without an hour is none: the hour would be made up.
func (p *reading) pageTime(s string, at int) {
	if !p.o.Published.IsZero() || !p.n.Published.IsZero() {
		return
	}
	found := days(s)
	if len(found) == 0 || found[0].noYear {
		return
	}
	d := found[0]
	m := clockText.FindStringSubmatch(s[d.to:])
	if m == nil {
		p.note(Uncertain, at, "published-day-only", d.day)
		return
	}
	h, mi, sec := number(m[1], 0, len(m[1])), number(m[2], 0, len(m[2])), number(m[3], 0, len(m[3]))
	if h > 23 || mi > 59 || sec > 59 {
		return
	}
	// China has one time, eight hours ahead of UTC.
	p.n.Published = time.Date(d.day.Year, d.day.Month, d.day.Date, h, mi, sec, 0, time.FixedZone("", 8*3600))
	p.note(Info, at, "published-from-page", p.n.Published.Format(time.RFC3339))
}

// envelope fills what neither head nor foot said.
func (p *reading) envelope() {
	if p.n.Published.IsZero() {
		for _, key := range []string{"PubDate", "publishdate", "article:published_time"} {
			if v := p.meta(key); v != "" {
				p.pageTime(fold(v), 0)
			}
		}
	}
	switch {
	case !p.o.Published.IsZero():
		p.n.Published = p.o.Published
	case p.n.Published.IsZero() && !p.o.Now.IsZero():
		p.n.Published = p.o.Now
		p.note(Uncertain, 0, "published-now", p.o.Now.Format(time.RFC3339))
	case p.n.Published.IsZero():
		p.note(Uncertain, 0, "no-published")
	}
	if p.n.Issuer == "" {
		if org, _, ok := strings.Cut(p.n.Title, "关于"); ok && orgEnd.MatchString(fold(org)) {
			p.n.Issuer = strings.TrimSpace(org)
			p.note(Uncertain, 0, "issuer-from-title", p.n.Issuer)
		} else {
			p.note(Uncertain, 0, "no-issuer")
		}
	}
	p.n.Index = cmp.Or(p.n.Index, p.meta("index"))
	p.n.Number = cmp.Or(p.n.Number, p.meta("number"))
	if p.n.Date.IsZero() {
		p.pageDate()
	}
	p.slug()
}

// pageDate takes the day of signing that the page states outside of its article.
func (p *reading) pageDate() {
	for _, key := range []string{"成文日期", "生成日期"} {
		if d, ok := wholeDay(fold(p.meta(key))); ok {
			p.n.Date = d
			p.note(Info, 0, "date-from-page", d)
			return
		}
	}
	p.note(Uncertain, 0, "no-date")
}

// slug takes the name that was asked for, else the file's, else the date.
func (p *reading) slug() {
	stem := p.d.Name
	if at := strings.LastIndexAny(stem, `/\`); at >= 0 {
		stem = stem[at+1:]
	}
	if at := strings.LastIndexByte(stem, '.'); at > 0 {
		stem = stem[:at]
	}
	switch {
	case p.o.Slug != "":
		p.n.Slug = p.o.Slug
	case content.ValidSlug(stem) && !strings.EqualFold(stem, "readme"):
		p.n.Slug = stem
	case !p.n.Date.IsZero():
		p.n.Slug = "notice-" + p.n.Date.String()
		p.note(Info, 0, "slug-from-date", p.n.Slug)
	default:
		p.n.Slug = "notice"
		p.note(Uncertain, 0, "slug-none", p.n.Slug)
	}
}

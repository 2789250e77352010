package importer

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/numbering"
)

const (
	maxTail      = 20 // lines from the end among which a day alone is that of the signature
	maxSignature = 40 // characters of a signature's line
)

var (
	editorLine = regexp.MustCompile(`^[\[(【]?(?:责任编辑|责编|编辑|校对|审核|初审|复审|终审|审校|撰稿|供稿|作者|来源|信息来源|打印本页|关闭窗口|打印|关闭|上一篇|下一篇|分享到?|返回顶部|返回) ?(?:[:】)\]]|$)|^扫一扫.{0,12}(?:打开|查看|浏览|阅读|分享).{0,8}$`)
	annexLine  = regexp.MustCompile(`^附件(?:[0-9一二三四五六七八九十]{0,2})? ?:`)
	tailDate   = regexp.MustCompile(`^(.{2,40}?[^0-9年月日〇○]) +((?:[0-9]{4} ?年 ?[0-9]{1,2} ?月 ?[0-9]{1,2} ?日|[一二三四五六七八九〇○零OoΟ0]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日))$`)
)

// tail finds signature and date, which stay in the text, and leaves out what a
// page adds below them.
func (p *reading) tail(lines []line) []line {
	for len(lines) > 0 {
		last := lines[len(lines)-1]
		if last.rows != nil || !editorLine.MatchString(last.fold) {
			break
		}
		p.leave(last, "editor-line")
		lines = lines[:len(lines)-1]
	}
	annexLists(lines)
	p.body = lines
	p.sign(lines)
	for _, l := range lines[max(0, p.end()-maxBelow):] {
		if annexLine.MatchString(l.fold) {
			p.note(Uncertain, l.no, "annex-named", l.text) // whether its file is to be attached, a person knows
			break
		}
	}
	if end := p.end(); end > 0 {
		p.foot = lines[max(0, end-maxContactLines)].no
	}
	return lines
}

// annexLists marks the lines that name annexes above the signature: 附件：1.…
// and, each on a line of its own, 2.… and so on. Their numbers head nothing.
func annexLists(lines []line) {
	for i := range lines {
		named := annexLine.FindString(lines[i].fold)
		if named == "" {
			continue
		}
		lines[i].annex = true
		m, _ := numbering.Read(lines[i].fold[len(named):])
		for k := i + 1; m.Kind == numbering.Arabic && k < len(lines) && lines[k].marker.Kind == m.Kind && lines[k].marker.Ordinal == m.Ordinal+k-i; k++ {
			lines[k] = lines[k].asText()
			lines[k].annex = true
		}
	}
}

// end is the index behind the signature, else behind the last line: what
// follows it are annexes.
func (p *reading) end() int {
	if p.signature > 0 {
		for i, l := range p.body {
			if l.no > p.signature {
				return i
			}
		}
	}
	return len(p.body)
}

// sign looks for the day of the signature from the end. Above the last lines,
// where an annex follows, only one with a name over it counts.
func (p *reading) sign(lines []line) {
	for i := len(lines) - 1; i >= 0; i-- {
		l := lines[i]
		if l.rows != nil || i < len(lines)-maxTail && (i == 0 || !signs(lines[i-1]) || !orgEnd.MatchString(lines[i-1].fold)) {
			continue
		}
		if m := tailDate.FindStringSubmatchIndex(l.fold); m != nil {
			if d, ok := wholeDay(l.fold[m[4]:m[5]]); ok && !strings.ContainsAny(l.fold[m[2]:m[3]], "。,;:") {
				p.signed(d, l.no, l.original(m[2], m[3]))
				p.signedFrom = l.no
				return
			}
		}
		if d, ok := wholeDay(l.fold); ok {
			by := p.signer(lines[:i])
			p.signed(d, l.no, by)
			p.signedFrom = l.no
			for k := i - 1; k >= max(0, i-2) && by != "" && strings.Contains(by, lines[k].text); k-- {
				p.signedFrom = lines[k].no
			}
			return
		}
	}
	if p.n.Date.IsZero() {
		p.headDate(lines)
	}
}

// headDate takes a day that stands alone below the title.
func (p *reading) headDate(lines []line) {
	for _, l := range lines[:min(len(lines), 3)] {
		if d, ok := wholeDay(l.fold); ok {
			p.n.Date = d
			p.note(Info, l.no, "date-from-head", d)
			return
		}
	}
}

func (p *reading) signed(d content.Day, at int, by string) {
	p.n.Date, p.signature = d, at
	if by == "" {
		return
	}
	if p.n.Issuer != "" && squeezed(p.n.Issuer) != squeezed(by) {
		p.note(Contradiction, at, "issuer-differs", p.n.Issuer, by)
		p.unplace(p.n.Issuer)
	}
	p.n.Issuer = by
}

// unplace reports an issuer of the head that the signature replaced.
func (p *reading) unplace(text string) {
	for _, l := range p.lines {
		if l.text == text {
			p.leave(l, "issuer-line")
			return
		}
	}
}

// signer is the line above the date, with the one above it if the name was cut.
func (p *reading) signer(above []line) string {
	if len(above) == 0 || !signs(above[len(above)-1]) {
		return ""
	}
	by := above[len(above)-1].text
	if len(above) > 1 && signs(above[len(above)-2]) {
		whole := above[len(above)-2].text + by
		if squeezed(whole) == squeezed(p.n.Issuer) || strings.HasPrefix(squeezed(p.n.Title), squeezed(whole)) {
			return whole
		}
		if orgEnd.MatchString(above[len(above)-2].fold) {
			p.note(Uncertain, above[len(above)-2].no, "signed-by-several", above[len(above)-2].text, by)
		}
	}
	return by
}

func signs(l line) bool {
	return l.rows == nil && l.marker.Kind == numbering.None && utf8.RuneCountInString(l.text) <= maxSignature &&
		!strings.ContainsAny(l.fold, "。,;:?!@") && l.text != "" && !strings.HasPrefix(l.fold, "附件")
}

package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rectify/content/numbering"
)

var (
	problemText   = regexp.MustCompile(`问题|不到位|不够|不足|不深|不严|不实|不高|不强|不力|不畅|不清|不规范|不扎实|不及时|差距|薄弱|缺乏|滞后|偏差|短板|弱化|欠缺|缺失|缺位|短缺|整改情况|整改落实情况|方面$|^(?:关于|针对|在)["“]`)
	afterwards    = regexp.MustCompile(`下一步|下步|今后|打算|努力方向|工作安排|工作计划|联系方式|监督方式|意见反馈`)
	aboutTheWork  = regexp.MustCompile(`组织|领导|总体|开展情况|基本情况|主要做法|责任|认识|站位|部署|推进情况|工作措施|成效`)
	aboutProblems = regexp.MustCompile(`问题|事项|反馈意见|清单|整改(?:落实|进展|完成)?情况|任务`)
)

// part is a section on its way: its heading, if any, and its lines.
type part struct {
	head   *line
	lines  []line
	text   map[int]bool // lines whose number is an enumeration, by index
	ledger bool
	behind []line // annexes behind the document's foot
}

// parts cuts the body at 一、 headings. lead is what stands before the first.
func parts(body []line) (lead []line, all []part) {
	runs := enumerations(body)
	current := -1
	for i, l := range body {
		if l.marker.Kind == numbering.Han && !runs[i] {
			head := l
			all = append(all, part{head: &head, text: make(map[int]bool)})
			current = len(all) - 1
			continue
		}
		if current < 0 {
			lead = append(lead, l)
			continue
		}
		s := &all[current]
		if runs[i] {
			s.text[len(s.lines)] = true
		}
		s.lines = append(s.lines, l)
	}
	if current < 0 {
		return headless(body, runs)
	}
	return lead, all
}

// headless is a document without 一、: what stands before its first number is
// its lead, the rest one part.
func headless(body []line, runs map[int]bool) ([]line, []part) {
	for i, l := range body {
		if l.marker.Kind != numbering.None && !runs[i] || ledgerTable(l.rows) {
			s := part{lines: body[i:], text: make(map[int]bool), ledger: true}
			for k := range runs {
				if k >= i {
					s.text[k-i] = true
				}
			}
			return body[:i], []part{s}
		}
	}
	return body, nil
}

// annexHead begins an annex behind the signature.
var annexHead = regexp.MustCompile(`^附件 ?[0-9一二三四五六七八九十]{0,2} ?(?::.{0,120})?$`)

// annexes cuts off what stands behind the signature from the first annex on. A
// ledger there belongs to the notice: most of what is numbered names problems.
func (p *reading) annexes(body []line) (main, behind []line) {
	for i, l := range body {
		if p.signature == 0 || l.no < p.signature || !annexHead.MatchString(l.fold) {
			continue
		}
		problems, numbered, _ := shape(&part{lines: body[i:], text: enumerations(body[i:])})
		if numbered > 0 && problems*2 >= numbered {
			break
		}
		return slices.Clip(body[:i]), body[i:]
	}
	return body, nil
}

// enumerations finds the numbered lines that are lists within the text: those
// that end in ； but for the last, and those that hold their next number, too.
func enumerations(lines []line) map[int]bool {
	runs := make(map[int]bool)
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if l.marker.Kind == numbering.None {
			continue
		}
		if goesOnWithin(l) {
			runs[i] = true
			continue
		}
		end := i
		for end < len(lines) && lines[end].marker.Kind == l.marker.Kind && lines[end].marker.Ordinal == l.marker.Ordinal+end-i && strings.HasSuffix(lines[end].fold, ";") {
			end++
		}
		if end == i || l.marker.Ordinal != 1 {
			continue
		}
		if end < len(lines) && lines[end].marker.Kind == l.marker.Kind && lines[end].marker.Ordinal == l.marker.Ordinal+end-i {
			end++ // the last one ends otherwise
		}
		for k := i; k < end; k++ {
			runs[k] = true
		}
		i = end - 1
	}
	return runs
}

// goesOnWithin reports whether the paragraph counts on by itself: ①…；②….
// One that begins to count anew within, as in ①… ：①…；②…, has a heading.
func goesOnWithin(l line) bool {
	own, next := beside(l.marker)
	if next == "" {
		return false
	}
	for _, stop := range []string{";", "; ", ",", "。"} {
		if at := strings.Index(l.fold, stop+next); at > 0 {
			after := l.fold[at+len(stop)+len(next):]
			decimal := after != "" && after[0] >= '0' && after[0] <= '9' // 2.5 is no number of a line
			return !decimal && !strings.Contains(l.fold[len(own):at], own)
		}
	}
	return false
}

// beside are a number and the one after it as they stand in a folded line;
// none for those that head sections and aspects.
func beside(m numbering.Marker) (own, next string) {
	sign, size := utf8.DecodeRuneInString(m.Text)
	write := func(format string) (string, string) {
		return fmt.Sprintf(format, m.Ordinal), fmt.Sprintf(format, m.Ordinal+1)
	}
	switch {
	case sign > '(' && size == len(m.Text): // ① ⒈ ⑴ ㈠: the next stands next to it
		return string(sign), string(sign + 1)
	case m.Kind == numbering.Par:
		return write("(%d)")
	case m.Kind == numbering.Closed:
		return write("%d)")
	case m.Kind == numbering.Arabic:
		return write("%d.")
	}
	return "", ""
}

// sort decides which parts hold the ledger.
func (p *reading) sort(all []part) {
	any := false
	for i := range all {
		s := &all[i]
		if s.head == nil {
			any = true
			continue
		}
		is, sure := holdsLedger(s)
		s.ledger = is
		any = any || is
		switch {
		case sure:
		case is:
			p.note(Uncertain, s.head.no, "section-is-ledger", s.head.text)
		default:
			p.note(Uncertain, s.head.no, "section-is-text", s.head.text)
		}
	}
	if any {
		return
	}
	for i := range all {
		s := &all[i]
		_, numbered, _ := shape(s)
		if tabled(s) || numbered > 0 && !afterwards.MatchString(s.head.fold) && !aboutTheWork.MatchString(s.head.fold) {
			s.ledger = true
			p.note(Uncertain, s.head.no, "section-is-ledger", s.head.text)
		}
	}
}

// tabled reports whether the part holds a table of problems: a document may
// give them in an annex behind its last section only.
func tabled(s *part) bool {
	return slices.ContainsFunc(s.lines, func(l line) bool { return ledgerTable(l.rows) })
}

func holdsLedger(s *part) (is, sure bool) {
	problems, numbered, deep := shape(s)
	title := s.head.fold
	switch {
	case numbered == 0:
		return false, true
	case afterwards.MatchString(title):
		return problems*2 > numbered && aboutProblems.MatchString(title), true
	case problems*2 >= numbered:
		return true, true
	case aboutTheWork.MatchString(title):
		return false, !deep
	case deep:
		return true, true
	case aboutProblems.MatchString(title):
		return true, false
	}
	return false, true
}

// shape counts the numbered lines of a part, those of its first kind that name
// a problem, and whether another kind stands under it.
func shape(s *part) (problems, numbered int, deep bool) {
	first := numbering.None
	for i, l := range s.lines {
		if ledgerTable(l.rows) {
			return 1, 1, true
		}
		if l.marker.Kind == numbering.None || s.text[i] {
			continue
		}
		if first == numbering.None {
			first = l.marker.Kind
		}
		if l.marker.Kind != first {
			deep = true
			continue
		}
		numbered++
		heading, _ := split(l.rest)
		if problemText.MatchString(strings.TrimRight(fold(heading), "。: ")) {
			problems++
		}
	}
	return problems, numbered, deep
}

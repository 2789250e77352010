package importer

import (
	"regexp"
	"slices"
	"strings"

	"rectify/content"
)

// maxIntro is how many lines from the start tell of the inspection.
const maxIntro = 8

var (
	inspected = regexp.MustCompile(`巡察|巡视|检查|督察|督导|审计`)
	span      = regexp.MustCompile(`^ ?(?:起)? ?(?:至|到|-|—+|–|~|―) ?$`)
	bodyName  = regexp.MustCompile(`([\p{Han}0-9]{0,24}?(?:巡察|巡视|检查|督察|督导)(?:第?[一二三四五六七八九十0-9]{1,3})?组)`)
	bodyLead  = regexp.MustCompile(`^.*(?:期间|由|经|派出|派驻|安排|部署|要求|日|月|年|[对向]我[局委市县]的?)`)
	round     = regexp.MustCompile(`(?:[一二三四五六七八九十]{1,3}届[^,。;:、“”"]{0,8})?第[一二三四五六七八九十]{1,3}轮[^,。;:、“”"组对]{0,6}?(?:巡察|巡视)`)
	kind      = regexp.MustCompile(`(?:常规|专项|提级|机动|交叉|联动|政治)(?:巡察|巡视)|(?:巡察|巡视)["“]回头看["”]|["“]回头看["”](?:巡察|巡视)`)
	vague     = regexp.MustCompile(`[0-9]{1,2}月(?:[上中下]旬|底|初|份)?(?:至|到|-|—+)(?:次年|当年)?[0-9]{1,2}月(?:[上中下]旬|底|初|份)?`)
	handed    = regexp.MustCompile(`反馈|移交`)
)

// inspection reads who inspected, when, and when the opinion was handed over
// out of the first lines.
func (p *reading) inspection() {
	var sentences []line
	for _, l := range p.outside[:min(len(p.outside), maxIntro)] {
		if l.rows != nil || p.signature > 0 && l.no >= p.signature {
			break
		}
		for s := range strings.SplitAfterSeq(l.text, "。") {
			if s = strings.TrimSpace(s); s != "" {
				sentences = append(sentences, makeLine(l.no, s))
			}
		}
	}
	in := &p.n.Inspection
	var before content.Day
	for _, s := range sentences {
		if !strings.Contains(s.fold, "公示") && inspected.MatchString(s.fold) {
			before = p.span(in, s, before)
		}
		before = p.handedOver(in, s, before)
		if in.Body == "" && strings.Contains(s.fold, "组") {
			in.Body = bodyOf(s)
		}
	}
	p.roundAndKind(sentences)
	if in.From.IsZero() {
		for _, s := range sentences {
			if m := vague.FindString(s.fold); m != "" && inspected.MatchString(s.fold) {
				p.note(Uncertain, s.no, "inspection-inexact", m)
				break
			}
		}
	}
	if in.HandedOver.IsZero() {
		p.note(Uncertain, 0, "no-handed-over")
	}
}

// span reads from and to; both ends stand in the same sentence.
func (p *reading) span(in *content.Inspection, s line, before content.Day) content.Day {
	if !in.From.IsZero() {
		return before
	}
	found := days(s.fold)
	for i := 0; i+1 < len(found); i++ {
		a, b := found[i], found[i+1]
		if !span.MatchString(s.fold[a.to:b.from]) {
			continue
		}
		from, ok := p.year(a, before, s.no, "inspection.from")
		if !ok {
			return before
		}
		to, ok := p.year(b, from, s.no, "inspection.to")
		if !ok {
			return before
		}
		in.From, in.To = from, to
		return to
	}
	return before
}

// year fills in what a day leaves out and says so.
func (p *reading) year(x dated, before content.Day, at int, what content.Key) (content.Day, bool) {
	d, ok := x.fill(before)
	if !ok {
		p.note(Uncertain, at, "year-missing", what)
		return d, false
	}
	if x.noYear {
		sev := Info
		if d.Year != before.Year || what == "inspection.handed_over" {
			sev = Uncertain
		}
		p.note(sev, at, "inferred-year", what, d)
	}
	return d, true
}

// handedOver is the last day before 反馈 in its sentence that is no end of a span.
func (p *reading) handedOver(in *content.Inspection, s line, before content.Day) content.Day {
	word := handed.FindStringIndex(s.fold)
	if word == nil || !in.HandedOver.IsZero() {
		return before
	}
	found := days(s.fold)
	var at *dated
	for i := range found {
		x := found[i]
		if x.from > word[0] {
			break
		}
		ends := i > 0 && span.MatchString(s.fold[found[i-1].to:x.from])
		begins := i+1 < len(found) && span.MatchString(s.fold[x.to:found[i+1].from])
		if !ends && !begins {
			at = &found[i]
		}
	}
	if at == nil {
		return before
	}
	if d, ok := p.year(*at, before, s.no, "inspection.handed_over"); ok {
		in.HandedOver = d
		return d
	}
	return before
}

func bodyOf(s line) string {
	for _, m := range bodyName.FindAllStringIndex(s.fold, -1) {
		name := s.original(m[0], m[1])
		if lead := bodyLead.FindString(name); len(lead) < len(name) {
			name = name[len(lead):]
		}
		if len([]rune(name)) > 3 {
			return name
		}
	}
	return ""
}

func (p *reading) roundAndKind(sentences []line) {
	in := &p.n.Inspection
	for _, s := range append([]line{makeLine(0, p.n.Title)}, sentences...) {
		if !strings.Contains(s.fold, "巡") {
			continue
		}
		if m := round.FindStringIndex(s.fold); m != nil && in.Round == "" {
			in.Round = s.original(m[0], m[1])
		}
		if m := kind.FindStringIndex(s.fold); m != nil && in.Kind == "" && !strings.HasPrefix(s.fold[m[1]:], "组") {
			in.Kind = s.original(m[0], m[1])
		}
	}
}

var (
	publicSentence = regexp.MustCompile(`公示|监督期|监督时限|意见|反映|受理|征求`)
	periodSpan     = regexp.MustCompile(`公示|止|监督|受理`)
	periodWords    = regexp.MustCompile(`(?:公示|监督)(?:期|时间|时限)`)
	workingDays    = regexp.MustCompile(`[0-9一二三四五六七八九十]{1,3}个?工作日`)
	calendarDays   = regexp.MustCompile(`共(?:计)? ?([0-9]{1,3}|[一二三四五六七八九十]{1,3}) ?天`)
	untilOnly      = regexp.MustCompile(`(?:之前|以前|前|截止|为止)`)
)

// supervision reads until when opinions are invited. An end that would have to
// be computed from working days is not computed: holidays decide it.
func (p *reading) supervision() {
	lines := p.outside
	if i := slices.IndexFunc(lines, func(l line) bool { return p.signature > 0 && l.no > p.signature }); i >= 0 {
		lines = lines[:min(len(lines), i+maxBelow)]
	}
	lines = lines[max(0, len(lines)-maxContactLines):]
	for _, l := range lines {
		if l.rows != nil {
			continue
		}
		for s := range strings.SplitSeq(l.fold, "。") {
			if (strings.Contains(s, "日") || strings.ContainsAny(s, "-/.")) && publicSentence.MatchString(s) {
				p.period(s, l.no)
			}
		}
	}
}

// speaksOfPeriod reports whether a line says until when opinions are invited.
func speaksOfPeriod(s string) bool {
	return strings.Contains(s, "日") && periodWords.MatchString(s)
}

func (p *reading) period(s string, at int) {
	sup := &p.n.Supervision
	defer func() {
		if m := workingDays.FindString(s); m != "" && sup.IsZero() && (periodWords.MatchString(s) || strings.Contains(s, "公示")) {
			p.note(Uncertain, at, "period-working-days", m)
		}
	}()
	found := days(s)
	for i := 0; i+1 < len(found) && sup.IsZero(); i++ {
		a, b := found[i], found[i+1]
		if !span.MatchString(s[a.to:b.from]) || !periodSpan.MatchString(s) {
			continue
		}
		from, ok := p.year(a, p.n.Date, at, "supervision.from")
		if !ok {
			return
		}
		to, ok := p.year(b, from, at, "supervision.to")
		if !ok {
			return
		}
		if from == p.n.Inspection.From && to == p.n.Inspection.To {
			continue
		}
		sup.From, sup.To = from, to
		p.periodLength(s, at)
		return
	}
	if sup.IsZero() && len(found) == 1 && untilOnly.MatchString(s[found[0].to:]) && strings.Contains(s, "请") {
		p.note(Uncertain, at, "period-until", strings.TrimSpace(s[found[0].from:found[0].to]))
	}
}

// periodLength holds 共7天 against the days.
func (p *reading) periodLength(s string, at int) {
	m := calendarDays.FindStringSubmatch(s)
	if m == nil {
		return
	}
	sup := p.n.Supervision
	counted := int(sup.To.Time().Sub(sup.From.Time()).Hours()/24) + 1
	if said := count(m[1]); said != counted {
		p.note(Contradiction, at, "period-length", said, counted)
	}
}

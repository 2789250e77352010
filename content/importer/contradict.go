package importer

import (
	"regexp"
	"strings"
	"unicode"

	"rectify/content"
)

// maxPromises bounds how many plans of a document are followed up.
const maxPromises = 200

var (
	toCome  = regexp.MustCompile(`预计|计划|拟于|拟|将|力争|确保|底前|前|截止|截至|定于|以后|时限|期限|公示|至`)
	settled = regexp.MustCompile(`(?:定于|将于|拟于|计划于|预计于|预计|计划) ?$`)
)

// contradictions looks for what the document says against itself about days.
func (p *reading) contradictions() {
	in := p.n.Inspection
	for _, x := range []struct {
		a, b   content.Day
		an, bn content.Key
	}{
		{in.From, in.To, "inspection.from", "inspection.to"}, {in.To, in.HandedOver, "inspection.to", "inspection.handed_over"},
		{in.HandedOver, p.n.Date, "inspection.handed_over", "date"}, {p.n.Supervision.From, p.n.Supervision.To, "supervision.from", "supervision.to"},
	} {
		if !x.a.IsZero() && !x.b.IsZero() && x.b.Before(x.a) {
			p.note(Contradiction, p.signature, "dates-order", x.an, x.a, x.bn, x.b)
		}
	}
	for _, l := range p.body {
		if l.rows == nil && !p.n.Date.IsZero() && (p.signature == 0 || l.no < p.signature) {
			p.against(l)
		}
	}
	p.promises()
}

// against holds the days of a line against that of the signature: what was yet
// to come when it was signed, and what is told as done before it was.
func (p *reading) against(l line) {
	for _, x := range days(l.fold) {
		if x.noYear {
			continue
		}
		clause := l.fold[max(strings.LastIndexAny(l.fold[:x.from], "。;,")+1, 0):]
		if end := strings.IndexAny(clause, "。;,"); end >= 0 {
			clause = clause[:end]
		}
		switch {
		case x.day.Before(p.n.Date) && settled.MatchString(l.fold[:x.from]):
			p.note(Contradiction, l.no, "plan-before-date", l.original(x.from, x.to), p.n.Date)
		case p.n.Date.Before(x.day) && !toCome.MatchString(clause) && x.day != p.n.Supervision.From && x.day != p.n.Supervision.To:
			p.note(Contradiction, l.no, "day-after-date", l.original(x.from, x.to), p.n.Date)
		}
	}
}

// promises finds what one place plans and another tells as done.
func (p *reading) promises() {
	seen := 0
	for _, l := range p.body {
		for _, words := range planned(l.fold) {
			if seen++; seen > maxPromises {
				return
			}
			if at, ok := p.told(words, l.no); ok {
				p.note(Contradiction, l.no, "planned-and-done", words, p.source(at))
			}
		}
	}
}

// planned are the words after 将 up to the end of their clause, four to twelve
// characters.
func planned(s string) []string {
	var all []string
	for {
		_, after, ok := strings.Cut(s, "将")
		if !ok {
			return all
		}
		s = after
		words := strings.TrimPrefix(strings.TrimPrefix(s, "会"), "于")
		words = words[:min(len(words), 64)]
		end := strings.IndexFunc(words, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
		if end < 0 {
			end = len(words)
		}
		if n := end / len("将"); n >= 4 && n <= 12 && (end == len(words) || words[end] == ',' || words[end] == ';' || strings.HasPrefix(words[end:], "。")) {
			all = append(all, words[:end])
		}
	}
}

var done = regexp.MustCompile(`(?:已|已经|正式|日|初[一二三四五六七八九十])$`)

// told answers the place at which words stand as a fact.
func (p *reading) told(words string, not int) (int, bool) {
	for _, l := range p.body {
		if l.no == not || l.rows != nil {
			continue
		}
		if at := strings.Index(l.fold, words); at > 0 && done.MatchString(l.fold[:at]) {
			return l.no, true
		}
	}
	return 0, false
}

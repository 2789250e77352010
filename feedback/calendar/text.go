package calendar

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a table as people write it.
const (
	MaxText = 32 << 10 // bytes
	MaxNote = 40       // characters
)

// Fault is what is wrong with one line of a table.
type Fault struct {
	Line int    // from 1
	Code string // text, line, day, year, order, kind, note, twice, weekday
	Arg  string // what stands there
}

// ParseDays reads the days of a year as people write them: a line each, as
//
//	2027-02-05..2027-02-12 放假 春节
//	2027-02-14 上班 春节
//
// where the year may be left out, or a sentence of the State Council's notice
// as it is: "二、春节：2月5日（周五）至12日（周五）放假调休，共8天。2月14日（周日）上班。"
// Empty lines and those that begin with # are passed over. Every fault is told;
// a day that would follow its weekday anyway is one, too, where it is to be
// worked: it is a slip of the pen more often than not.
func ParseDays(year int, text string) ([]Exception, []Fault) {
	r := &reader{year: year, seen: make(map[Day]bool)}
	if len(text) > MaxText || !utf8.ValidString(text) {
		return nil, []Fault{{1, "text", ""}}
	}
	for line := range strings.SplitSeq(text, "\n") {
		r.line++
		line = strings.TrimSpace(line)
		switch m := sentence.FindStringSubmatch(line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case m != nil:
			r.notice(m[1], m[2])
		default:
			r.plain(line)
		}
	}
	slices.SortFunc(r.days, func(a, b Exception) int { return cmp.Compare(a.Day, b.Day) })
	return r.days, r.faults
}

// FormatDays writes days so that ParseDays reads them back.
func FormatDays(days []Exception) string {
	var b strings.Builder
	for i := 0; i < len(days); {
		n := i + 1
		for n < len(days) && days[n].Day == days[n-1].Day.Add(1) && days[n].Kind == days[i].Kind && days[n].Note == days[i].Note {
			n++
		}
		b.WriteString(string(days[i].Day))
		if n > i+1 {
			b.WriteString(".." + string(days[n-1].Day))
		}
		b.WriteString(" " + said(days[i].Kind))
		if days[i].Note != "" {
			b.WriteString(" " + days[i].Note)
		}
		b.WriteString("\n")
		i = n
	}
	return b.String()
}

func said(k Kind) string {
	if k == Work {
		return "上班"
	}
	return "放假"
}

// reader collects the days and faults of one table.
type reader struct {
	year, line int
	days       []Exception
	seen       map[Day]bool
	faults     []Fault
}

// maxFaults bounds what is told of a text that is none.
const maxFaults = 50

func (r *reader) fault(code, arg string) {
	if len(r.faults) < maxFaults {
		if utf8.RuneCountInString(arg) > MaxNote {
			arg = string([]rune(arg)[:MaxNote]) + "…"
		}
		r.faults = append(r.faults, Fault{r.line, code, arg})
	}
}

// plain reads "DAY[..DAY] 放假|上班 [note]".
func (r *reader) plain(line string) {
	parts := strings.Fields(line)
	if len(parts) < 2 {
		r.fault("line", line)
		return
	}
	first, last, ok := strings.Cut(parts[0], "..")
	from, known := r.day(first)
	to := from
	if ok && known {
		to, known = r.day(last)
	}
	kind, named := map[string]Kind{"放假": Rest, "rest": Rest, "上班": Work, "work": Work}[parts[1]]
	switch note := strings.Join(parts[2:], " "); {
	case !known:
	case !named:
		r.fault("kind", parts[1])
	case utf8.RuneCountInString(note) > MaxNote:
		r.fault("note", note)
	default:
		r.add(from, to, kind, note)
	}
}

var (
	sentence = regexp.MustCompile(`^[一二三四五六七八九十]{1,3}、\s*([^：:]{1,20})[：:](.+)$`)
	brackets = regexp.MustCompile(`（[^（）]*）|\([^()]*\)`)
	offDays  = regexp.MustCompile(`(\d{1,2})月(\d{1,2})日(?:至(?:(\d{1,2})月)?(\d{1,2})日)?[^。；\d]{0,6}放假`)
	workDays = regexp.MustCompile(`(?:^|[。；，])([\d月日、]+)上班`)
	oneDay   = regexp.MustCompile(`^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$`)
)

// notice reads one sentence of the official notice.
func (r *reader) notice(name, text string) {
	text = strings.ReplaceAll(brackets.ReplaceAllString(text, ""), " ", "")
	if strings.Contains(text, "年") {
		r.fault("year", text) // reaches into another year, whose table it belongs to
		return
	}
	off := offDays.FindAllStringSubmatch(text, -1)
	if len(off) == 0 {
		r.fault("line", text)
		return
	}
	for _, m := range off {
		from, ok := r.day(m[1] + "-" + m[2])
		to := from
		if ok && m[4] != "" {
			to, ok = r.day(cmp.Or(m[3], m[1]) + "-" + m[4])
		}
		if ok {
			r.add(from, to, Rest, name)
		}
	}
	for _, m := range workDays.FindAllStringSubmatch(text, -1) {
		for w := range strings.SplitSeq(m[1], "、") {
			if d, ok := r.day(w); ok {
				r.add(d, d, Work, name)
			}
		}
	}
}

// day reads one day of the reader's year.
func (r *reader) day(s string) (Day, bool) {
	m := oneDay.FindStringSubmatch(s)
	if m == nil {
		r.fault("day", s)
		return "", false
	}
	if m[1] != "" && m[1] != strconv.Itoa(r.year) {
		r.fault("year", s)
		return "", false
	}
	d, err := Parse(fmt.Sprintf("%04d-%02s-%02s", r.year, m[2], m[3]))
	if err != nil {
		r.fault("day", s)
		return "", false
	}
	return d, true
}

func (r *reader) add(from, to Day, kind Kind, note string) {
	if to < from {
		r.fault("order", string(from)+".."+string(to))
		return
	}
	for d := from; d <= to; d = d.Add(1) {
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		switch {
		case r.seen[d]:
			r.fault("twice", string(d))
			continue
		case kind == Work && !weekend:
			r.fault("weekday", string(d))
		}
		r.seen[d] = true
		r.days = append(r.days, Exception{Day: d, Kind: kind, Note: note})
	}
}

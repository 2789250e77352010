package document

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const levels = 9 // of a list in Word

// level is how one level of a list writes its numbers.
type level struct {
	start          int
	format         string
	text           string // with %1 to %9 for the numbers of the levels
	suffix         string // tab, space, nothing
	legal          bool   // all numbers in plain digits
	restart        int    // -1: after any higher level; 0 never; n after level n or higher
	paragraphStyle string
}

func newLevel() level { return level{start: 1, suffix: "tab", restart: -1} }

// abstract is a list's definition, num one use of it with its own changes.
type abstract struct {
	levels [levels]level
	link   string // the numbering style whose list stands for this one
}

type num struct {
	abstract string
	levels   [levels]*level
	starts   [levels]int // -1 unless said
}

type numbering struct {
	abstracts map[string]*abstract
	nums      map[string]*num
}

func readNumbering(x *xmlReader) (*numbering, error) {
	n := &numbering{abstracts: map[string]*abstract{}, nums: map[string]*num{}}
	err := x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNum":
			a := &abstract{}
			for i := range a.levels {
				a.levels[i] = newLevel()
			}
			n.abstracts[attr(e, "abstractNumId")] = a
			return readAbstract(x, a)
		case "num":
			u := &num{}
			for i := range u.starts {
				u.starts[i] = -1
			}
			n.nums[attr(e, "numId")] = u
			return readNum(x, u)
		}
		return x.skip()
	})
	return n, err
}

func readAbstract(x *xmlReader, a *abstract) error {
	return x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numStyleLink":
			a.link = attr(e, "val")
		case "lvl":
			if i := digit(attr(e, "ilvl")); i >= 0 && i < levels {
				return readLevel(x, &a.levels[i])
			}
		}
		return x.skip()
	})
}

func readNum(x *xmlReader, u *num) error {
	return x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNumId":
			u.abstract = attr(e, "val")
		case "lvlOverride":
			if i := digit(attr(e, "ilvl")); i >= 0 && i < levels {
				return readOverride(x, u, i)
			}
		}
		return x.skip()
	})
}

func readOverride(x *xmlReader, u *num, i int) error {
	return x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "startOverride":
			u.starts[i] = count(attr(e, "val"), 1)
		case "lvl":
			l := newLevel()
			u.levels[i] = &l
			return readLevel(x, &l)
		}
		return x.skip()
	})
}

func readLevel(x *xmlReader, l *level) error {
	return x.children(func(e xml.StartElement) error {
		val := attr(e, "val")
		switch e.Name.Local {
		case "AlternateContent", "Choice", "Fallback": // newer formats, and what older programs write for them
			return readLevel(x, l)
		case "start":
			l.start = count(val, 1)
		case "numFmt":
			l.format = val
			if val == "custom" && strings.HasPrefix(attr(e, "format"), "01, ") {
				l.format = "decimalZero"
			}
		case "lvlText":
			l.text = val
		case "suff":
			l.suffix = val
		case "isLgl":
			l.legal = on(e)
		case "lvlRestart":
			l.restart = count(val, -1)
		case "pStyle":
			l.paragraphStyle = val
		}
		return x.skip()
	})
}

// count reads a number of at most five digits.
func count(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 99999 {
		return otherwise
	}
	return n
}

// list is a num resolved: its levels, and whose counters it shares. Lists of
// the same definition count on together, as in Word.
type list struct {
	id     string // of the definition
	levels [levels]level
	starts [levels]int
}

// list follows a num to its definition, through numbering styles if need be.
func (n *numbering) list(numID string, st *styles) (list, bool) {
	u := n.nums[numID]
	if u == nil {
		return list{}, false
	}
	id, a := u.abstract, n.abstracts[u.abstract]
	for hops := 0; a != nil && a.link != "" && hops < levels; hops++ {
		next := n.nums[st.of(a.link).numID]
		if next == nil {
			break
		}
		id, a = next.abstract, n.abstracts[next.abstract]
	}
	if a == nil {
		return list{}, false
	}
	l := list{id: id, levels: a.levels, starts: u.starts}
	for i, o := range u.levels {
		if o != nil {
			l.levels[i] = *o
		}
	}
	return l, true
}

// counters count the numbered paragraphs of one story.
type counters struct {
	lists map[string]*counter
	begun map[string]bool // num and level whose own start was used
}

type counter struct {
	value [levels]int
	set   [levels]bool
}

func newCounters() *counters {
	return &counters{lists: map[string]*counter{}, begun: map[string]bool{}}
}

// next counts one paragraph of a level and answers its number as it shows, and
// the formats that could only be written in plain digits.
func (c *counters) next(l list, numID string, at int) (text string, unknown []string) {
	k := c.lists[l.id]
	if k == nil {
		k = &counter{}
		c.lists[l.id] = k
	}
	first := numID + "/" + strconv.Itoa(at)
	switch {
	case l.starts[at] >= 0 && !c.begun[first]:
		k.value[at] = l.starts[at]
	case k.set[at]:
		k.value[at]++
	default:
		k.value[at] = l.start(at)
	}
	c.begun[first], k.set[at] = true, true
	for below := at + 1; below < levels; below++ {
		if r := l.levels[below].restart; r < 0 || (r > 0 && at < r) {
			k.set[below] = false
		}
	}
	return l.write(k, at)
}

func (l list) start(at int) int {
	if l.starts[at] >= 0 {
		return l.starts[at]
	}
	return l.levels[at].start
}

// write fills a level's text. A higher level that was never used shows its
// start, as in Word.
func (l list) write(k *counter, at int) (text string, unknown []string) {
	lv := l.levels[at]
	if lv.format == "bullet" {
		return bullet(lv.text), nil
	}
	var b strings.Builder
	for s := lv.text; s != ""; {
		r, size := utf8.DecodeRuneInString(s)
		if r != '%' || len(s) < 2 || s[1] < '1' || s[1] > '9' {
			b.WriteString(s[:size])
			s = s[size:]
			continue
		}
		i := int(s[1] - '1')
		s = s[2:]
		value := k.value[i]
		if !k.set[i] {
			value = l.start(i)
		}
		format := l.levels[i].format
		if lv.legal && format != "none" {
			format = "decimal"
		}
		shown, known := formatNumber(value, format)
		if !known {
			unknown = append(unknown, format)
		}
		b.WriteString(shown)
	}
	return strings.TrimSpace(b.String()), unknown
}

// bullet answers the sign of an unnumbered level. Symbol fonts keep theirs at
// places of their own; what is not known there shows as the plain one.
func bullet(text string) string {
	text = strings.TrimSpace(text)
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r < '\ue000' || r > '\uf8ff' {
		return text
	}
	if s := symbol("Wingdings", r); s != 0 && r != '\uf0b7' {
		return string(s)
	}
	return "•"
}

// join sets a number before its text as a typist would: a space only where the
// two would run together.
func join(number, suffix, text string) string {
	if number == "" || text == "" {
		return number + text
	}
	last, _ := utf8.DecodeLastRuneInString(number)
	first, _ := utf8.DecodeRuneInString(text)
	wide := unicode.Is(unicode.Han, last) || unicode.In(last, unicode.Han) || last >= '\u2460' && last <= '\u24ff' || last >= '\u3000'
	typed := wide || (strings.ContainsRune(".)", last) && first > 0x2000)
	if suffix == "nothing" || (typed && suffix != "space") {
		return number + text
	}
	return number + " " + text
}

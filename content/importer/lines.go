package importer

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"rectify/content/document"
	"rectify/content/format"
	"rectify/content/numbering"
	"rectify/content/simplified"
)

// line is one paragraph of the document, or a table.
type line struct {
	no       int    // place in the document, counted from 1: many lines may stand on one of the source's
	text     string // as written, without space at its ends
	fold     string // text with letters and marks half width and characters simplified; as many characters as text
	gap      bool   // lines without text stand before it
	indent   bool
	center   bool
	right    bool
	footnote bool
	annex    bool // names an annex
	heading  int
	rows     [][]string // of a table; text is empty then
	rowNo    []int      // place of each row
	merged   document.Cells
	goesOn   bool // a part of a table whose head stood over another part

	marker numbering.Marker // the number at its head
	rest   string           // text after the number
}

// flatten makes lines of the blocks. A forced line end makes two lines.
func (p *reading) flatten() error {
	size, before := 0, 0
	blocks := p.d.Blocks
	if p.d.Format == document.Markdown {
		blocks = p.unmarked(blocks)
	}
	for _, b := range blocks {
		if b.Kind == document.Table {
			for _, r := range b.Rows {
				for _, c := range r {
					size += len(c)
				}
			}
			l := line{rows: b.Rows, merged: b.Merged, gap: b.Line > before+1}
			for range b.Rows {
				l.rowNo = append(l.rowNo, p.place(b.Line))
			}
			if len(b.Rows) > 0 {
				l.no = l.rowNo[0]
				p.lines = append(p.lines, l)
			}
			before = b.Line
			continue
		}
		for _, text := range strings.FieldsFunc(b.Text, lineEnd) {
			size += len(text)
			l := makeLine(0, text)
			if l.text == "" {
				continue
			}
			l.no = p.place(b.Line)
			l.gap, l.center, l.right, l.heading, l.footnote = b.Line > before+1, b.Center, b.Right, b.Heading, b.Kind == document.Footnote
			p.lines = append(p.lines, l)
			before = b.Line
		}
		if size > MaxText || len(p.lines) > maxLines {
			return ErrTooLarge
		}
	}
	if size == 0 || len(p.lines) == 0 {
		return ErrEmpty
	}
	return nil
}

// place is the next place in the document; source answers where it stands.
func (p *reading) place(source int) int {
	p.places = append(p.places, source)
	return len(p.places)
}

// source is the line of the file on which a place stands, 0 for none.
func (p *reading) source(place int) int {
	if place <= 0 {
		return 0
	}
	return p.places[place-1]
}

func lineEnd(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029' || r == '\u0085'
}

func makeLine(no int, text string) line {
	text = visible(text)
	trimmed := strings.TrimSpace(text)
	l := line{no: no, text: trimmed, fold: fold(trimmed), indent: trimmed != "" && !strings.HasPrefix(text, trimmed)}
	l.marker, l.rest = numbering.Read(trimmed)
	return l
}

// visible leaves out what cannot be seen; the tab becomes a space.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case format.Hidden(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// folds is what each character of the basic plane is folded to.
var folds = sync.OnceValue(func() *[1 << 16]rune {
	t := new([1 << 16]rune)
	for r := range rune(len(t)) {
		switch {
		case r >= '！' && r <= '～':
			t[r] = r - '！' + '!'
		case r == '\u3000' || r == '\u00a0' || r >= '\u2000' && r <= '\u200a' || r == '\u202f' || r == '\u205f' || r == '\u1680':
			t[r] = ' '
		default:
			t[r] = simplified.Rune(r)
		}
	}
	return t
})

// fold answers s with half-width letters and marks and simplified characters,
// one for each, so that one pattern reads all. 。 and 、 have no half-width form
// in use.
func fold(s string) string {
	t := folds()
	var b []byte // nil as long as nothing differs
	for i, r := range s {
		to := r
		if r < 1<<16 {
			to = t[r]
		}
		if b == nil && to != r {
			b = append(make([]byte, 0, len(s)), s[:i]...)
		}
		if b != nil {
			b = utf8.AppendRune(b, to)
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}

// original is the part of l.text that stands at from to end of l.fold.
func (l line) original(from, end int) string {
	skip, take := utf8.RuneCountInString(l.fold[:from]), utf8.RuneCountInString(l.fold[from:end])
	start := offset(l.text, skip)
	return l.text[start : start+offset(l.text[start:], take)]
}

// offset is the byte at which the n-th character of s begins.
func offset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// join puts together what a fixed width has cut (plain text only), where that
// is certain: full lines, no number or blank line or indent after them.
func (p *reading) join() {
	if p.d.Format != document.Text {
		return
	}
	full, indented := p.measure()
	if full == 0 {
		return
	}
	out, joined, first := p.lines[:0:0], 0, 0
	open := false
	for _, l := range p.lines {
		columns := displayed(l)
		if open && goesOn(out[len(out)-1], l, indented) {
			last := &out[len(out)-1]
			*last = joinLines(*last, l)
			joined++
			if first == 0 {
				first = l.no
			}
		} else {
			out = append(out, l)
		}
		open = columns >= full-3 && columns <= full
	}
	p.lines = out
	if joined > 0 {
		p.note(Info, first, "lines-joined", joined)
	}
}

// numbersAlone puts a number that stands on a line of its own before the words
// on the next.
func (p *reading) numbersAlone() {
	out := p.lines[:0:0]
	for i := 0; i < len(p.lines); i++ {
		l := p.lines[i]
		if l.marker.Kind != numbering.None && l.rest == "" && i+1 < len(p.lines) {
			if next := p.lines[i+1]; next.rows == nil && next.marker.Kind == numbering.None && !next.footnote {
				l = joinLines(l, next)
				i++
			}
		}
		if l.rest == "" { // without words it is no heading
			l.marker = numbering.Marker{}
		}
		out = append(out, l)
	}
	p.lines = out
}

func goesOn(last, next line, indented bool) bool {
	if next.gap || next.indent || next.rows != nil || next.marker.Kind != numbering.None || fieldLine.MatchString(next.fold) {
		return false
	}
	return indented || !strings.ContainsAny(last.text[len(last.text)-min(len(last.text), 3):], "。！？；：!?;:")
}

func joinLines(a, b line) line {
	between := ""
	if x, y := a.text[len(a.text)-1], b.text[0]; letter(x) && letter(y) && !cutMailbox(a.text, b.text) {
		between = " "
	}
	l := makeLine(a.no, a.text+between+b.text)
	l.gap, l.indent, l.center, l.right = a.gap, a.indent, a.center, a.right
	return l
}

func letter(c byte) bool { return c < utf8.RuneSelf && unicode.IsLetter(rune(c)) }

// cutMailbox reports whether the line end stands inside of an e-mail address.
func cutMailbox(a, b string) bool {
	wide := func(r rune) bool { return r >= utf8.RuneSelf || r == ' ' }
	head, tail := a[strings.LastIndexFunc(a, wide)+1:], b
	if end := strings.IndexFunc(b, wide); end >= 0 {
		tail = b[:end]
	}
	return strings.Contains(head+tail, "@")
}

// measure answers the width at which the text was cut, in columns, or 0: many
// lines of one width and none longer. indented says that paragraphs begin with
// an indent.
func (p *reading) measure() (full int, indented bool) {
	indents, long := 0, 0
	for _, l := range p.lines {
		full = max(full, displayed(l))
		if l.indent {
			indents++
		}
	}
	if full < 40 || full > 160 {
		return 0, false
	}
	for _, l := range p.lines {
		if displayed(l) >= full-3 {
			long++
		}
	}
	if long < 4 || long*3 < len(p.lines) {
		return 0, false
	}
	return full, indents >= 2
}

// displayed is the width of a line in columns, indent included: two for each
// Chinese character.
func displayed(l line) int {
	n := 0
	if l.indent {
		n = 4
	}
	for _, r := range l.text {
		if n++; r >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

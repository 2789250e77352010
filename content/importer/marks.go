package importer

import (
	"regexp"
	"strings"

	"rectify/content/document"
)

// maxFront is how many lines the front matter of a Markdown file may have.
const maxFront = 200

var (
	hashes    = regexp.MustCompile(`^ {0,3}#{1,6}(?: +|$)`)
	bullet    = regexp.MustCompile(`^ *(?:[-*+] +|(?:> ?)+)`)
	listOver  = regexp.MustCompile(`^\{.*\}$`)
	ruleLine  = regexp.MustCompile(`^ *\|?(?: *:?-+:? *\|)+ *(?::?-+:? *)?$`)
	breakLine = regexp.MustCompile("^ *(?:(?:[-*_] *){3,}|```.*|~~~.*)$")
	picture   = regexp.MustCompile(`!\[([^\]\n]*)\]\(([^()\n]*)\)`)
	linked    = regexp.MustCompile(`\[([^\]\n]+)\]\(([^()\n]*)\)`)
	strong    = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	stressed  = regexp.MustCompile("\\*([^* \\n](?:[^*\\n]*[^* \\n])?)\\*|`([^`\\n]+)`")
	escaped   = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
)

// unmarked takes the marks off a Markdown file, which is read line by line as
// any text: headings, stress, escapes, tables. The marks are reported.
func (p *reading) unmarked(blocks []document.Block) []document.Block {
	u := &unmarking{p: p}
	start := u.front(blocks)
	for i := start; i < len(blocks); i++ {
		b := blocks[i]
		if b.Kind == document.Paragraph && i+1 < len(blocks) && strings.Contains(b.Text, "|") && ruleLine.MatchString(blocks[i+1].Text) {
			i = u.table(blocks, i)
			continue
		}
		u.line(b)
	}
	if u.marks.Len() > 0 {
		p.unplaced = append(p.unplaced, document.Left{Line: u.first, Reason: "markup", Text: u.marks.String()})
	}
	return u.out
}

type unmarking struct {
	p     *reading
	out   []document.Block
	marks strings.Builder
	first int  // line of the first mark
	open  bool // the line before is text that may go on
	last  int  // its number
}

func (u *unmarking) mark(line int, s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	if u.first == 0 {
		u.first = line
	}
	u.marks.WriteString(s)
}

// front leaves out the front matter: such a file is a notice already.
func (u *unmarking) front(blocks []document.Block) int {
	if len(blocks) == 0 || strings.TrimSpace(blocks[0].Text) != "---" {
		return 0
	}
	for i := 1; i < min(len(blocks), maxFront); i++ {
		if strings.TrimSpace(blocks[i].Text) != "---" {
			continue
		}
		for _, b := range blocks[:i+1] {
			u.p.unplaced = append(u.p.unplaced, document.Left{Line: b.Line, Reason: "front-matter", Text: b.Text})
		}
		u.p.note(Uncertain, 0, "notice-already")
		return i + 1
	}
	return 0
}

// line takes the marks off one line; it goes on with the one before where no
// blank line, heading, number or point of a list stands between them, as
// Markdown has it. A day alone is that of a signature and goes on with nothing.
func (u *unmarking) line(b document.Block) {
	if b.Kind != document.Paragraph {
		u.out, u.open = append(u.out, b), false
		return
	}
	text := b.Text
	if listOver.MatchString(text) || breakLine.MatchString(text) {
		u.mark(b.Line, text)
		u.open = false
		return
	}
	point := bullet.FindString(text)
	text = text[len(point):]
	heading := hashes.FindString(text)
	text = u.bare(b.Line, text[len(heading):], heading != "")
	u.mark(b.Line, point+heading)
	b.Text = u.plain(b.Line, text)
	l := makeLine(b.Line, b.Text)
	_, day := wholeDay(l.fold)
	if n := len(u.out); u.open && heading == "" && point == "" && !day && l.text != "" && n > 0 && b.Line == u.last+1 && l.marker.Kind == 0 && !fieldLine.MatchString(l.fold) {
		u.out[n-1].Text = joinLines(makeLine(0, u.out[n-1].Text), l).text
		u.last = b.Line
		return
	}
	u.out = append(u.out, b)
	u.open, u.last = heading == "" && l.text != "", b.Line
}

// bare takes off the marks that may close a heading.
func (u *unmarking) bare(line int, text string, heading bool) string {
	if !heading {
		return text
	}
	bare := strings.TrimRight(text, "# ")
	if bare == strings.TrimRight(text, " ") || !strings.HasSuffix(text, " "+strings.TrimLeft(text[len(bare):], " ")) {
		return text
	}
	u.mark(line, text[len(bare):])
	return bare
}

// plain takes stress, links and escapes off. Where a link leads is a mark, too.
func (u *unmarking) plain(line int, s string) string {
	const aside = 0xf0000 // where signs wait that are no marks
	s = escaped.ReplaceAllStringFunc(s, func(sign string) string {
		u.mark(line, `\`)
		return string(rune(sign[1]) + aside)
	})
	for _, x := range []struct {
		pattern *regexp.Regexp
		keep    string
	}{{picture, ""}, {linked, "$1"}, {strong, "$1"}, {stressed, "$1$2"}} {
		for _, m := range x.pattern.FindAllStringSubmatch(s, -1) {
			u.mark(line, strings.Replace(m[0], x.pattern.ReplaceAllString(m[0], x.keep), "", 1))
		}
		s = x.pattern.ReplaceAllString(s, x.keep)
	}
	return strings.Map(func(r rune) rune {
		if r > aside && r < aside+0x80 {
			return r - aside
		}
		return r
	}, s)
}

// table makes one of the lines from i on and answers the last of them.
func (u *unmarking) table(blocks []document.Block, i int) int {
	t := document.Block{Line: blocks[i].Line, Kind: document.Table}
	at := i
	for ; at < len(blocks) && strings.Contains(blocks[at].Text, "|") && blocks[at].Line == blocks[i].Line+at-i; at++ {
		if at == i+1 {
			u.mark(blocks[at].Line, blocks[at].Text)
			continue
		}
		row := strings.TrimSpace(blocks[at].Text)
		u.mark(blocks[at].Line, strings.Repeat("|", strings.Count(strings.ReplaceAll(row, `\|`, ""), "|")))
		row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
		var cells []string
		for c := range strings.SplitSeq(strings.ReplaceAll(row, `\|`, "\x00"), "|") {
			cells = append(cells, u.plain(blocks[at].Line, strings.TrimSpace(strings.ReplaceAll(c, "\x00", `\|`))))
		}
		t.Rows = append(t.Rows, cells)
	}
	u.out = append(u.out, t)
	u.open = false
	return at - 1
}

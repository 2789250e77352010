package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// flow turns a tree into blocks, as a browser sets it.
type flow struct {
	s      *sink
	blocks []Block
	text   strings.Builder
	line   int  // of the first letter of the paragraph
	breaks int  // <br> since the last letter
	space  bool // white space since the last letter
	wrap   bool // with a line end in it
	number string
	page   pageStyle
	foot   bool // inside a footnote
	err    error
}

// pageStyle is what an element hands down to its children.
type pageStyle struct {
	heading       int
	center, right bool
	pre           bool
	split         bool // a single <br> ends a paragraph
}

func (f *flow) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// collect reads a subtree as blocks of its own.
func (f *flow) collect(n *node) []Block {
	inner := &flow{s: f.s, page: f.page}
	inner.page.split = true
	inner.walk(n)
	inner.flush()
	if inner.err != nil {
		f.fail(inner.err)
	}
	return inner.blocks
}

func (f *flow) walk(n *node) {
	switch {
	case f.err != nil:
	case n.isText():
		f.write(n)
	case n.reason != "":
		if isBlock(n.tag) {
			f.flush()
		}
		f.leave(n.reason, n)
	case n.tag == atom.Br:
		f.breaks++
	case n.tag == atom.Img:
		f.picture(n)
	case n.tag == atom.Table:
		f.flush()
		f.table(n)
	case n.tag == atom.Ol:
		f.flush()
		f.list(n)
	case isBlock(n.tag):
		f.block(n)
	default:
		f.within(n)
	}
}

func (f *flow) children(n *node) {
	for _, k := range n.kids {
		f.walk(k)
	}
}

// block reads an element that begins and ends a line.
func (f *flow) block(n *node) {
	f.flush()
	outer, foot := f.page, f.foot
	f.page = f.page.of(n)
	f.foot = f.foot || strings.HasPrefix(n.attr("id"), "sdfootnote") || strings.HasPrefix(n.attr("id"), "sdendnote")
	f.children(n)
	f.flush()
	f.page, f.foot = outer, foot
}

// within reads an element inside a line. LibreOffice marks its notes by class.
func (f *flow) within(n *node) {
	mark := n.tag == atom.A && (strings.HasPrefix(n.attr("class"), "sdfootnote") || strings.HasPrefix(n.attr("class"), "sdendnote"))
	if mark {
		f.put("[", n.line)
	}
	f.children(n)
	if mark {
		f.put("]", n.line)
	}
}

func (p pageStyle) of(n *node) pageStyle {
	switch n.tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.heading, p.split = int(n.name[1]-'0'), false
	case atom.P, atom.Dt, atom.Dd, atom.Li, atom.Figcaption, atom.Caption:
		p.split = many(n, atom.Br, 8)
	case atom.Pre, atom.Xmp, atom.Listing, atom.Plaintext:
		p.pre = true
	case atom.Center:
		p.center, p.right, p.split = true, false, true
	default:
		p.split = true
	}
	align := strings.ToLower(n.attr("align"))
	if s := css(n, "text-align"); s != "" {
		align = s
	}
	switch align {
	case "center":
		p.center, p.right = true, false
	case "right", "end":
		p.center, p.right = false, true
	case "left", "start", "justify":
		p.center, p.right = false, false
	}
	return p
}

// many says whether a node has more than so many children of a tag: a page that
// sets all its paragraphs in one by breaks.
func many(n *node, a atom.Atom, than int) bool {
	c := 0
	for _, k := range n.kids {
		if k.tag == a {
			c++
		}
	}
	return c > than
}

// css answers a property of the style attribute, in small letters.
func css(n *node, property string) string {
	for rule := range strings.SplitSeq(n.attr("style"), ";") {
		key, value, ok := strings.Cut(rule, ":")
		if ok && strings.EqualFold(strings.TrimSpace(key), property) {
			return strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important")))
		}
	}
	return ""
}

// write adds a text, its white space folded as HTML says. A line end between
// two wide characters is none: it came from the editor that wrapped the line.
func (f *flow) write(n *node) {
	line := n.line
	for _, r := range n.text {
		switch r {
		case '\n':
			line++
			if f.page.pre {
				f.flush()
			}
			f.space, f.wrap = true, true
		case ' ', '\t', '\r', '\f':
			if f.page.pre && f.text.Len() > 0 {
				f.put(string(r), line)
				continue
			}
			f.space = true
		default:
			f.rune(r, line)
		}
	}
}

func (f *flow) rune(r rune, line int) {
	if f.breaks > 0 && f.text.Len() > 0 && !unicode.IsSpace(r) || f.breaks > 0 && (r == '\u3000' || r == '\u00a0') {
		if f.breaks > 1 || f.page.split || r == '\u3000' || r == '\u00a0' {
			f.flush()
		} else {
			f.text.WriteByte('\n')
		}
		f.space, f.wrap = false, false
	}
	f.breaks = 0
	if f.space && f.text.Len() > 0 {
		last, _ := utf8.DecodeLastRuneInString(f.text.String())
		joined := f.wrap && wide(last) && wide(r)
		if !joined && last != '\n' {
			f.text.WriteByte(' ')
		}
	}
	f.space, f.wrap = false, false
	f.put(string(r), line)
}

func (f *flow) put(s string, line int) {
	if f.line == 0 && strings.TrimSpace(s) != "" {
		f.line = line
	}
	f.text.WriteString(s)
}

func wide(r rune) bool { return r >= 0x2e80 && r <= 0x9fff || r >= 0xff00 && r <= 0xffef }

// flush ends the paragraph.
func (f *flow) flush() {
	line := f.line
	text := strings.TrimSpace(f.s.clean(line, f.text.String()))
	f.text.Reset()
	f.line, f.breaks, f.space, f.wrap = 0, 0, false, false
	if text == "" {
		return
	}
	b := Block{Line: line, Text: text, Heading: f.page.heading, Center: f.page.center, Right: f.page.right}
	if f.foot {
		b.Kind = Footnote
	}
	if f.number != "" {
		b.Number, b.Text = f.number, join(f.number, "tab", text)
		f.number = ""
	}
	f.blocks = append(f.blocks, b)
	if err := f.s.full(len(f.blocks)); err != nil {
		f.fail(err)
	}
}

// leave keeps the text of a subtree out, line by line.
func (f *flow) leave(reason string, n *node) {
	inner := &flow{s: f.s, page: pageStyle{split: true}}
	var walk func(n *node)
	walk = func(n *node) {
		switch {
		case n.isText():
			inner.write(n)
		case isBlock(n.tag) || n.tag == atom.Br:
			inner.flush()
			for _, k := range n.kids {
				walk(k)
			}
			inner.flush()
		default:
			for _, k := range n.kids {
				walk(k)
			}
		}
	}
	walk(n)
	inner.flush()
	if inner.err != nil {
		f.fail(inner.err)
	}
	for _, b := range inner.blocks {
		if err := f.s.leave(b.Line, reason, b.Text+"\n"); err != nil {
			f.fail(err)
		}
	}
}

func (f *flow) picture(n *node) {
	f.s.remark(n.line, RemarkImage)
	if err := f.s.leave(n.line, ReasonImage, lineOf(n.attr("title"), n.attr("alt"))); err != nil {
		f.fail(err)
	}
}

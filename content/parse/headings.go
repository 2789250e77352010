package parse

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/gomarkdown/markdown/ast"
	"github.com/gomarkdown/markdown/parser"
)

// Extensions are those of every reading of a notice, here and in rendering.
const Extensions = parser.NoIntraEmphasis | parser.Tables | parser.FencedCode | parser.SpaceHeadings |
	parser.Attributes | parser.Strikethrough | parser.OrderedListStart

// heading is one heading outside of any other block.
type heading struct {
	level int
	text  string
	line  int // in the body, from 1
	first int // line of its attribute list, or line
	id    string
	attrs map[string]string
	class []string
}

// document is the body as gomarkdown reads it; lines are not known to it.
func document(body []byte) ast.Node {
	return parser.NewWithExtensions(Extensions).Parse(bytes.Clone(body))
}

// read answers the headings of the body as gomarkdown sees them.
func read(body []byte) []heading { return headings(document(body)) }

// headings are those that stand outside of any other block.
func headings(doc ast.Node) []heading {
	var found []heading
	for _, node := range doc.GetChildren() {
		h, ok := node.(*ast.Heading)
		if !ok {
			continue
		}
		x := heading{level: h.Level, text: strings.TrimSpace(plainText(h))}
		if a := h.Attribute; a != nil {
			x.id, x.attrs = string(a.ID), make(map[string]string)
			for k, v := range a.Attrs {
				x.attrs[k] = string(v)
			}
			for _, c := range a.Classes {
				x.class = append(x.class, string(c))
			}
		}
		found = append(found, x)
	}
	return found
}

// plainText is the text of a node without its marks.
func plainText(n ast.Node) string {
	var b strings.Builder
	ast.WalkFunc(n, func(n ast.Node, entering bool) ast.WalkStatus {
		if leaf := n.AsLeaf(); leaf != nil && entering {
			b.Write(leaf.Literal)
		}
		return ast.GoToNext
	})
	return b.String()
}

var (
	headingLine = regexp.MustCompile(`^(#{1,6}) +(.*?)[ #]*$`)
	fenceLine   = regexp.MustCompile("^ {0,3}(`{3,}|~{3,}) *(?:\\{[^}]*\\} *|[^ {].*)?$")
	attrLine    = regexp.MustCompile(`^\{.*\}$`)
)

// scan answers the headings of the body by its lines alone. odd is the first
// line, from 1, where a heading stands that gomarkdown may see otherwise: one
// without a blank line before it.
func scan(lines []string) (found []heading, odd int) {
	for i := 0; i < len(lines); i++ {
		if end := fenced(lines, i); end > i {
			i = end
			continue
		}
		m := headingLine.FindStringSubmatch(lines[i])
		if m == nil || m[2] == "" {
			continue
		}
		h := heading{level: len(m[1]), text: m[2], line: i + 1, first: i + 1}
		above := i - 1
		if above >= 0 && attrLine.MatchString(lines[above]) {
			h.first = above + 1
			above--
		}
		if above >= 0 && strings.TrimSpace(lines[above]) != "" && headingLine.FindString(lines[above]) == "" && odd == 0 {
			odd = h.first
		}
		found = append(found, h)
	}
	return found, odd
}

// fenced answers the last line of the fenced code that opens at line i, or i.
// A fence that is never closed is none.
func fenced(lines []string, i int) int {
	if mark := strings.TrimLeft(lines[i], " "); !strings.HasPrefix(mark, "```") && !strings.HasPrefix(mark, "~~~") {
		return i // asked of every line: no pattern for most of them
	}
	m := fenceLine.FindStringSubmatch(lines[i])
	if m == nil {
		return i
	}
	for j := i + 1; j < len(lines); j++ {
		if strings.TrimRight(strings.TrimLeft(lines[j], " "), " ") == m[1] && len(lines[j])-len(strings.TrimLeft(lines[j], " ")) <= 3 {
			return j
		}
	}
	return i
}

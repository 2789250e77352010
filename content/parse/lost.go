package parse

import (
	"strings"
	"unicode"

	"github.com/gomarkdown/markdown/ast"
)

// strayLists finds attribute lists that stand over no heading: gomarkdown
// swallows them, or gives them to the next block, however far away.
func (p *reading) strayLists(lines []string, heads []heading) {
	over := make(map[int]bool, len(heads))
	for _, h := range heads {
		over[h.first] = h.first < h.line
	}
	for i := 0; i < len(lines); i++ {
		if end := fenced(lines, i); end > i {
			i = end
		} else if attrLine.MatchString(lines[i]) && !over[i+1] {
			p.fault(p.offset+i+1, "attribute-list", lines[i])
		}
	}
}

// refused finds what the page does not show: HTML within a line, and pictures.
func (p *reading) refused(lines []string, doc ast.Node) {
	from := 0
	ast.WalkFunc(doc, func(n ast.Node, entering bool) ast.WalkStatus {
		if !entering {
			return ast.GoToNext
		}
		code, mark := "", ""
		switch x := n.(type) {
		case *ast.Image:
			code, mark = "image", "!["
		case *ast.HTMLSpan:
			code, mark = "html", string(x.Literal)
		case *ast.HTMLBlock:
			code, mark = "html", string(x.Literal)
		default:
			return ast.GoToNext
		}
		first, _, _ := strings.Cut(strings.TrimSpace(mark), "\n")
		for i := from; i < len(lines); i++ {
			if strings.Contains(lines[i], first) {
				from = i
				break
			}
		}
		p.fault(p.offset+from+1, code)
		return ast.SkipChildren
	})
}

// lost holds every Chinese character of the body against what gomarkdown read.
// It drops without a word what it nests too deep, cells beyond a table's head,
// and lists of attributes; nothing that the writer wrote may vanish so.
func (p *reading) lost(lines []string, heads []heading, doc ast.Node) {
	read := hanOf(doc, strings.Join(lines, "\n"))
	lists := make(map[int]bool, len(heads))
	for _, h := range heads {
		lists[h.first] = h.first < h.line
	}
	for i, l := range lines {
		if lists[i+1] {
			continue
		}
		for _, r := range l {
			if !unicode.Is(unicode.Han, r) {
				continue
			}
			if len(read) == 0 || read[0] != r {
				p.fault(p.offset+i+1, "lost", strings.TrimSpace(l))
				return
			}
			read = read[1:]
		}
	}
}

// hanOf are the Chinese characters of a document in the order of the text.
func hanOf(doc ast.Node, src string) []rune {
	var found []rune
	take := func(text []byte) {
		for _, r := range string(text) {
			if unicode.Is(unicode.Han, r) {
				found = append(found, r)
			}
		}
	}
	ast.WalkFunc(doc, func(n ast.Node, entering bool) ast.WalkStatus {
		switch x := n.(type) {
		case *ast.Link:
			// An automatic link stands once in the text; its words come as the node's child.
			if entering {
				break
			}
			if to := "<" + string(x.Destination) + ">"; !strings.Contains(src, to) || strings.Contains(src, "("+to) {
				take(x.Destination)
			}
			take(x.Title)
		case *ast.Image:
			if !entering {
				take(x.Destination)
				take(x.Title)
			}
		case *ast.CodeBlock:
			take(x.Literal) // what stands beside the fence names a language and is not shown
		default:
			if leaf := n.AsLeaf(); leaf != nil {
				take(leaf.Literal)
			}
		}
		return ast.GoToNext
	})
	return found
}

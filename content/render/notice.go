package render

import (
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/gomarkdown/markdown"
	"github.com/gomarkdown/markdown/ast"
	"github.com/gomarkdown/markdown/html"
	"github.com/gomarkdown/markdown/parser"
	"github.com/microcosm-cc/bluemonday"
	xhtml "golang.org/x/net/html"

	"rectify/content"
)

// extensions are those with which parse reads the same text.
const extensions = parser.NoIntraEmphasis | parser.Tables | parser.FencedCode | parser.SpaceHeadings |
	parser.Attributes | parser.Strikethrough | parser.OrderedListStart

// Notice renders n once; pages are put together from the pieces.
func Notice(n *content.Notice) (*Document, error) {
	r := &renderer{policy: policy(), doc: &Document{Items: make(map[string]*Item)}}
	r.doc.Intro = r.html(n.Intro, nil)
	for _, s := range n.Sections {
		sec := Section{ID: s.ID, Number: s.Number, Title: s.Title, Heading: s.Heading, Body: r.html(s.Body, nil)}
		for _, it := range s.Items {
			sec.Items = append(sec.Items, r.item(it))
		}
		r.doc.Sections = append(r.doc.Sections, sec)
	}
	leaves := n.Leaves()
	for i, l := range leaves {
		x := r.doc.Items[l.ID]
		if x == nil {
			return nil, fmt.Errorf("render %s: leaf %q is lost", n.Slug, l.ID)
		}
		if i > 0 {
			x.Prev = leaves[i-1]
		}
		if i+1 < len(leaves) {
			x.Next = leaves[i+1]
		}
	}
	r.doc.Text = Text(n)
	return r.doc, nil
}

type renderer struct {
	policy *bluemonday.Policy
	doc    *Document
}

func (r *renderer) item(it *content.Item) *Item {
	x := &Item{Item: it, Body: r.html(it.Body, it.Measures)}
	x.Plain = plain(x.Body)
	r.doc.Items[it.ID] = x
	for _, c := range it.Children {
		x.Children = append(x.Children, r.item(c))
	}
	return x
}

// html renders blocks, each measure as a paragraph of its own.
func (r *renderer) html(blocks []content.Block, measures []content.Measure) template.HTML {
	var b strings.Builder
	for _, block := range blocks {
		text := apart(block.Text, &measures)
		doc := parser.NewWithExtensions(extensions).Parse([]byte(text))
		out := html.NewRenderer(html.RendererOptions{Flags: html.SkipHTML | html.SkipImages, RenderNodeHook: tables})
		b.Write(r.policy.SanitizeBytes(markdown.Render(doc, out)))
	}
	return template.HTML(strings.TrimSpace(b.String())) //nolint:gosec // sanitised by the policy just above
}

// structure is a line of a list, a quotation or code.
var structure = regexp.MustCompile(`(?m)^[ \t]*(?:>|[+-][ \t]|[0-9]+[.)][ \t])|^(?: {4}|\t)`)

// apart sets every measure of a block on its own paragraph and stresses its
// title; not a word is changed. Text that carries marks of its own stays as it
// is: cut in the middle, a list or a table would be read as something else.
func apart(text string, measures *[]content.Measure) string {
	var b strings.Builder
	bold := !strings.ContainsAny(text, "*|`~") && !structure.MatchString(text)
	for len(*measures) > 0 {
		m := (*measures)[0]
		at := strings.Index(text, m.Text)
		if !bold {
			at = strings.Index(text, m.Mark)
		}
		if at < 0 {
			break
		}
		*measures = (*measures)[1:]
		if !bold {
			continue
		}
		if before := strings.TrimSpace(text[:at]); before != "" {
			b.WriteString(before + "\n\n")
		}
		b.WriteString("{.measure}\n")
		if rest, ok := strings.CutPrefix(m.Text, m.Title); ok && m.Title != "" {
			b.WriteString("**" + m.Title + "**" + rest)
		} else {
			b.WriteString(m.Text)
		}
		b.WriteString("\n\n")
		text = text[at+len(m.Text):]
	}
	b.WriteString(text)
	return b.String()
}

// tables lets wide tables be scrolled by keyboard, and gives heads their scope.
func tables(w io.Writer, node ast.Node, entering bool) (ast.WalkStatus, bool) {
	switch n := node.(type) {
	case *ast.Table:
		if entering {
			fmt.Fprint(w, `<div class="scroll" tabindex="0" role="region" aria-label="表格"><table>`)
		} else {
			fmt.Fprint(w, `</table></div>`)
		}
		return ast.GoToNext, true
	case *ast.TableCell:
		if n.IsHeader {
			if entering {
				fmt.Fprint(w, `<th scope="col">`)
			} else {
				fmt.Fprint(w, `</th>`)
			}
			return ast.GoToNext, true
		}
	}
	return ast.GoToNext, false
}

// plain is the text of sanitised HTML, a line a block.
func plain(h template.HTML) string {
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(string(h)))
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return strings.TrimSpace(b.String())
		case xhtml.TextToken:
			b.Write(z.Text())
		case xhtml.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "p", "li", "tr", "blockquote", "pre":
				b.WriteByte('\n')
			case "td", "th":
				b.WriteByte('\t')
			}
		}
	}
}

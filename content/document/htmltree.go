package document

import (
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// node is an element or, without a tag, a text. The tree is built here and not
// by html.Parse, which keeps no line numbers and moves text out of tables.
type node struct {
	tag    atom.Atom
	name   string // of the tag
	attrs  []html.Attribute
	text   string
	line   int
	kids   []*node
	parent *node
	reason string // why it is left out, if it is
	chars  int    // characters that are not white space, without those left out
	linked int    // of these in links
}

func (n *node) isText() bool { return n.name == "" }

func (n *node) attr(key string) string {
	for _, a := range n.attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func (n *node) has(key string) bool {
	for _, a := range n.attrs {
		if a.Key == key {
			return true
		}
	}
	return false
}

// builder makes the tree in one pass, in time linear in the page times the
// bound on depth.
type builder struct {
	root   *node
	open   []*node
	line   int
	nodes  int
	tables int
}

func parseHTML(ctx context.Context, text string) (*node, error) {
	b := &builder{root: &node{name: "#root", line: 1}, line: 1}
	b.open = []*node{b.root}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if errors.Is(z.Err(), io.EOF) {
				return b.root, nil
			}
			return nil, &Error{Err: ErrDamaged, Line: b.line, Detail: "html", Cause: z.Err()}
		}
		newlines := strings.Count(string(z.Raw()), "\n")
		if err := b.token(z.Token()); err != nil {
			return nil, err
		}
		b.line += newlines
		if b.nodes++; b.nodes > maxNodes {
			return nil, &Error{Err: ErrTooLarge, Line: b.line, Detail: "nodes"}
		}
		if b.nodes%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

func (b *builder) top() *node { return b.open[len(b.open)-1] }

func (b *builder) token(t html.Token) error {
	switch t.Type {
	case html.TextToken:
		if b.top().tag == atom.Head && strings.TrimSpace(t.Data) != "" {
			b.pop()
		}
		b.add(&node{text: t.Data, line: b.line})
	case html.StartTagToken, html.SelfClosingTagToken:
		return b.start(t)
	case html.EndTagToken:
		b.end(t)
	}
	return nil
}

func (b *builder) add(n *node) {
	n.parent = b.top()
	n.parent.kids = append(n.parent.kids, n)
}

func (b *builder) start(t html.Token) error {
	if len(t.Attr) > maxAttrs {
		return &Error{Err: ErrTooLarge, Line: b.line, Detail: "attributes"}
	}
	b.closeFor(t.DataAtom)
	n := &node{tag: t.DataAtom, name: t.Data, attrs: t.Attr, line: b.line}
	b.add(n)
	if void(t.DataAtom) {
		return nil
	}
	b.open = append(b.open, n)
	if t.DataAtom == atom.Table {
		b.tables++
	}
	if len(b.open) > maxHTMLDepth || b.tables > maxTableDepth {
		return &Error{Err: ErrTooDeep, Line: b.line, Detail: t.Data}
	}
	return nil
}

func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param,
		atom.Source, atom.Track, atom.Wbr, atom.Frame, atom.Basefont, atom.Bgsound, atom.Keygen:
		return true
	}
	return false
}

// closeFor ends what a start tag ends without saying so.
func (b *builder) closeFor(a atom.Atom) {
	switch a {
	case atom.Html, atom.Head:
	case atom.Title, atom.Meta, atom.Link, atom.Style, atom.Script, atom.Base, atom.Noscript, atom.Template:
		return
	default:
		if b.top().tag == atom.Head {
			b.pop()
		}
	}
	switch a {
	case atom.Body, atom.Frameset:
		b.closeTo(atom.Head)
	case atom.Li:
		b.closeTo(atom.Li, atom.Ul, atom.Ol, atom.Menu)
	case atom.Dt, atom.Dd:
		b.closeTo(atom.Dt, atom.Dl)
		b.closeTo(atom.Dd, atom.Dl)
	case atom.Option:
		b.closeTo(atom.Option, atom.Select)
	case atom.Td, atom.Th:
		b.closeTo(atom.Td, atom.Tr)
		b.closeTo(atom.Th, atom.Tr)
	case atom.Tr:
		b.closeTo(atom.Tr)
	case atom.Tbody, atom.Thead, atom.Tfoot:
		b.closeTo(atom.Tbody)
		b.closeTo(atom.Thead)
		b.closeTo(atom.Tfoot)
	}
	if isBlock(a) {
		b.closeTo(atom.P, atom.Li, atom.Td, atom.Th)
	}
}

// closeTo ends the nearest element of a tag, unless one of the stops, or a
// table, lies between.
func (b *builder) closeTo(a atom.Atom, stops ...atom.Atom) {
	for i := len(b.open) - 1; i > 0; i-- {
		tag := b.open[i].tag
		if tag == a {
			b.cut(i)
			return
		}
		if tag == atom.Table {
			return
		}
		for _, s := range stops {
			if tag == s {
				return
			}
		}
	}
}

// end ends the nearest element of its name. A cell keeps its end tags to
// itself; one that ends nothing is passed over.
func (b *builder) end(t html.Token) {
	switch t.DataAtom {
	case atom.Body, atom.Html:
		return // what comes after it belongs to the page too
	case atom.Br:
		b.add(&node{tag: atom.Br, name: "br", line: b.line})
		return
	}
	for i := len(b.open) - 1; i > 0; i-- {
		n := b.open[i]
		if n.name == t.Data {
			b.cut(i)
			return
		}
		if (n.tag == atom.Td || n.tag == atom.Th || n.tag == atom.Caption) && !tabular(t.DataAtom) {
			return
		}
		if n.tag == atom.Table {
			return
		}
	}
}

func tabular(a atom.Atom) bool {
	switch a {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption:
		return true
	}
	return false
}

func (b *builder) cut(i int) {
	for len(b.open) > i {
		b.pop()
	}
}

func (b *builder) pop() {
	if b.top().tag == atom.Table {
		b.tables--
	}
	b.open = b.open[:len(b.open)-1]
}

// isBlock says whether an element begins a line of its own.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Dialog, atom.Dir,
		atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Frameset, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Iframe, atom.Legend, atom.Li, atom.Listing, atom.Main,
		atom.Marquee, atom.Menu, atom.Nav, atom.Noscript, atom.Ol, atom.P, atom.Plaintext, atom.Pre, atom.Section, atom.Summary, atom.Table,
		atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Title, atom.Tr, atom.Ul, atom.Xmp:
		return true
	}
	return false
}

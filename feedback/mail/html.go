package mail

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of one HTML part.
const (
	maxOpen  = 400 // elements open at once; deeper ones count as the last
	maxQuote = 8   // levels of quotation shown
)

// html makes plain text of an HTML part, token by token: no tree is built, so
// depth costs nothing. Nothing is fetched. Quotations become lines with >, links
// keep their address, and what a reader would not have seen goes to p.hidden.
func (p *parser) html(src string) string {
	p.marks.add(HTMLOnly)
	w := htmlText{p: p, z: html.NewTokenizer(strings.NewReader(src))}
	w.z.SetMaxBuf(len(src) + 1)
	for {
		switch w.z.Next() {
		case html.ErrorToken:
			w.line()
			return w.out.String()
		case html.TextToken:
			w.text(string(w.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(w.z.Token())
		case html.EndTagToken:
			name, _ := w.z.TagName()
			w.end(atom.Lookup(name))
		}
	}
}

// htmlText is the state of one conversion.
type htmlText struct {
	p      *parser
	z      *html.Tokenizer
	out    strings.Builder
	open   []element
	buf    strings.Builder // the line being written
	space  bool
	hidden int // open elements that hide
	signs  int // open elements that are a signature
	quote  int
	pre    int
	skip   int // inside style, script …
}

type element struct {
	tag    atom.Atom
	hides  bool
	signs  bool
	link   string
	linked int // length of buf where the link began
}

func (w *htmlText) start(t html.Token) {
	w.notice(t)
	switch t.DataAtom {
	case atom.Br, atom.Hr:
		w.breakLine()
		return
	case atom.Img:
		w.text(attr(t, "alt"))
		return
	case atom.Input, atom.Meta, atom.Link, atom.Area, atom.Base, atom.Col, atom.Embed, atom.Source, atom.Track, atom.Wbr, atom.Param:
		return
	}
	if t.Type == html.SelfClosingTagToken && t.DataAtom == 0 {
		return // <o:p/>
	}
	w.layout(t.DataAtom, +1)
	e := element{tag: t.DataAtom, hides: hides(t), signs: signs(t)}
	if t.DataAtom == atom.A {
		e.link, e.linked = attr(t, "href"), w.buf.Len()
	}
	if len(w.open) < maxOpen {
		w.open = append(w.open, e)
		if e.hides {
			w.hidden++
		}
		if e.signs {
			w.line()
			w.signs++
		}
	}
}

// end closes the innermost element of that name, and what stands open inside it.
func (w *htmlText) end(tag atom.Atom) {
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].tag != tag {
			continue
		}
		for j := len(w.open) - 1; j >= i; j-- {
			w.close(w.open[j])
		}
		w.open = w.open[:i]
		return
	}
}

func (w *htmlText) close(e element) {
	if e.link != "" {
		w.link(e)
	}
	if e.hides {
		w.hidden--
	}
	if e.signs {
		w.signs--
	}
	w.layout(e.tag, -1)
}

// layout does what opening (+1) or closing (-1) an element does to lines.
func (w *htmlText) layout(tag atom.Atom, by int) {
	switch tag {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript, atom.Object, atom.Svg, atom.Math, atom.Select:
		w.skip += by
	case atom.Blockquote:
		w.line()
		w.quote += by
	case atom.Pre, atom.Textarea:
		w.line()
		w.pre += by
	case atom.Td, atom.Th:
		w.space = w.buf.Len() > 0
	case atom.Li:
		w.line()
		if by > 0 {
			w.buf.WriteString("- ")
		}
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.line()
		w.out.WriteString(w.prefix() + "\n")
	case atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Form,
		atom.Center, atom.Address, atom.Dl, atom.Dt, atom.Dd, atom.Fieldset, atom.Body:
		w.line()
	}
}

// text adds words, blanks made one unless inside pre.
func (w *htmlText) text(s string) {
	if w.skip > 0 {
		return
	}
	if w.hidden > 0 {
		if w.p.hidden.Len() < w.p.lim.TextBytes {
			w.p.hidden.WriteString(s + "\n")
		}
		return
	}
	if w.signs > 0 {
		if w.p.signed.Len() < w.p.lim.TextBytes && strings.TrimSpace(s) != "" {
			w.p.signed.WriteString(strings.TrimSpace(s) + "\n")
		}
		return
	}
	if w.pre > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.breakLine()
			}
			w.buf.WriteString(line)
		}
		return
	}
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			w.space = w.space || w.buf.Len() > 0
			continue
		}
		if w.space {
			w.buf.WriteByte(' ')
			w.space = false
		}
		w.buf.WriteRune(r)
	}
}

// link adds the address of a link that its words do not show.
func (w *htmlText) link(e element) {
	href := oneLine(e.link, 500)
	scheme, _, _ := strings.Cut(strings.ToLower(href), ":")
	if scheme != "http" && scheme != "https" && scheme != "mailto" {
		return
	}
	shown := ""
	if e.linked <= w.buf.Len() {
		shown = w.buf.String()[e.linked:]
	}
	if bare := strings.TrimSuffix(strings.TrimPrefix(href, "mailto:"), "/"); !strings.Contains(shown, bare) {
		w.text(" <" + href + "> ")
	}
}

// line ends the line being written, if there is anything in it.
func (w *htmlText) line() {
	if strings.TrimSpace(w.buf.String()) != "" {
		w.breakLine()
	}
	w.buf.Reset()
	w.space = false
}

func (w *htmlText) breakLine() {
	w.out.WriteString(w.prefix())
	w.out.WriteString(w.buf.String())
	w.out.WriteByte('\n')
	w.buf.Reset()
	w.space = false
}

func (w *htmlText) prefix() string {
	if w.quote <= 0 {
		return ""
	}
	return strings.Repeat(">", min(w.quote, maxQuote)) + " "
}

// notice marks what a program showing this part would have fetched or run.
func (w *htmlText) notice(t html.Token) {
	switch t.DataAtom {
	case atom.Form, atom.Script, atom.Object, atom.Embed, atom.Iframe:
		w.p.marks.add(HTMLForm)
	}
	for _, a := range t.Attr {
		v := strings.ToLower(strings.TrimSpace(a.Val))
		remote := strings.HasPrefix(v, "http:") || strings.HasPrefix(v, "https:") || strings.HasPrefix(v, "//")
		switch a.Key {
		case "src", "srcset", "background", "poster", "data":
			w.p.markIf(remote, RemoteContent)
		case "href":
			w.p.markIf(remote && t.DataAtom == atom.Link, RemoteContent)
		case "style":
			w.p.markIf(strings.Contains(v, "url("), RemoteContent)
		}
	}
}

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

var hiding = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*[01](\.\d+)?(px|pt|em|%)?\s*(;|!|$)|opacity\s*:\s*0?(\.0+)?\s*(;|!|$)|(^|[;\s])(max-)?height\s*:\s*0(px)?\s*(;|!|$)|text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{3,}|[^-]color\s*:\s*(white|transparent|#fff(fff)?)\b`)

// hides reports whether an element is not seen by a reader. White letters count
// only without a background of their own.
func hides(t html.Token) bool {
	for _, a := range t.Attr {
		if a.Key == "hidden" {
			return true
		}
	}
	style := ";" + attr(t, "style")
	if len(style) > 4000 || !hiding.MatchString(style) {
		return false
	}
	return !strings.Contains(style, "background") || !onlyWhite(style)
}

// signs reports whether an element is where a mail program puts the signature:
// Gmail, Outlook on the web and on phones, NetEase's.
func signs(t html.Token) bool {
	switch attr(t, "id") {
	case "Signature", "ms-outlook-mobile-signature", "edo-signature":
		return true
	}
	return slices.Contains(strings.Fields(attr(t, "class")), "gmail_signature")
}

func onlyWhite(style string) bool {
	return !hiding.MatchString(whiteLetters.ReplaceAllString(style, ""))
}

var whiteLetters = regexp.MustCompile(`(?i)[^-]color\s*:\s*(white|transparent|#fff(fff)?)\b`)

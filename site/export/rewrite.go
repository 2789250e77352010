package export

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// html makes every link of a page relative and takes out what needs a program
// behind it.
func (x *Exporter) html(address string, page []byte) ([]byte, error) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	var drop []*html.Node
	sprite := &used{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "form":
			if !x.form(n) {
				drop = append(drop, n)
			}
		case "a":
			x.anchor(address, n)
		case "link":
			if to, ok := x.link(address, get(n, "href")); ok {
				put(n, "href", to)
			} else {
				drop = append(drop, n)
			}
		case "img":
			if to, ok := x.link(address, get(n, "src")); ok {
				put(n, "src", to)
			} else {
				drop = append(drop, n)
			}
		case "use":
			sprite.take(n)
		}
	}
	for _, n := range drop {
		remove(n)
	}
	if err := x.inline(doc, sprite); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	// Every > in text and values is escaped, so this is always the end of a void
	// element, where the slash means nothing.
	return append(bytes.ReplaceAll(out.Bytes(), []byte("/>"), []byte(">")), '\n'), nil
}

// anchor makes a link relative. Where nothing would answer, the words stay and
// the link goes.
func (x *Exporter) anchor(address string, n *html.Node) {
	href := get(n, "href")
	if href == "" {
		return
	}
	if to, ok := x.link(address, href); ok {
		put(n, "href", to)
		return
	}
	var kept []html.Attribute
	for _, a := range n.Attr {
		if a.Key != "href" && a.Key != "rel" {
			kept = append(kept, a)
		}
	}
	n.Attr = kept
}

// form sends a form that only asks to the live site, and answers false for one
// that must go: nothing may be sent from here, and nothing be chosen where no
// program would answer.
func (x *Exporter) form(n *html.Node) bool {
	if x.Live == "" || strings.EqualFold(get(n, "method"), "post") {
		return false
	}
	u, err := url.Parse(get(n, "action"))
	if err != nil {
		return false
	}
	address, _, ok := x.target(u)
	if !ok {
		return false
	}
	put(n, "action", x.Live+address)
	return true
}

// remove takes a node out, and the box around it when nothing is left in that.
func remove(n *html.Node) {
	up := n.Parent
	if up == nil {
		return
	}
	up.RemoveChild(n)
	if up.Data != "div" {
		return
	}
	for c := range up.ChildNodes() {
		if c.Type != html.TextNode || strings.TrimSpace(c.Data) != "" {
			return
		}
	}
	if up.Parent != nil {
		up.Parent.RemoveChild(up)
	}
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func put(n *html.Node, key, value string) {
	for i, a := range n.Attr {
		if a.Key == key {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func escapeAttr(s string) string { return html.EscapeString(s) }

// absolute puts the files' own addresses into a feed or site map, and asks for
// every page that it names.
func (x *Exporter) absolute(address string, body []byte) []byte {
	whole := regexp.MustCompile(regexp.QuoteMeta(x.Origin+x.Base) + `/[^"<>\s]*`)
	return whole.ReplaceAllFunc(body, func(m []byte) []byte {
		u, err := url.Parse(strings.TrimPrefix(string(m), x.Origin))
		if err != nil {
			return m
		}
		to, live, ok := x.target(u)
		switch {
		case !ok || (live && x.Live == ""):
			return m
		case live:
			return []byte(x.Live + to)
		}
		x.enqueue(to, address)
		return []byte(x.Origin + x.Base + "/" + relative("index.html", fileOf(to)) + fragment(u))
	})
}

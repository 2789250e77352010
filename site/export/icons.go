package export

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// iconPrefix stands before the ids of icons that are put into a page, which
// has ids of its own.
const iconPrefix = "icon-"

// used are the icons that a page shows. A browser that opens a file does not
// follow <use> into another file, so they are put into the page itself.
type used struct {
	sheet string
	ids   []string
}

// take notes an icon and points at the copy that the page will have.
func (u *used) take(n *html.Node) {
	sheet, id, ok := strings.Cut(get(n, "href"), "#")
	if !ok || sheet == "" {
		return
	}
	u.sheet = sheet
	if !slices.Contains(u.ids, id) {
		u.ids = append(u.ids, id)
	}
	put(n, "href", "#"+iconPrefix+id)
}

// icons are the symbols of the sheet of icons, ready to be put into pages.
type icons struct {
	sheet string
	byID  map[string]string
}

func (x *Exporter) inline(doc *html.Node, u *used) error {
	if len(u.ids) == 0 {
		return nil
	}
	if x.icons == nil || x.icons.sheet != u.sheet {
		if err := x.readIcons(u.sheet); err != nil {
			return err
		}
	}
	var b strings.Builder
	b.WriteString(`<svg class="vh" aria-hidden="true"><defs>`)
	slices.Sort(u.ids)
	for _, id := range u.ids {
		icon, ok := x.icons.byID[id]
		if !ok {
			return fmt.Errorf("no icon %s in %s: %w", id, u.sheet, ErrBroken)
		}
		b.WriteString(icon)
	}
	b.WriteString(`</defs></svg>`)
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "body" {
			nodes, err := html.ParseFragment(strings.NewReader(b.String()), n)
			if err != nil {
				return fmt.Errorf("icons: %w", err)
			}
			for _, s := range nodes {
				n.AppendChild(s)
			}
			return nil
		}
	}
	return nil
}

// readIcons reads the symbols of a sheet.
func (x *Exporter) readIcons(sheet string) error {
	u, err := url.Parse(sheet)
	if err != nil {
		return fmt.Errorf("icons: %w", err)
	}
	res, err := x.ask(strings.TrimPrefix(u.Path, x.Base))
	if err != nil {
		return err
	}
	doc, err := html.Parse(bytes.NewReader(res.Body()))
	if err != nil {
		return fmt.Errorf("icons: %w", err)
	}
	x.icons = &icons{sheet: sheet, byID: make(map[string]string)}
	for n := range doc.Descendants() {
		id := get(n, "id")
		if n.Type != html.ElementNode || id == "" {
			continue
		}
		put(n, "id", iconPrefix+id)
		var b strings.Builder
		if err := html.Render(&b, n); err != nil {
			return fmt.Errorf("icons: %w", err)
		}
		x.icons.byID[id] = b.String()
	}
	return nil
}

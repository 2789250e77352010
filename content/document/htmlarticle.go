package document

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// head reads title and meta elements wherever they stand.
func (p *webPage) head(n *node) error {
	switch n.tag {
	case atom.Title:
		if p.title == "" && n.parent != nil && n.parent.tag != atom.Svg {
			p.title = strings.Join(strings.Fields(textOf(n)), " ")
			p.meta("title", p.title)
		}
	case atom.Meta:
		name := n.attr("name")
		if name == "" {
			name = n.attr("property")
		}
		if strings.EqualFold(name, "generator") {
			p.office = p.office || wordProcessor(n.attr("content"))
		}
		p.meta(name, n.attr("content"))
	}
	for _, k := range n.kids {
		if err := p.head(k); err != nil {
			return err
		}
	}
	return nil
}

const (
	maxMeta     = 100
	maxMetaText = 4000
)

// meta keeps a field, the first of its name, under the spelling of the rules
// for public bodies' sites where that is one of theirs.
func (p *webPage) meta(name, content string) {
	content = strings.TrimSpace(content)
	for _, known := range []string{"SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnType", "ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url"} {
		if strings.EqualFold(name, known) {
			name = known
		}
	}
	if name == "" || content == "" || len(name) > 64 || len(content) > maxMetaText || len(p.doc.Meta) >= maxMeta {
		return
	}
	if _, ok := p.doc.Meta[name]; !ok {
		p.doc.Meta[name] = content
	}
}

// wordProcessor knows the programs whose export is a document and no page.
func wordProcessor(generator string) bool {
	low := strings.ToLower(generator)
	for _, name := range []string{"libreoffice", "openoffice", "microsoft word", "wps", "kingsoft"} {
		if strings.Contains(low, name) {
			return true
		}
	}
	return false
}

func textOf(n *node) string {
	var b strings.Builder
	var walk func(*node)
	walk = func(n *node) {
		b.WriteString(n.text)
		for _, k := range n.kids {
			walk(k)
		}
	}
	walk(n)
	return b.String()
}

// mark gives a reason to what no reader sees, and to what no document is.
func (p *webPage) mark(n *node) {
	n.reason = reasonByTag(n)
	if n.tag == atom.Del || n.tag == atom.Ins {
		p.tracked(n)
	}
	if n.reason == "" && hidden(n) {
		n.reason = ReasonHidden
		if strings.TrimSpace(textOf(n)) != "" {
			p.remark(n.line, RemarkHidden, 1)
		}
	}
	if n.reason != "" {
		return
	}
	if p.office && n.tag == atom.Div {
		switch n.attr("title") {
		case "header":
			n.reason = ReasonHeader
		case "footer":
			n.reason = ReasonFooter
		}
	}
	if src := n.attr("src"); n.tag == atom.Embed || n.tag == atom.Object {
		p.remark(n.line, RemarkEmbedded, src)
	}
	for _, k := range n.kids {
		p.mark(k)
	}
}

// tracked takes changes as accepted, as in a Word file.
func (p *webPage) tracked(n *node) {
	if p.first == 0 {
		p.first = n.line
	}
	if n.tag == atom.Ins {
		p.inserted++
		return
	}
	p.deleted++
	n.reason = ReasonDeleted
}

func reasonByTag(n *node) string {
	switch n.tag {
	case atom.Script, atom.Noscript, atom.Template, atom.Iframe, atom.Noframes, atom.Noembed:
		return ReasonScript
	case atom.Style:
		return ReasonStyle
	case atom.Title:
		if n.parent != nil && n.parent.tag != atom.Svg {
			return ReasonMeta
		}
		return ReasonImage
	case atom.Select, atom.Button, atom.Textarea, atom.Datalist, atom.Input:
		return ReasonForm
	case atom.Rt, atom.Rp:
		return ReasonRuby
	}
	return ""
}

func hidden(n *node) bool {
	if n.has("hidden") {
		return true
	}
	switch {
	case css(n, "display") == "none", css(n, "visibility") == "hidden", css(n, "mso-hide") == "all":
		return true
	}
	switch css(n, "font-size") {
	case "0", "0px", "0pt", "0em":
		return true
	}
	return false
}

// weighNodes counts the characters that show, and those in links.
func weighNodes(n *node, link bool) {
	n.chars, n.linked = 0, 0
	if n.reason != "" {
		return
	}
	if n.isText() {
		n.chars = len([]rune(squeeze(n.text)))
		if link {
			n.linked = n.chars
		}
		return
	}
	link = link || (n.tag == atom.A && n.has("href"))
	for _, k := range n.kids {
		weighNodes(k, link)
		n.chars += k.chars
		n.linked += k.linked
	}
}

// markByClass goes by what elements call themselves. One that holds a third of
// the page is never left out for its name.
func (p *webPage) markByClass(n *node, all int) {
	if n.reason != "" || n.isText() {
		return
	}
	if n.chars*3 < all && n.tag != atom.Body && n.tag != atom.Html {
		n.reason = p.reasonByName(n)
	}
	if n.reason != "" {
		return
	}
	for _, k := range n.kids {
		p.markByClass(k, all)
	}
}

func (p *webPage) reasonByName(n *node) string {
	switch n.tag {
	case atom.Nav:
		return ReasonNavigation
	case atom.Footer:
		return ReasonFooter
	case atom.Aside:
		return ReasonRelated
	}
	switch n.attr("role") {
	case "navigation", "menu", "menubar", "banner":
		return ReasonNavigation
	case "search":
		return ReasonForm
	case "contentinfo":
		return ReasonFooter
	}
	names := n.attr("class") + " " + n.attr("id")
	if p.named >= maxJudged || len(names) == 1 || len(names) > 200 {
		return ""
	}
	p.named++
	for _, r := range byName {
		if r.pattern.MatchString(names) {
			return r.reason
		}
	}
	return ""
}

type rule struct {
	reason  string
	pattern *regexp.Regexp
}

// byName are the names of elements seen on the pages of public bodies.
var byName = []rule{
	{ReasonBreadcrumb, regexp.MustCompile(`(?i)(^|[\s_-])(breadcrumbs?|crumbs?|bread|dqwz|weizhi|wz|curr?ent-?position|location|position|mianbao\w*|path)($|[\s_-])`)},
	{ReasonNavigation, regexp.MustCompile(`(?i)(^|[\s_-])(nav|navbar|navi|navigation|menu|topbar|top-?nav|side-?bar|leftnav|toolbar|site-?map)($|[\s_-]|\d)`)},
	{ReasonShare, regexp.MustCompile(`(?i)(^|[\s_-])(share|bdshare\w*|bshare\w*|jiathis\w*|social|fenxiang|fx|qrcode|ewm|erweima)($|[\s_-]|\d)`)},
	{ReasonFontSize, regexp.MustCompile(`(?i)(^|[\s_-])(font-?sizes?|zihao|ziti|fontctrl|fontbox)($|[\s_-]|\d)`)},
	{ReasonPrint, regexp.MustCompile(`(?i)(^|[\s_-])(print|printer|dayin|close-?win\w*|guanbi)($|[\s_-]|\d)`)},
	{ReasonRelated, regexp.MustCompile(`(?i)(^|[\s_-])(related|relate|xgwj|xgyd|xgxx|xgnews|xiangguan|recommend\w*|hot-?news)($|[\s_-]|\d)`)},
	{ReasonPager, regexp.MustCompile(`(?i)(^|[\s_-])(pager|pagination|prev-?next|pre-?next|page-?turn\w*|sxp|shangxia\w*)($|[\s_-]|\d)`)},
	{ReasonFooter, regexp.MustCompile(`(?i)(^|[\s_-])(footer|foot|copyright|bottom|banquan)($|[\s_-]|\d)`)},
	{ReasonForm, regexp.MustCompile(`(?i)(^|[\s_-])(search|search-?box|sousuo|login)($|[\s_-]|\d)`)},
}

// markLinks takes lists of links for navigation, except for those of files.
func (p *webPage) markLinks(n *node) {
	if n.reason != "" || n.isText() {
		return
	}
	if isBlock(n.tag) && n.tag != atom.P && n.linked >= 8 && n.linked*10 >= n.chars*7 && links(n) >= 3 && !files(n) {
		n.reason = ReasonNavigation
		return
	}
	for _, k := range n.kids {
		p.markLinks(k)
	}
}

func links(n *node) int {
	c := 0
	if n.tag == atom.A && n.chars > 0 {
		c++
	}
	for _, k := range n.kids {
		c += links(k)
	}
	return c
}

// files says whether a link of these leads to a file, as under 附件.
func files(n *node) bool {
	if n.tag == atom.A && attachment.MatchString(n.attr("href")) {
		return true
	}
	for _, k := range n.kids {
		if files(k) {
			return true
		}
	}
	return false
}

var attachment = regexp.MustCompile(`(?i)\.(docx?|xlsx?|pptx?|wps|et|pdf|ofd|zip|rar|txt)($|[?#])`)

// containers are the elements in which the usual systems keep an article; the
// surer names first.
func containers() [][]*regexp.Regexp {
	return [][]*regexp.Regexp{
		{regexp.MustCompile(`(?i)(^|\s)(trs_editor|trs_ueditor|ucap-content|zoom|zoomcon|v_news_content|pages_content|artibody|fontzoom|view_trs\w*|articlebody|article-body|article_content|article-content|arc_content|wp_articlecontent|j-fontcontent|news_conent_two_text)(\s|$)`)},
		{regexp.MustCompile(`(?i)(^|\s)(article|article-?con\w*|articlecon|content|con|detail|details|detail-?content|main-?content|maincontent|news-?content|news_con\w*|text|txt|xl-?con\w*|info-?content|body-?content|nr|neirong|zw|zhengwen)(\s|$)`)},
	}
}

// find answers the element that holds the article, or the whole page if none
// surely does.
func (p *webPage) find() *node {
	for rank, names := range containers() {
		var found []*node
		candidates(p.root, names[0], rank == 0, &found)
		if len(found) == 0 {
			continue
		}
		best := found[0]
		for _, n := range found[1:] {
			if n.chars > best.chars {
				best = n
			}
		}
		if best.chars*2 >= p.root.chars && best.chars-best.linked > 20 {
			return best
		}
		if all := meeting(found); rank == 0 && all.chars*2 >= p.root.chars && all.tag != atom.Body && all.tag != atom.Html && all != p.root {
			return all
		}
	}
	if p.root.chars > 0 {
		p.remark(0, RemarkArticle)
	}
	return p.root
}

// candidates gathers the outermost elements of the names.
func candidates(n *node, names *regexp.Regexp, sure bool, into *[]*node) {
	if n.reason != "" || n.isText() {
		return
	}
	ok := n.tag == atom.Article || n.tag == atom.Main
	if sure {
		ok = n.attr("itemprop") == "articleBody"
	}
	if n.tag != atom.Body && n.tag != atom.Html && (ok || names.MatchString(n.attr("class")) || names.MatchString(n.attr("id"))) {
		*into = append(*into, n)
		if sure {
			return
		}
	}
	for _, k := range n.kids {
		candidates(k, names, sure, into)
	}
}

// meeting answers the lowest element that holds them all.
func meeting(found []*node) *node {
	at := found[0]
	for _, n := range found[1:] {
		for !within(n, at) {
			at = at.parent
		}
	}
	return at
}

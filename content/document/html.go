package document

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// webPage is a page being read.
type webPage struct {
	*sink
	root    *node
	office  bool   // exported from a word processor: all of it is the document
	title   string // of the window
	before  []Block
	article []Block

	judged, named int // paragraphs and names looked at

	first, inserted, deleted int // line of the first tracked change, and how many there are
}

func readHTML(ctx context.Context, name, text string, found encoding) (*Document, error) {
	root, err := parseHTML(ctx, text)
	if err != nil {
		return nil, err
	}
	p := &webPage{sink: newSink(name, HTML), root: root}
	p.encoded(found, found.claim)
	if err := p.head(root); err != nil {
		return nil, err
	}
	p.mark(root)
	if p.inserted+p.deleted > 0 {
		p.remark(p.first, RemarkTrackedChanges, p.inserted, p.deleted)
	}
	weighNodes(root, false)
	if !p.office {
		p.markByClass(root, root.chars)
		weighNodes(root, false)
		p.markLinks(root)
		weighNodes(root, false)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.doc.Left, func(a, b Left) int { return cmp.Compare(a.Line, b.Line) })
	return p.doc, nil
}

// read takes the article out of the page.
func (p *webPage) read() error {
	article := p.root
	if !p.office {
		article = p.find()
	}
	for ; article.tag == atom.Tr || article.tag == atom.Tbody || article.tag == atom.Table; article = article.parent {
	}
	f := &flow{s: p.sink, page: pageStyle{split: true}}
	if article != p.root {
		if err := p.surroundings(article); err != nil {
			return err
		}
		f.page = inherited(article)
	}
	f.walk(article)
	f.flush()
	if f.err != nil {
		return f.err
	}
	p.article = f.blocks
	if !p.office {
		if err := p.trim(); err != nil {
			return err
		}
	}
	p.doc.Blocks = append(p.before, p.article...)
	return p.full(len(p.doc.Blocks))
}

// inherited answers what the elements above hand down.
func inherited(n *node) pageStyle {
	if n.parent == nil {
		return pageStyle{split: true}
	}
	return inherited(n.parent).of(n.parent)
}

// surroundings reads what stands outside of the article: its title, if that is
// there, its date and source, and all else to be left out.
func (p *webPage) surroundings(article *node) error {
	var pieces []piece
	p.outside(p.root, article, &pieces)
	title := p.titleAmong(pieces)
	for i, b := range pieces {
		switch {
		case i == title:
			b.Heading = max(b.Heading, 1)
			p.before = append(p.before, b.Block)
			continue
		case i < maxJudged && p.metaLine(particulars(b.Block)):
			b.reason = ReasonMeta
		default:
			b.reason = cmp.Or(p.noise(b.Text), b.reason, ReasonOutside)
		}
		if err := p.leave(b.Line, b.reason, flat([]Block{b.Block})+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// piece is a paragraph outside of the article.
type piece struct {
	Block
	reason string
	early  bool // before the article
	named  bool // its element calls itself a title
}

// outside gathers the paragraphs of all subtrees that do not hold the article.
// Inline neighbours are read one by one: their line is torn by the article.
func (p *webPage) outside(n, article *node, into *[]piece) {
	early := true
	for _, k := range n.kids {
		if k == article || within(article, k) {
			early = false
			if k != article {
				p.outside(k, article, into)
			}
			continue
		}
		f := &flow{s: p.sink, page: inherited(n).of(n)}
		f.walk(k)
		f.flush()
		for _, b := range f.blocks {
			*into = append(*into, piece{Block: b, early: early, named: titled(k), reason: linkReason(k)})
		}
	}
}

func within(n, above *node) bool {
	for ; n != nil; n = n.parent {
		if n == above {
			return true
		}
	}
	return false
}

// titled says whether an element, or one in it, calls itself the title.
func titled(n *node) bool {
	low := strings.ToLower(n.attr("class") + " " + n.attr("id"))
	if strings.Contains(low, "title") || strings.Contains(low, "bt") || n.tag == atom.H1 {
		return true
	}
	for _, k := range n.kids {
		if titled(k) {
			return true
		}
	}
	return false
}

func linkReason(n *node) string {
	if n.chars > 0 && n.linked > 0 && files(n) {
		return ReasonAttachment
	}
	if n.chars > 0 && n.linked*10 >= n.chars*6 {
		return ReasonNavigation
	}
	return ""
}

// titleAmong answers which piece is the title: the last before the article that
// the page's own head repeats, or else the last that is set as one.
func (p *webPage) titleAmong(pieces []piece) int {
	said := squeeze(p.doc.Meta["ArticleTitle"])
	window := squeeze(p.title)
	best := -1
	for i, b := range pieces {
		text := squeeze(b.Text)
		if !b.early || b.reason != "" || b.Kind != Paragraph || len([]rune(text)) < 4 {
			continue
		}
		if text == said || (len([]rune(text)) >= 8 && strings.HasPrefix(window, text)) {
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	for i, b := range pieces[:min(len(pieces), maxJudged)] {
		if b.early && b.reason == "" && b.Kind == Paragraph && (b.Heading == 1 || b.named || b.Center) && p.noise(b.Text) == "" && !isMeta(b.Text) &&
			len([]rune(squeeze(b.Text))) >= 8 {
			best = i
		}
	}
	return best
}

package public

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/search"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
	"rectify/site/web"
)

// The statuses of a submission that can be searched for: whether it has a
// reply yet. What is worked on meanwhile is nobody's business.
const (
	Waiting  = "waiting"
	Answered = "answered"
)

// cutMark stands in a text for words that were hidden. It is no letter, so it
// parts words and is never found.
const cutMark = "\ufffc"

// FlatText is public text as one run, hidden words as one mark each.
func FlatText(segments []feedback.Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Cut != "" {
			b.WriteString(cutMark)
			continue
		}
		b.WriteString(strings.ReplaceAll(s.Text, cutMark, " "))
	}
	return b.String()
}

// SearchPage is the form and what was found.
type SearchPage struct {
	ui.Frame
	Q          string
	Kind       string
	Asked      bool     // there is something to look for
	Loosened   []string // the pieces that were looked for, where what was asked found nothing
	Building   bool     // not everything can be found yet
	Down       bool     // nothing can be found just now
	Shortened  bool
	Total      search.Count
	Cut        bool // more were found than are listed
	Tabs       []Tab
	Some       bool // of any kind
	Hits       []SearchHit
	Filtered   bool
	Notices    []Choice
	Statuses   []Choice
	Years      []Choice
	Bodies     []Choice
	Plain      string // address of the same search without filters
	Next, Prev string
	Page       int
}

// Tab is one kind of hits with their number.
type Tab struct {
	Label, URL string
	Count      search.Count
	Chosen     bool
}

// SearchHit is one passage that was found.
type SearchHit struct {
	Kind   search.Kind
	URL    string
	Title  []ui.Piece
	Text   []ui.Piece
	Notice string // title of the notice that it stands in
	Link   string // its address
	Day    time.Time
	Tag    *ui.Tag
	Before bool // the text begins before the passage
	After  bool // and goes on behind it
}

// asked is a search as the address says it; what cannot be is left out.
func (p *Pages) asked(q web.Values) search.Query {
	s := search.Query{
		Text: q.Get("q"), Kind: search.Kind(q.Get("kind")), Notice: q.Get("notice"), Status: q.Get("status"), Body: q.Get("body"), Page: 1,
	}
	if !slices.Contains(search.Kinds(), s.Kind) {
		s.Kind = ""
	}
	if year, err := strconv.Atoi(q.Get("year")); err == nil && year > 0 && year < 10000 {
		s.Year = year
	}
	if page, err := strconv.Atoi(q.Get("page")); err == nil && page > 0 && page <= search.MaxPages {
		s.Page = page
	}
	return s
}

// search answers /search. What was typed is nobody's business but one
// reader's, so the page is kept nowhere.
func (p *Pages) search(c *fiber.Ctx) error {
	web.Private(c)
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	ask := p.asked(q)
	f := p.frame(c, "search")
	page := SearchPage{Frame: f, Q: echoed(ask.Text), Kind: string(ask.Kind), Page: ask.Page}
	page.NoIndex = true
	page.Title, page.Description = f.T("search.title"), f.T("search.description", p.Site.Body.Name)
	page.Column = &ui.Column{Name: page.Title, Description: page.Description, Keywords: f.T("home.keywords"), Type: f.T("column.notices")}
	page.Filtered = ask.Notice != "" || ask.Status != "" || ask.Year != 0 || ask.Body != ""
	page.Plain = p.searchURL(search.Query{Text: ask.Text, Kind: ask.Kind, Page: 1})
	p.choices(&page, ask)
	if err := p.look(c, &page, ask); err != nil {
		return err
	}
	if page.Asked {
		page.Title = f.T("search.title.for", page.Q)
	}
	return p.show(c, fiber.StatusOK, "search", page)
}

// look fills the page with what is found.
func (p *Pages) look(c *fiber.Ctx, page *SearchPage, ask search.Query) error {
	if p.Search == nil {
		page.Down = true
		return nil
	}
	ready, err := p.Search.Noted(web.Context(c), "ready")
	page.Building = ready == "" || err != nil
	res, err := p.Search.Search(web.Context(c), ask)
	if err == nil && nothing(res) {
		page.Loosened, res, err = p.loosened(c, &ask, res)
	}
	switch {
	case errors.Is(err, search.ErrDamaged), errors.Is(err, search.ErrClosed):
		page.Down = true // and is made anew meanwhile
		return nil
	case err != nil:
		return err
	}
	page.Asked, page.Shortened, page.Total = len(res.Words) > 0, res.Shortened, res.Total
	for _, h := range res.Hits {
		page.Hits = append(page.Hits, p.searchHit(page.Frame, h))
	}
	all := search.Count{}
	for _, k := range search.Kinds() {
		n := res.Kinds[k]
		all.N, all.More = all.N+n.N, all.More || n.More
		page.Cut = page.Cut || (n.More || n.N > search.MaxPages*search.PageSize) && (ask.Kind == "" || ask.Kind == k)
		page.Tabs = append(page.Tabs, p.tab(page.Frame, ask, k, n))
	}
	page.Tabs = append([]Tab{p.tab(page.Frame, ask, "", all)}, page.Tabs...)
	page.Some = all.N > 0
	if res.Next {
		page.Next = p.searchURL(turned(ask, ask.Page+1))
	}
	if ask.Page > 1 {
		page.Prev = p.searchURL(turned(ask, ask.Page-1))
	}
	return nil
}

// Pieces says the words that were looked for instead, if others were.
func (p SearchPage) Pieces() string {
	var quoted []string
	for _, w := range p.Loosened {
		quoted = append(quoted, p.T("search.quote", w))
	}
	return strings.Join(quoted, "")
}

// nothing reports whether no kind of passage was found.
func nothing(res search.Result) bool {
	for _, n := range res.Kinds {
		if n.N > 0 {
			return false
		}
	}
	return len(res.Words) > 0
}

// loosened looks for the pieces of what was asked; the pages that follow ask
// for the pieces too.
func (p *Pages) loosened(c *fiber.Ctx, ask *search.Query, res search.Result) ([]string, search.Result, error) {
	text, err := p.Search.Loosen(web.Context(c), *ask)
	if err != nil || text == "" {
		return nil, res, err
	}
	again := *ask
	again.Text = text
	found, err := p.Search.Search(web.Context(c), again)
	if err != nil || nothing(found) {
		return nil, res, err
	}
	*ask = again
	return found.Words, found, nil
}

func (p *Pages) tab(f ui.Frame, ask search.Query, k search.Kind, n search.Count) Tab {
	t := Tab{Label: f.T("search.all"), Count: n, Chosen: ask.Kind == k}
	if k != "" {
		t.Label = f.T("search.kind." + string(k))
	}
	ask.Kind = k
	t.URL = p.searchURL(turned(ask, 1))
	return t
}

func turned(q search.Query, page int) search.Query {
	q.Page = page
	return q
}

// searchURL is the address of a search.
func (p *Pages) searchURL(q search.Query) string {
	v := web.Values{}
	for name, value := range map[string]string{"q": echoed(q.Text), "kind": string(q.Kind), "notice": q.Notice, "status": q.Status, "body": q.Body} {
		if value != "" {
			v[name] = []string{value}
		}
	}
	if q.Year != 0 {
		v["year"] = []string{itoa(q.Year)}
	}
	if q.Page > 1 {
		v["page"] = []string{itoa(q.Page)}
	}
	return p.Site.Links.To("/search") + "?" + v.Encode()
}

// shownMost is how much of what was typed comes back: all that is looked for.
const shownMost = 200

// echoed is what was typed as it may stand in a page: text, and not without end.
func echoed(q string) string {
	q = strings.TrimSpace(feedback.Visible(strings.ToValidUTF8(q, "")))
	if utf8.RuneCountInString(q) > shownMost {
		q = string([]rune(q)[:shownMost])
	}
	return q
}

// choices are the filters. Names of persons are none of them.
func (p *Pages) choices(page *SearchPage, ask search.Query) {
	years, bodies := []int{calendar.On(p.Now()).Year()}, []string{}
	for _, e := range p.Library.Snapshot().Entries() {
		n := e.Notice
		page.Notices = append(page.Notices, Choice{Value: n.Slug, Label: n.Title, Chosen: n.Slug == ask.Notice})
		if !n.Published.IsZero() {
			years = append(years, n.Published.Year())
		}
		if n.Issuer != "" {
			bodies = append(bodies, n.Issuer)
		}
	}
	slices.Sort(years)
	for y := years[len(years)-1]; y >= years[0]; y-- {
		page.Years = append(page.Years, Choice{Value: itoa(y), Label: page.T("year", y), Chosen: y == ask.Year})
	}
	slices.Sort(bodies)
	for _, b := range slices.Compact(bodies) {
		page.Bodies = append(page.Bodies, Choice{Value: b, Label: b, Chosen: b == ask.Body})
	}
	for _, s := range content.Statuses() {
		page.Statuses = append(page.Statuses, Choice{Value: s.Code(), Label: page.T("status." + s.Code()), Chosen: s.Code() == ask.Status})
	}
	for _, s := range []string{Answered, Waiting} {
		page.Statuses = append(page.Statuses, Choice{Value: s, Label: page.T("search.status." + s), Chosen: s == ask.Status})
	}
}

// searchHit is a hit with its address and its words in pieces.
func (p *Pages) searchHit(f ui.Frame, h search.Hit) SearchHit {
	s := SearchHit{Kind: h.Kind, Day: h.At, Before: h.Passage.From > 0, After: h.Passage.To < len(h.Text)}
	s.Title = pieces(h.Title, search.Span{From: 0, To: len(h.Title)}, h.InTitle)
	s.Text = pieces(h.Text, h.Passage, h.InText)
	e, known := p.Library.Snapshot().Notice(h.Notice)
	if known {
		s.Notice, s.Link = e.Notice.Title, p.Site.Links.Notice(h.Notice)
	}
	switch h.Kind {
	case search.Notice, search.Item:
		s.URL = p.Site.Links.Notice(h.Notice)
		if h.Anchor != "" {
			s.URL += "#" + h.Anchor
		} else {
			s.Notice = "" // its title says so
		}
		if h.Status != "" {
			status, _ := content.ParseStatus(h.Status)
			tag := f.StatusTag(content.Ledger{Status: status, Label: h.Label})
			s.Tag = &tag
		}
	default:
		s.URL = p.Site.Links.Opinion(h.Title)
		if h.Item != "" && known {
			s.Link = p.Site.Links.Item(h.Notice, h.Item)
			if it := e.Notice.Item(h.Item); it != nil {
				s.Notice = f.T("item.no", h.Item) + " " + it.Title
			}
		}
	}
	return s
}

// pieces cuts a part of a text at its marks.
func pieces(text string, part search.Span, marks []search.Span) []ui.Piece {
	var list []ui.Piece
	add := func(from, to int, marked bool) {
		for i, run := range strings.Split(text[from:to], cutMark) {
			if i > 0 {
				list = append(list, ui.Piece{Hidden: true})
			}
			if run != "" {
				list = append(list, ui.Piece{Text: run, Marked: marked})
			}
		}
	}
	at := part.From
	for _, m := range marks {
		if m.From < at || m.To > part.To {
			continue
		}
		add(at, m.From, false)
		add(m.From, m.To, true)
		at = m.To
	}
	add(at, part.To, false)
	return list
}

package public

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/subscribe"
	"rectify/site/ui"
	"rectify/site/web"
)

func (p *Pages) talks(c *fiber.Ctx, f ui.Frame, list []feedback.Submission) []ui.Talk {
	talks := make([]ui.Talk, 0, len(list))
	for i := range list {
		if pub, ok := list[i].Public(); ok {
			talks = append(talks, p.talk(f, pub))
		}
	}
	return p.concerned(c, talks)
}

func (p *Pages) talk(f ui.Frame, pub feedback.Public) ui.Talk {
	t := ui.Talk{Frame: f, Public: pub}
	if e, ok := p.Library.Snapshot().Notice(pub.Notice); ok {
		if it := e.Notice.Item(pub.Item); it != nil {
			t.ItemTitle = it.Title
		}
	}
	return t
}

const listTalks = 30

// storeLife bounds how long a page of a notice waits for opinions: what the
// body has to say must be readable when the store is not.
const storeLife = 2 * time.Second

// heard answers one page of published opinions and how many there are.
func (p *Pages) heard(c *fiber.Ctx, q feedback.Query) (list []feedback.Submission, next string, total int, err error) {
	ctx, cancel := context.WithTimeout(web.Context(c), storeLife)
	defer cancel()
	q.Visibility, q.Sort = feedback.Published, feedback.ByPublished
	if list, next, err = p.Store.List(ctx, q); err != nil {
		return nil, "", 0, err
	}
	if total, err = p.Store.Count(ctx, q); err != nil {
		return nil, "", 0, err
	}
	return list, next, total, nil
}

// latest is when anything of what is shown last changed.
func latest(t time.Time, list []feedback.Submission) time.Time {
	for _, s := range list {
		if s.PublicAt.After(t) {
			t = s.PublicAt
		}
	}
	return t
}

// OpinionsPage is the list of published opinions.
type OpinionsPage struct {
	ui.Frame
	Talks    []ui.Talk
	Total    int
	More     string
	Notices  []Choice
	Notice   string
	Item     string
	Category string
	Kinds    []Choice
	Filtered bool
}

// Choice is an option of a list.
type Choice struct {
	Value, Label string
	Chosen       bool
	Hint         string
}

func (p *Pages) opinions(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	f := p.frame(c, "feedback")
	f.Title, f.Column = f.T("opinions.title"), opinionsColumn(f)
	f.Description = f.Column.Description
	web.Tag(c, web.TagAll, web.TagFeedback)
	query := feedback.Query{
		Notice: q.Get("notice"), Item: q.Get("item"), Category: feedback.Category(q.Get("category")), After: q.Get("after"), Limit: listTalks,
	}
	if query.After != "" {
		f.Title += f.T("page.older")
	}
	list, next, total, err := p.heard(c, query)
	if err != nil {
		return err
	}
	page := OpinionsPage{
		Frame: f, Talks: p.talks(c, f, list), Total: total, Notice: query.Notice, Item: query.Item, Category: string(query.Category),
		Filtered: query.Notice != "" || query.Item != "" || query.Category != "",
	}
	page.Updated = latest(page.Updated, list)
	for _, e := range p.Library.Snapshot().Entries() {
		page.Notices = append(page.Notices, Choice{Value: e.Notice.Slug, Label: e.Notice.Title, Chosen: e.Notice.Slug == query.Notice})
	}
	for _, k := range p.Site.Body.Categories {
		if k.Code != feedback.Clue {
			page.Kinds = append(page.Kinds, Choice{Value: string(k.Code), Label: p.categoryLabel(f, k.Code), Chosen: k.Code == query.Category})
		}
	}
	if next != "" {
		v := web.Values{"after": {next}}
		for name, value := range map[string]string{"notice": query.Notice, "item": query.Item, "category": string(query.Category)} {
			if value != "" {
				v[name] = []string{value}
			}
		}
		page.More = p.Site.Links.To("/feedback") + "?" + v.Encode()
	}
	return p.show(c, fiber.StatusOK, "opinions", page)
}

// categoryLabel is the body's own word for a category, else the catalogue's.
func (p *Pages) categoryLabel(f ui.Frame, code feedback.Category) string {
	for _, k := range p.Site.Body.Categories {
		if k.Code == code && k.Label != "" && !f.English() {
			return k.Label
		}
	}
	return f.T("category." + string(code))
}

// OpinionPage is one published opinion.
type OpinionPage struct {
	ui.Frame
	Talk ui.Talk
}

func (p *Pages) opinion(c *fiber.Ctx) error {
	number, ok := feedback.ParseNumber(web.Param(c, "number"))
	if !ok {
		return web.NotFound()
	}
	s, err := p.Store.Get(web.Context(c), number)
	if err != nil {
		return err
	}
	pub, ok := s.Public()
	if !ok {
		return web.NotFound() // the same as for a number that was never given
	}
	web.Tag(c, web.TagAll, web.TagOpinion(string(number)))
	f := p.frame(c, "feedback")
	f.Title = f.T("opinion.title", number)
	f.Description = f.T("opinion.description", number, p.Site.Body.Name)
	f.Article = &ui.Article{Title: f.Title, Source: p.Site.Body.Name, Published: s.PublishedAt}
	f.Column = opinionsColumn(f)
	f.Updated = s.PublicAt
	f.Crumbs = []ui.Crumb{
		{Label: f.T("crumb.home"), URL: p.Site.Links.Home()}, {Label: f.T("nav.feedback"), URL: p.Site.Links.To("/feedback")}, {Label: string(number)},
	}
	if pub.Gone != feedback.NotGone {
		f.NoIndex = true
	} else {
		f.Feed, f.Topic = p.Site.Links.Opinion(string(number))+"/feed.atom", string(subscribe.OnOpinion(number))
	}
	page := OpinionPage{Frame: f, Talk: p.concerned(c, []ui.Talk{p.talk(f, pub)})[0]}
	page.Talk.Plain, page.Talk.Counts = true, p.Tally != nil && p.closed(pub.Notice) == nil
	if _, ok := p.Library.Snapshot().Notice(s.Notice); ok && s.Item != "" {
		web.Tag(c, web.TagNotice(s.Notice))
		past := p.leafPast(c, s.Notice, s.Item)
		page.Talk.MadeOn = past.line.MadeOn(past.versions, s.Received)
	}
	return p.show(c, fiber.StatusOK, "opinion", page)
}

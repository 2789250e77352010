package public

import (
	"cmp"
	"context"
	"crypto/sha1" //nolint:gosec // RFC 9562 makes name-based identifiers of it; nothing is secured by it
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/library"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/feed"
	"rectify/site/i18n"
	"rectify/site/ui"
	"rectify/site/web"
)

// Version is a later version of a notice: when the site first showed it, and
// why it was changed.
type Version struct {
	N     int // 2 and up
	At    time.Time
	Note  string
	Minor bool
}

// How much a feed holds, how much is looked at to make it, and how far back
// replies to older opinions are looked for.
const (
	feedEntries  = 60
	feedOpinions = 100
	feedBack     = 30 * 24 * time.Hour
	feedNews     = 500
	feedOlder    = 60
)

// feedYear is the year in which the body is known to hold its domain (RFC 4151);
// it is part of every id and must never change.
const feedYear = "2026"

func (p *Pages) feedAtom(c *fiber.Ctx) error {
	x, err := p.allFeed(c, "/feed.atom")
	if err != nil {
		return err
	}
	return answerAtom(c, x)
}

func (p *Pages) feedJSON(c *fiber.Ctx) error {
	x, err := p.allFeed(c, "/feed.json")
	if err != nil {
		return err
	}
	body, err := x.JSON()
	return answerFile(c, "application/feed+json", body, err)
}

func answerAtom(c *fiber.Ctx, x feed.Feed) error {
	body, err := x.Atom()
	return answerFile(c, "application/atom+xml", body, err)
}

func answerFile(c *fiber.Ctx, kind string, body []byte, err error) error {
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, kind+"; charset=utf-8")
	c.Response().SetBodyRaw(body)
	return nil
}

// allFeed holds what is new on the whole site.
func (p *Pages) allFeed(c *fiber.Ctx, path string) (feed.Feed, error) {
	web.Tag(c, web.TagAll, web.TagFeedback)
	f := p.machineFrame()
	x := p.newFeed(f, "site", p.Site.Links.Home(), p.Site.Links.To(path))
	x.Title, x.Subtitle, x.Author = f.T("feed.title", f.Body.SiteName), f.T("feed.subtitle", f.Body.Name), orElse(f.Body.Name, f.Body.SiteName)
	entries := p.Library.Snapshot().Entries()
	for _, e := range entries[:min(len(entries), feedEntries)] {
		x.Entries = append(x.Entries, p.noticeEntries(f, e)...)
	}
	return p.filled(c, f, x, scope{})
}

// noticeFeed holds what is new about one notice.
func (p *Pages) noticeFeed(c *fiber.Ctx) error {
	e, ext, err := p.lookup(c)
	if err != nil || ext != "" {
		return web.NotFound()
	}
	n := e.Notice
	web.Tag(c, web.TagAll, web.TagNotice(n.Slug))
	f := p.machineFrame()
	x := p.newFeed(f, "notices/"+n.Slug+"/feed", p.Site.Links.Notice(n.Slug), p.Site.Links.Notice(n.Slug)+"/feed.atom")
	x.Title, x.Subtitle, x.Author = n.Title, f.T("feed.notice"), n.Issuer
	x.Entries = p.noticeEntries(f, e)
	if x, err = p.filled(c, f, x, scope{slug: n.Slug}); err != nil {
		return err
	}
	return answerAtom(c, x)
}

// itemFeed holds what is said and answered about one leaf.
func (p *Pages) itemFeed(c *fiber.Ctx) error {
	e, ext, err := p.lookup(c)
	if err != nil || ext != "" {
		return web.NotFound()
	}
	n, id := e.Notice, web.Param(c, "id")
	it := n.Item(id)
	if it == nil || !it.Leaf() {
		return web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagNotice(n.Slug))
	f := p.machineFrame()
	home := p.Site.Links.Item(n.Slug, id)
	x := p.newFeed(f, "notices/"+n.Slug+"/items/"+id+"/feed", home, home+"/feed.atom")
	x.Title, x.Subtitle, x.Author = f.T("subscribe.on.leaf", id, it.Title), n.Title, n.Issuer
	if x, err = p.filled(c, f, x, scope{slug: n.Slug, item: id}); err != nil {
		return err
	}
	return answerAtom(c, x)
}

// opinionFeed holds a published submission and the answers to it.
func (p *Pages) opinionFeed(c *fiber.Ctx) error {
	number, ok := feedback.ParseNumber(web.Param(c, "number"))
	if !ok {
		return web.NotFound()
	}
	s, err := p.Store.Get(web.Context(c), number)
	if err != nil {
		return err
	}
	pub, ok := s.Public()
	if !ok || pub.Gone != feedback.NotGone {
		return web.NotFound()
	}
	web.Tag(c, web.TagAll, web.TagOpinion(string(number)))
	f := p.machineFrame()
	home := p.Site.Links.Opinion(string(number))
	x := p.newFeed(f, "feedback/"+string(number)+"/feed", home, home+"/feed.atom")
	x.Title, x.Author = f.T("subscribe.on.opinion", number), orElse(f.Body.Name, f.Body.SiteName)
	x.Entries = p.opinionEntries(f, pub)
	sortEntries(&x, p.today())
	return answerAtom(c, x)
}

// scope is what a feed is about: everything, a notice, or a leaf of it.
type scope struct{ slug, item string }

func (s scope) holds(n feedback.News) bool {
	return (s.slug == "" || n.Notice == s.slug) && (s.item == "" || n.Item == s.item)
}

// machineFrame says words in Chinese, as the texts are, whoever asks.
func (p *Pages) machineFrame() ui.Frame {
	return ui.Frame{Site: p.Site, Mode: web.Mode{Lang: i18n.Chinese}}
}

func (p *Pages) newFeed(f ui.Frame, id, home, self string) feed.Feed {
	return feed.Feed{ID: p.feedID(id), Home: p.Site.Links.Absolute(home), Self: p.Site.Links.Absolute(self), Lang: f.Lang()}
}

// filled adds opinions and replies, puts the newest first and cuts.
func (p *Pages) filled(c *fiber.Ctx, f ui.Frame, x feed.Feed, about scope) (feed.Feed, error) {
	ctx, cancel := context.WithTimeout(web.Context(c), storeLife)
	defer cancel()
	list, err := p.newlyHeard(ctx, about)
	if err != nil {
		return x, err // a feed without opinions would look as if they were gone
	}
	for _, pub := range list {
		x.Entries = append(x.Entries, p.opinionEntries(f, pub)...)
	}
	sortEntries(&x, p.today())
	return x, nil
}

// sortEntries puts the newest first and cuts.
func sortEntries(x *feed.Feed, today content.Day) {
	slices.SortStableFunc(x.Entries, func(a, b feed.Entry) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.ID, b.ID))
	})
	x.Entries = x.Entries[:min(len(x.Entries), feedEntries)]
	if x.Updated = today.Time(); len(x.Entries) > 0 {
		x.Updated = x.Entries[0].Updated
	}
}

// newlyHeard are the opinions last published, and older ones of which the
// public saw something new of late.
func (p *Pages) newlyHeard(ctx context.Context, about scope) ([]feedback.Public, error) {
	list, _, err := p.Store.List(ctx, feedback.Query{Visibility: feedback.Published, Sort: feedback.ByPublished, Notice: about.slug, Item: about.item, Limit: feedOpinions})
	if err != nil {
		return nil, err
	}
	seen := make(map[feedback.Number]bool)
	for _, s := range list {
		seen[s.Number] = true
	}
	if len(list) == feedOpinions { // else there are no older ones
		news, err := p.Store.News(ctx, p.Now().Add(-feedBack), feedNews)
		if err != nil {
			return nil, err
		}
		slices.Reverse(news)
		for _, n := range news {
			if seen[n.Number] || !about.holds(n) || len(list) >= feedOpinions+feedOlder {
				continue
			}
			seen[n.Number] = true
			s, err := p.Store.Get(ctx, n.Number)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
		}
	}
	var public []feedback.Public
	for i := range list {
		if pub, ok := list[i].Public(); ok && pub.Gone == feedback.NotGone {
			public = append(public, pub)
		}
	}
	return public, nil
}

// noticeEntries are a notice and its later versions.
func (p *Pages) noticeEntries(f ui.Frame, e *library.Entry) []feed.Entry {
	n := e.Notice
	url := p.Site.Links.Absolute(p.Site.Links.Notice(n.Slug))
	list := []feed.Entry{{
		ID: p.feedID("notices/" + n.Slug), Title: n.Title, URL: url, Author: n.Issuer, Published: n.Published, Updated: n.Published,
		Text: noticeDescription(f, n), Category: f.T("nav.notices"),
	}}
	for _, v := range p.laterVersions(n.Slug) {
		text := v.Note
		switch {
		case text == "" && v.Minor:
			text = f.T("feed.version.minor")
		case text == "":
			text = f.T("history.note.none")
		}
		list = append(list, feed.Entry{
			ID: p.feedID(fmt.Sprintf("notices/%s/versions/%d", n.Slug, v.N)), Title: f.T("feed.version", n.Title, v.N), URL: url + fmt.Sprintf("/history?before=%d#v%d", v.N+1, v.N), Author: n.Issuer,
			Published: v.At, Updated: v.At, Text: text, Category: f.T("feed.changed"),
		})
	}
	return list
}

// opinionEntries are a published opinion and its replies, with no time finer
// than a day (T76).
func (p *Pages) opinionEntries(f ui.Frame, pub feedback.Public) []feed.Entry {
	number := string(pub.Number)
	url := p.Site.Links.Absolute(p.Site.Links.Opinion(number))
	shown := midnight(pub.Shown)
	list := []feed.Entry{{
		ID: p.feedID("feedback/" + number), Title: f.T("opinion.title", number) + p.onItem(f, pub), URL: url, Author: f.T("feed.sender"),
		Published: shown, Updated: shown, Text: ui.Spoken(f.Words, f.Mode.Lang, pub.Text), Category: f.T("category." + string(pub.Category)),
	}}
	for _, r := range pub.Replies {
		if r.Heir > 0 {
			continue // the one that takes its place is told
		}
		title, text, at := f.T("reply.to", number), r.Text, midnight(r.Answered)
		switch {
		case r.Gone != "":
			title, text, at = f.T("feed.withdrawn", number), f.T("reply.why")+r.GoneWhy, midnight(r.Gone)
		case r.Corrects > 0:
			title, text = f.T("feed.corrected", number), f.T("reply.why")+r.Why+"\n\n"+r.Text
		case r.Unreviewed():
			text = f.T("reply.alone") + "\n\n" + r.Text
		}
		if at.Before(shown) {
			at = shown // answered before it was made public
		}
		list = append(list, feed.Entry{
			ID: p.feedID(fmt.Sprintf("feedback/%s/replies/%d", number, r.N)), Title: title, URL: url,
			Author: orElse(r.Office, orElse(f.Body.Name, f.Body.SiteName)), Published: at, Updated: at, Text: text, Category: f.T("feed.reply"),
		})
	}
	return list
}

// onItem names the leaf that an opinion is about.
func (p *Pages) onItem(f ui.Frame, pub feedback.Public) string {
	if t := p.talk(f, pub); t.ItemTitle != "" {
		return f.T("feed.about", pub.Item, t.ItemTitle)
	}
	return ""
}

// midnight is the beginning of a day in Beijing.
func midnight(d calendar.Day) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, calendar.Beijing())
}

// feedID is the id of a thing for ever: a tag of the body's domain (RFC 4151),
// or where no domain is set one made from the words alone (RFC 9562, version 5).
func (p *Pages) feedID(of string) string {
	if d := p.Site.Body.Domain; d != "" {
		return "tag:" + d + "," + feedYear + ":" + strings.TrimPrefix(p.Site.Links.Escape(of), "/")
	}
	sum := sha1.Sum([]byte("rectify\x00" + p.Site.Body.Name + "\x00" + of)) //nolint:gosec // as above
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

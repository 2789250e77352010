package public

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/subscribe"
	"rectify/site/ui"
	"rectify/site/web"
)

// SubscribePage asks for an address, for a confirmation, or ends what there is.
type SubscribePage struct {
	ui.Frame
	Step   string // ask, sent, confirm, on, out, gone
	Topic  subscribe.Topic
	About  string // the topic in words
	URL    string // its page
	Email  string
	Token  string
	List   []Followed
	Faults map[string]string
	Errs   []ui.FieldError
}

// Followed is one topic of a subscriber.
type Followed struct{ ID, About, URL string }

// Topic is a topic in words, and the path of its page; false where there is no
// such page, or no more.
func (p *Pages) Topic(ctx context.Context, f ui.Frame, t subscribe.Topic) (about, path string, ok bool) {
	kind, name, id := t.Parts()
	if kind == subscribe.KindOpinion {
		s, err := p.Store.Get(ctx, feedback.Number(name))
		if err != nil {
			return name, "", false
		}
		pub, public := s.Public()
		return f.T("subscribe.on.opinion", name), f.Links.Opinion(name), public && pub.Gone == feedback.NotGone
	}
	e, there := p.Library.Snapshot().Notice(name)
	if !there {
		return name, "", false
	}
	if kind == subscribe.KindNotice {
		return f.T("subscribe.on.notice", e.Notice.Title), f.Links.Notice(name), true
	}
	it := e.Notice.Item(id)
	if it == nil || !it.Leaf() {
		return name, "", false
	}
	return f.T("subscribe.on.leaf", id, it.Title), f.Links.Item(name, id), true
}

func (p *Pages) subscribeForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return p.askAddress(c, fiber.StatusOK, q.Get("topic"), "", nil)
}

// askAddress shows the form about a topic that there is.
func (p *Pages) askAddress(c *fiber.Ctx, status int, topic, email string, faults []feedback.Invalid) error {
	f := p.frame(c, "subscribe")
	t, ok := subscribe.ParseTopic(topic)
	if !ok {
		return web.NotFound()
	}
	page := SubscribePage{Step: "ask", Topic: t, Email: email}
	if page.About, page.URL, ok = p.Topic(web.Context(c), f, t); !ok {
		return web.NotFound()
	}
	page.Feed = page.URL + "/feed.atom"
	page.Faults, page.Errs = ui.FieldErrors(f, faults)
	return p.showSubscribe(c, status, page)
}

// subscribe answers the same whatever is known of the address.
func (p *Pages) subscribe(c *fiber.Ctx) error {
	web.Private(c)
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	t, ok := subscribe.ParseTopic(form.Get("topic"))
	if ok {
		_, _, ok = p.Topic(web.Context(c), p.machineFrame(), t)
	}
	if !ok || !p.Mails {
		return web.NotFound()
	}
	err = p.Subscribe.Ask(web.Context(c), form.Get("email"), t)
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		return p.askAddress(c, fiber.StatusUnprocessableEntity, string(t), form.Get("email"), []feedback.Invalid{invalid})
	}
	if err != nil {
		return err
	}
	return p.showSubscribe(c, fiber.StatusOK, SubscribePage{Step: "sent"})
}

// confirmForm shows the button; looking at it confirms nothing.
func (p *Pages) confirmForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	s, err := p.Subscribe.Pending(web.Context(c), q.Get("t"))
	return p.followed(c, "confirm", q.Get("t"), s, err)
}

func (p *Pages) confirm(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	s, err := p.Subscribe.Confirm(web.Context(c), form.Get("t"))
	return p.followed(c, "on", "", s, err)
}

// followed shows a step about one subscription, or that its link is used up.
func (p *Pages) followed(c *fiber.Ctx, step, token string, s subscribe.Subscription, err error) error {
	if errors.Is(err, feedback.ErrNotFound) {
		return p.showSubscribe(c, fiber.StatusGone, SubscribePage{Step: "gone"})
	}
	if err != nil {
		return err
	}
	page := SubscribePage{Step: step, Token: token, Topic: s.Topic}
	page.About, page.URL, _ = p.Topic(web.Context(c), p.frame(c, "subscribe"), s.Topic)
	return p.showSubscribe(c, fiber.StatusOK, page)
}

// outForm lists what an address follows; looking at it ends nothing.
func (p *Pages) outForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return p.showOut(c, q.Get("t"), "")
}

func (p *Pages) showOut(c *fiber.Ctx, token, flash string) error {
	_, list, err := p.Subscribe.Of(web.Context(c), token)
	if errors.Is(err, feedback.ErrNotFound) {
		return p.showSubscribe(c, fiber.StatusGone, SubscribePage{Step: "gone"})
	}
	if err != nil {
		return err
	}
	page := SubscribePage{Step: "out", Token: token}
	page.Flash = flash
	f := p.frame(c, "subscribe")
	for _, s := range list {
		about, url, _ := p.Topic(web.Context(c), f, s.Topic)
		page.List = append(page.List, Followed{s.ID, about, url})
	}
	return p.showSubscribe(c, fiber.StatusOK, page)
}

// out ends one subscription or all. A mail program's one click (RFC 8058) posts
// to the address of the letter and sends no form of ours; it ends all.
func (p *Pages) out(c *fiber.Ctx) error {
	web.Private(c)
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	token, id := q.Get("t"), ""
	if token == "" {
		form, err := web.Form(c)
		if err != nil {
			return err
		}
		token, id = form.Get("t"), form.Get("id")
	}
	who, _, err := p.Subscribe.Of(web.Context(c), token)
	if err == nil {
		err = p.Subscribe.End(web.Context(c), who, id)
	}
	if err != nil && !errors.Is(err, feedback.ErrNotFound) {
		return err
	}
	return p.showOut(c, token, p.frame(c, "subscribe").T("subscribe.out.done"))
}

// title is the h1 of each step.
func (s SubscribePage) title() string {
	return map[string]string{
		"ask": "subscribe.title", "sent": "subscribe.sent", "confirm": "subscribe.confirm", "on": "subscribe.on", "out": "subscribe.out", "gone": "subscribe.gone",
	}[s.Step]
}

func (p *Pages) showSubscribe(c *fiber.Ctx, status int, page SubscribePage) error {
	web.Private(c)
	f := p.frame(c, "subscribe")
	f.Title, f.NoIndex, f.Path = f.T(page.title()), true, "/"
	f.Description = f.T("subscribe.lead")
	f.Column = column(f, f.T("subscribe.title"), "feedback")
	f.Failed, f.Feed, f.Flash = len(page.Errs) > 0, page.Feed, page.Flash
	if page.Topic != "" && page.Step == "ask" {
		f.Path = "/subscribe?topic=" + string(page.Topic)
	}
	page.Frame = f
	return p.show(c, status, "subscribe", SubscribeShown{page, p.Mails})
}

// SubscribeShown is the page with what the site can do.
type SubscribeShown struct {
	SubscribePage
	Mails bool
}

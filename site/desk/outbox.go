package desk

import (
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/outbox"
	"rectify/site/ui"
	"rectify/site/web"
)

const outboxPage = 50

// OutboxPage lists letters, without anybody's address.
type OutboxPage struct {
	ui.Frame
	States  []View
	Rows    []LetterRow
	More    string
	NoWay   bool      // there is no mail server
	Trouble string    // why it cannot be used
	Since   time.Time // since when
	Lost    int
}

// LetterRow is one letter.
type LetterRow struct {
	outbox.Letter
	URL    string // of its submission
	About  string
	Resend bool
}

func (d *Desk) outbox(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := OutboxPage{Frame: d.frame(c), NoWay: d.Post == nil}
	page.Title, page.Flash = page.T("outbox.title"), said(page.Frame, q.Get("done"))
	counts, err := d.Box.CountLetters(web.Context(c))
	if err != nil {
		return err
	}
	if d.Post != nil {
		page.Trouble, page.Since = d.Post.Trouble()
		page.Trouble = postCode(page.Frame, page.Trouble)
	}
	page.Lost = counts[outbox.Failed] + counts[outbox.Bounced]
	state := outbox.State(q.Get("state"))
	page.States = append(page.States, View{Key: "all", Label: page.T("outbox.all"), URL: d.Site.Links.To("/desk/outbox"), Current: state == ""})
	for _, st := range outbox.States() {
		page.States[0].N += counts[st]
		page.States = append(page.States, View{
			Key: string(st), Label: page.T("letter.state." + string(st)), URL: d.Site.Links.To("/desk/outbox") + "?state=" + string(st), N: counts[st],
			Current: state == st, Late: (st == outbox.Failed || st == outbox.Bounced) && counts[st] > 0,
		})
	}
	if state != "" && !slices.Contains(outbox.States(), state) {
		return web.NotFound()
	}
	list, next, err := d.Box.Letters(web.Context(c), outbox.Query{State: state, After: q.Get("after"), Limit: outboxPage})
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Kind.Valid() {
			page.Rows = append(page.Rows, d.letterRow(page.Frame, l))
		}
	}
	if next != "" {
		v := web.Values{"after": {next}}
		if state != "" {
			v["state"] = []string{string(state)}
		}
		page.More = d.Site.Links.To("/desk/outbox") + "?" + v.Encode()
	}
	return d.show(c, fiber.StatusOK, "outbox", page)
}

func (d *Desk) letterRow(f ui.Frame, l outbox.Letter) LetterRow {
	l.Code = postCode(f, l.Code)
	r := LetterRow{Letter: l, About: string(l.Number), Resend: l.State == outbox.Failed || l.State == outbox.Bounced}
	switch {
	case l.Number != "":
		r.URL = d.Site.Links.Case(string(l.Number))
	case l.Kind == outbox.Reminder:
		r.About = f.T("outbox.whom.staff", l.Whom)
	default:
		r.About = f.T("outbox.whom.subscriber")
	}
	return r
}

// postCode is the post's answer in words where it is no server's code.
func postCode(f ui.Frame, code string) string {
	switch code {
	case "address", "auth", "connect", "cut", "no-starttls", "settings", "stale", "stopped", "tls":
		return f.T("outbox.code." + code)
	}
	return code
}

// resend lets a letter that did not arrive wait again.
func (d *Desk) resend(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	err = outbox.Resend(web.Context(c), d.Box, form.Get("id"), d.Now())
	if err != nil && !errors.Is(err, feedback.ErrConflict) { // somebody else did it
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/outbox")+"?done=resend")
}

package desk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/mail"
	"rectify/feedback/mailroom"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

const mailPage = 50

// MailPage lists messages that became no submission by themselves.
type MailPage struct {
	ui.Frame
	Rows   []mailroom.Held
	Closed bool
	Waits  int
	More   string
	NoWay  bool // no mail is taken in
	Ill    []mail.Trouble
}

// illAfter is how long a mailbox may be out of reach before staff are told.
const illAfter = 2 * time.Minute

func (d *Desk) mail(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := MailPage{Frame: d.frame(c), Closed: q.Get("closed") != "", NoWay: d.Room == nil}
	page.Title, page.Flash = page.T("mail.title"), said(page.Frame, q.Get("done"))
	if d.Inboxes != nil {
		page.Ill = d.Inboxes.Troubles(d.Now().Add(-illAfter))
	}
	if page.NoWay {
		return d.show(c, fiber.StatusOK, "mail", page)
	}
	if page.Waits, err = d.Room.Pen.Store.CountHeld(web.Context(c)); err != nil {
		return err
	}
	next := ""
	page.Rows, next, err = d.Room.Pen.Page(web.Context(c), mailroom.Query{Closed: page.Closed, After: q.Get("after"), Limit: mailPage})
	if err != nil {
		return err
	}
	if next != "" {
		v := web.Values{"after": {next}}
		if page.Closed {
			v["closed"] = []string{"1"}
		}
		page.More = d.Site.Links.To("/desk/mail") + "?" + v.Encode()
	}
	return d.show(c, fiber.StatusOK, "mail", page)
}

// HeldPage is one held message and what can be made of it.
type HeldPage struct {
	ui.Frame
	H       mailroom.Held
	From    string // enough of the sender's address to know it by; all of it is in the original, and a look there leaves a trace
	Targets []Guess
	Typed   web.Values
	Errs    []ui.FieldError
	Faults  map[string]string
}

func (d *Desk) heldMail(c *fiber.Ctx) (mailroom.Held, error) {
	id := web.Param(c, "id")
	if d.Room == nil || len(id) != 64 {
		return mailroom.Held{}, web.NotFound()
	}
	return d.Room.Pen.Get(web.Context(c), id)
}

func (d *Desk) mailOne(c *fiber.Ctx) error {
	h, err := d.heldMail(c)
	if err != nil {
		return err
	}
	return d.showHeld(c, fiber.StatusOK, HeldPage{H: h}, nil)
}

func (d *Desk) showHeld(c *fiber.Ctx, status int, page HeldPage, faults []feedback.Invalid) error {
	page.Frame = d.frame(c)
	page.Title, page.Failed = page.T("mail.one"), len(faults) > 0
	page.Crumbs = []ui.Crumb{{Label: page.T("mail.title"), URL: d.Site.Links.To("/desk/mail")}, {Label: page.T("mail.one")}}
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.From = shortAddr(page.H.From)
	offered := targets(page.Frame, d.Library.Snapshot())
	for _, g := range page.H.Guesses {
		switch words := targetWords(offered, g.Notice, g.Item); {
		case g.Number != "":
			label := string(g.Number)
			if s, err := d.Store.Get(web.Context(c), g.Number); err == nil && page.H.From != "" && strings.EqualFold(s.Contact.Email, page.H.From) {
				label += page.T("sep") + page.T("mail.same")
			}
			page.Targets = append(page.Targets, Guess{Label: label, URL: d.Site.Links.Case(string(g.Number))})
		case words != "":
			page.Targets = append(page.Targets, Guess{Label: words})
		}
	}
	return d.show(c, status, "held", page)
}

// shortAddr leaves the first letter and the domain of an address.
func shortAddr(addr string) string {
	local, domain, ok := strings.Cut(addr, "@")
	if !ok || local == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "…@" + domain
}

// mailAct decides on a held message.
func (d *Desk) mailAct(c *fiber.Ctx) error {
	h, err := d.heldMail(c)
	if err != nil {
		return err
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	by, ctx := auth.Of(c).Account.Name, web.Context(c)
	done, field := "mail-"+form.Get("act"), "text"
	var n feedback.Number
	switch form.Get("act") {
	case "file":
		n, err = d.Room.AsNew(ctx, h, form.Get("text"), by)
	case "join":
		field = "number"
		var ok bool
		if n, ok = feedback.ParseNumber(form.Get("number")); !ok {
			return d.showHeld(c, fiber.StatusUnprocessableEntity, HeldPage{H: h, Typed: form}, []feedback.Invalid{{Field: "number", Rule: "other"}})
		}
		err = d.Room.AsPart(ctx, h, n, by)
	case "dismiss":
		err = d.Room.Dismiss(ctx, h, by)
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	var invalid feedback.Invalid
	switch {
	case errors.As(err, &invalid):
		invalid.Field = field
	case errors.Is(err, mailroom.ErrNotRead):
		invalid = feedback.Invalid{Field: "text", Rule: "required"}
	case field == "number" && (errors.Is(err, feedback.ErrNotFound) || errors.Is(err, feedback.ErrMove)):
		invalid = feedback.Invalid{Field: "number", Rule: "no-place"}
	case err != nil:
		return err
	default:
		if n != "" {
			return web.SeeOther(c, d.Site.Links.Case(string(n))+"?done="+done)
		}
		return web.SeeOther(c, d.Site.Links.To("/desk/mail")+"?done="+done)
	}
	return d.showHeld(c, fiber.StatusUnprocessableEntity, HeldPage{H: h, Typed: form}, []feedback.Invalid{invalid})
}

// mailRaw hands out a held message as it came. Nothing of it is ever shown by
// the browser (T66).
func (d *Desk) mailRaw(c *fiber.Ctx) error {
	h, err := d.heldMail(c)
	if err != nil {
		return err
	}
	if done, err := d.sureFirst(c); done || err != nil {
		return err
	}
	if err := d.record(c, audit.Download, "mail "+h.ID[:16], ""); err != nil {
		return err
	}
	return d.rawMail(c, h.Raw, "mail-"+h.ID[:12])
}

// caseMail hands out a message that is part of a submission, to who may open
// the sender's contact details, and leaves a trace.
func (d *Desk) caseMail(c *fiber.Ctx) error {
	s, err := d.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(web.Param(c, "n"))
	if err != nil || n < 1 || n > len(s.Mails) || s.Mails[n-1].Raw == "" {
		return web.NotFound()
	}
	if !auth.Of(c).Actor().MaySeeContact(&s) {
		return feedback.ErrRole
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	if err := d.record(c, audit.Download, string(s.Number), ""); err != nil {
		return err
	}
	return d.rawMail(c, feedback.BlobID(s.Mails[n-1].Raw), fmt.Sprintf("%s-%d", s.Number, n))
}

func (d *Desk) rawMail(c *fiber.Ctx, id feedback.BlobID, name string) error {
	if d.Blobs == nil {
		return web.NotFound()
	}
	raw, err := d.Blobs.Get(web.Context(c), id)
	if err != nil {
		return err
	}
	web.Private(c)
	c.Set(fiber.HeaderContentType, "application/octet-stream")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`.eml"`)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Response().SetBodyRaw(raw)
	return nil
}

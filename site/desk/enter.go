package desk

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/ui"
	"rectify/site/web"
)

// maxNotices bounds the list of leaves to choose from.
const maxNotices = 20

// EnterPage keys in what came by phone, letter, mail or visit.
type EnterPage struct {
	ui.Frame
	In       feedback.Incoming
	Channel  string
	Received string
	Hour     string
	Posted   string
	Today    calendar.Day
	Channels []ui.Option
	Targets  []ui.OptionGroup
	Kinds    []ui.Option
	Errs     []ui.FieldError
	Faults   map[string]string
	Receipt  *feedback.Receipt // just filed
}

func (d *Desk) enterForm(c *fiber.Ctx) error {
	now := d.Now().In(calendar.Beijing())
	return d.showEnter(c, fiber.StatusOK, EnterPage{
		In: feedback.Incoming{Key: rand.Text()}, Channel: string(feedback.Phone), Received: now.Format(time.DateOnly), Hour: now.Format("15:04"),
	}, nil)
}

func (d *Desk) showEnter(c *fiber.Ctx, status int, page EnterPage, faults []feedback.Invalid) error {
	page.Frame = d.frame(c)
	page.Title, page.Failed, page.Today = page.T("enter.title"), len(faults) > 0, calendar.On(d.Now())
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	for _, ch := range feedback.Channels() {
		if ch != feedback.Web {
			page.Channels = append(page.Channels, ui.Option{Value: string(ch), Label: page.T("channel." + string(ch)), Chosen: page.Channel == string(ch)})
		}
	}
	for _, k := range feedback.Categories() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: page.T("category." + string(k)), Chosen: page.In.Category == k})
	}
	for i, e := range d.Library.Snapshot().Entries() {
		if i == maxNotices {
			break
		}
		slug := e.Notice.Slug
		g := ui.OptionGroup{Label: e.Notice.Title, Options: []ui.Option{
			{Value: slug + "|", Label: page.T("form.whole"), Chosen: page.In.Notice == slug && page.In.Item == ""},
		}}
		for _, l := range e.Notice.Leaves() {
			g.Options = append(g.Options, ui.Option{Value: slug + "|" + l.ID, Label: l.ID + "　" + l.Title, Chosen: page.In.Notice == slug && page.In.Item == l.ID})
		}
		page.Targets = append(page.Targets, g)
	}
	return d.show(c, status, "enter", page)
}

func (d *Desk) enter(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	notice, item, _ := strings.Cut(form.Get("target"), "|")
	typed := feedback.Incoming{
		Notice: notice, Item: item, Category: feedback.Category(form.Get("category")), Text: form.Get("text"),
		Contact:        feedback.Contact{Name: form.Get("name"), Phone: form.Get("phone"), Email: form.Get("email")},
		ContactConsent: form.On("contact_consent"), PublishConsent: form.On("publish_consent"), Key: form.Get("idempotency_key"),
	}
	page := EnterPage{In: typed, Channel: form.Get("channel"), Received: form.Get("received"), Hour: form.Get("hour"), Posted: form.Get("posted")}
	in, faults := typed.Check()
	faults = append(faults, body.Target(d.Library.Snapshot(), in)...)
	work, more := d.deskwork(c, page)
	if faults = append(faults, more...); len(faults) > 0 {
		return d.showEnter(c, fiber.StatusUnprocessableEntity, page, faults)
	}
	r, err := d.Intake.Enter(web.Context(c), in, work)
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		return d.showEnter(c, fiber.StatusUnprocessableEntity, page, []feedback.Invalid{invalid})
	}
	if err != nil {
		return err
	}
	return d.showEnter(c, fiber.StatusOK, EnterPage{
		In: feedback.Incoming{Key: rand.Text()}, Channel: page.Channel, Received: page.Received, Hour: page.Hour, Receipt: &r,
	}, nil)
}

// deskwork reads when and how it came. An hour that is not given is the start
// of the day; today it is now.
func (d *Desk) deskwork(c *fiber.Ctx, page EnterPage) (feedback.Deskwork, []feedback.Invalid) {
	work := feedback.Deskwork{Channel: feedback.Channel(page.Channel), By: auth.Of(c).Account.Name}
	var faults []feedback.Invalid
	day, err := calendar.Parse(strings.TrimSpace(page.Received))
	if err != nil {
		faults = append(faults, feedback.Invalid{Field: "received", Rule: "date"})
	}
	hour := strings.TrimSpace(page.Hour)
	if hour == "" {
		hour = "00:00"
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+hour, calendar.Beijing())
	if err != nil && len(faults) == 0 {
		faults = append(faults, feedback.Invalid{Field: "hour", Rule: "hour"})
	}
	work.Received = at
	if s := strings.TrimSpace(page.Posted); s != "" {
		if work.Posted, err = calendar.Parse(s); err != nil {
			faults = append(faults, feedback.Invalid{Field: "posted", Rule: "date"})
		}
	}
	return work, faults
}

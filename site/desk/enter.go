package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/width"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/pii"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"
)

// EnterPage keys in what came by phone, letter, mail or visit.
type EnterPage struct {
	ui.Frame
	In       feedback.Incoming
	Channel  string
	Received string
	Hour     string
	Posted   string
	Paper    feedback.Paper
	Target   string      // as it was typed, or chosen from Fits
	Fits     []ui.Option // what it could be, where it was not clear
	Today    calendar.Day
	Channels []ui.Option
	Targets  []ui.Option
	Kinds    []ui.Option
	Errs     []ui.FieldError
	Faults   map[string]string
	Files    ui.Files  // scans of a letter
	Begun    time.Time // of the draft that the form was filled from; zero for none
	Similar  []Row
	Looked   bool              // Similar was asked for by hand
	Receipt  *feedback.Receipt // just filed
	Since    calendar.Day      // day zero of its limits
	Filed    *EnterPage        // what the receipt is for
	Masked   int               // identity and bank numbers in its text that were not kept
}

func (d *Desk) enterForm(c *fiber.Ctx) error {
	kept, err := d.begun(c)
	if err != nil {
		return err
	}
	if kept == nil {
		return d.showEnter(c, fiber.StatusOK, d.freshEntry(), nil)
	}
	page := readEntry(kept.Values)
	page.Begun = kept.At
	if page.In.Attachments, err = d.Tray.Known(kept.Values); err != nil {
		page.In.Attachments = nil // a draft outlives its files
	}
	return d.showEnter(c, fiber.StatusOK, page, nil)
}

// freshEntry is the form as a call begins: by phone, now.
func (d *Desk) freshEntry() EnterPage {
	now := d.Now().In(calendar.Beijing())
	return EnterPage{
		In: feedback.Incoming{Key: rand.Text()}, Channel: string(feedback.Phone), Received: now.Format(time.DateOnly), Hour: now.Format("15:04"),
	}
}

// readEntry is the form as it was filled in.
func readEntry(form web.Values) EnterPage {
	return EnterPage{
		In: feedback.Incoming{
			Category: feedback.Category(form.Get("category")), Text: form.Get("text"),
			Contact:        feedback.Contact{Name: form.Get("name"), Phone: form.Get("phone"), Email: form.Get("email")},
			ContactConsent: form.On("contact_consent"), PublishConsent: form.On("publish_consent"), Key: form.Get("idempotency_key"),
		},
		Channel: form.Get("channel"), Received: form.Get("received"), Hour: form.Get("hour"), Posted: form.Get("posted"), Target: form.Get("target"),
		Paper: feedback.Paper{Addressee: form.Get("addressee"), Register: form.Get("register")},
	}
}

func (d *Desk) showEnter(c *fiber.Ctx, status int, page EnterPage, faults []feedback.Invalid) error {
	page.Frame = d.frameAt(c, "/desk/enter")
	page.Title, page.Failed, page.Today = page.T("enter.title"), len(faults) > 0, calendar.On(d.Now())
	page.Script = "enter.js"
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	for _, ch := range feedback.Channels() {
		if ch != feedback.Web {
			page.Channels = append(page.Channels, ui.Option{Value: string(ch), Label: page.T("channel." + string(ch)), Chosen: page.Channel == string(ch)})
		}
	}
	for _, k := range feedback.Categories() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: page.T("category." + string(k)), Chosen: page.In.Category == k})
	}
	page.Targets = targets(page.Frame, d.Library.Snapshot())
	for _, o := range page.Targets {
		if o.Value == page.Target { // chosen, not typed
			page.Target = o.Label
		}
	}
	if d.Tray != nil {
		field, err := d.Tray.Field(page.In.Attachments)
		if err != nil {
			return err
		}
		page.Files = d.scans(page.Frame, "files", field, page.In.Attachments, faults)
	}
	return d.show(c, status, "enter", page)
}

// enter files what was keyed in, or does what another button of the form asks.
func (d *Desk) enter(c *fiber.Ctx) error {
	form, handed, err := d.Tray.Receive(c, nil)
	if err != nil {
		return err
	}
	page := readEntry(form)
	if pick := form.Get("pick"); pick != "" {
		page.Target = pick
	}
	page.In.Attachments = handed.List
	switch form.Get("do") {
	case "similar":
		return d.lookAlike(c, page)
	case "keep":
		field, err := d.Tray.Field(handed.List)
		if err != nil {
			return err
		}
		form[tray.KeptField], form[tray.DropField] = []string{field}, nil
		if err := d.keepDraft(c, form); err != nil {
			return err
		}
		page.Begun = d.Now()
		return d.showEnter(c, fiber.StatusOK, page, nil)
	case "drop":
		if err := d.dropDraft(c); err != nil {
			return err
		}
		return web.SeeOther(c, d.Site.Links.To("/desk/enter"))
	}
	typed := page.In
	several, unclear := d.aim(d.frame(c), &typed, page.Target)
	page.Fits = several
	faults := append(handed.Faults, unclear...)
	in, wrong := typed.Check()
	faults = append(faults, wrong...)
	faults = append(faults, body.Target(d.Library.Snapshot(), in)...)
	work, more := d.deskwork(c, page)
	if faults = append(faults, more...); len(faults) > 0 {
		return d.showEnter(c, max(handed.Status, fiber.StatusUnprocessableEntity), page, faults)
	}
	if in.Attachments, err = d.Tray.File(web.Context(c), handed); err != nil {
		return d.notEntered(c, page, err)
	}
	before := pii.Masked(in.Text)
	in.Text, _ = pii.MaskStrong(in.Text)
	page.Masked = pii.Masked(in.Text) - before
	return d.fileEntry(c, page, in, work)
}

func (d *Desk) fileEntry(c *fiber.Ctx, page EnterPage, in feedback.Incoming, work feedback.Deskwork) error {
	r, err := d.Intake.Enter(web.Context(c), in, work)
	if errors.Is(err, feedback.ErrKeyReused) {
		in.Key = rand.Text() // a second call in the same form is a second submission
		r, err = d.Intake.Enter(web.Context(c), in, work)
	}
	if err != nil {
		return d.notEntered(c, page, err)
	}
	if err := d.dropDraft(c); err != nil && !r.Pending { // what is filed is filed; the draft waits for the store
		return err
	}
	page.Target = targetWords(targets(d.frame(c), d.Library.Snapshot()), in.Notice, in.Item)
	page.In, page.Received = in, d.frame(c).Date(calendar.On(work.Received))
	next := d.freshEntry()
	next.Channel, next.Receipt, next.Filed, next.Since = page.Channel, &r, &page, calendar.On(work.Received)
	return d.showEnter(c, fiber.StatusOK, next, nil)
}

// notEntered shows the form again where a person can mend it.
func (d *Desk) notEntered(c *fiber.Ctx, page EnterPage, err error) error {
	var invalid feedback.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	if invalid.Field == "files" {
		page.In.Attachments = nil // they are not there any more
	}
	return d.showEnter(c, fiber.StatusUnprocessableEntity, page, []feedback.Invalid{invalid})
}

// lookAlike shows what is like the text so far, where no script does.
func (d *Desk) lookAlike(c *fiber.Ctx, page EnterPage) error {
	f := d.frame(c)
	var in feedback.Incoming
	_, _ = d.aim(f, &in, page.Target) // not clear yet: among all of them
	rows, err := d.like(c, f, in.Notice, page.In.Text)
	if err != nil {
		return err
	}
	page.Similar, page.Looked = rows, true
	return d.showEnter(c, fiber.StatusOK, page, nil)
}

// deskwork reads when and how it came. An hour that is not given is the start
// of the day; today it is now.
func (d *Desk) deskwork(c *fiber.Ctx, page EnterPage) (feedback.Deskwork, []feedback.Invalid) {
	work := feedback.Deskwork{Channel: feedback.Channel(page.Channel), By: auth.Of(c).Account.Name}
	var faults []feedback.Invalid
	fault := func(field, rule string) { faults = append(faults, feedback.Invalid{Field: field, Rule: rule}) }
	today := calendar.On(d.Now())
	day, err := typedDay(page.Received, today)
	if err != nil {
		fault("received", "date")
	}
	hour, err := time.Parse("15:04", cmp.Or(strings.TrimSpace(width.Narrow.String(page.Hour)), "00:00"))
	if err != nil {
		fault("hour", "hour")
	}
	y, m, n := day.Time().Date()
	work.Received = time.Date(y, m, n, hour.Hour(), hour.Minute(), 0, 0, calendar.Beijing())
	if strings.TrimSpace(page.Posted) != "" {
		if work.Posted, err = typedDay(page.Posted, today); err != nil {
			fault("posted", "date")
		}
	}
	paper, wrong := page.Paper.Check()
	if faults = append(faults, wrong...); paper != (feedback.Paper{}) {
		work.Paper = &paper
	}
	return work, faults
}

// typedDay reads a day as it is keyed in by the dozen: 2026-11-23, 2026.11.23,
// 2026年11月23日, and without the year the latest such day up to today.
func typedDay(s string, today calendar.Day) (calendar.Day, error) {
	s = strings.NewReplacer("年", "-", "月", "-", "日", "", ".", "-", "/", "-").Replace(strings.TrimSpace(width.Narrow.String(s)))
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return calendar.On(t), nil
		}
	}
	t, err := time.Parse("1-2", s)
	if err != nil {
		return "", err
	}
	year := today.Year()
	if t.Format("01-02") > string(today)[len("2006-"):] {
		year--
	}
	return calendar.Parse(strconv.Itoa(year) + t.Format("-01-02"))
}

package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/notary"
	"rectify/site/chart"
	"rectify/site/ui"
	"rectify/site/web"
)

// ProofPage is a receipt to be printed.
type ProofPage struct {
	ui.Frame
	notary.Receipt
	At     time.Time
	Line   int64 // of the log, counted from 1 as people do
	Groups []string
	QR     template.HTML
}

// proof hands out the receipt file of a submission that its sender opened, by
// code or by the pass of an opened page. Neither stands in an address.
func (p *Pages) proof(c *fiber.Ctx) error {
	web.Private(c)
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if form.Get("pass") == "" {
		if err := p.Watch.Hold(web.Context(c), c.Context()); err != nil {
			return err
		}
	}
	s, err := p.ofSender(c, form)
	if errors.Is(err, feedback.ErrNotFound) {
		return p.wrongCode(c, form)
	}
	if err != nil {
		return err
	}
	home := ""
	if p.Site.Links.Origin() != "" {
		home = p.Site.Links.Absolute(p.Site.Links.Home())
	}
	r, err := p.Notary.Receipt(web.Context(c), s, home)
	if errors.Is(err, notary.ErrNoReceipt) {
		return web.Error{Status: fiber.StatusNotFound, Code: "no-receipt"}
	}
	if err != nil {
		return err
	}
	if form.Get("as") == "page" {
		return p.showProof(c, r, s)
	}
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("receipt file: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="receipt-`+string(s.Number)+`.json"`)
	return c.Send(append(body, '\n'))
}

// ofSender answers the submission that a form's code or pass opens, or
// feedback.ErrNotFound.
func (p *Pages) ofSender(c *fiber.Ctx, form web.Values) (feedback.Submission, error) {
	if text := form.Get("pass"); text != "" {
		return p.opened(c, text)
	}
	code, ok := feedback.ParseCode(form.Get("code"))
	if !ok {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	s, err := p.Store.ByCode(web.Context(c), code.MAC(p.Intake.CodeKey()))
	if err == nil && s.CodeSpoken {
		// A code that staff know opens nothing but the page that replaces it.
		return feedback.Submission{}, feedback.ErrNotFound
	}
	return s, err
}

func (p *Pages) showProof(c *fiber.Ctx, r notary.Receipt, s feedback.Submission) error {
	slip, err := r.Slip()
	if err != nil {
		return fmt.Errorf("receipt page: %w", err)
	}
	f := p.frame(c, "track")
	f.Path, f.NoIndex = "/track", true
	f.Title, f.Description = f.T("receiptfile.title"), f.T("receiptfile.say")
	page := ProofPage{Frame: f, Receipt: r, At: s.Received, Line: r.Index + 1, Groups: notary.Groups(slip)}
	if page.QR, err = chart.QR(f.T("receiptfile.qr"), slip); err != nil {
		return fmt.Errorf("receipt page: %w", err)
	}
	return p.show(c, fiber.StatusOK, "proof", page)
}

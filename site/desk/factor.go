package desk

import (
	"errors"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/chart"
	"rectify/site/ui"
	"rectify/site/web"
)

// FactorPage sets up one-time codes and recovery codes.
type FactorPage struct {
	ui.Frame
	Account staff.Account
	Secret  []string      // in fours; empty: none waits for its first code
	Address template.URL  // of the secret, for a phone that shows this page itself
	QR      template.HTML // the same for another phone's camera
	Codes   []string      // recovery codes, shown this once
	Errs    []ui.FieldError
	Faults  map[string]string
}

func (d *Desk) factorForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showFactor(c, fiber.StatusOK, FactorPage{}, nil, q.Get("done"))
}

func (d *Desk) showFactor(c *fiber.Ctx, status int, page FactorPage, faults []feedback.Invalid, done string) error {
	page.Frame, page.Account = d.frame(c), auth.Of(c).Account
	page.Title, page.Failed, page.Flash = page.T("factor.title"), len(faults) > 0, said(page.Frame, done)
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	if page.Account.Factor == nil {
		if err := d.enrolling(c, &page); err != nil {
			return err
		}
	}
	return d.show(c, status, "factor", page)
}

// enrolling shows the secret that waits for its first code, if one does.
func (d *Desk) enrolling(c *fiber.Ctx, page *FactorPage) error {
	secret, address, err := d.Keeper.Enrolling(web.Context(c), auth.Of(c).Session)
	if errors.Is(err, feedback.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for len(secret) > 0 {
		n := min(len(secret), 4)
		page.Secret, secret = append(page.Secret, secret[:n]), secret[n:]
	}
	page.Address = template.URL(address) //nolint:gosec // otpauth:, made by the keeper
	page.QR, err = chart.QR(page.T("factor.qr"), address)
	return err
}

// factorAct changes how one signs in, once it is sure who asks.
func (d *Desk) factorAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	ctx, s := web.Context(c), auth.Of(c)
	switch form.Get("act") {
	case "begin":
		if err := d.Keeper.Enrol(ctx, s.Session, d.Site.Body.Name); err != nil {
			return err
		}
		return web.SeeOther(c, d.Site.Links.To("/desk/account/factor"))
	case "on":
		return d.factorOn(c, form.Get("code"))
	case "off":
		return d.factorOff(c)
	case "codes":
		return d.newCodes(c)
	}
	return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
}

func (d *Desk) factorOn(c *fiber.Ctx, code string) error {
	ctx, s := web.Context(c), auth.Of(c)
	token, codes, err := d.Keeper.Enrolled(ctx, s.Session, code)
	if errors.Is(err, feedback.ErrNotFound) { // it waited too long
		err = feedback.Invalid{Field: "code", Rule: "enrol-late"}
	}
	if v, ok := faultOf(err, "code"); ok {
		return d.showFactor(c, fiber.StatusUnprocessableEntity, FactorPage{}, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	if err := d.record(c, audit.FactorOn, s.Account.Name, ""); err != nil {
		return err
	}
	if err := d.renew(c, token); err != nil {
		return err
	}
	return d.showFactor(c, fiber.StatusOK, FactorPage{Codes: codes}, nil, "factor-on")
}

// renew goes on in a new session where the old one ended with a change.
func (d *Desk) renew(c *fiber.Ctx, token string) error {
	d.Gate.Start(c, token)
	return d.Gate.Adopt(c, token)
}

func (d *Desk) factorOff(c *fiber.Ctx) error {
	name := auth.Of(c).Account.Name
	if err := d.record(c, audit.FactorOff, name, ""); err != nil {
		return err
	}
	token, err := d.Keeper.DropFactor(web.Context(c), name)
	if v, ok := faultOf(err, "off"); ok {
		return d.showFactor(c, fiber.StatusUnprocessableEntity, FactorPage{}, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	return d.enterDesk(c, token, "/desk/account/factor?done=factor-off")
}

func (d *Desk) newCodes(c *fiber.Ctx) error {
	name := auth.Of(c).Account.Name
	if err := d.record(c, audit.FactorCodes, name, ""); err != nil {
		return err
	}
	codes, err := d.Keeper.NewRecovery(web.Context(c), name)
	if v, ok := faultOf(err, "codes"); ok {
		return d.showFactor(c, fiber.StatusUnprocessableEntity, FactorPage{}, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	auth.Of(c).Account.Recovery = codes // as many are left now
	return d.showFactor(c, fiber.StatusOK, FactorPage{Codes: codes}, nil, "factor-codes")
}

package desk

import (
	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// AccountPage is one's own account.
type AccountPage struct {
	ui.Frame
	Account  staff.Account
	This     string // the session that asks
	Sessions []staff.Session
	Errs     []ui.FieldError
	Faults   map[string]string
	Linking  string         // the provider where one can sign in instead; empty: none
	Offered  *auth.Identity // that came back from there, to be linked or not
	Pass     bool           // passkeys can be used here
	Number   string         // in the address, in place of which a name would let them be used
}

func (d *Desk) account(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showAccount(c, fiber.StatusOK, nil, q.Get("done"))
}

func (d *Desk) showAccount(c *fiber.Ctx, status int, faults []feedback.Invalid, done string) error {
	signed := auth.Of(c)
	list, err := d.Keeper.Sessions(web.Context(c), signed.Account.Name)
	if err != nil {
		return err
	}
	page := AccountPage{Frame: d.frame(c), Account: signed.Account, This: signed.Session.ID(), Sessions: list}
	page.Title, page.Failed, page.Flash = page.T("account.title"), len(faults) > 0, said(page.Frame, done)
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Pass, page.Number = d.passkeys(c, &page.Frame), d.loopback(c)
	if d.Provider != nil {
		page.Linking = d.Provider.Label
		if id, ok := d.Provider.Kept(d.Gate.Offered(c), page.This); ok {
			page.Offered = &id
		}
	}
	return d.show(c, status, "account", page)
}

// changePassword takes a new password from who knows the old one, or, where
// there is none yet, proved by a passkey who it is.
func (d *Desk) changePassword(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, a := web.Context(c), auth.Of(c).Account
	var token string
	if a.Hash == "" {
		if done, err := d.unsure(c, form); done || err != nil {
			return err
		}
		token, err = d.Keeper.FirstPassword(ctx, a.Name, form.Get("password"))
	} else {
		token, err = d.Keeper.ChangePassword(ctx, a.Name, form.Get("old"), form.Get("password"))
	}
	if v, ok := faultOf(err, "old"); ok {
		if err := d.recordProof(c, v); err != nil {
			return err
		}
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	if err := d.record(c, audit.Password, a.Name, ""); err != nil {
		return err
	}
	return d.enterDesk(c, token, "/desk/account?done=password")
}

// recordProof notes that somebody who is signed in did not know the password.
func (d *Desk) recordProof(c *fiber.Ctx, v feedback.Invalid) error {
	if v.Rule != "old-password" && v.Rule != "many-tries" {
		return nil
	}
	return d.record(c, audit.ProofFail, auth.Of(c).Account.Name, "")
}

// changeEmail says where one's own reminders go.
func (d *Desk) changeEmail(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	a := &auth.Of(c).Account
	err = d.Keeper.SetEmail(web.Context(c), a.Name, form.Get("email"))
	if v, ok := faultOf(err, "email"); ok {
		a.Email = form.Get("email")
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	if err := d.record(c, audit.Email, a.Name, ""); err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done=email")
}

// changeWeekly says whether one gets the report of each week by e-mail.
func (d *Desk) changeWeekly(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	yes := form.Get("weekly") == "on"
	if err := d.Keeper.SetWeekly(web.Context(c), auth.Of(c).Account.Name, yes); err != nil {
		return err
	}
	done := "weekly-off"
	if yes {
		done = "weekly-on"
	}
	back := "/desk/reports"
	if form.Get("back") == "account" {
		back = "/desk/account"
	}
	return web.SeeOther(c, d.Site.Links.To(back)+"?done="+done)
}

// endSession ends one of one's own sessions, or all but this.
func (d *Desk) endSession(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	s := auth.Of(c)
	if err := d.record(c, audit.SessionEnd, s.Account.Name, ""); err != nil {
		return err
	}
	if err := d.Keeper.EndOther(web.Context(c), s.Session, form.Get("session")); err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done=session")
}

package desk

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// LoginPage asks for name and password.
type LoginPage struct {
	ui.Frame
	Name   string
	Back   string
	Errs   []ui.FieldError
	Faults map[string]string
}

func (d *Desk) loginForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showLogin(c, fiber.StatusOK, LoginPage{Back: web.LocalPath(q.Get("back"), "/desk")})
}

func (d *Desk) showLogin(c *fiber.Ctx, status int, page LoginPage) error {
	failed := len(page.Errs) > 0
	page.Frame = d.frame(c)
	page.Title, page.Failed = page.T("login.title"), failed
	return d.show(c, status, "login", page)
}

func (d *Desk) login(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	back := web.LocalPath(form.Get("back"), "/desk")
	token, err := d.Keeper.SignIn(web.Context(c), form.Get("name"), form.Get("password"))
	if errors.Is(err, staff.ErrSignIn) {
		if err := d.recordSignIn(c, form.Get("name"), audit.SignInFail); err != nil {
			return err
		}
		text := d.frame(c).T("login.wrong")
		name := []rune(form.Get("name"))
		return d.showLogin(c, fiber.StatusUnprocessableEntity, LoginPage{
			Name: string(name[:min(len(name), 40)]), Back: back,
			Errs: []ui.FieldError{{Field: "name", Text: text}}, Faults: map[string]string{"name": text},
		})
	}
	if err == nil {
		err = d.recordSignIn(c, form.Get("name"), audit.SignIn)
	}
	if err != nil {
		return err
	}
	d.Gate.Start(c, token)
	web.Private(c)
	return web.SeeOther(c, d.Site.Links.To(back))
}

func (d *Desk) logout(c *fiber.Ctx) error {
	if err := d.Gate.Stop(c); err != nil {
		return err
	}
	c.Set("Clear-Site-Data", `"cache", "storage"`) // nothing of the desk stays on a shared machine
	return web.SeeOther(c, d.Site.Links.To("/desk/login"))
}

// FirstPage makes the first account.
type FirstPage struct {
	ui.Frame
	Token  string
	New    staff.New
	Errs   []ui.FieldError
	Faults map[string]string
}

func (d *Desk) firstForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showFirst(c, fiber.StatusOK, FirstPage{Token: q.Get("t")}, nil)
}

func (d *Desk) showFirst(c *fiber.Ctx, status int, page FirstPage, faults []feedback.Invalid) error {
	page.Frame = d.frame(c)
	page.Title, page.Failed = page.T("first.title"), len(faults) > 0
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	return d.show(c, status, "first", page)
}

func (d *Desk) first(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	n := staff.New{Name: form.Get("name"), Display: form.Get("display"), Password: form.Get("password")}
	session, err := d.Keeper.First(web.Context(c), form.Get("t"), n)
	var invalid feedback.Invalid
	switch {
	case errors.As(err, &invalid):
		n.Password = ""
		return d.showFirst(c, fiber.StatusUnprocessableEntity, FirstPage{Token: form.Get("t"), New: n}, []feedback.Invalid{invalid})
	case errors.Is(err, staff.ErrLink):
		return web.Error{Status: fiber.StatusGone, Code: "first-link", Detail: err}
	case err != nil:
		return err
	}
	if err := d.recordSignIn(c, n.Name, audit.SignIn); err != nil {
		return err
	}
	d.Gate.Start(c, session)
	return web.SeeOther(c, d.Site.Links.To("/desk/staff")+"?done=first")
}

// AccountPage is one's own account.
type AccountPage struct {
	ui.Frame
	Account staff.Account
	Errs    []ui.FieldError
	Faults  map[string]string
}

func (d *Desk) account(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showAccount(c, fiber.StatusOK, nil, q.Get("done"))
}

func (d *Desk) showAccount(c *fiber.Ctx, status int, faults []feedback.Invalid, done string) error {
	page := AccountPage{Frame: d.frame(c), Account: auth.Of(c).Account}
	page.Title, page.Failed, page.Flash = page.T("account.title"), len(faults) > 0, said(page.Frame, done)
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	return d.show(c, status, "account", page)
}

func (d *Desk) changePassword(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	token, err := d.Keeper.ChangePassword(web.Context(c), auth.Of(c).Account.Name, form.Get("old"), form.Get("password"))
	var invalid feedback.Invalid
	switch {
	case errors.As(err, &invalid):
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{invalid}, "")
	case errors.Is(err, staff.ErrSignIn):
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{{Field: "old", Rule: "old-password"}}, "")
	case err != nil:
		return err
	}
	if err := d.record(c, audit.Password, auth.Of(c).Account.Name, ""); err != nil {
		return err
	}
	d.Gate.Start(c, token)
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done=password")
}

// changeEmail says where one's own reminders go.
func (d *Desk) changeEmail(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	err = d.Keeper.SetEmail(web.Context(c), auth.Of(c).Account.Name, form.Get("email"))
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		auth.Of(c).Account.Email = form.Get("email")
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{invalid}, "")
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done=email")
}

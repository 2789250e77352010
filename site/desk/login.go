package desk

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/ui"
	"rectify/site/web"
)

// LoginPage asks for name and password, or, for whom that is not enough, for
// the second step.
type LoginPage struct {
	ui.Frame
	Name   string
	Back   string
	Second *staff.Account // whose second step is to come
	Errs   []ui.FieldError
	Faults map[string]string
	Pass   bool // passkeys can be used here

	Elsewhere string // the provider where one can sign in instead; empty: none
}

func (d *Desk) loginForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := LoginPage{Back: web.LocalPath(q.Get("back"), "/desk")}
	half := d.Gate.Half(c)
	if half == "" {
		return d.showLogin(c, fiber.StatusOK, page)
	}
	a, err := d.Keeper.Halfway(web.Context(c), half)
	switch {
	case errors.Is(err, staff.ErrHalf) || (err == nil && q.On("again")):
		d.Gate.StopHalf(c)
	case err != nil:
		return err
	default:
		page.Second = &a
	}
	return d.showLogin(c, fiber.StatusOK, page)
}

func (d *Desk) showLogin(c *fiber.Ctx, status int, page LoginPage) error {
	failed := len(page.Errs) > 0
	page.Frame = d.frame(c)
	page.Title, page.Failed = page.T("login.title"), failed
	if page.Second != nil {
		page.Title = page.T("login.second")
	}
	page.Pass = d.passkeys(c, &page.Frame)
	if d.Provider != nil {
		page.Elsewhere = d.Provider.Label
	}
	return d.show(c, status, "login", page)
}

// loginFault shows the page again with what is wrong.
func (d *Desk) loginFault(c *fiber.Ctx, page LoginPage, field, code string) error {
	text := d.frame(c).T(code)
	page.Errs, page.Faults = []ui.FieldError{{Field: field, Text: text}}, map[string]string{field: text}
	return d.showLogin(c, fiber.StatusUnprocessableEntity, page)
}

func (d *Desk) login(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	back := web.LocalPath(form.Get("back"), "/desk")
	if half := d.Gate.Half(c); half != "" && !form.On("name") && !form.On("password") {
		return d.second(c, form, half, back)
	}
	token, err := d.signIn(c, form.Get("name"), form.Get("password"))
	var step staff.SecondStep
	switch {
	case errors.Is(err, staff.ErrSignIn):
		if err := d.recordSignIn(c, form.Get("name"), audit.SignInFail); err != nil {
			return err
		}
		name := []rune(form.Get("name"))
		return d.loginFault(c, LoginPage{Name: string(name[:min(len(name), 40)]), Back: back}, "name", "login.wrong")
	case errors.As(err, &step) && form.On("totp"):
		return d.second(c, form, step.Half, back)
	case errors.As(err, &step):
		return d.toSecond(c, step, back)
	case err != nil:
		return err
	}
	if err := d.recordSignIn(c, form.Get("name"), audit.SignIn); err != nil {
		return err
	}
	return d.enterDesk(c, token, back)
}

// signIn holds a name to its password, unless there were too many wrong ones: that
// answers as a wrong password does, after the same work.
func (d *Desk) signIn(c *fiber.Ctx, name, password string) (token string, err error) {
	ctx := web.Context(c)
	try, refused, err := d.Watch.SignIn(ctx, c.Context(), staff.Fold(name), d.Gate.Device(c, name))
	if err != nil {
		return "", err
	}
	if refused {
		return "", d.Keeper.Refuse(ctx, name)
	}
	token, err = d.Keeper.SignIn(ctx, name, password)
	if !errors.Is(err, staff.ErrSignIn) {
		try.Right()
	}
	return token, err
}

// toSecond leads to the page that asks for the second step.
func (d *Desk) toSecond(c *fiber.Ctx, step staff.SecondStep, back string) error {
	d.Gate.StartHalf(c, step.Half)
	web.Private(c)
	return web.SeeOther(c, d.Site.Links.To("/desk/login")+"?"+web.Values{"back": {back}}.Encode())
}

// enterDesk begins the browser's session.
func (d *Desk) enterDesk(c *fiber.Ctx, token, to string) error {
	d.Gate.StopHalf(c)
	if err := d.Gate.Begin(c, token); err != nil {
		return err
	}
	web.Private(c)
	return web.SeeOther(c, d.Site.Links.To(to))
}

// second takes the code of the second step.
func (d *Desk) second(c *fiber.Ctx, form web.Values, half, back string) error {
	ctx := web.Context(c)
	a, err := d.Keeper.Halfway(ctx, half)
	if errors.Is(err, staff.ErrHalf) {
		d.Gate.StopHalf(c)
		return d.loginFault(c, LoginPage{Back: back}, "name", "login.again")
	}
	if err != nil {
		return err
	}
	p, err := d.Keeper.Finish(ctx, half, form.Get("totp"))
	fault := ""
	switch {
	case errors.Is(err, staff.ErrCode):
		fault = "login.code-wrong"
	case errors.Is(err, staff.ErrMany):
		fault = "login.code-many"
	case err != nil:
		return err
	}
	if fault != "" {
		if err := d.Audit.Add(ctx, audit.Unknown, audit.CodeFail, a.Name, ""); err != nil {
			return err
		}
		d.Gate.StartHalf(c, half) // where name, password and code came at once
		return d.loginFault(c, LoginPage{Back: back, Second: &a}, "totp", fault)
	}
	if p.Recovery {
		if err := d.Audit.Add(ctx, a.Name, audit.Recovery, a.Name, ""); err != nil {
			return err
		}
		back = "/desk/account/factor?done=recovery" // to draw new ones before the last is gone
	}
	if err := d.Audit.Add(ctx, a.Name, audit.SignIn, a.Name, ""); err != nil {
		return err
	}
	return d.enterDesk(c, p.Token, back)
}

func (d *Desk) logout(c *fiber.Ctx) error {
	if err := d.Gate.Stop(c); err != nil {
		return err
	}
	c.Set("Clear-Site-Data", `"cache", "storage"`) // nothing of the desk stays on a shared machine
	return web.SeeOther(c, d.Site.Links.To("/desk/login"))
}

// faultOf is what is wrong with a password or code, for the page that asked for
// it; ok is false for what no person can mend there.
func faultOf(err error, field string) (v feedback.Invalid, ok bool) {
	switch {
	case errors.As(err, &v):
		return v, true
	case errors.Is(err, staff.ErrSignIn):
		return feedback.Invalid{Field: field, Rule: "old-password"}, true
	case errors.Is(err, staff.ErrCode):
		return feedback.Invalid{Field: field, Rule: "code"}, true
	case errors.Is(err, staff.ErrMany):
		return feedback.Invalid{Field: field, Rule: "many-tries"}, true
	case errors.Is(err, staff.ErrMust):
		return feedback.Invalid{Field: field, Rule: "must-factor"}, true
	}
	return v, false
}

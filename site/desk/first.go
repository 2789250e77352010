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

// FirstPage makes the first account.
type FirstPage struct {
	ui.Frame
	Token  string
	New    staff.New
	Errs   []ui.FieldError
	Faults map[string]string
	Pass   bool   // a passkey can be made here
	Number string // in the address, in place of which a name would let one be made
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
	page.Pass, page.Number = d.passkeys(c, &page.Frame), d.loopback(c)
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
	return d.enterDesk(c, session, "/desk/staff?done=first")
}

package desk

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// ConfirmPage asks who sits there, before what must not be done on a screen
// that somebody left open. It sends the form that led here once more, whole.
type ConfirmPage struct {
	ui.Frame
	Account staff.Account
	Action  string  // where the form goes
	Fields  []Field // everything that was in it
	Errs    []ui.FieldError
	Faults  map[string]string
	Pass    bool
}

// Field is one field of a form that is sent again.
type Field struct{ Name, Value string }

// proof is the field that the password comes back in.
const proof = "proof"

// unsure asks who sits there when that was not shown within staff.RecentLife,
// and answers done then: what the form asks for must wait.
func (d *Desk) unsure(c *fiber.Ctx, form web.Values) (done bool, err error) {
	ctx, s := web.Context(c), auth.Of(c)
	recent, err := d.Keeper.Recent(ctx, s.Session)
	if recent || err != nil {
		return false, err
	}
	if !form.On(proof) {
		return true, d.showConfirm(c, fiber.StatusForbidden, form, nil)
	}
	err = d.Keeper.Confirm(ctx, s.Account, s.Session, form.Get(proof))
	if v, ok := faultOf(err, proof); ok {
		if err := d.recordProof(c, v); err != nil {
			return true, err
		}
		return true, d.showConfirm(c, fiber.StatusUnprocessableEntity, form, []feedback.Invalid{v})
	}
	return err != nil, err
}

func (d *Desk) showConfirm(c *fiber.Ctx, status int, form web.Values, faults []feedback.Invalid) error {
	page := ConfirmPage{Frame: d.frame(c), Account: auth.Of(c).Account, Action: c.Path()}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == proof || name == "csrf" {
			continue
		}
		for _, v := range form.All(name) {
			page.Fields = append(page.Fields, Field{name, v})
		}
	}
	page.Title, page.Failed = page.T("confirm.title"), len(faults) > 0
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Pass = d.passkeys(c, &page.Frame)
	return d.show(c, status, "confirm", page)
}

// sureFirst is unsure for a download that a link leads to.
func (d *Desk) sureFirst(c *fiber.Ctx) (done bool, err error) {
	recent, err := d.Keeper.Recent(web.Context(c), auth.Of(c).Session)
	if recent || err != nil {
		return false, err
	}
	back := strings.TrimPrefix(string(c.Request().RequestURI()), d.Site.Links.Base())
	return true, web.SeeOther(c, d.Site.Links.To("/desk/confirm")+"?"+web.Values{"back": {back}}.Encode())
}

// confirmForm asks who sits there and leads back.
func (d *Desk) confirmForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showConfirm(c, fiber.StatusOK, web.Values{"back": {web.LocalPath(q.Get("back"), "/desk")}}, nil)
}

func (d *Desk) confirm(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To(web.LocalPath(form.Get("back"), "/desk")))
}

// gone makes an error of a link that is not good any more.
func gone(err error) error {
	if errors.Is(err, staff.ErrLink) {
		return web.Error{Status: fiber.StatusGone, Code: "staff-link", Detail: err}
	}
	return err
}

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

// InvitePage is what a link that was handed over leads to.
type InvitePage struct {
	ui.Frame
	Token   string
	Account staff.Account
	Errs    []ui.FieldError
	Faults  map[string]string
	Pass    bool
}

// inviteForm uses nothing up: programs that look at links before people do
// must not spend them.
func (d *Desk) inviteForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showInvite(c, fiber.StatusOK, q.Get("t"), nil)
}

func (d *Desk) showInvite(c *fiber.Ctx, status int, token string, faults []feedback.Invalid) error {
	a, err := d.Keeper.Invited(web.Context(c), token)
	if err != nil {
		return gone(err)
	}
	page := InvitePage{Frame: d.frame(c), Token: token, Account: a}
	page.Path = "/desk/login" // the switch of mode must not carry the link in an address
	page.Title, page.Failed = page.T("invite.title"), len(faults) > 0
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Pass = d.passkeys(c, &page.Frame)
	return d.show(c, status, "invite", page)
}

func (d *Desk) invite(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, token := web.Context(c), form.Get("t")
	a, err := d.Keeper.Invited(ctx, token)
	if err != nil {
		return gone(err)
	}
	session, err := d.Keeper.Accept(ctx, token, form.Get("password"))
	if v, ok := faultOf(err, "password"); ok {
		return d.showInvite(c, fiber.StatusUnprocessableEntity, token, []feedback.Invalid{v})
	}
	var step staff.SecondStep
	second := errors.As(err, &step)
	if err != nil && !second {
		return gone(err)
	}
	if err := d.Audit.Add(ctx, a.Name, audit.LinkUsed, a.Name, ""); err != nil {
		return err
	}
	if second {
		return d.toSecond(c, step, "/desk")
	}
	if err := d.Audit.Add(ctx, a.Name, audit.SignIn, a.Name, ""); err != nil {
		return err
	}
	return d.enterDesk(c, session, "/desk?done=invite")
}

// handOver is the whole address of a link, for the page that shows it once.
func (d *Desk) handOver(c *fiber.Ctx, token string) string {
	path := d.Site.Links.To("/desk/invite") + "?" + web.Values{"t": {token}}.Encode()
	if d.Site.Links.Origin() == "" {
		return "http://" + string(c.Request().Host()) + path
	}
	return d.Site.Links.Absolute(path)
}

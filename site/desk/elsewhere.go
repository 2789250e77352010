package desk

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// callback is the address that the provider sends people back to. It must be
// registered there, so a foreign host in a request leads nowhere.
func (d *Desk) callback(c *fiber.Ctx) string {
	path := d.Site.Links.To("/desk/elsewhere/back")
	if d.Site.Links.Origin() == "" {
		return "http://" + string(c.Request().Host()) + path
	}
	return d.Site.Links.Absolute(path)
}

// elsewhere sends somebody who wants to sign in to the provider.
func (d *Desk) elsewhere(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.leave(c, web.LocalPath(q.Get("back"), "/desk"), "")
}

func (d *Desk) leave(c *fiber.Ctx, back, session string) error {
	if d.Provider == nil {
		return web.NotFound()
	}
	to, carried, err := d.Provider.Leave(web.Context(c), d.callback(c), back, session)
	if err != nil {
		return web.Error{Status: fiber.StatusServiceUnavailable, Code: "elsewhere", Detail: err}
	}
	d.Gate.Away(c, carried)
	web.Private(c)
	return web.SeeOther(c, to) // an address that the provider gave us, with what we put into it
}

// EnteredPage goes on by itself: a browser that another site led here keeps its
// session to itself until the next step is one of this site's own.
type EnteredPage struct {
	ui.Frame
	Next string
}

// elsewhereBack takes who comes back. Whatever is wrong is said in the words in
// which a wrong password is refused.
func (d *Desk) elsewhereBack(c *fiber.Ctx) error {
	if d.Provider == nil {
		return web.NotFound()
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	id, j, err := d.Provider.Return(web.Context(c), d.callback(c), d.Gate.Carried(c), url.Values(q))
	if errors.Is(err, auth.ErrElsewhere) {
		d.Log.Info("sign-in elsewhere refused", "err", err)
		return d.elsewhereFail(c, "")
	}
	if err != nil {
		return err
	}
	if id.Session != "" {
		sealed, err := d.Provider.Keep(id)
		if err != nil {
			return err
		}
		d.Gate.Offer(c, sealed)
		return d.entered(c, "/desk/account#links")
	}
	return d.elsewhereIn(c, id, j.Back)
}

// elsewhereIn signs in who is linked to an account.
func (d *Desk) elsewhereIn(c *fiber.Ctx, id auth.Identity, back string) error {
	name, token, err := d.Keeper.SignInLinked(web.Context(c), id.Issuer, id.Subject)
	var step staff.SecondStep
	switch {
	case errors.Is(err, staff.ErrSignIn):
		return d.elsewhereFail(c, name)
	case errors.As(err, &step):
		d.Gate.StartHalf(c, step.Half)
		return d.entered(c, "/desk/login?"+web.Values{"back": {back}}.Encode())
	case err != nil:
		return err
	}
	if err := d.Audit.Add(web.Context(c), name, audit.SignIn, name, ""); err != nil {
		return err
	}
	d.Gate.StopHalf(c)
	if err := d.Gate.Begin(c, token); err != nil {
		return err
	}
	return d.entered(c, back)
}

func (d *Desk) entered(c *fiber.Ctx, next string) error {
	page := EnteredPage{Frame: d.frame(c), Next: d.Site.Links.To(next)}
	page.Path, page.Title, page.Refresh = "/desk/login", page.T("elsewhere.entered"), page.Next // no code of the provider in an address
	return d.show(c, fiber.StatusOK, "entered", page)
}

func (d *Desk) elsewhereFail(c *fiber.Ctx, name string) error {
	if err := d.Audit.Add(web.Context(c), audit.Unknown, audit.LinkFail, name, ""); err != nil {
		return err
	}
	return d.loginFault(c, LoginPage{Back: "/desk"}, "name", "login.wrong")
}

// linkAct links one's own account to the identity that came back, or not, or
// takes a link away.
func (d *Desk) linkAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	s := auth.Of(c)
	switch form.Get("act") {
	case "add":
		return d.linkAdd(c)
	case "refuse":
		d.Gate.Offer(c, "")
		return web.SeeOther(c, d.Site.Links.To("/desk/account"))
	case "remove":
		if err := d.record(c, audit.LinkDrop, s.Account.Name, ""); err != nil {
			return err
		}
		token, err := d.Keeper.Unlink(web.Context(c), s.Account.Name, form.Get("issuer"), form.Get("subject"))
		if err != nil {
			return err
		}
		return d.enterDesk(c, token, "/desk/account?done=identity-remove")
	}
	return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
}

// ownElsewhere leaves for the provider to find the identity that is to be linked.
func (d *Desk) ownElsewhere(c *fiber.Ctx) error {
	if done, err := d.sureFirst(c); done || err != nil {
		return err
	}
	return d.leave(c, "/desk/account", auth.Of(c).Session.ID())
}

// linkAdd links the identity that came back, once its owner agreed.
func (d *Desk) linkAdd(c *fiber.Ctx) error {
	s := auth.Of(c)
	if d.Provider == nil {
		return web.NotFound()
	}
	id, ok := d.Provider.Kept(d.Gate.Offered(c), s.Session.ID())
	d.Gate.Offer(c, "")
	if !ok {
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{{Field: "links", Rule: "link-late"}}, "")
	}
	if err := d.record(c, audit.LinkAdd, s.Account.Name, ""); err != nil {
		return err
	}
	err := d.Keeper.LinkTo(web.Context(c), s.Account.Name, id.Issuer, id.Subject)
	if errors.Is(err, staff.ErrLinked) {
		err = feedback.Invalid{Field: "links", Rule: "linked"}
	}
	if v, ok := faultOf(err, "links"); ok {
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done=identity-add")
}

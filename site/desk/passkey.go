package desk

import (
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// party is the site as passkeys know it. They are bound to a name and to https;
// without a base address only this machine's own name is safe to be believed
// (WebAuthn, 5.1.3; secure contexts).
func (d *Desk) party(c *fiber.Ctx) (staff.Party, bool) {
	origin := d.Site.Links.Origin()
	if origin == "" {
		origin = "http://" + string(c.Request().Host())
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return staff.Party{}, false
	}
	name := strings.ToLower(u.Hostname())
	if net.ParseIP(name) != nil || (u.Scheme != "https" && name != "localhost") {
		return staff.Party{}, false
	}
	if d.Site.Links.Origin() == "" && name != "localhost" {
		return staff.Party{}, false
	}
	return staff.Party{ID: name, Origin: u.Scheme + "://" + strings.ToLower(u.Host), Name: d.Site.Body.SiteName}, true
}

// loopback is the number of this machine that the page was asked for by, in
// place of which its name would let passkeys work; empty: none.
func (d *Desk) loopback(c *fiber.Ctx) string {
	host, _, err := net.SplitHostPort(string(c.Request().Host()))
	if ip := net.ParseIP(host); err != nil || d.Site.Links.Origin() != "" || ip == nil || !ip.IsLoopback() {
		return ""
	}
	return host
}

// passkeys reports whether passkeys can be used on the address that the page
// was asked under, and gives the page the script that they need.
func (d *Desk) passkeys(c *fiber.Ctx, f *ui.Frame) bool {
	_, ok := d.party(c)
	if ok {
		f.Script = "passkey.js"
	}
	return ok
}

// ask answers what the browser asks a device.
func ask(c *fiber.Ctx, options []byte, err error) error {
	var invalid feedback.Invalid
	switch {
	case errors.As(err, &invalid):
		return web.Error{Status: fiber.StatusUnprocessableEntity, Code: "invalid", Faults: []feedback.Invalid{invalid}}
	case errors.Is(err, staff.ErrMust):
		return web.Error{Status: fiber.StatusConflict, Code: "bad-request", Detail: err}
	case err != nil:
		return gone(err)
	}
	web.Private(c)
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Response().SetBodyRaw(options)
	return nil
}

// lead tells the script where to go on.
func (d *Desk) lead(c *fiber.Ctx, status int, to string) error {
	web.Private(c)
	return web.JSON(c, status, map[string]string{"to": d.Site.Links.To(to)})
}

// askPasskey begins what somebody does who is not signed in: signing in by a
// passkey, or making one by the link that led here.
func (d *Desk) askPasskey(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	p, ok := d.party(c)
	if !ok {
		return web.NotFound()
	}
	ctx, token := web.Context(c), form.Get("t")
	if form.Get("kind") == "in" {
		options, err := d.Keeper.AskSignIn(ctx, p)
		return ask(c, options, err)
	}
	options, err := d.Keeper.AskInvited(ctx, p, token)
	if errors.Is(err, staff.ErrLink) {
		options, err = d.Keeper.AskFirst(ctx, p, token, staff.New{Name: form.Get("name"), Display: form.Get("display")})
	}
	return ask(c, options, err)
}

// passkey ends what askPasskey began, in a session.
func (d *Desk) passkey(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	p, ok := d.party(c)
	if !ok {
		return web.NotFound()
	}
	ctx, token, response := web.Context(c), form.Get("t"), []byte(form.Get("credential"))
	to, acts := web.LocalPath(form.Get("back"), "/desk"), []audit.Act{audit.SignIn}
	var name, session string
	if form.Get("kind") == "in" {
		name, session, err = d.Keeper.SignInPasskey(ctx, p, response)
	} else {
		to, acts = "/desk?done=invite", []audit.Act{audit.LinkUsed, audit.PasskeyAdd, audit.SignIn}
		name, session, err = d.Keeper.AcceptPasskey(ctx, p, token, response)
		if errors.Is(err, staff.ErrLink) {
			to, acts = "/desk/staff?done=first", []audit.Act{audit.Account, audit.PasskeyAdd, audit.SignIn}
			name, session, err = d.Keeper.FirstPasskey(ctx, p, token, response)
		}
	}
	if errors.Is(err, staff.ErrPasskey) {
		return d.passkeyFail(c, audit.Unknown, name)
	}
	if err != nil {
		return gone(err)
	}
	for _, act := range acts {
		if err := d.Audit.Add(ctx, name, act, name, ""); err != nil {
			return err
		}
	}
	d.Gate.StopHalf(c)
	if err := d.Gate.Begin(c, session); err != nil {
		return err
	}
	return d.lead(c, fiber.StatusOK, to)
}

// passkeyFail says no to a device, on record.
func (d *Desk) passkeyFail(c *fiber.Ctx, who, name string) error {
	if err := d.Audit.Add(web.Context(c), who, audit.PasskeyFail, name, ""); err != nil {
		return err
	}
	return d.lead(c, fiber.StatusUnprocessableEntity, "")
}

// askOwn begins what somebody does who is signed in: one more passkey, or
// showing who sits there.
func (d *Desk) askOwn(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	p, ok := d.party(c)
	if !ok {
		return web.NotFound()
	}
	ctx, s := web.Context(c), auth.Of(c)
	if form.Get("kind") == "sure" {
		options, err := d.Keeper.AskConfirm(ctx, p, s.Session)
		return ask(c, options, err)
	}
	recent, err := d.Keeper.Recent(ctx, s.Session)
	if err != nil {
		return err
	}
	if !recent {
		return d.lead(c, fiber.StatusForbidden, "/desk/confirm?back=%2Fdesk%2Faccount")
	}
	options, err := d.Keeper.AskPasskey(ctx, p, s.Account, s.Session)
	return ask(c, options, err)
}

// ownPasskeys ends what askOwn began, and renames and removes passkeys.
func (d *Desk) ownPasskeys(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	switch form.Get("kind") {
	case "add", "sure":
		return d.ownAnswer(c, form)
	}
	id, err := base64.RawURLEncoding.DecodeString(form.Get("id"))
	if err != nil || len(id) == 0 {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	ctx, name := web.Context(c), auth.Of(c).Account.Name
	act, token := audit.PasskeyName, ""
	if form.On("remove") {
		act = audit.PasskeyDrop
	}
	if err := d.record(c, act, name, ""); err != nil {
		return err
	}
	if act == audit.PasskeyDrop {
		token, err = d.Keeper.DropPasskey(ctx, name, id)
	} else {
		err = d.Keeper.NamePasskey(ctx, name, id, form.Get("label"))
	}
	if v, ok := faultOf(err, "passkeys"); ok {
		return d.showAccount(c, fiber.StatusUnprocessableEntity, []feedback.Invalid{v}, "")
	}
	if err != nil {
		return err
	}
	if token != "" {
		d.Gate.Start(c, token)
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/account")+"?done="+string(act))
}

// ownAnswer takes what the device of somebody signed in answered.
func (d *Desk) ownAnswer(c *fiber.Ctx, form web.Values) error {
	p, ok := d.party(c)
	if !ok {
		return web.NotFound()
	}
	ctx, s, response := web.Context(c), auth.Of(c), []byte(form.Get("credential"))
	var err error
	if form.Get("kind") == "sure" {
		err = d.Keeper.ConfirmPasskey(ctx, p, s.Session, response)
	} else {
		err = d.Keeper.AddPasskey(ctx, p, s.Session, response)
	}
	switch {
	case errors.Is(err, staff.ErrPasskey):
		return d.passkeyFail(c, s.Account.Name, s.Account.Name)
	case err != nil:
		return err
	case form.Get("kind") == "sure":
		return d.lead(c, fiber.StatusOK, "")
	}
	if err := d.record(c, audit.PasskeyAdd, s.Account.Name, ""); err != nil {
		return err
	}
	return d.lead(c, fiber.StatusOK, "/desk/account?done=passkey-add")
}

// KeyID is how a form names a passkey.
func (p AccountPage) KeyID(k staff.Passkey) string { return base64.RawURLEncoding.EncodeToString(k.ID) }

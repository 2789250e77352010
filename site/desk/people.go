package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// StaffPage lists the accounts and makes new ones.
type StaffPage struct {
	ui.Frame
	Accounts []staff.Account
	Roles    []feedback.Role
	New      staff.New
	Link     string // to hand over, shown once
	Whose    string
	Errs     []ui.FieldError
	Faults   map[string]string
	Missing  []feedback.Role // roles of the daily work that nobody holds
}

// Holds reports whether the account being made has the role.
func (p StaffPage) Holds(r feedback.Role) bool {
	for _, x := range p.New.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// RoleNames are the roles of an account in words.
func (p StaffPage) RoleNames(a staff.Account) string {
	names := make([]string, 0, len(a.Roles))
	for _, r := range a.Roles {
		names = append(names, roleName(p.Frame, &a, r))
	}
	return strings.Join(names, p.T("sep"))
}

func (d *Desk) staffList(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	return d.showStaff(c, fiber.StatusOK, StaffPage{}, nil, q.Get("done"))
}

func (d *Desk) showStaff(c *fiber.Ctx, status int, page StaffPage, faults []feedback.Invalid, done string) error {
	var err error
	page.Frame = d.frame(c)
	page.Title, page.Failed, page.Flash = page.T("staff.title"), len(faults) > 0, said(page.Frame, done)
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Roles = feedback.Roles()
	if page.Accounts, err = d.Keeper.Accounts(web.Context(c)); err != nil {
		return err
	}
	for _, r := range []feedback.Role{feedback.Moderator, feedback.Replier, feedback.Approver} {
		held := false
		for _, a := range page.Accounts {
			held = held || (!a.Disabled && a.Has(r))
		}
		if !held {
			page.Missing = append(page.Missing, r)
		}
	}
	return d.show(c, status, "staff", page)
}

func roles(form web.Values) []feedback.Role {
	var list []feedback.Role
	for _, r := range form.All("role") {
		list = append(list, feedback.Role(r))
	}
	return list
}

// staffActs are what can be done to accounts, as the chain names it.
func staffActs() map[string]audit.Act {
	return map[string]audit.Act{
		"add": audit.Account, "disable": audit.Disable, "enable": audit.Enable, "roles": audit.Rights, "reset": audit.Reset, "leave": audit.Leave,
		"factor-reset": audit.FactorReset, "must": audit.FactorRule, "free": audit.FactorRule, "email": audit.Email,
	}
}

// recordStaff notes a change of rights before it is tried: one that is recorded
// and then refused does no harm, one that is not recorded would.
func (d *Desk) recordStaff(c *fiber.Ctx, act, name string, form web.Values) error {
	reason := ""
	switch act {
	case "add", "roles":
		only := limits(form)
		var names []string
		for _, r := range roles(form) {
			if !r.Valid() {
				continue
			}
			text := string(r)
			if list, limited := only[r]; limited {
				text += " (" + strings.Join(list, ", ") + ")"
			}
			names = append(names, text)
		}
		reason = strings.Join(names, ", ")
	case "leave":
		reason = staff.Fold(form.Get("to"))
	}
	return d.record(c, staffActs()[act], staff.Fold(name), reason)
}

func (d *Desk) staffAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	act, name := form.Get("act"), staff.Fold(form.Get("name"))
	if _, known := staffActs()[act]; !known {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	if err := d.recordStaff(c, act, name, form); err != nil {
		return err
	}
	token, err := d.changeStaff(c, act, name, form)
	if v, ok := personFault(err); ok {
		return d.staffAgain(c, act, name, form, v)
	}
	switch {
	case err != nil:
		return err
	case act == "add":
		return d.showStaff(c, fiber.StatusOK, StaffPage{Link: d.handOver(c, token), Whose: name}, nil, "staff-add")
	case token != "":
		page := PersonPage{Link: d.handOver(c, token)}
		page.Flash = "staff-" + act
		return d.showPerson(c, fiber.StatusOK, name, page, nil)
	}
	return web.SeeOther(c, d.Site.Links.Person(name)+"?done=staff-"+act)
}

// changeStaff does one thing to an account, and answers the token of a link if
// there is one to hand over.
func (d *Desk) changeStaff(c *fiber.Ctx, act, name string, form web.Values) (token string, err error) {
	ctx, by := web.Context(c), auth.Of(c).Account.Name
	switch act {
	case "add":
		return d.Keeper.Invite(ctx, newOf(form))
	case "reset":
		return d.Keeper.Link(ctx, name)
	case "disable", "enable":
		return "", d.Keeper.Disable(ctx, by, name, act == "disable")
	case "roles":
		return "", d.Keeper.SetRoles(ctx, by, name, roles(form), limits(form))
	case "leave":
		if err := d.Keeper.Leave(ctx, by, name, form.Get("to")); err != nil {
			return "", err
		}
		if d.Hand != nil {
			d.Hand()
		}
		return "", nil
	case "factor-reset":
		return "", d.Keeper.ResetFactors(ctx, name)
	case "email":
		return "", d.Keeper.SetEmail(ctx, name, form.Get("email"))
	}
	return "", d.Keeper.Require(ctx, name, act == "must")
}

func newOf(form web.Values) staff.New {
	return staff.New{Name: form.Get("name"), Display: form.Get("display"), Office: form.Get("office"), Roles: roles(form), Only: limits(form)}
}

// staffAgain shows what is wrong where it was typed.
func (d *Desk) staffAgain(c *fiber.Ctx, act, name string, form web.Values, v feedback.Invalid) error {
	if act == "add" {
		return d.showStaff(c, fiber.StatusUnprocessableEntity, StaffPage{New: newOf(form)}, []feedback.Invalid{v}, "")
	}
	return d.showPerson(c, fiber.StatusUnprocessableEntity, name, PersonPage{}, []feedback.Invalid{v})
}

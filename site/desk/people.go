package desk

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
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
		names = append(names, p.T("role."+string(r)))
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

// recordStaff notes a change of rights before it is tried: one that is recorded
// and then refused does no harm, one that is not recorded would.
func (d *Desk) recordStaff(c *fiber.Ctx, act, name string, form web.Values) error {
	acts := map[string]audit.Act{"add": audit.Account, "disable": audit.Disable, "enable": audit.Enable, "roles": audit.Rights, "reset": audit.Reset,
		"factor-reset": audit.FactorReset, "must": audit.FactorRule, "free": audit.FactorRule, "email": audit.Email}
	what, ok := acts[act]
	if !ok {
		return nil
	}
	reason := ""
	if act == "add" || act == "roles" {
		var names []string
		for _, r := range roles(form) {
			if r.Valid() {
				names = append(names, string(r))
			}
		}
		reason = strings.Join(names, ", ")
	}
	return d.record(c, what, staff.Fold(name), reason)
}

func (d *Desk) staffAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	ctx, name, act := web.Context(c), form.Get("name"), form.Get("act")
	page := StaffPage{}
	if err := d.recordStaff(c, act, name, form); err != nil {
		return err
	}
	token := ""
	switch act {
	case "add":
		page.New = staff.New{Name: name, Display: form.Get("display"), Office: form.Get("office"), Roles: roles(form)}
		token, err = d.Keeper.Invite(ctx, page.New)
	case "reset":
		token, err = d.Keeper.Link(ctx, name)
	case "disable", "enable":
		err = d.Keeper.Disable(ctx, name, act == "disable")
	case "roles":
		err = d.Keeper.SetRoles(ctx, name, roles(form))
	case "must", "free":
		err = d.Keeper.Require(ctx, name, act == "must")
	case "factor-reset":
		err = d.Keeper.ResetFactors(ctx, name)
	case "email":
		if err = d.Keeper.SetEmail(ctx, name, form.Get("email")); errors.As(err, new(feedback.Invalid)) {
			err = feedback.Invalid{Field: "list", Rule: "email"} // each account has a field of its own
		}
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	var invalid feedback.Invalid
	switch {
	case errors.As(err, &invalid):
	case errors.Is(err, staff.ErrNameTaken):
		invalid = feedback.Invalid{Field: "name", Rule: "taken"}
	case errors.Is(err, staff.ErrLastAdmin):
		invalid = feedback.Invalid{Field: "list", Rule: "last-admin"}
	case err != nil:
		return err
	case token != "":
		page = StaffPage{Link: d.handOver(c, token), Whose: staff.Fold(name)}
		return d.showStaff(c, fiber.StatusOK, page, nil, "staff-"+act)
	default:
		return web.SeeOther(c, d.Site.Links.To("/desk/staff")+"?done=staff-"+act)
	}
	return d.showStaff(c, fiber.StatusUnprocessableEntity, page, []feedback.Invalid{invalid}, "")
}

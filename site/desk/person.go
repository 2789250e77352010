package desk

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/handover"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// PersonPage is one account as an administrator sees it: what it may, how it
// signs in, and what becomes of its work when the person leaves.
type PersonPage struct {
	ui.Frame
	A      staff.Account
	Self   bool // one's own account: others change its roles
	Roles  []PersonRole
	Open   int         // matters in hand
	Takers []ui.Option // who could take them over
	Taker  string      // who takes them over, of somebody who left
	Link   string      // to hand over, shown once
	Errs   []ui.FieldError
	Faults map[string]string
}

// PersonRole is a role as a form offers it. Notices are those that it can be
// limited to; none: it concerns the whole body.
type PersonRole struct {
	Role    feedback.Role
	Held    bool
	Limited bool
	Notices []ui.Option
}

// RoleName is a role of an account in words, with how many notices it is limited to.
func roleName(f ui.Frame, a *staff.Account, r feedback.Role) string {
	if only, limited := a.Only[r]; limited {
		return f.T("staff.role.limited", f.T("role."+string(r)), len(only))
	}
	return f.T("role." + string(r))
}

func (d *Desk) person(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := PersonPage{}
	page.Flash = q.Get("done")
	return d.showPerson(c, fiber.StatusOK, web.Param(c, "name"), page, nil)
}

// showPerson fills the page of an account; what the caller set of it stays.
func (d *Desk) showPerson(c *fiber.Ctx, status int, name string, page PersonPage, faults []feedback.Invalid) error {
	all, err := d.Keeper.Accounts(web.Context(c))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(a staff.Account) bool { return a.Name == staff.Fold(name) })
	if i < 0 {
		return web.NotFound()
	}
	done := page.Flash
	page.Frame, page.A = d.frame(c), all[i]
	page.Path = d.Site.Links.Person(page.A.Name)[len(d.Site.Links.Base()):]
	page.Title, page.Flash, page.Failed = page.T("person.title", page.A.Display), said(page.Frame, done), len(faults) > 0
	page.Crumbs = []ui.Crumb{{Label: page.T("staff.title"), URL: d.Site.Links.To("/desk/staff")}, {Label: page.A.Name}}
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Self = page.A.Name == auth.Of(c).Account.Name
	page.Roles = d.personRoles(&page.A)
	if page.Open, err = handover.Open(web.Context(c), d.Store, page.A.Name); err != nil {
		return err
	}
	for _, a := range all {
		if a.Name != page.A.Name && !a.Disabled && a.Has(feedback.Replier) {
			page.Takers = append(page.Takers, ui.Option{Value: a.Name, Label: ownerLabel(a)})
		}
		if l := page.A.Leaving; l != nil && l.To == a.Name {
			page.Taker = ownerLabel(a)
		}
	}
	return d.show(c, status, "person", page)
}

// personRoles are the roles as the form shows them. A notice that is not
// published any more stays in the list while a role is limited to it.
func (d *Desk) personRoles(a *staff.Account) []PersonRole {
	var list []PersonRole
	for _, r := range feedback.Roles() {
		row := PersonRole{Role: r, Held: a.Has(r)}
		only, limited := a.Only[r]
		row.Limited = limited
		if slices.Contains(feedback.Limitable(), r) {
			seen := map[string]bool{}
			for _, e := range d.Library.Snapshot().Entries() {
				seen[e.Notice.Slug] = true
				row.Notices = append(row.Notices, ui.Option{Value: e.Notice.Slug, Label: e.Notice.Title, Chosen: slices.Contains(only, e.Notice.Slug)})
			}
			for _, slug := range only {
				if !seen[slug] {
					row.Notices = append(row.Notices, ui.Option{Value: slug, Label: slug, Chosen: true})
				}
			}
		}
		list = append(list, row)
	}
	return list
}

// limits reads for which notices the roles of a form are held only.
func limits(form web.Values) staff.Limits {
	only := staff.Limits{}
	for _, r := range feedback.Limitable() {
		if form.Get("reach-"+string(r)) == "some" {
			only[r] = form.All("notice-" + string(r))
		}
	}
	return only
}

// personFault is what is wrong with a change of an account.
func personFault(err error) (v feedback.Invalid, ok bool) {
	for known, rule := range map[error]string{
		staff.ErrLastAdmin: "last-admin", staff.ErrOwn: "own-account", staff.ErrLeft: "has-left", staff.ErrTaker: "taker",
	} {
		if errors.Is(err, known) {
			return feedback.Invalid{Field: "list", Rule: rule}, true
		}
	}
	if errors.Is(err, staff.ErrNameTaken) {
		return feedback.Invalid{Field: "name", Rule: "taken"}, true
	}
	return v, errors.As(err, &v)
}

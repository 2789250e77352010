package desk

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/bulk"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// Bulk is what whoever looks may do to several submissions at a time.
type Bulk struct {
	May     map[string]bool // by act
	Me      bool            // to take them over
	People  []ui.Option
	Reasons []ui.Option
	Kinds   []ui.Option
	Picked  map[string]bool // by the value of the box
}

// takeOver is the act of a form that assigns to whoever sends it.
const takeOver = "assign-me"

// bulk offers what the roles of whoever looks allow; each submission's own state
// decides when it comes to it. nil: nothing.
func (d *Desk) bulk(c *fiber.Ctx, page *QueuePage) (*Bulk, error) {
	who := auth.Of(c).Actor()
	b := Bulk{May: make(map[string]bool), Picked: make(map[string]bool)}
	for _, act := range bulk.Acts() {
		if move, _ := feedback.MoveOf(act); who.Has(move.Roles...) {
			b.May[string(act)] = true
		}
	}
	if len(b.May) == 0 || len(page.Rows) == 0 {
		return nil, nil //nolint:nilnil // said above
	}
	for _, p := range page.Typed.All("pick") {
		b.Picked[p] = true
	}
	b.Reasons = d.reasons(page.Frame, page.Typed.Get("reason"))
	for _, k := range feedback.Categories() {
		b.Kinds = append(b.Kinds, ui.Option{Value: string(k), Label: page.T("category." + string(k)), Chosen: page.Typed.Get("category") == string(k)})
	}
	if !b.May[string(feedback.ActAssign)] {
		return &b, nil
	}
	b.Me = who.Has(feedback.Replier)
	accounts, err := d.Keeper.Accounts(web.Context(c))
	for _, a := range accounts {
		if !a.Disabled && a.Has(feedback.Replier) {
			b.People = append(b.People, ui.Option{Value: a.Name, Label: ownerLabel(a), Chosen: page.Typed.Get("owner") == a.Name})
		}
	}
	return &b, err
}

// order takes one thing to be done to what was picked. Nothing is done yet: the
// page that follows says what will be, and offers to take it back.
func (d *Desk) order(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	o, faults, err := d.readOrder(c, form)
	if err != nil {
		return err
	}
	back := web.LocalPath(form.Get("back"), "/desk")
	if len(faults) > 0 {
		return d.orderAgain(c, form, back, faults)
	}
	id, err := d.Orders.Give(web.Context(c), o)
	if v, ok := faultOf(err, "pick"); ok {
		return d.orderAgain(c, form, back, []feedback.Invalid{v})
	}
	if errors.Is(err, bulk.ErrMany) {
		return web.Error{Status: fiber.StatusConflict, Code: "order-many", Detail: err}
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To(with(back, "order", id)))
}

// readOrder reads what a form asks for. What would fail for each one is a fault
// of the form.
func (d *Desk) readOrder(c *fiber.Ctx, form web.Values) (o bulk.Order, faults []feedback.Invalid, err error) {
	who := auth.Of(c).Actor()
	o = bulk.Order{Who: who.ID, Act: feedback.Act(form.Get("act")), Items: picked(form)}
	if form.Get("act") == takeOver {
		o.Act, form = feedback.ActAssign, web.Values{"owner": {who.ID}}
	}
	move, _ := feedback.MoveOf(o.Act)
	switch {
	case !slices.Contains(bulk.Acts(), o.Act):
		return o, []feedback.Invalid{{Field: "act", Rule: "required"}}, nil
	case !who.Has(move.Roles...):
		return o, nil, feedback.ErrRole
	case len(o.Items) == 0:
		return o, []feedback.Invalid{{Field: "pick", Rule: "required"}}, nil
	}
	switch o.Act {
	case feedback.ActAssign:
		var a feedback.Action
		a, faults = d.assign(c, nil, web.Values{"owner": {form.Get("owner")}})
		if assign, ok := a.(feedback.Assign); ok {
			o.Owner = assign.Owner
		}
		if o.Owner == "" {
			faults = []feedback.Invalid{{Field: "owner", Rule: "required"}}
		}
	case feedback.ActReject:
		if o.Reason = feedback.Rejection(form.Get("reason")); !slices.Contains(feedback.Rejections(), o.Reason) {
			faults = []feedback.Invalid{{Field: "reason", Rule: "required"}}
		}
	case feedback.ActClassify:
		if o.Category = feedback.Category(form.Get("category")); !o.Category.Valid() {
			faults = []feedback.Invalid{{Field: "category", Rule: "required"}}
		}
	case feedback.ActMerge:
		o.Into, faults, err = d.mergeTarget(c, form)
		o.Items = slices.DeleteFunc(o.Items, func(it bulk.Item) bool { return it.Number == o.Into })
		if len(faults) == 0 && len(o.Items) == 0 {
			faults = []feedback.Invalid{{Field: "pick", Rule: "required"}}
		}
	}
	return o, faults, err
}

// picked are the boxes that were ticked, each once.
func picked(form web.Values) (items []bulk.Item) {
	for _, p := range form.All("pick") {
		number, rev, _ := strings.Cut(p, " ")
		n, ok := feedback.ParseNumber(number)
		r, err := strconv.ParseInt(rev, 10, 64)
		if !ok || err != nil || slices.ContainsFunc(items, func(it bulk.Item) bool { return it.Number == n }) {
			continue
		}
		items = append(items, bulk.Item{Number: n, Rev: r})
	}
	return items
}

// orderAgain shows the queue that a form came from with everything as it was
// ticked and chosen.
func (d *Desk) orderAgain(c *fiber.Ctx, form web.Values, back string, faults []feedback.Invalid) error {
	u, err := url.Parse(back)
	if err != nil || u.Path != "/desk" {
		return web.Error{Status: fiber.StatusUnprocessableEntity, Code: "invalid", Faults: faults}
	}
	page := QueuePage{Frame: d.frame(c), Here: back, Typed: form}
	page.Path = back
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	return d.showQueue(c, fiber.StatusUnprocessableEntity, web.Values(u.Query()), page)
}

// with is an address with one field of its query set.
func with(path, name, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

package desk

import (
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/bulk"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// OrderBox says how far an order is, and lets it be taken back in time.
type OrderBox struct {
	ID     string
	What   string // what is to be done, in words
	Said   string // how far it is, in words
	Held   bool   // can be taken back
	Open   bool   // more will be said of it
	Left   int    // seconds until it is carried out
	URL    string
	Back   string // where the answer to taking it back leads
	Failed []FailureRow
}

// OrderPage is one order with everything that it was about.
type OrderPage struct {
	ui.Frame
	Box  OrderBox
	Done []FailureRow // what was done; nothing went wrong with these
	Wait []FailureRow // what is still to be done
}

// orders are the boxes of a page: of one's own orders that are not carried out
// yet, and of the one that is asked for. With a number only those about it.
func (d *Desk) orders(c *fiber.Ctx, f ui.Frame, id string, about feedback.Number) ([]OrderBox, error) {
	ctx, who := web.Context(c), auth.Of(c).Account.Name
	list, err := d.Orders.Of(ctx, who)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(o bulk.Order) bool {
		return o.ID != id && about != "" && !slices.ContainsFunc(o.Items, func(it bulk.Item) bool { return it.Number == about })
	})
	if id != "" && !slices.ContainsFunc(list, func(o bulk.Order) bool { return o.ID == id }) {
		asked, err := d.Orders.Look(ctx, id, who)
		if err == nil {
			list = append(list, asked)
		} else if !errors.Is(err, feedback.ErrNotFound) {
			return nil, err
		}
	}
	var boxes []OrderBox
	for i := range list {
		boxes = append(boxes, d.orderBox(f, &list[i]))
	}
	return boxes, nil
}

func (d *Desk) orderBox(f ui.Frame, o *bulk.Order) OrderBox {
	done, failed := o.Count()
	box := OrderBox{ID: o.ID, What: d.orderWords(f, o), Held: o.Stage == bulk.Held, Open: o.Open(), URL: d.Site.Links.To("/desk/orders/" + o.ID), Back: f.Path}
	switch o.Stage {
	case bulk.Held:
		box.Left = max(int(o.Due.Sub(d.Now()).Round(time.Second).Seconds()), 0)
		box.Said = f.T("order.held", len(o.Items), box.Left)
	case bulk.Running:
		box.Said = f.T("order.running", done+failed, len(o.Items))
	case bulk.Ended:
		box.Said = f.T("order.ended", done)
		if failed > 0 {
			box.Said = f.T("order.part", done, failed)
		}
	case bulk.Undone:
		box.Said = f.T("order.undone", len(o.Items))
	case bulk.Stale:
		box.Said = f.T("order.stale", len(o.Items))
	}
	for _, it := range o.Items {
		if it.Why != "" {
			box.Failed = append(box.Failed, d.itemRow(f, it))
		}
	}
	return box
}

func (d *Desk) itemRow(f ui.Frame, it bulk.Item) FailureRow {
	row := FailureRow{Number: string(it.Number), URL: d.Site.Links.Case(string(it.Number))}
	switch {
	case it.Why == "":
	case f.Words.Has("order.why." + it.Why):
		row.Why = f.T("order.why." + it.Why)
	case f.Words.Has("error." + it.Why):
		row.Why = f.T("error." + it.Why)
	default:
		row.Why = f.T("order.why.internal")
	}
	return row
}

// orderWords says what an order does.
func (d *Desk) orderWords(f ui.Frame, o *bulk.Order) string {
	arg := ""
	switch o.Act {
	case feedback.ActAssign:
		arg = o.Owner
	case feedback.ActReject:
		arg = f.T("reject.short." + string(o.Reason))
	case feedback.ActClassify:
		arg = f.T("category." + string(o.Category))
	case feedback.ActMerge:
		arg = string(o.Into)
	}
	return f.T("order.what."+string(o.Act), arg)
}

// orderPage shows one of one's own orders.
func (d *Desk) orderPage(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	o, err := d.Orders.Look(web.Context(c), web.Param(c, "id"), auth.Of(c).Account.Name)
	if err != nil {
		return err
	}
	page := OrderPage{Frame: d.frame(c)}
	page.Title, page.Flash = page.T("order.title"), said(page.Frame, q.Get("done"))
	page.Crumbs = []ui.Crumb{{Label: page.T("desk.queue"), URL: d.Site.Links.To("/desk")}, {Label: page.Title}}
	page.Box = d.orderBox(page.Frame, &o)
	for _, it := range o.Items {
		switch {
		case it.Done:
			page.Done = append(page.Done, d.itemRow(page.Frame, it))
		case it.Why == "":
			page.Wait = append(page.Wait, d.itemRow(page.Frame, it))
		}
	}
	return d.show(c, fiber.StatusOK, "order", page)
}

// takeBack undoes one of one's own orders, if it is not too late.
func (d *Desk) takeBack(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	id := web.Param(c, "id")
	back := with(web.LocalPath(form.Get("back"), "/desk"), "order", id)
	err = d.Orders.TakeBack(web.Context(c), id, auth.Of(c).Account.Name)
	if errors.Is(err, bulk.ErrLate) {
		return web.SeeOther(c, d.Site.Links.To(with(back, "done", "order-late")))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To(back))
}

package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// A stop of the tour (导览) is a page with something to be said about it, for
// those who may open it.
type stop struct {
	key   string
	path  string // what the addresses of its page begin with; the page itself where it ends there
	roles []feedback.Role
}

func stops() []stop {
	return []stop{
		{"queue", "/desk", nil},
		{"case", "/desk/submissions/", nil},
		{"enter", "/desk/enter", []feedback.Role{feedback.Moderator, feedback.Replier}},
		{"notices", "/desk/notices", nil},
		{"insight", "/desk/insight", nil},
		{"account", "/desk/account", nil},
	}
}

// tourDone is what an account keeps when it has ended its tour.
const tourDone = "done"

// stopsOf are the stops of an account, and which of them it is at: none when the
// tour was ended.
func stopsOf(a staff.Account) (list []stop, at int) {
	list = slices.DeleteFunc(stops(), func(s stop) bool { return len(s.roles) > 0 && !a.Has(s.roles...) })
	if a.Tour == tourDone {
		return list, -1
	}
	return list, max(slices.IndexFunc(list, func(s stop) bool { return s.key == a.Tour }), 0)
}

// tourAt is the hint for the page of a frame; nil for none.
func tourAt(f ui.Frame, a staff.Account) *ui.Tour {
	list, at := stopsOf(a)
	if at < 0 || a.Lacks() {
		return nil
	}
	path, _, _ := strings.Cut(f.Path, "?")
	here := path == list[at].path || (strings.HasSuffix(list[at].path, "/") && strings.HasPrefix(path, list[at].path))
	if !here && a.Tour == "" {
		return nil // it begins at the queue
	}
	return &ui.Tour{Key: list[at].key, N: at + 1, Of: len(list), Here: here, First: at == 0, Last: at == len(list)-1}
}

// tour goes on, back, begins anew, or ends for good.
func (d *Desk) tour(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	a := auth.Of(c).Account
	list, at := stopsOf(a)
	next, path := tourDone, "/desk"
	switch go1 := form.Get("go"); {
	case go1 == "end" || (go1 == "next" && at == len(list)-1):
		path = web.LocalPath(form.Get("back"), "/desk")
	case go1 == "start":
		next = list[0].key
	case go1 == "next", go1 == "back", go1 == "here":
		step := map[string]int{"next": 1, "back": -1, "here": 0}[go1]
		at = min(max(at+step, 0), len(list)-1)
		if path, err = d.stopAt(web.Context(c), list[at], a); err != nil {
			return err
		}
		if path == "" { // there is no submission to look at
			if step == 0 {
				step = 1
			}
			at += step
			path = list[at].path
		}
		next = list[at].key
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if err := d.Keeper.SetTour(web.Context(c), a.Name, next); err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To(path))
}

// stopAt is the page of a stop: for a submission, the first in the queue.
func (d *Desk) stopAt(ctx context.Context, s stop, a staff.Account) (string, error) {
	if !strings.HasSuffix(s.path, "/") {
		return s.path, nil
	}
	query, _ := view("open", a.Actor(), calendar.On(d.Now()))
	query.Limit = 1
	page, _, err := d.Store.List(ctx, query)
	if err != nil || len(page) == 0 {
		return "", err
	}
	return s.path + string(page[0].Number), nil
}

package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// How long somebody who opened a submission is taken to look at it. With a
// script the page says so again while it can be seen, and says when it is left.
const (
	lookKind = "look"
	lookLife = 90 * time.Second
)

// look is what is kept of somebody who looks at a submission.
type look struct {
	Who  string `json:"who"`
	Name string `json:"name"`
}

// HereBox is who else is on the page of a submission, and what can be done there
// by one key.
type HereBox struct {
	Others string // in words; empty: nobody
	Post   string // where the page says that it is still looked at
	Take   bool   // it can be assigned to whoever looks
	Orders []OrderBox
}

// lookers answers who looks at which submission, by the names that are shown,
// but for one account; of one submission, or with "" of all.
func (d *Desk) lookers(ctx context.Context, n feedback.Number, but string) (map[feedback.Number][]string, error) {
	list, err := d.Briefs.ListBriefs(ctx, lookKind, string(n), d.Now())
	if err != nil {
		return nil, err
	}
	all := make(map[feedback.Number][]string)
	for _, b := range list {
		var l look
		if err := json.Unmarshal(b.Doc, &l); err != nil {
			return nil, fmt.Errorf("who looks at %s: %w", b.Group, err)
		}
		if l.Who != but {
			all[feedback.Number(b.Group)] = append(all[feedback.Number(b.Group)], l.Name)
		}
	}
	return all, nil
}

func lookID(n feedback.Number, who string) string { return string(n) + " " + who }

// looking notes that whoever asks looks at a submission.
func (d *Desk) looking(c *fiber.Ctx, n feedback.Number) error {
	a := auth.Of(c).Account
	doc, err := json.Marshal(look{Who: a.Name, Name: orDefault(a.Display, a.Name)})
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	return d.Briefs.PutBrief(web.Context(c), feedback.Brief{
		Kind: lookKind, ID: lookID(n, a.Name), Group: string(n), Until: d.Now().Add(lookLife), Doc: doc,
	})
}

// here is the box of the page of a submission.
func (d *Desk) here(c *fiber.Ctx, f ui.Frame, s *feedback.Submission, order string) (HereBox, error) {
	who := auth.Of(c).Actor()
	box := HereBox{Post: d.Site.Links.Case(string(s.Number)) + "/here"}
	if c.Method() == fiber.MethodGet {
		if err := d.looking(c, s.Number); err != nil {
			return box, err
		}
	}
	all, err := d.lookers(web.Context(c), s.Number, who.ID)
	if err != nil {
		return box, err
	}
	if box.Orders, err = d.orders(c, f, order, s.Number); err != nil {
		return box, err
	}
	box.Others = lookersText(f, all[s.Number])
	move, _ := feedback.MoveOf(feedback.ActAssign)
	box.Take = s.Owner != who.ID && who.Has(move.Roles...) && who.Has(feedback.Replier) && slices.Contains(move.From, s.State)
	return box, nil
}

// stillHere answers who else looks at a submission, and notes that whoever asks
// still does, or with leave that they are gone.
func (d *Desk) stillHere(c *fiber.Ctx) error {
	s, err := d.load(c)
	if err != nil {
		return err
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	who := auth.Of(c).Actor()
	if form.Get("leave") != "" {
		if err := d.Briefs.DropBrief(web.Context(c), lookKind, lookID(s.Number, who.ID)); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	}
	if err := d.looking(c, s.Number); err != nil {
		return err
	}
	all, err := d.lookers(web.Context(c), s.Number, who.ID)
	if err != nil {
		return err
	}
	f := d.frame(c)
	return web.JSON(c, fiber.StatusOK, struct {
		Others string `json:"others"`
	}{lookersText(f, all[s.Number])})
}

// lookersText says who else looks; empty when nobody does.
func lookersText(f ui.Frame, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return f.T("here.others", join(f, names))
}

func join(f ui.Frame, names []string) (text string) {
	for i, n := range names {
		if i > 0 {
			text += f.T("and")
		}
		text += n
	}
	return text
}

package desk

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/web"
)

// compose helps to write a reply and keeps nothing: it puts a phrase or an earlier
// reply into what was typed, looks for earlier replies, or looks the text over.
// The page comes back with everything that was typed.
func (d *Desk) compose(c *fiber.Ctx) error {
	s, form, rev, err := d.meant(c)
	if err != nil {
		return err
	}
	if rev != s.Rev {
		return d.notDone(c, s, rev, form, feedback.Conflict{Current: s})
	}
	page := CasePage{Typed: form}
	take, takes := strings.CutPrefix(form.Get("do"), "take ")
	switch {
	case form.Get("do") == "phrase":
		text, err := d.phraseText(c, &s, form)
		if err != nil {
			return err
		}
		insert(form, text)
	case takes:
		text, err := d.earlier(c, &s, take)
		if err != nil {
			return err
		}
		insert(form, text)
	case form.Get("do") == "find":
		page.Re.Asked, page.Re.Looked = cutRunes(form.Get("find"), maxAsked), true
		if page.Re.Found, err = d.suggested(c, &s, page.Re.Asked); err != nil {
			return err
		}
	case form.Get("do") == "look":
	case form.Get("do") == "propose":
		return d.proposeAgain(c, &s, form)
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	return d.showCase(c, fiber.StatusOK, s, page)
}

// insert adds a text to what was typed, on lines of its own.
func insert(form web.Values, text string) {
	typed := strings.TrimRight(form.Get("reply"), " \r\n")
	if typed != "" && text != "" {
		typed += "\n"
	}
	form["reply"] = []string{typed + text}
}

// proposeAgain makes the proposal of a reply that lacks it.
func (d *Desk) proposeAgain(c *fiber.Ctx, s *feedback.Submission, form web.Values) error {
	n, _ := strconv.Atoi(form.Get("of"))
	if !s.Stands(n) {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	done := "proposed"
	if err := d.proposeStatus(web.Context(c), s, n); err != nil {
		done = "unproposed"
	}
	return web.SeeOther(c, d.Site.Links.Case(string(s.Number))+"?done="+done)
}

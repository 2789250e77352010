package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/staff"
	"rectify/site/ui"
	"rectify/site/web"
)

// Gate stands before every page of the desk.
type Gate struct {
	Keeper *staff.Keeper
	Links  ui.Links
	Keys   feedback.Keys
	Now    func() time.Time
}

// Signed is who asks, on a route of the desk.
type Signed struct {
	Account staff.Account
	Session staff.Session
	token   string // form token of this answer
}

const signedKey = "rectify.signed"

// cookie is the name of the session cookie. The prefix binds it to this host
// and to https (RFC 6265bis); without https a browser would not take it.
func (g *Gate) cookie() string {
	if g.Links.Secure() && g.Links.Base() == "" {
		return "__Host-desk"
	}
	return "desk"
}

// Start gives the browser the session of a token.
func (g *Gate) Start(c *fiber.Ctx, token string) {
	c.Cookie(&fiber.Cookie{
		Name: g.cookie(), Value: token, Path: g.Links.To("/"), HTTPOnly: true, Secure: g.Links.Secure(), SameSite: fiber.CookieSameSiteStrictMode,
	})
}

// Stop ends the browser's session.
func (g *Gate) Stop(c *fiber.Ctx) error {
	token := web.Cookie(c, g.cookie())
	c.Cookie(&fiber.Cookie{
		Name: g.cookie(), Value: "", Path: g.Links.To("/"), HTTPOnly: true, Secure: g.Links.Secure(),
		SameSite: fiber.CookieSameSiteStrictMode, Expires: time.Unix(0, 0),
	})
	if token == "" {
		return nil
	}
	return g.Keeper.SignOut(web.Context(c), token)
}

// halfCookie is the name of the cookie between password and second step.
func (g *Gate) halfCookie() string { return g.cookie() + "-half" }

// StartHalf gives the browser what the second step goes on from. It ends with
// the browser, and by itself before that.
func (g *Gate) StartHalf(c *fiber.Ctx, half string) {
	c.Cookie(&fiber.Cookie{
		Name: g.halfCookie(), Value: half, Path: g.Links.To("/"), HTTPOnly: true, Secure: g.Links.Secure(), SameSite: fiber.CookieSameSiteStrictMode,
	})
}

// Half is what StartHalf gave, or "".
func (g *Gate) Half(c *fiber.Ctx) string { return web.Cookie(c, g.halfCookie()) }

// StopHalf takes it away again.
func (g *Gate) StopHalf(c *fiber.Ctx) {
	if g.Half(c) == "" {
		return
	}
	c.Cookie(&fiber.Cookie{
		Name: g.halfCookie(), Value: "", Path: g.Links.To("/"), HTTPOnly: true, Secure: g.Links.Secure(),
		SameSite: fiber.CookieSameSiteStrictMode, Expires: time.Unix(0, 0),
	})
}

// Known answers who is signed in, or nil.
func (g *Gate) Known(c *fiber.Ctx) (*Signed, error) { return g.known(c, g.Keeper.Who) }

func (g *Gate) known(c *fiber.Ctx, who func(ctx context.Context, token string) (staff.Account, staff.Session, error)) (*Signed, error) {
	a, s, err := who(web.Context(c), web.Cookie(c, g.cookie()))
	if errors.Is(err, feedback.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is signed in, which is no fault
	}
	if err != nil {
		return nil, err
	}
	return &Signed{Account: a, Session: s, token: s.FormToken()}, nil
}

// Admit lets a request go on to a route of the desk: somebody signed in, with
// one of the roles, and for a form with its token. It answers done when it has
// sent the reader to sign in.
func (g *Gate) Admit(c *fiber.Ctx, a web.Access) (done bool, err error) {
	web.Private(c)
	who := g.Keeper.Who
	if a.Quiet {
		who = g.Keeper.Peek
	}
	signed, err := g.known(c, who)
	if err != nil {
		return false, err
	}
	if signed == nil {
		if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead {
			back := web.Values{"back": {strings.TrimPrefix(string(c.Request().RequestURI()), g.Links.Base())}}
			return true, web.SeeOther(c, g.Links.To("/desk/login")+"?"+back.Encode())
		}
		return false, web.Error{Status: fiber.StatusUnauthorized, Code: "signed-out"}
	}
	c.Locals(signedKey, signed)
	if signed.Account.Lacks() && !a.Bare {
		if c.Method() == fiber.MethodPost {
			return false, web.Error{Status: fiber.StatusForbidden, Code: "factor-needed"}
		}
		return true, web.SeeOther(c, g.Links.To("/desk/account/factor")+"?done=factor-needed")
	}
	if a.Right != "" && !signed.Actor().May(a.Right) {
		return false, feedback.ErrRole
	}
	if c.Method() == fiber.MethodPost {
		form, err := web.Form(c)
		if err != nil {
			return false, err
		}
		if !signed.Session.Good(form.Get("csrf")) {
			return false, web.Error{Status: fiber.StatusForbidden, Code: "stale-form"}
		}
	}
	return false, nil
}

// Of answers who is signed in on a route that Admit let through, else nil.
func Of(c *fiber.Ctx) *Signed {
	s, _ := c.Locals(signedKey).(*Signed)
	return s
}

// Line is what the head of a page of the desk shows.
func (s *Signed) Line() *ui.StaffLine {
	may := s.Actor().May
	return &ui.StaffLine{
		Name: s.Account.Name, Display: s.Account.Display, CSRF: s.token,
		Admin: may(feedback.RightStaff), Enter: may(feedback.RightEnter),
		Moderates: may(feedback.RightMail), Auditor: may(feedback.RightAudit),
		Places: places(s.Actor()),
	}
}

// places are the parts of the desk that somebody is led to, in the order of how
// often they are gone to. Who may enter is for the routes to say.
func places(who feedback.Actor) []ui.Place {
	var list []ui.Place
	for _, p := range []struct {
		path, code string
		right      feedback.Right
	}{
		{"/desk", "desk.bar.queue", feedback.RightSee},
		{"/desk/reminders", "reminders.nav", feedback.RightSee},
		{"/desk/enter", "desk.enter", feedback.RightEnter},
		{"/desk/mail", "desk.mail", feedback.RightMail},
		{"/desk/notices", "press.title", feedback.RightSee},
		{"/desk/phrases", "phrases.title", feedback.RightDraft},
		{"/desk/insight", "insight.nav", feedback.RightSee},
		{"/desk/outbox", "desk.outbox", feedback.RightOutbox},
		{"/desk/calendar", "calendar.nav", feedback.RightCalendar},
		{"/desk/letters", "letters.title", feedback.RightLetters},
		{"/desk/audit", "audit.nav", feedback.RightAudit},
		{"/desk/staff", "desk.staff", feedback.RightStaff},
		{"/desk/settings", "settings.nav", feedback.RightSettings},
	} {
		if who.May(p.right) {
			place := ui.Place{Path: p.path, Code: p.code}
			if p.right == feedback.RightEnter { // somebody is on the phone
				place.First, place.Key = "text", "c"
			}
			list = append(list, place)
		}
	}
	return list
}

// Actor is the account as the workflow sees it.
func (s *Signed) Actor() feedback.Actor { return s.Account.Actor() }

// Adopt makes the session of a token the one that this answer is drawn for,
// after what the browser came with has ended.
func (g *Gate) Adopt(c *fiber.Ctx, token string) error {
	a, s, err := g.Keeper.Who(web.Context(c), token)
	if err != nil {
		return err
	}
	c.Locals(signedKey, &Signed{Account: a, Session: s, token: s.FormToken()})
	return nil
}

package public

import (
	"crypto/rand"
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// ClaimPage is where the link in a letter leads: by its button a sender who
// wrote by e-mail draws a receipt code.
type ClaimPage struct {
	ui.Frame
	Token string
	Once  string // by which a repeat of the form is known
	Gone  bool
}

// claimForm shows the button and nothing else: programs that look at the links
// of a mail use nothing up.
func (p *Pages) claimForm(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	if _, err := p.claimed(c, q.Get("t")); err != nil {
		return p.claimGone(c, err)
	}
	return p.showClaim(c, fiber.StatusOK, ClaimPage{Token: q.Get("t"), Once: rand.Text()})
}

// claim draws the code and shows it, once, with the submission that it opens.
func (p *Pages) claim(c *fiber.Ctx) error {
	web.Private(c)
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	token := form.Get("t")
	s, err := p.claimed(c, token)
	var code feedback.Code
	switch {
	case err == nil:
		code, s, err = p.renew(c, s, once([]byte(token), form))
	case errors.Is(err, feedback.ErrNotFound):
		s, code, err = p.renewedBy(c, once([]byte(token), form))
	}
	if err != nil {
		return p.claimGone(c, err)
	}
	return p.open(c, fiber.StatusOK, s, code, "", back{})
}

// claimed answers the submission of a link that is still good, else
// feedback.ErrNotFound.
func (p *Pages) claimed(c *fiber.Ctx, token string) (feedback.Submission, error) {
	claim, err := p.Keys.OpenClaim(token, p.Now())
	if err != nil {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	s, err := p.Store.Get(web.Context(c), claim.Number)
	if err == nil && !claim.Fits(&s) {
		err = feedback.ErrNotFound
	}
	return s, err
}

// claimGone says the same of every link that is not good any more; ErrMove and
// ErrConflict are those of a second press of the button.
func (p *Pages) claimGone(c *fiber.Ctx, err error) error {
	if !errors.Is(err, feedback.ErrNotFound) && !errors.Is(err, feedback.ErrMove) && !errors.Is(err, feedback.ErrConflict) {
		return err
	}
	return p.showClaim(c, fiber.StatusGone, ClaimPage{Gone: true})
}

func (p *Pages) showClaim(c *fiber.Ctx, status int, page ClaimPage) error {
	web.Private(c)
	f := p.frame(c, "track")
	f.Title, f.NoIndex, f.Path = f.T("claim.title"), true, "/track"
	if page.Gone {
		f.Title = f.T("claim.gone")
	}
	f.Description = f.T("claim.say")
	f.Column = column(f, f.T("nav.track"), "feedback")
	page.Frame = f
	return p.show(c, status, "claim", page)
}

package public

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/web"
)

// The code that takes the place of one that staff have seen is drawn once for
// what it is drawn with: that code, or the link of a letter. Until renewedLife is
// over the same leads to it again, or who pressed the button twice, or lost the
// answer on the way, would be shut out for good.
const renewedLife = ticketLife

// renewedAs is what such a code is sealed as.
const renewedAs = "renewed code"

// byCode answers the submission that a code opens. Fresh is not empty when the
// code was replaced: it must be shown, for the old one opens nothing any more.
func (p *Pages) byCode(c *fiber.Ctx, code feedback.Code) (s feedback.Submission, fresh feedback.Code, err error) {
	mac := code.MAC(p.Intake.CodeKey())
	s, err = p.Store.ByCode(web.Context(c), mac)
	switch {
	case errors.Is(err, feedback.ErrNotFound):
		return p.renewedWith(c, mac)
	case err == nil && s.CodeSpoken && !s.Pending():
		fresh, s, err = p.renew(c, s, mac)
	}
	return s, fresh, err
}

// renew replaces a code that staff have seen or spoken, at the asking of who
// has from.
func (p *Pages) renew(c *fiber.Ctx, s feedback.Submission, from []byte) (feedback.Code, feedback.Submission, error) {
	code, err := p.successor(c, from)
	if err != nil {
		return "", s, fmt.Errorf("renew code: %w", err)
	}
	next, err := p.Office.DoBySender(web.Context(c), s.Number, feedback.RenewCode{MAC: code.MAC(p.Intake.CodeKey())})
	if err != nil {
		return "", s, fmt.Errorf("renew code: %w", err)
	}
	return code, next, nil
}

// renewedWith answers the submission whose code was renewed with from a moment
// ago, and that code; feedback.ErrNotFound when there is none.
func (p *Pages) renewedWith(c *fiber.Ctx, from []byte) (s feedback.Submission, code feedback.Code, err error) {
	key := renewedKey(from)
	sealed, err := p.Vault.Look(web.Context(c), key, p.Now())
	if err == nil {
		code, err = p.openRenewed(from, sealed)
	}
	if err == nil {
		s, err = p.Store.ByCode(web.Context(c), code.MAC(p.Intake.CodeKey()))
	}
	return s, code, err
}

// successor answers the code that takes the place of from, drawn now unless it
// was before. It is kept before it is used: a code that nobody saw must not be
// the only one.
func (p *Pages) successor(c *fiber.Ctx, from []byte) (feedback.Code, error) {
	ctx, key, until := web.Context(c), renewedKey(from), p.Now().Add(renewedLife)
	code, err := feedback.NewCode(p.Intake.Random())
	if err != nil {
		return "", err
	}
	mine, err := p.Keys.Seal(renewedAs, from, []byte(code))
	if err != nil {
		return "", err
	}
	if err = p.Vault.Keep(ctx, key, mine, until); !errors.Is(err, feedback.ErrConflict) {
		return code, err
	}
	sealed, err := p.Vault.Look(ctx, key, p.Now())
	switch {
	case errors.Is(err, feedback.ErrNotFound): // its time is over, and it was never used
		return code, p.Vault.Put(ctx, key, mine, until)
	case err != nil:
		return "", err
	}
	return p.openRenewed(from, sealed)
}

func (p *Pages) openRenewed(from, sealed []byte) (feedback.Code, error) {
	plain, err := p.Keys.Open(renewedAs, from, sealed)
	if err != nil {
		return "", fmt.Errorf("renewed code: %w", err)
	}
	return feedback.Code(plain), nil
}

func renewedKey(from []byte) []byte {
	sum := sha256.Sum256(append([]byte(renewedAs+"\n"), from...))
	return sum[:]
}

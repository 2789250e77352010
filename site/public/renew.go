package public

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/web"
)

// A code that staff have seen opens nothing after its first use. Who presses the
// button twice, or loses the answer on the way, must not be shut out for that: the
// same form, told by what stands in its field onceField, leads to the same new
// code until renewedLife is over. Staff who know the old code know no such form.
const (
	onceField   = "once"
	renewedLife = ticketLife
)

// renewedAs is what such a code is sealed as.
const renewedAs = "renewed code"

// once is what makes a repeat of a form known as one: what it is about, and the
// form's own mark; nil for a form without.
func once(about []byte, form web.Values) []byte {
	if m := formMark(form); m != "" {
		return fmt.Appendf(nil, "%x\n%s", about, m)
	}
	return nil
}

// formMark is the mark of a form that is shown again; empty where it has none.
func formMark(form web.Values) string {
	if m := form.Get(onceField); len(m) >= 16 && len(m) <= 64 {
		return m
	}
	return ""
}

// byCode answers the submission that a form's code opens. Fresh is not empty when
// the code was replaced: it must be shown, for the old one opens nothing any more.
func (p *Pages) byCode(c *fiber.Ctx, code feedback.Code, form web.Values) (s feedback.Submission, fresh feedback.Code, err error) {
	mac := code.MAC(p.Intake.CodeKey())
	s, err = p.Store.ByCode(web.Context(c), mac)
	switch {
	case errors.Is(err, feedback.ErrNotFound):
		return p.renewedBy(c, once(mac, form))
	case err == nil && s.CodeSpoken && !s.Pending():
		fresh, s, err = p.renew(c, s, once(mac, form))
	}
	return s, fresh, err
}

// renew replaces a code that staff have seen or spoken, by the form that is known
// as from.
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

// renewedBy answers the submission whose code that form renewed a moment ago, and
// the code; feedback.ErrNotFound when there is none.
func (p *Pages) renewedBy(c *fiber.Ctx, from []byte) (s feedback.Submission, code feedback.Code, err error) {
	if from == nil {
		return s, "", feedback.ErrNotFound
	}
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

// successor answers the code that the form draws, the same each time. It is kept
// before it is used: a code that nobody saw must not be the only one.
func (p *Pages) successor(c *fiber.Ctx, from []byte) (feedback.Code, error) {
	ctx, key, until := web.Context(c), renewedKey(from), p.Now().Add(renewedLife)
	code, err := feedback.NewCode(p.Intake.Random())
	if err != nil || from == nil {
		return code, err
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

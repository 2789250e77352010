package auth

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/staff"
	"rectify/site/web"
)

// A browser that somebody signed in with bears a mark of it, sealed for that
// name, so that strangers who try the name from elsewhere shut nobody out who
// works here (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
// It opens nothing: it only says whose wrong passwords are counted together.
const (
	deviceLife = 180 * 24 * time.Hour
	deviceAs   = "browser of somebody who signed in"
)

// deviceCookie is the name of the mark for an account: several people may share
// a browser. The name itself stands in no cookie.
func (g *Gate) deviceCookie(name string) string {
	return g.cookie() + "-known-" + hex.EncodeToString(g.Keys.Derive(deviceAs, []byte(name))[:6])
}

// Device answers what tells this browser from others, if it was signed in with by
// that name before; else "".
func (g *Gate) Device(c *fiber.Ctx, name string) string {
	name = staff.Fold(name)
	sealed, err := base64.RawURLEncoding.DecodeString(web.Cookie(c, g.deviceCookie(name)))
	if err != nil || len(sealed) == 0 || len(sealed) > 500 {
		return ""
	}
	plain, err := g.Keys.Open(deviceAs, []byte(name), sealed)
	if err != nil {
		return ""
	}
	var at time.Time
	if len(plain) < 15 || at.UnmarshalBinary(plain[:15]) != nil || g.Now().Sub(at) > deviceLife {
		return ""
	}
	return hex.EncodeToString(plain[15:])
}

// Begin is Start for somebody who just signed in, and marks the browser as theirs.
func (g *Gate) Begin(c *fiber.Ctx, token string) error {
	g.Start(c, token)
	a, _, err := g.Keeper.Who(web.Context(c), token)
	if err != nil {
		return err
	}
	if g.Device(c, a.Name) != "" {
		return nil
	}
	plain, err := g.Now().UTC().Truncate(time.Second).MarshalBinary()
	if err != nil {
		return err
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails (crypto/rand)
	sealed, err := g.Keys.Seal(deviceAs, []byte(a.Name), append(plain, id...))
	if err != nil {
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: g.deviceCookie(a.Name), Value: base64.RawURLEncoding.EncodeToString(sealed), Path: g.Links.To("/"), HTTPOnly: true,
		Secure: g.Links.Secure(), SameSite: fiber.CookieSameSiteStrictMode, MaxAge: int(deviceLife / time.Second),
	})
	return nil
}

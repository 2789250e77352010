package auth

import (
	"encoding/base64"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/site/web"
)

// maxSealed bounds what a browser may bring back sealed.
const maxSealed = 3500

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) {
	if s == "" || len(s) > maxSealed {
		return nil, errors.New("nothing sealed")
	}
	return base64.RawURLEncoding.DecodeString(s)
}

// Away gives the browser what it takes to a provider of sign-ins. It comes back
// by a link from there, to which a cookie for this site alone (Strict) would not
// be sent; for all else than such links it is not sent either.
func (g *Gate) Away(c *fiber.Ctx, carried string) { g.lax(c, g.cookie()+"-away", carried) }

// Carried is what Away gave, or ""; it is good once.
func (g *Gate) Carried(c *fiber.Ctx) string {
	v := web.Cookie(c, g.cookie()+"-away")
	if v != "" {
		g.lax(c, g.cookie()+"-away", "")
	}
	return v
}

// Offer gives the browser an identity that its owner has yet to agree to link;
// "" takes it away.
func (g *Gate) Offer(c *fiber.Ctx, sealed string) { g.lax(c, g.cookie()+"-identity", sealed) }

// Offered is what Offer gave, or "".
func (g *Gate) Offered(c *fiber.Ctx) string { return web.Cookie(c, g.cookie()+"-identity") }

func (g *Gate) lax(c *fiber.Ctx, name, value string) {
	cookie := &fiber.Cookie{
		Name: name, Value: value, Path: g.Links.To("/"), HTTPOnly: true, Secure: g.Links.Secure(),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(journey / time.Second),
	}
	if value == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(0, 0)
	}
	c.Cookie(cookie)
}

package proof

import (
	"bytes"
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/translog"
	"rectify/site/web"
)

// cosign takes a head of ours with the signature of a witness whose key is
// configured. That the witness saw it go on from what it saw before is the
// witness's own word; that it is a head which we signed is looked up here.
func (l *Log) cosign(c *fiber.Ctx) error {
	web.Private(c)
	if len(l.Witnesses) == 0 {
		return web.NotFound()
	}
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return web.Error{Status: fiber.StatusUnsupportedMediaType, Code: "packed-body"}
	}
	v, err := l.Log.Key.Verifier()
	if err != nil {
		return err
	}
	h, list, err := translog.Cosigned(bytes.Clone(c.Request().Body()), v, l.Witnesses)
	if errors.Is(err, translog.ErrCosignature) || errors.Is(err, translog.ErrCheckpoint) {
		return web.Error{Status: fiber.StatusForbidden, Code: "cosign"}
	}
	if err != nil {
		return err
	}
	own, err := l.Log.Store.Head(web.Context(c), h.Size)
	if errors.Is(err, translog.ErrNotFound) || (err == nil && (own.Size != h.Size || own.Root != h.Root)) {
		return web.Error{Status: fiber.StatusConflict, Code: "cosign"}
	}
	if err != nil {
		return err
	}
	for _, s := range list {
		s.At = l.Log.Now().UTC()
		if err := l.Log.Store.Cosign(web.Context(c), s); err != nil {
			return err
		}
	}
	return c.SendStatus(fiber.StatusNoContent)
}

package proof

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/translog"
	"rectify/site/ui"
	"rectify/site/web"
)

// Log holds what the handlers need.
type Log struct {
	Site      *ui.Site
	Engine    *ui.Engine
	Log       *translog.Log
	Witnesses []translog.Witness
}

// How long answers may be kept: a head changes every second, a tile never.
const (
	soon    = "public, max-age=1"
	forever = "public, max-age=31536000, immutable"
)

// Routes are the rows of this room in the site's table.
func (l *Log) Routes() []web.Route {
	get := func(path string, h fiber.Handler) web.Route {
		return web.Route{Method: fiber.MethodGet, Path: path, Handler: h}
	}
	return []web.Route{
		get("/log", l.page),
		get("/log/latest", l.checkpoint),
		get("/log/checkpoint", l.checkpoint),
		get("/log/witnessed", l.witnessed),
		get("/log/key", l.key),
		get("/log/tile/*", l.tile),
		{Method: fiber.MethodPost, Path: "/log/cosign", Handler: l.cosign, Limit: web.LimitTrack},
	}
}

// checkpoint is the signed head as it stands now, with what witnesses said of it.
func (l *Log) checkpoint(c *fiber.Ctx) error {
	h, err := l.Log.Current(web.Context(c))
	if err != nil {
		return err
	}
	return l.note(c, h)
}

// witnessed is the newest head that a witness has signed, too.
func (l *Log) witnessed(c *fiber.Ctx) error {
	h, ok, err := l.latestWitnessed(c)
	if err != nil {
		return err
	}
	if !ok {
		return web.NotFound()
	}
	return l.note(c, h)
}

func (l *Log) latestWitnessed(c *fiber.Ctx) (translog.Head, bool, error) {
	list, err := l.Log.Store.Cosignatures(web.Context(c), 0, true, 100)
	if err != nil {
		return translog.Head{}, false, err
	}
	for _, s := range list {
		if !l.known(s.Witness) {
			continue
		}
		h, err := l.Log.Store.Head(web.Context(c), s.Size)
		if err == nil && h.Size == s.Size {
			return h, true, nil
		}
		if err != nil && !errors.Is(err, translog.ErrNotFound) {
			return h, false, err
		}
	}
	return translog.Head{}, false, nil
}

func (l *Log) known(witness string) bool {
	for _, w := range l.Witnesses {
		if w.Name == witness {
			return true
		}
	}
	return false
}

// note answers a head with the cosignatures that are kept of it.
func (l *Log) note(c *fiber.Ctx, h translog.Head) error {
	list, err := l.Log.Store.Cosignatures(web.Context(c), h.Size, false, 100)
	if err != nil {
		return err
	}
	var own []translog.Cosignature
	for _, s := range list {
		if s.Size == h.Size && l.known(s.Witness) {
			own = append(own, s)
		}
	}
	plain(c, soon)
	return c.Send(h.With(own...))
}

// plain marks text that programs of any origin may read.
func plain(c *fiber.Ctx, keep string) {
	c.Set(fiber.HeaderCacheControl, keep)
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
}

// key is the log's verifier key, for those who want to check by themselves.
func (l *Log) key(c *fiber.Ctx) error {
	plain(c, "public, max-age=3600")
	return c.SendString(l.Log.Key.Public() + "\n")
}

// tile is a file of the tree. What stands under one name never changes.
func (l *Log) tile(c *fiber.Ctx) error {
	t, err := translog.ParseTilePath("tile/" + strings.Clone(c.Params("*")))
	if err != nil {
		return web.NotFound()
	}
	h, err := l.Log.Last(web.Context(c))
	if err != nil {
		return err
	}
	data, err := translog.Tile(web.Context(c), l.Log.Store, t, h.Size)
	if errors.Is(err, translog.ErrTile) {
		return web.NotFound()
	}
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	c.Set(fiber.HeaderCacheControl, forever)
	c.Set(fiber.HeaderContentType, "application/octet-stream")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if err := c.Send(data); err != nil {
		return err
	}
	if t.L < 0 { // hashes do not get smaller
		web.Pack(c)
	}
	return nil
}

package public

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// files is where a form takes files. What is wrong with several files is said of
// each: they are mended one by one.
func (p *Pages) files(f ui.Frame, id string, list []feedback.Attachment, faults []feedback.Invalid) (ui.Files, error) {
	if p.Tray == nil {
		return ui.Files{}, nil
	}
	field, err := p.Tray.Field(list)
	if err != nil {
		return ui.Files{}, err
	}
	return f.FilesOf(id, field, list, faults), nil
}

// file answers a file that everybody may have, as long as its submission is
// public. Pictures were drawn anew when they came, so they may be looked at;
// everything else is saved only.
func (p *Pages) file(c *fiber.Ctx) error {
	number, ok := feedback.ParseNumber(web.Param(c, "number"))
	digits, ext, dotted := strings.Cut(web.Param(c, "n"), ".")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || p.Blobs == nil || strconv.Itoa(n) != digits {
		return web.NotFound()
	}
	s, err := p.Store.Get(web.Context(c), number)
	if err != nil {
		return err
	}
	f, blob, public := s.PublicFile(n)
	if !public || dotted && "."+ext != f.Ext() {
		return web.NotFound()
	}
	etag := `"` + f.Digest[:24] + `"`
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "no-cache") // it may be taken back: ask before it is shown again
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), etag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	data, err := p.Blobs.Get(web.Context(c), blob)
	if err != nil {
		return err
	}
	disposition := web.Disposition(f.Name())
	if f.Kind == feedback.Picture {
		disposition = "inline" + strings.TrimPrefix(disposition, "attachment")
	}
	c.Set(fiber.HeaderContentType, f.Type)
	c.Set(fiber.HeaderContentDisposition, disposition)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Response().SetBodyRaw(data)
	return nil
}

package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Private marks an answer that nobody but its reader may keep: the desk, a
// receipt, a submission that was opened by code.
func Private(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// HTML answers a finished page.
func HTML(c *fiber.Ctx, status int, page []byte) error {
	c.Status(status)
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	if !utf8.Valid(page) { // what somebody typed comes back in it
		page = bytes.ToValidUTF8(page, []byte("\ufffd"))
	}
	c.Response().SetBodyRaw(page)
	return nil
}

// Pack compresses the answer where the reader takes it. It is for long pages
// that hold no secret but form tokens, which are masked anew each time (BREACH).
func Pack(c *fiber.Ctx) {
	c.Vary(fiber.HeaderAcceptEncoding)
	if !c.Request().Header.HasAcceptEncoding("gzip") {
		return
	}
	c.Response().SetBodyRaw(fasthttp.AppendGzipBytes(nil, c.Response().Body()))
	c.Set(fiber.HeaderContentEncoding, "gzip")
}

// JSON answers data as JSON.
func JSON(c *fiber.Ctx, status int, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Response().SetBodyRaw(body)
	return nil
}

// SeeOther sends the browser to another page of this site with a GET (303).
// The path must come from ui.Links or LocalPath.
func SeeOther(c *fiber.Ctx, path string) error {
	c.Status(fiber.StatusSeeOther)
	c.Response().Header.Set(fiber.HeaderLocation, path)
	return nil
}

// Attachment answers bytes that somebody sent in: to be saved under name, never
// to be shown as part of the site, whatever they are (T51).
func Attachment(c *fiber.Ctx, name, kind string, data []byte) error {
	Private(c)
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, Disposition(name))
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Response().SetBodyRaw(data)
	return nil
}

// Disposition tells a browser to save what comes, and under which name (RFC
// 6266): the name itself, and before it what is left of it in plain letters for
// programs that read no other.
func Disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune(`"\%/`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

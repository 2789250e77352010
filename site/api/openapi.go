package api

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"

	"rectify/site/web"
)

// description tells of every address of this package (OpenAPI 3.0). It is made of
// the Go types by TestOpenAPI -update and names the site relative to itself, so
// that it is the same everywhere.
//
//go:embed openapi.json
var description []byte

func (a *API) describe(c *fiber.Ctx) error {
	open(c)
	web.Tag(c, web.TagAll)
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Response().SetBodyRaw(description)
	return nil
}

package desk

import (
	"github.com/gofiber/fiber/v2"

	"rectify/site/ui"
)

// passkeys reports whether passkeys can be used on the address that the page
// was asked under, and gives the page the script that they need.
func (d *Desk) passkeys(_ *fiber.Ctx, _ *ui.Frame) bool { return false }

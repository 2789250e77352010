package web

import (
	"github.com/gofiber/fiber/v2"

	"rectify/site/i18n"
)

// ModeCookie remembers how a reader wants pages: "elder", "en", "zh" and
// "elder.en" are its values. It says nothing about who reads.
const ModeCookie = "mode"

// Mode is how a page is shown. There are four; each has its own cached page.
type Mode struct {
	Lang  i18n.Lang
	Elder bool // 长者模式
}

// ModeOf reads the mode from the cookie, and the language from
// Accept-Language when the cookie names none.
func ModeOf(c *fiber.Ctx) Mode {
	return ReadMode(c.Cookies(ModeCookie), c.Get(fiber.HeaderAcceptLanguage))
}

// ReadMode is ModeOf on plain values. Anything unknown in the cookie is as if
// it were not there.
func ReadMode(cookie, acceptLanguage string) Mode {
	switch cookie {
	case "elder.en":
		return Mode{Lang: i18n.English, Elder: true}
	case "elder.zh":
		return Mode{Lang: i18n.Chinese, Elder: true}
	case "elder":
		return Mode{Lang: i18n.Prefer(acceptLanguage), Elder: true}
	case "en":
		return Mode{Lang: i18n.English}
	case "zh":
		return Mode{Lang: i18n.Chinese}
	}
	return Mode{Lang: i18n.Prefer(acceptLanguage)}
}

// Cookie is the value that ReadMode reads back.
func (m Mode) Cookie() string {
	lang := "zh"
	if m.Lang == i18n.English {
		lang = "en"
	}
	if m.Elder {
		return "elder." + lang
	}
	return lang
}

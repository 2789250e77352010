package public

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/calendar"
	"rectify/site/web"
)

// securityMonths is for how long the file may be believed: RFC 9116, 2.5.5
// recommends less than a year. It ends with a month, so that it changes once a
// month and not with every request.
const securityMonths = 6

// securityText says whom to tell of a hole in the site (RFC 9116). It is there
// only where the body has a way to be told.
func (p *Pages) securityText(c *fiber.Ctx) error {
	web.Tag(c, web.TagAll)
	contacts := p.Site.Body.Contacts
	var b strings.Builder
	for _, e := range contacts.Email {
		b.WriteString("Contact: " + (&url.URL{Scheme: "mailto", Opaque: url.PathEscape(e)}).String() + "\n")
	}
	for _, t := range contacts.Phone {
		b.WriteString("Contact: tel:" + international(t) + "\n")
	}
	if b.Len() == 0 {
		return web.NotFound()
	}
	today := p.Now().In(calendar.Beijing())
	end := time.Date(today.Year(), today.Month()+securityMonths, 1, 0, 0, 0, 0, time.UTC)
	b.WriteString("Expires: " + end.Format(time.RFC3339) + "\nPreferred-Languages: zh, en\n")
	if p.Site.Links.Origin() != "" {
		b.WriteString("Canonical: " + p.loc("/.well-known/security.txt") + "\n")
	}
	return answerFile(c, "text/plain", []byte(b.String()), nil)
}

// international is a phone number as tel: wants it (RFC 3966): with the
// country before it, the extension after it.
func international(phone string) string {
	number, extension, _ := strings.Cut(phone, "转")
	figures := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' || r == '-' {
				return r
			}
			return -1
		}, s)
	}
	number = strings.Trim(figures(number), "-")
	if !strings.HasPrefix(number, "+") {
		number = "+86-" + strings.TrimPrefix(number, "0")
	}
	if extension = strings.Trim(figures(extension), "-"); extension != "" {
		number += ";ext=" + extension
	}
	return number
}

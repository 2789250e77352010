package api

import (
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/i18n"
	"rectify/site/web"
)

// taken is what a new request is answered with. GeoReport knows no receipt
// code; it stands in the words for the sender.
type taken struct {
	XMLName xml.Name        `json:"-" xml:"request"`
	ID      feedback.Number `json:"service_request_id" xml:"service_request_id"`
	Notice  string          `json:"service_notice" xml:"service_notice"`
	Code    feedback.Code   `json:"receipt_code" xml:"receipt_code"`
	Account string          `json:"account_id" xml:"account_id"`
}

// geoFields says which field of a request holds what a fault was found in.
var geoFields = map[string]string{
	"text": "description", "name": "first_name", "category": "service_code", "notice": "attribute[notice]", "item": "attribute[item]", "idempotency_key": "Idempotency-Key",
}

// request takes a submission in. What GeoReport says of a place or a picture is
// kept as words: nothing that was sent is lost, and nothing is fetched.
func (a *API) request(c *fiber.Ctx) error {
	web.Private(c)
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	in := a.geoIncoming(form)
	in.Key = strings.Clone(c.Get("Idempotency-Key"))
	if in.Category == "" {
		return invalid(feedback.Invalid{Field: "service_code", Rule: "required"})
	}
	r, _, err := a.take(c, in)
	if err != nil {
		return geoNames(err)
	}
	say := a.say(c, "open311.taken", r.Number, r.Code, a.Site.Links.Absolute(a.Site.Links.To("/track")))
	return geoList(c, created(r), []taken{{ID: r.Number, Notice: say, Code: r.Code}}, "service_requests")
}

// geoNames gives the faults in err the names that a request has for its fields.
func geoNames(err error) error {
	var e web.Error
	if !errors.As(err, &e) {
		return err
	}
	e.Faults = slices.Clone(e.Faults)
	for i, f := range e.Faults {
		if name, ok := geoFields[f.Field]; ok {
			e.Faults[i].Field = name
		}
	}
	return e
}

func (a *API) geoIncoming(form web.Values) feedback.Incoming {
	in := feedback.Incoming{
		Notice: form.Get("attribute[notice]"), Item: form.Get("attribute[item]"), Category: feedback.Category(form.Get("service_code")),
		Text:           form.Get("description"),
		Contact:        feedback.Contact{Name: fullName(form.Get("first_name"), form.Get("last_name")), Phone: form.Get("phone"), Email: form.Get("email")},
		ContactConsent: form.Get("attribute[contact_consent]") == "true", PublishConsent: form.Get("attribute[publish_consent]") == "true",
	}
	var more []string
	for _, f := range []struct{ code, value string }{
		{"place", form.Get("address_string")}, {"spot", strings.Trim(form.Get("lat")+","+form.Get("long"), ",")}, {"picture", form.Get("media_url")},
	} {
		if strings.TrimSpace(f.value) != "" {
			more = append(more, a.Site.Words.Text(i18n.Chinese, "open311."+f.code, f.value))
		}
	}
	if strings.TrimSpace(in.Text) != "" && len(more) > 0 {
		in.Text += "\n" + strings.Join(more, "\n")
	}
	return in
}

// fullName joins the parts in the order of their script: 周 before 小满, and Ann
// before Lee.
func fullName(first, last string) string {
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	if slices.ContainsFunc([]rune(first+last), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return last + first
	}
	return strings.TrimSpace(first + " " + last)
}

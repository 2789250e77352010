package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strconv"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/pii"
	"rectify/feedback/suspect"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/web"
)

// request is what POST /api/v1/submissions takes. Only text is required; both
// consents are false unless given; the channel is always the web.
type request struct {
	Notice         string `json:"notice"`
	Item           string `json:"item"`
	Category       string `json:"category"`
	Text           string `json:"text"`
	Name           string `json:"name"`
	Phone          string `json:"phone"`
	Email          string `json:"email"`
	ContactConsent bool   `json:"contact_consent"`
	PublishConsent bool   `json:"publish_consent"`
	IdempotencyKey string `json:"idempotency_key"`
}

// receipt is the answer. The code is in it and nowhere else; due is the day by
// which the body answers.
type receipt struct {
	Number feedback.Number `json:"number"`
	Code   feedback.Code   `json:"code"`
	State  feedback.State  `json:"state"`
	Due    calendar.Day    `json:"due"`
}

func (a *API) submit(c *fiber.Ctx) error {
	web.Private(c)
	in, err := read(c)
	if err != nil {
		return err
	}
	r, masked, err := a.take(c, in)
	if err != nil {
		return err
	}
	if masked > 0 {
		c.Set("Rectify-Masked", strconv.Itoa(masked))
	}
	return web.JSON(c, created(r), receipt{Number: r.Number, Code: r.Code, State: r.State, Due: r.Limits.Answer.Day})
}

// take files what a program sends in. Identity and bank numbers are masked
// before anything is kept, and how many is told; who sends them on purpose uses
// the form, which asks.
func (a *API) take(c *fiber.Ctx, in feedback.Incoming) (r feedback.Receipt, masked int, err error) {
	if err := a.closed(in.Notice); err != nil {
		return r, 0, err
	}
	in, faults := in.Check()
	faults = append(faults, body.Target(a.Library.Snapshot(), in)...)
	if len(faults) > 0 {
		return r, 0, invalid(faults...)
	}
	text, spots := pii.MaskStrong(in.Text)
	in.Text = text
	in.Told = a.Site.ToldVersion()
	r, err = a.Intake.SubmitUnder(web.Context(c), in, a.arrived(c, in))
	if err != nil {
		return r, 0, unkept(err)
	}
	return r, len(spots), nil
}

// created is 201 for what is new and 200 for what came before.
func created(r feedback.Receipt) int {
	if r.Repeated {
		return fiber.StatusOK
	}
	return fiber.StatusCreated
}

// arrived says how a text came. Machines have no form: what is known is how
// busy they and the site are, and the text. While work is asked for they count
// as senders without a proof, which alone makes nobody suspected.
func (a *API) arrived(c *fiber.Ctx, in feedback.Incoming) feedback.Circumstances {
	how := a.Watch.Arrive(c.Context(), guard.Sent{Key: in.Key, Text: in.Text})
	return a.Screen.Look(in.Text, suspect.Signs{Asked: how.Asked, Proved: how.Proved, Crowded: how.Crowded})
}

// unkept makes sure that an error of the store never reads like success.
func unkept(err error) error {
	if known := web.Classify(err); known.Status != fiber.StatusInternalServerError {
		return err
	}
	return web.Error{Status: fiber.StatusServiceUnavailable, Code: "unkept", Detail: err}
}

// read parses the body strictly: one JSON object with the known fields only.
func read(c *fiber.Ctx) (feedback.Incoming, error) {
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return feedback.Incoming{}, web.Error{Status: fiber.StatusUnsupportedMediaType, Code: "packed-body"}
	}
	kind, _, err := mime.ParseMediaType(string(c.Request().Header.ContentType()))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return feedback.Incoming{}, web.Error{Status: fiber.StatusUnsupportedMediaType, Code: "json-type"}
	}
	// Body() would unpack; the raw bytes are copied out of Fiber's buffer by the
	// decoder's strings.
	body := c.Request().Body()
	if !utf8.Valid(body) {
		return feedback.Incoming{}, invalid(feedback.Invalid{Field: "text", Rule: "encoding"})
	}
	var r request
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return feedback.Incoming{}, jsonFault(body, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return feedback.Incoming{}, web.Error{Status: fiber.StatusBadRequest, Code: "json"}
	}
	if isNull(body) {
		return feedback.Incoming{}, invalid(feedback.Invalid{Field: "text", Rule: "required"})
	}
	return feedback.Incoming{
		Notice: r.Notice, Item: r.Item, Category: feedback.Category(r.Category), Text: r.Text,
		Contact:        feedback.Contact{Name: r.Name, Phone: r.Phone, Email: r.Email},
		ContactConsent: r.ContactConsent, PublishConsent: r.PublishConsent, Key: r.IdempotencyKey,
	}, nil
}

// jsonFault tells text that is no JSON at all (400) from JSON of another shape
// than asked for (422).
func jsonFault(body []byte, err error) error {
	var shape *json.UnmarshalTypeError
	switch {
	case errors.As(err, &shape):
		field := shape.Field
		if field == "" {
			field = "body"
		}
		return invalid(feedback.Invalid{Field: field, Rule: "type"})
	case json.Valid(body):
		return invalid(feedback.Invalid{Field: "body", Rule: "field"})
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "json", Detail: err}
	}
}

func isNull(body []byte) bool { return string(bytes.TrimSpace(body)) == "null" }

func invalid(faults ...feedback.Invalid) error {
	return web.Error{Status: fiber.StatusUnprocessableEntity, Code: "invalid", Faults: faults}
}

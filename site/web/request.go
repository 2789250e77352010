package web

import (
	"context"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// Bounds of a form.
const (
	maxFields    = 200
	maxFieldName = 60
)

// Values are the fields of a form or query, in clear, each string our own.
type Values map[string][]string

// Get is the first value of a field, empty when there is none.
func (v Values) Get(name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return v[name][0]
}

// All are the values of a field.
func (v Values) All(name string) []string { return v[name] }

// On reports whether a tick box was ticked.
func (v Values) On(name string) bool { return v.Get(name) != "" }

// Form reads the body of a POST as a form. Only the plain form encoding is
// taken, never a packed body, and nothing in a name has a meaning of its own:
// text[$ne] is a field of that name, which nobody reads.
func Form(c *fiber.Ctx) (Values, error) {
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return nil, Error{Status: fiber.StatusUnsupportedMediaType, Code: "packed-body"}
	}
	if streamed(c) {
		return Receive(c, func(f File) error { return collect(c, f) })
	}
	kind, params, err := mime.ParseMediaType(string(c.Request().Header.ContentType()))
	if err == nil && kind == fiber.MIMEMultipartForm && c.Locals(filesKey) != nil {
		return multipartForm(c, params["boundary"])
	}
	if err != nil || kind != fiber.MIMEApplicationForm {
		return nil, Error{Status: fiber.StatusUnsupportedMediaType, Code: "form-type"}
	}
	return parse(string(c.Request().Body()))
}

// Query reads the query of the address.
func Query(c *fiber.Ctx) (Values, error) {
	return parse(string(c.Request().URI().QueryString()))
}

func parse(s string) (Values, error) {
	v := make(Values)
	n := 0
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		if n++; n > maxFields {
			return nil, Error{Status: fiber.StatusBadRequest, Code: "too-many-fields"}
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil || len(name) > maxFieldName {
			return nil, Error{Status: fiber.StatusBadRequest, Code: "form-encoding"}
		}
		v[name] = append(v[name], value)
	}
	return v, nil
}

// Param is a part of the address path, decoded and copied; empty when it is
// not valid text.
func Param(c *fiber.Ctx, name string) string {
	s, err := url.PathUnescape(c.Params(name))
	if err != nil || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return ""
	}
	return strings.Clone(s)
}

// Cookie is a cookie of the request, copied.
func Cookie(c *fiber.Ctx, name string) string { return strings.Clone(c.Cookies(name)) }

// Context is the request's context; guard gives it a deadline.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

// LocalPath tidies an address that somebody else supplied into a path of this
// site, or answers other when it is anything else: another host, a scheme, a
// backslash, a control character, a dotted segment.
func LocalPath(s, other string) string {
	if len(s) > 500 || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t\x00") || !utf8.ValidString(s) {
		return other
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return other
	}
	for _, r := range u.Path {
		if r < 0x20 || r == 0x7f || r == '\\' {
			return other
		}
	}
	for seg := range strings.SplitSeq(u.Path, "/") {
		if seg == "." || seg == ".." { // would lead out of the base path
			return other
		}
	}
	for _, r := range u.RawQuery {
		if r <= 0x20 || r > 0x7e { // a header is plain ASCII
			return other
		}
	}
	return u.RequestURI()
}

// Encode writes the values as a query, fields in the order of their names.
func (v Values) Encode() string { return url.Values(v).Encode() }

package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// filesKey marks a request whose route takes a file; fileKey is where the form's
// file waits for its handler.
const (
	filesKey = "rectify.files"
	fileKey  = "rectify.file"
	formKey  = "rectify.form"
)

const maxFileName = 120 // in bytes, enough to be recognised by

// File is what came with a form. Its name is the sender's own word: it is shown,
// never used as a path.
type File struct {
	Name string
	Data []byte
}

// TakeFiles lets Form take the encoding that carries files.
func TakeFiles(c *fiber.Ctx) { c.Locals(filesKey, true) }

// Upload answers the file of a form that Form has read, or nil.
func Upload(c *fiber.Ctx) *File {
	f, _ := c.Locals(fileKey).(*File)
	return f
}

// multipartForm reads a form of parts (RFC 7578), once a request: fields as by
// the plain encoding, and at most one file.
func multipartForm(c *fiber.Ctx, boundary string) (Values, error) {
	if v, ok := c.Locals(formKey).(Values); ok {
		return v, nil
	}
	bad := Error{Status: fiber.StatusBadRequest, Code: "form-encoding"}
	r := multipart.NewReader(bytes.NewReader(c.Request().Body()), boundary)
	v := make(Values)
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, bad
		}
		if n == maxFields {
			return nil, Error{Status: fiber.StatusBadRequest, Code: "too-many-fields"}
		}
		data, err := io.ReadAll(part)
		if err != nil || len(part.FormName()) > maxFieldName {
			return nil, bad
		}
		switch name := part.FileName(); {
		case name == "" && len(data) == 0 && part.Header.Get("Content-Type") != "":
			// the file field of a form in which none was chosen
		case name == "":
			v[part.FormName()] = append(v[part.FormName()], string(data))
		case Upload(c) != nil:
			return nil, Error{Status: fiber.StatusBadRequest, Code: "one-file"}
		default:
			c.Locals(fileKey, &File{Name: fileName(name), Data: data})
		}
	}
	c.Locals(formKey, v)
	return v, nil
}

// fileName makes a name fit to be shown: its last part, without what cannot be
// seen or turns the direction of writing.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	for len(s) > maxFileName {
		_, n := utf8.DecodeLastRuneInString(s[:len(s)-len(path.Ext(s))])
		if n == 0 || len(path.Ext(s)) > maxFileName {
			return strings.ToValidUTF8(s[len(s)-maxFileName:], "")
		}
		stem := s[:len(s)-len(path.Ext(s))]
		s = stem[:len(stem)-n] + path.Ext(s)
	}
	return s
}

package web

import (
	"bytes"
	"io"
	"mime"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
)

// UploadRule bounds the files that come with a form. Nothing of them is kept on
// disk, and no more than one at a time in memory unless the handler asks for it.
type UploadRule struct {
	Files int   // how many; 0: none
	Each  int   // bytes of one
	Total int64 // bytes of the whole request
}

const (
	streamKey  = "rectify.stream"
	uploadsKey = "rectify.uploads"
)

// stream is a form of parts that has not been read yet.
type stream struct {
	rule     UploadRule
	body     io.Reader
	boundary string
	admit    func() error
	err      error // of the one reading, if it failed
}

// Streams reports whether a request carries a form of parts.
func Streams(c *fiber.Ctx) bool {
	kind, _, err := mime.ParseMediaType(string(c.Request().Header.ContentType()))
	return err == nil && kind == fiber.MIMEMultipartForm
}

// Stream lets the handler read the form of parts out of body. admit is asked
// once, before the first file is read.
func Stream(c *fiber.Ctx, rule UploadRule, body io.Reader, admit func() error) error {
	_, params, err := mime.ParseMediaType(string(c.Request().Header.ContentType()))
	if err != nil || params["boundary"] == "" {
		return Error{Status: fiber.StatusBadRequest, Code: "form-encoding", Detail: err}
	}
	c.Locals(streamKey, &stream{rule: rule, body: body, boundary: params["boundary"], admit: admit})
	return nil
}

func streamed(c *fiber.Ctx) bool { return c.Locals(streamKey) != nil }

// Receive reads a form as Form does and hands every file to take as it arrives.
// A file that is too large or one too many comes without Data and with the Fault
// to show beside the field; the form goes on. An error of take ends it. After
// any error nothing of the form counts: what take kept is to be let go.
func Receive(c *fiber.Ctx, take func(File) error) (Values, error) {
	s, ok := c.Locals(streamKey).(*stream)
	if !ok {
		return Form(c)
	}
	if v, ok := c.Locals(formKey).(Values); ok {
		return v, handOver(c, take)
	}
	if s.err != nil {
		return nil, s.err
	}
	v := make(Values)
	c.Locals(partKey, v)
	n := 0
	s.err = readParts(s.body, s.boundary, v, func(name string, part io.Reader) error {
		if n++; n == 1 {
			if err := s.admit(); err != nil {
				return err
			}
		}
		if n > s.rule.Files {
			return s.tooMany(n, name, take)
		}
		f, err := s.file(name, part)
		if err != nil {
			return err
		}
		return take(f)
	})
	if s.err != nil {
		return nil, s.err
	}
	c.Locals(formKey, v)
	return v, nil
}

// tooMany says once that there are more files than may be.
func (s *stream) tooMany(n int, name string, take func(File) error) error {
	if n > s.rule.Files+1 {
		return nil
	}
	return take(File{Name: name, Fault: &feedback.Invalid{Field: "files", Rule: "too-many", Args: []any{s.rule.Files, name}}})
}

// file reads one file within its bound.
func (s *stream) file(name string, part io.Reader) (File, error) {
	var data bytes.Buffer
	if _, err := io.Copy(&data, io.LimitReader(part, int64(s.rule.Each)+1)); err != nil {
		return File{}, err
	}
	if data.Len() > s.rule.Each {
		return File{Name: name, Fault: &feedback.Invalid{Field: "files", Rule: "too-large", Args: []any{name, s.rule.Each >> 20}}}, nil
	}
	return File{Name: name, Data: data.Bytes()}, nil
}

// collect keeps files for Uploads.
func collect(c *fiber.Ctx, f File) error {
	list, _ := c.Locals(uploadsKey).([]File)
	c.Locals(uploadsKey, append(list, f))
	return nil
}

// handOver gives away what Form collected before, as for the token of staff.
func handOver(c *fiber.Ctx, take func(File) error) error {
	list := Uploads(c)
	c.Locals(uploadsKey, nil)
	for _, f := range list {
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

// Uploads are the files of a form that Form has read, all of them in memory; a
// handler that can do with one at a time calls Receive instead.
func Uploads(c *fiber.Ctx) []File {
	list, _ := c.Locals(uploadsKey).([]File)
	return list
}

// Begun are the fields of a form that was read, or read up to an error; nil if
// there was none. They are for giving back what was typed, and for nothing else.
func Begun(c *fiber.Ctx) Values {
	for _, key := range []string{formKey, partKey} {
		if v, ok := c.Locals(key).(Values); ok {
			return v
		}
	}
	return nil
}

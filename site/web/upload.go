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

	"rectify/feedback"
)

// What a request has to do with files, by the name of a local: filesKey marks
// one whose route takes a file, fileKey is where it waits for its handler,
// formKey holds a form that was read, and partKey one that was begun.
const (
	filesKey = "rectify.files"
	fileKey  = "rectify.file"
	formKey  = "rectify.form"
	partKey  = "rectify.part"
)

// Bounds of a form of parts.
const (
	maxFileName = 120       // bytes, enough to be recognised by
	maxPartHead = 16 << 10  // bytes of the head of a part, and what was read ahead
	maxField    = 128 << 10 // bytes of one field
	maxText     = 512 << 10 // bytes of all fields
)

// File is what came with a form. Its name is the sender's own word: it is shown,
// never used as a path.
type File struct {
	Name  string
	Data  []byte
	Fault *feedback.Invalid // why Data is not there, else nil
}

// TakeFiles lets Form take the encoding that carries files.
func TakeFiles(c *fiber.Ctx) { c.Locals(filesKey, true) }

// Upload answers the file of a form that Form has read, or nil.
func Upload(c *fiber.Ctx) *File {
	f, _ := c.Locals(fileKey).(*File)
	return f
}

// multipartForm reads a form of parts (RFC 7578) from a body in memory, once a
// request: fields as by the plain encoding, and at most one file.
func multipartForm(c *fiber.Ctx, boundary string) (Values, error) {
	if v, ok := c.Locals(formKey).(Values); ok {
		return v, nil
	}
	v := make(Values)
	err := readParts(bytes.NewReader(c.Request().Body()), boundary, v, func(name string, part io.Reader) error {
		if Upload(c) != nil {
			return Error{Status: fiber.StatusBadRequest, Code: "one-file"}
		}
		data, err := io.ReadAll(part)
		c.Locals(fileKey, &File{Name: name, Data: data})
		return err
	})
	if err != nil {
		return nil, err
	}
	c.Locals(formKey, v)
	return v, nil
}

// readParts reads the parts of a form in their order: fields into v, and every
// file that was chosen to take. Errors are for people; one out of body or take
// that is an Error goes through.
func readParts(body io.Reader, boundary string, v Values, take func(name string, part io.Reader) error) error {
	head := &headed{r: body}
	r := multipart.NewReader(head, boundary)
	text := 0
	for n := 0; ; n++ {
		head.begin()
		part, err := r.NextRawPart()
		head.end()
		if err == io.EOF { //nolint:errorlint // only the bare one is the end; a cut body has it wrapped
			return nil
		}
		if err == nil && n == maxFields {
			return Error{Status: fiber.StatusBadRequest, Code: "too-many-fields"}
		}
		if err == nil {
			text, err = readPart(part, v, text, take)
		}
		var known Error
		switch {
		case errors.As(err, &known):
			return known
		case err != nil:
			return Error{Status: fiber.StatusBadRequest, Code: "form-encoding", Detail: err}
		}
	}
}

// readPart reads one part to its end; text is how many bytes of fields there are.
func readPart(part *multipart.Part, v Values, text int, take func(name string, part io.Reader) error) (int, error) {
	name := part.FormName()
	if len(name) > maxFieldName {
		return text, errors.New("long name")
	}
	if file := part.FileName(); file != "" {
		if err := take(fileName(file), part); err != nil {
			return text, err
		}
		_, err := io.Copy(io.Discard, part)
		return text, err
	}
	data, err := io.ReadAll(io.LimitReader(part, maxField+1))
	text += len(data)
	switch {
	case err != nil:
		return text, err
	case len(data) > maxField || text > maxText:
		return text, Error{Status: fiber.StatusRequestEntityTooLarge, Code: "too-large"}
	case len(data) == 0 && part.Header.Get("Content-Type") != "":
		return text, nil // the file field of a form in which none was chosen
	}
	v[name] = append(v[name], string(data))
	return text, nil
}

// headed bounds what is read while the head of a part is looked for.
type headed struct {
	r    io.Reader
	head bool
	left int
}

func (h *headed) begin() { h.head, h.left = true, maxPartHead }

func (h *headed) end() { h.head = false }

func (h *headed) Read(p []byte) (int, error) {
	if !h.head {
		return h.r.Read(p)
	}
	if h.left == 0 {
		return 0, errors.New("long head of a part")
	}
	n, err := h.r.Read(p[:min(len(p), h.left)])
	h.left -= n
	return n, err
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

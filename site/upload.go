package site

import (
	"errors"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/site/guard"
	"rectify/site/web"
)

// uploadLife bounds a request with files, from its head to its answer: 50 MB
// over a slow connection, and not for ever.
const uploadLife = 4 * time.Minute

// uploadsAtOnce is how many requests of the whole site may be sending files at
// one time. A form of parts without a file needs no turn.
const uploadsAtOnce = 4

// enterUpload lets a form with files in as enter does others, but for its body,
// which the handler reads as it arrives. leave is to be called after the handler,
// whatever came of it.
func (s *Site) enterUpload(c *fiber.Ctx, rule web.UploadRule) (leave func(), err error) {
	give := func() {}
	leave = func() {
		give()
		guard.Drain(c.Context())
	}
	if !guard.SameOrigin(c.Context(), s.links.Origin()) {
		return leave, web.Error{Status: fiber.StatusForbidden, Code: "origin"}
	}
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return leave, web.Error{Status: fiber.StatusUnsupportedMediaType, Code: "packed-body"}
	}
	body, err := guard.Stream(c.Context(), rule.Total, time.Now().Add(uploadLife))
	if err != nil {
		return leave, bodyFault(err)
	}
	return leave, web.Stream(c, rule, worded{body}, func() error {
		mine, ok := s.turns.Take(s.cfg.Proxies.Client(c.Context()))
		if !ok {
			return web.Error{Status: fiber.StatusServiceUnavailable, Code: "uploads-busy"}
		}
		give = mine
		return nil
	})
}

// worded is a body whose errors have words.
type worded struct{ r io.Reader }

func (w worded) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyFault(err)
	}
	return n, err
}

// bodyFault says what is wrong with a body that could not be read.
func bodyFault(err error) error {
	switch {
	case errors.Is(err, guard.ErrTooLarge):
		return web.Error{Status: fiber.StatusRequestEntityTooLarge, Code: "uploads-large", Detail: err}
	case errors.Is(err, guard.ErrSlow):
		return web.Error{Status: fiber.StatusRequestTimeout, Code: "uploads-slow", Detail: err}
	}
	return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request", Detail: err}
}

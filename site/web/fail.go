package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
)

// Error is a failure whose status and words are known where it happens. Code
// names the sentence for people, "error." before it in the catalogue; Detail
// is for the log and is never shown.
type Error struct {
	Status int
	Code   string
	Args   []any
	Faults []feedback.Invalid // for code "invalid": what is wrong with which field
	Detail error
}

// Error is for the log.
func (e Error) Error() string {
	if e.Detail != nil {
		return fmt.Sprintf("%d %s: %v", e.Status, e.Code, e.Detail)
	}
	return fmt.Sprintf("%d %s", e.Status, e.Code)
}

// Unwrap gives the cause.
func (e Error) Unwrap() error { return e.Detail }

// NotFound is the answer for an address that names nothing.
func NotFound() error { return Error{Status: fiber.StatusNotFound, Code: "not-found"} }

// TooMany is the answer for who must wait before the next try.
func TooMany(c *fiber.Ctx, wait time.Duration) error {
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return Error{Status: fiber.StatusTooManyRequests, Code: "too-many", Args: []any{int(math.Ceil(wait.Minutes()))}}
}

// causes is the one table from errors of the inner rooms to status and words.
func causes() []struct {
	cause  error
	status int
	code   string
} {
	return []struct {
		cause  error
		status int
		code   string
	}{
		{feedback.ErrNotFound, fiber.StatusNotFound, "not-found"},
		{feedback.ErrConflict, fiber.StatusConflict, "conflict"},
		{feedback.ErrDigest, fiber.StatusConflict, "text-changed"},
		{feedback.ErrMove, fiber.StatusConflict, "move"},
		{feedback.ErrSamePerson, fiber.StatusConflict, "same-person"},
		{feedback.ErrConsent, fiber.StatusConflict, "consent"},
		{feedback.ErrClue, fiber.StatusConflict, "clue"},
		{feedback.ErrResidue, fiber.StatusConflict, "residue"},
		{feedback.ErrTooLate, fiber.StatusConflict, "too-late"},
		{feedback.ErrFull, fiber.StatusConflict, "full"},
		{feedback.ErrRole, fiber.StatusForbidden, "role"},
		{feedback.ErrKeyReused, fiber.StatusUnprocessableEntity, "key-reused"},
		{feedback.ErrBusy, fiber.StatusServiceUnavailable, "busy"},
		{context.DeadlineExceeded, fiber.StatusServiceUnavailable, "busy"},
	}
}

// Classify turns any error into a status and the code of its words. What is
// not known is a fault of ours, 500 or, from the store, 503: its text stays in
// the log.
func Classify(err error) Error {
	var known Error
	if errors.As(err, &known) {
		return known
	}
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		return Error{Status: fiber.StatusUnprocessableEntity, Code: "invalid", Faults: []feedback.Invalid{invalid}, Detail: err}
	}
	for _, row := range causes() {
		if errors.Is(err, row.cause) {
			return Error{Status: row.status, Code: row.code, Detail: err}
		}
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		return Error{Status: f.Code, Code: fiberCode(f.Code), Detail: err}
	}
	return Error{Status: fiber.StatusInternalServerError, Code: "internal", Detail: err}
}

func fiberCode(status int) string {
	switch status {
	case fiber.StatusNotFound:
		return "not-found"
	case fiber.StatusMethodNotAllowed:
		return "method"
	case fiber.StatusRequestEntityTooLarge:
		return "too-large"
	case fiber.StatusTooManyRequests:
		return "too-many"
	case fiber.StatusForbidden:
		return "forbidden"
	}
	if status < fiber.StatusInternalServerError {
		return "bad-request"
	}
	return "internal"
}

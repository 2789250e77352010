package guard

import (
	"errors"
	"io"

	"github.com/valyala/fasthttp"
)

// MaxBody is what a form or a submission may take: the longest text, in the
// longest encoding, and its other fields.
const MaxBody = 512 << 10

// maxDrained is how much of a body that is too long is read and thrown away,
// so that the browser gets to see the answer instead of a broken connection.
const maxDrained = 32 << 20

// ErrTooLarge means that a body is longer than its route takes.
var ErrTooLarge = errors.New("request body is too large")

// ReadBody puts the body of a streamed request into memory, within most bytes.
func ReadBody(ctx *fasthttp.RequestCtx, most int) error {
	stream := ctx.RequestBodyStream()
	if stream == nil {
		if len(ctx.Request.Body()) > most {
			return ErrTooLarge
		}
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(stream, int64(most)+1))
	if err != nil {
		return err
	}
	if len(body) > most {
		Drain(ctx)
		return ErrTooLarge
	}
	ctx.Request.SetBody(body)
	return nil
}

// Drain throws a streamed body away, within reason, so that who sent it gets to
// see the answer.
func Drain(ctx *fasthttp.RequestCtx) {
	if stream := ctx.RequestBodyStream(); stream != nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(stream, maxDrained)) // whatever ends it, the answer is the same
	}
}

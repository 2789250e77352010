package mailout

import (
	"context"
	"errors"
	"fmt"
)

// ErrUnable means that a mail server cannot be used; the text is a code.
var ErrUnable = errors.New("mail server cannot be used")

// Check reaches the server, with TLS and a password where they are set, and
// leaves again. Nothing is sent. The server's words are left out of the error.
func (s Sender) Check(ctx context.Context) error {
	c, err := s.client()
	if err != nil {
		return fmt.Errorf("%w: settings", ErrUnable)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("%w: %s", ErrUnable, unable(err))
	}
	_ = c.Close() // it was reached
	return nil
}

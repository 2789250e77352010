package imap

import (
	"context"
	"log/slog"
)

// Check reaches a mailbox, signs in and leaves again. No message is looked at.
func Check(ctx context.Context, box Mailbox) error {
	opt := Options{Log: slog.New(slog.DiscardHandler)}
	opt.fill()
	r := &reader{box: box, opt: opt, log: opt.Log}
	l, err := r.dial(ctx)
	if err != nil {
		return err
	}
	return l.Close()
}

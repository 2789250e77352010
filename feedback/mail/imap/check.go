package imap

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"
)

// Check reaches a mailbox, signs in, opens its folder and leaves again. No
// message is looked at.
func Check(ctx context.Context, box Mailbox) error {
	opt := Options{Log: slog.New(slog.DiscardHandler)}
	opt.fill()
	r := &reader{box: box, opt: opt, log: opt.Log}
	l, err := r.dial(ctx)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // it was reached
	err = l.timed(opt.Command, opt.Silence, betweenBytes, func() error {
		_, err := l.Select(box.folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	if err != nil {
		return fmt.Errorf("select: %w", err)
	}
	return nil
}

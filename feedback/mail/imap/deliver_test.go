package imap_test

import (
	"bytes"
	"fmt"
	"net/textproto"

	"rectify/feedback/mail"
	"rectify/feedback/mail/mailtest/servers"
)

// deliver hands a message to dovecot's LMTP as it is, byte for byte: swaks
// would mend it.
func deliver(d servers.Dovecot, e mail.Envelope) error {
	c, err := textproto.Dial("tcp", d.LMTP)
	if err != nil {
		return err
	}
	defer c.Close()
	from := e.From
	if e.NullFrom {
		from = ""
	}
	if _, _, err := c.ReadResponse(220); err != nil {
		return err
	}
	for _, step := range []struct {
		line string
		code int
	}{{"LHLO corpus", 250}, {fmt.Sprintf("MAIL FROM:<%s>", from), 250}, {fmt.Sprintf("RCPT TO:<%s>", d.User), 250}, {"DATA", 354}} {
		if err := c.PrintfLine("%s", step.line); err != nil {
			return err
		}
		if _, _, err := c.ReadResponse(step.code); err != nil {
			return err
		}
	}
	w := c.DotWriter()
	if _, err := w.Write(bytes.ReplaceAll(e.Raw, []byte("\r\n"), []byte("\n"))); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, _, err = c.ReadResponse(250)
	return err
}

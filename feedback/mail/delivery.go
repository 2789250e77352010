package mail

import (
	"context"
	"errors"
	"time"
)

// Envelope is one message as a transport hands it over.
type Envelope struct {
	Raw        []byte    // the message; its head alone when Cut
	Cut        bool      // too large: Raw ends after the head
	Size       int64     // bytes of the whole message as the transport counted them
	Mailbox    string    // the configured mailbox or listener it came by, without credentials
	From       string    // return path of the SMTP envelope; empty when null or not known
	NullFrom   bool      // the return path was known to be empty (<>)
	Rcpt       []string  // recipients of the SMTP envelope; none for IMAP
	ReceivedAt time.Time // when it reached our side
}

// Sink takes over one message. Nil means that the message is durable: only
// then does a transport move it away or answer 250. On an error the message
// stays where it is and comes again later, except for a Permanent one, where
// the sink itself has put it into quarantine and no repeat would help.
// A message may come more than once; Message.Digest tells.
type Sink func(ctx context.Context, e Envelope) error

// Permanent marks an error after which the message must not come again.
type Permanent struct{ Err error }

// Error is the inner error's text.
func (p Permanent) Error() string { return p.Err.Error() }

// Unwrap is the inner error.
func (p Permanent) Unwrap() error { return p.Err }

// IsPermanent reports whether err holds a Permanent.
func IsPermanent(err error) bool {
	var p Permanent
	return errors.As(err, &p)
}

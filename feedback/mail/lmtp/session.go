package lmtp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"rectify/feedback/mail"
)

// The answers. None says more than a stranger may know.
var (
	errRecipient = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such recipient here"}
	errTooMany   = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 5, 3}, Message: "Too many recipients refused"}
	errBareLF    = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "Lines must end with CRLF"}
	errLater     = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Cannot be taken now, try again"}
	errCut       = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 4, 2}, Message: "Message did not arrive whole"}
)

// maxRefused is how many wrong recipients one connection may name.
const maxRefused = 100

// session is one connection; go-smtp calls it from one goroutine at a time,
// and calls Data of a BDAT from another while it reads.
type session struct {
	server  *Server
	conn    net.Conn
	from    string
	null    bool
	rcpt    []string
	size    int64
	refused int
	busy    bool // a message is being taken; under server.mu
}

func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return nil, errLater
	}
	ses := &session{server: s, conn: c.Conn()}
	s.sessions[ses] = struct{}{}
	return ses, nil
}

// hangUp closes the connection; go-smtp's own Close would call Logout, which
// takes the lock that is held here.
func (s *session) hangUp() { _ = s.conn.Close() } // what matters was answered before

// Mail notes the return path.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.from, s.null, s.size = from, from == "", 0
	if opts != nil {
		s.size = opts.Size
	}
	return nil
}

// Rcpt takes only those whom the mailbox is for.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.server.cfg.Accept(to) {
		if s.refused++; s.refused > maxRefused {
			s.hangUp()
			return errTooMany
		}
		return errRecipient
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.rcpt = append(s.rcpt, to)
	return nil
}

// LMTPData is Data: one message is kept once for all its recipients, so they
// share one answer. Without this method go-smtp would read the recipients of a
// BDAT after it may have forgotten them.
func (s *session) LMTPData(r io.Reader, _ smtp.StatusCollector) error { return s.Data(r) }

// Data takes one message and answers when it is durable.
func (s *session) Data(r io.Reader) error {
	ctx, e, size := s.begin()
	select {
	case s.server.data <- struct{}{}:
		defer func() { <-s.server.data }()
	case <-ctx.Done():
		return errLater
	}
	var buf bytes.Buffer
	buf.Grow(int(min(max(size, 4<<10), s.server.cfg.MaxBytes)) + bytes.MinRead)
	if _, err := buf.ReadFrom(r); err != nil {
		var known *smtp.SMTPError
		if errors.As(err, &known) {
			return known // too large
		}
		return errCut
	}
	e.Raw, e.Size, e.ReceivedAt = buf.Bytes(), int64(buf.Len()), time.Now()
	if bareLineEnd(e.Raw) {
		return errBareLF
	}
	err := s.server.cfg.Sink(ctx, e)
	switch {
	case err == nil:
		return nil
	case mail.IsPermanent(err):
		s.server.cfg.Log.Warn("mail put aside", "err", err)
		return nil // quarantined by the sink: taken
	}
	s.server.cfg.Log.Warn("mail not taken", "err", err)
	return errLater
}

// begin marks the session busy, so that a stop waits for it, and copies what is
// known of the message: a connection that breaks is reset while Data reads.
func (s *session) begin() (ctx context.Context, e mail.Envelope, size int64) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.busy = true
	return s.server.ctx, mail.Envelope{Mailbox: s.server.name, From: s.from, NullFrom: s.null, Rcpt: s.rcpt}, s.size
}

// Reset ends one message; go-smtp calls it after the answer was written.
func (s *session) Reset() {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.from, s.null, s.rcpt, s.size, s.busy = "", false, nil, 0, false
	if s.server.draining {
		s.hangUp()
	}
}

// Logout forgets the session.
func (s *session) Logout() error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	delete(s.server.sessions, s)
	return nil
}

// bareLineEnd finds what smuggles a second message past a relay that reads line
// ends otherwise (CVE-2023-51764): any LF without CR, and a dot between bare CRs.
func bareLineEnd(raw []byte) bool {
	for at := 0; ; {
		i := bytes.IndexByte(raw[at:], '\n')
		if i < 0 {
			break
		}
		if at += i; at == 0 || raw[at-1] != '\r' {
			return true
		}
		at++
	}
	return bytes.Contains(raw, []byte("\r.\r"))
}

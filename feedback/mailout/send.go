package mailout

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"

	"rectify/feedback/outbox"
)

// Sender hands letters to one server. From is the plain address that they come
// from.
type Sender struct {
	Relay Relay
	From  string
}

// grace is how long a dialogue that has begun may go on when the program stops.
const grace = 4 * time.Second

// Send tries once to hand over m. The server's words are neither kept nor
// logged: they repeat the recipient.
func (s Sender) Send(ctx context.Context, m outbox.Message) outbox.Result {
	msg, err := build(m, s.From)
	if err != nil {
		return outbox.Result{Fate: outbox.Refused, Code: "address"}
	}
	done := make(chan outbox.Result, 1)
	go func() { done <- s.send(context.WithoutCancel(ctx), msg) }()
	select {
	case r := <-done:
		return r
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r
	case <-time.After(grace):
		return outbox.Result{Fate: outbox.Again, Code: "stopped"}
	}
}

func (s Sender) send(ctx context.Context, msg *mail.Msg) outbox.Result {
	c, err := s.client()
	if err != nil {
		return outbox.Result{Fate: outbox.Unable, Code: "settings"}
	}
	if err := c.DialWithContext(ctx); err != nil {
		return outbox.Result{Fate: outbox.Unable, Code: unable(err)}
	}
	err = c.Send(msg)
	_ = c.Close() // what it took, it took
	if err == nil || msg.IsDelivered() {
		return outbox.Result{Fate: outbox.Taken, Code: "250"}
	}
	return judge(err)
}

func (s Sender) client() (*mail.Client, error) {
	r := s.Relay
	_, domain, _ := strings.Cut(s.From, "@")
	opts := []mail.Option{
		mail.WithPort(r.Port), mail.WithTimeout(r.timeout), mail.WithHELO(domain), mail.WithoutNoop(),
		mail.WithTLSConfig(&tls.Config{ServerName: r.Host, RootCAs: r.roots, MinVersion: tls.VersionTLS12}),
	}
	switch {
	case r.implicit:
		opts = append(opts, mail.WithSSL())
	case r.plain:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if r.user != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(r.user), mail.WithPassword(r.password))
	}
	c, err := mail.NewClient(r.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return c, nil
}

// unable names what kept a dialogue from beginning.
func unable(err error) string {
	var answer *textproto.Error
	var record tls.RecordHeaderError
	var unverified *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var timeout net.Error
	switch {
	case errors.As(err, &unverified), errors.As(err, &authority), errors.As(err, &record):
		return "tls"
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return "no-starttls"
	case strings.Contains(err.Error(), "AUTH"):
		return "auth"
	case errors.As(err, &answer):
		return fmt.Sprint(answer.Code)
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	}
	return "connect"
}

// judge says what the server's answer means for the letter. Before a recipient
// was named no letter is to blame for a refusal. After the final dot without an
// answer nobody knows: the letter goes again, under the same Message-ID.
func judge(err error) outbox.Result {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return outbox.Result{Fate: outbox.Again, Code: "cut"}
	}
	code := e.ErrorCode()
	text := strings.TrimSpace(fmt.Sprint(code, " ", e.EnhancedStatusCode()))
	switch {
	case code == 0:
		return outbox.Result{Fate: outbox.Again, Code: "cut"}
	case code == 530, code == 535, code == 538, e.Reason == mail.ErrSMTPMailFrom && code >= 500:
		return outbox.Result{Fate: outbox.Unable, Code: text}
	case code >= 500:
		return outbox.Result{Fate: outbox.Refused, Code: text}
	}
	return outbox.Result{Fate: outbox.Again, Code: text}
}

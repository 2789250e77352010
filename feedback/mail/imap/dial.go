package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// ErrNoTLS means that a server offers no verified TLS, so that no password was sent.
var ErrNoTLS = errors.New("no verified TLS: password not sent")

const dialTimeout = 30 * time.Second

// link is one connection that is logged in.
type link struct {
	*imapclient.Client
	guard *guard
	news  chan struct{} // told when the server says that there is more mail
}

// dial connects and logs in. On every error nothing is left open.
func (r *reader) dial(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	raw, err := r.opt.dialer(ctx, "tcp", net.JoinHostPort(r.box.host, r.box.port))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	l := &link{guard: newGuard(raw), news: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	l.guard.begin(dialTimeout, dialTimeout, betweenBytes)
	defer l.guard.over()
	if err := l.secure(ctx, r.box); err != nil {
		_ = raw.Close()
		return nil, err
	}
	if err := r.login(l); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// secure makes a client over TLS, or over the bare connection when its other
// end is on this machine. It never falls back: what fails here ends here.
func (l *link) secure(ctx context.Context, box Mailbox) error {
	conf := &tls.Config{ServerName: box.host, RootCAs: box.roots, MinVersion: tls.VersionTLS12}
	opt := &imapclient.Options{TLSConfig: conf, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case l.news <- struct{}{}:
				default:
				}
			}
		},
	}}
	switch {
	case box.implicit:
		conn := tls.Client(l.guard, conf)
		if err := conn.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNoTLS, err)
		}
		l.Client = imapclient.New(conn, opt)
	case loopback(l.guard.RemoteAddr()):
		l.Client = imapclient.New(l.guard, opt)
	default:
		client, err := imapclient.NewStartTLS(l.guard, opt)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoTLS, plain(err))
		}
		l.Client = client
	}
	if err := l.WaitGreeting(); err != nil {
		return fmt.Errorf("greeting: %w", plain(err))
	}
	return nil
}

func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// login sends the password, by AUTHENTICATE where it is offered.
func (r *reader) login(l *link) error {
	secret, err := r.box.secret()
	if err != nil {
		return err
	}
	caps := l.Caps()
	switch {
	case l.State() == imap.ConnStateAuthenticated: // PREAUTH, on the loopback or inside TLS
	case caps.Has(imap.AuthCap("PLAIN")):
		err = l.Authenticate(sasl.NewPlainClient("", r.box.user, secret))
	case caps.Has(imap.CapLoginDisabled):
		return errors.New("login: server takes no password")
	default:
		err = l.Login(r.box.user, secret).Wait()
	}
	if err != nil {
		return fmt.Errorf("login: %w", plain(err))
	}
	if l.Caps().Has(imap.CapID) { // some providers refuse mailboxes to clients without a name
		if _, err := l.ID(&imap.IDData{Name: "rectify"}).Wait(); err != nil && l.State() == imap.ConnStateLogout {
			return fmt.Errorf("id: %w", plain(err))
		}
	}
	return nil
}

// plain leaves a server's own words out of an error: they may name the account.
func plain(err error) error {
	var said *imap.Error
	if !errors.As(err, &said) {
		return err
	}
	return refusal{said}
}

// refusal is a tagged NO or BAD.
type refusal struct{ said *imap.Error }

// Error names type and code, not the text.
func (r refusal) Error() string {
	if r.said.Code == "" {
		return "server said " + string(r.said.Type)
	}
	return "server said " + string(r.said.Type) + " [" + string(r.said.Code) + "]"
}

// Unwrap gives the server's answer to errors.As.
func (r refusal) Unwrap() error { return r.said }

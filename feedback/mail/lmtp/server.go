package lmtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"

	"rectify/feedback/mail"
)

// Config is what a listener needs. Address, Accept and Sink are required; zero
// bounds take the values named beside them.
type Config struct {
	Address  string // host:port or lmtp://host:port; smtp://host:port; unix:/path (LMTP)
	Hostname string // the name in the greeting; "localhost"
	Accept   func(rcpt string) bool
	Sink     mail.Sink
	Log      *slog.Logger // never sees an address or a word of a message; slog.Default()
	TLS      *tls.Config  // offers STARTTLS when set

	MaxBytes int64         // 25 MB, of one message
	MaxRcpt  int           // 100, of one message
	MaxConns int           // 50 at once; more wait
	MaxData  int           // 4 messages held in memory at once; more wait
	Timeout  time.Duration // 5 min, for a command and for the whole of a message
	Grace    time.Duration // 8 s, for messages on their way when the listener stops
}

// maxLine is far above RFC 5321's 1000: relays pass on what programs write, and
// a citizen's long line is no reason to bounce it.
const maxLine = 1 << 20

func (c *Config) fill() {
	if c.Hostname == "" {
		c.Hostname = "localhost"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	for _, f := range []struct {
		v *int
		d int
	}{{&c.MaxRcpt, 100}, {&c.MaxConns, 50}, {&c.MaxData, 4}} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = 25 << 20
	}
	if c.Timeout <= 0 {
		c.Timeout = 5 * time.Minute
	}
	if c.Grace <= 0 {
		c.Grace = 8 * time.Second
	}
}

// Server is one listener.
type Server struct {
	cfg      Config
	smtp     *smtp.Server
	listener net.Listener
	name     string        // what Envelope.Mailbox says
	data     chan struct{} // a place for each message in memory

	mu       sync.Mutex
	sessions map[*session]struct{}
	draining bool
	ctx      context.Context // of the sinks; ends after Grace
}

// Listen opens the address but takes no connection until Serve.
func Listen(cfg Config) (*Server, error) {
	if cfg.Accept == nil || cfg.Sink == nil {
		return nil, errors.New("mail listener: Accept and Sink are required")
	}
	cfg.fill()
	network, addr, lmtp := "tcp", cfg.Address, true
	switch {
	case strings.HasPrefix(addr, "lmtp://"):
		addr = addr[len("lmtp://"):]
	case strings.HasPrefix(addr, "smtp://"):
		addr, lmtp = addr[len("smtp://"):], false
	case strings.HasPrefix(addr, "unix:"):
		network, addr = "unix", addr[len("unix:"):]
	}
	l, err := net.Listen(network, addr) //nolint:noctx // opening a socket does not wait
	if err != nil {
		return nil, fmt.Errorf("mail listener: %w", err)
	}
	s := &Server{
		cfg: cfg, listener: netutil.LimitListener(l, cfg.MaxConns), name: cfg.Address,
		data: make(chan struct{}, cfg.MaxData), sessions: map[*session]struct{}{}, ctx: context.Background(),
	}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.smtp.LMTP, s.smtp.Domain, s.smtp.TLSConfig = lmtp, cfg.Hostname, cfg.TLS
	s.smtp.MaxMessageBytes, s.smtp.MaxRecipients, s.smtp.MaxLineLength = cfg.MaxBytes, cfg.MaxRcpt, maxLine
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = cfg.Timeout, cfg.Timeout
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = quiet{cfg.Log}
	return s, nil
}

// Addr is where the listener is.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve takes mail until ctx ends. Then no new message is begun, those on their
// way have Grace to become durable, and only what was answered with 250 was
// taken. It returns nil after such an end.
func (s *Server) Serve(ctx context.Context) error {
	sinks, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.mu.Lock()
	s.ctx = sinks
	s.mu.Unlock()
	failed := make(chan error, 1)
	go func() { failed <- s.smtp.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("mail listener: %w", err)
	case <-ctx.Done():
	}
	s.drain()
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
	defer stop()
	if err := s.smtp.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		s.cfg.Log.Warn("mail listener did not close cleanly", "err", err)
	}
	cancel()
	s.closeAll()
	return nil
}

// drain closes the connections that carry no message just now; the others
// follow when theirs is answered.
func (s *Server) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for ses := range s.sessions {
		if !ses.busy {
			ses.hangUp()
		}
	}
}

func (s *Server) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ses := range s.sessions {
		ses.hangUp()
	}
}

// quiet hands the library's complaints to the log without their text, which may
// hold what a stranger sent.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, _ ...any) { q.log.Debug("mail listener", "what", format) }
func (q quiet) Println(...any)                 { q.log.Debug("mail listener") }

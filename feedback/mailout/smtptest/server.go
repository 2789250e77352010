// Package smtptest is a mail server for tests that answers as it is told: with
// any code at any step, with silence, without TLS or with a wrong certificate.
// It must not know what is sent to it.
package smtptest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a mail server on a free port of the loopback.
type Server struct {
	// Answer may answer a command in place of the server: EHLO, STARTTLS, AUTH,
	// MAIL, RCPT, DATA, or "." after a message. Empty: the usual answer. Hang:
	// none, ever. Set it before the first connection.
	Answer   func(command, line string) string
	Greeting string // in place of 220
	TLS      *tls.Config
	Implicit bool // TLS from the first byte

	listener net.Listener
	mu       sync.Mutex
	taken    []Mail
	lines    []string
	conns    sync.WaitGroup
	open     map[net.Conn]bool
	stopped  chan struct{}
}

// Hang is an answer that never comes, Drop an end of the connection.
const (
	Hang = "hang"
	Drop = "drop"
)

// Mail is one message that was taken.
type Mail struct {
	From, To, Data string
}

// Start listens until the test ends.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener, s.open, s.stopped = l, map[net.Conn]bool{}, make(chan struct{})
	s.conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open[c] = true
			s.mu.Unlock()
			s.conns.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		close(s.stopped)
		s.mu.Lock()
		for c := range s.open {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.conns.Wait()
	})
	return s
}

// Addr is host and port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Taken are the messages that were answered with 250, in order.
func (s *Server) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.taken...)
}

// Heard is everything that clients said, so that a test can look for passwords.
func (s *Server) Heard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

func (s *Server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	if s.Implicit {
		c = tls.Server(c, s.TLS)
	}
	r := bufio.NewReader(c)
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	greeting := s.Greeting
	if greeting == "" {
		greeting = "220 test"
	}
	say(greeting)
	var m Mail
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.hear(line)
		word, _, _ := strings.Cut(strings.ToUpper(line), " ")
		answer := s.answer(word, line)
		switch word {
		case "MAIL":
			m = Mail{From: between(line)}
		case "RCPT":
			m.To += between(line)
		}
		say1, on := s.step(answer, say)
		if !on {
			return
		}
		switch {
		case word == "STARTTLS" && strings.HasPrefix(say1, "220"):
			t := tls.Server(c, s.TLS)
			if t.Handshake() != nil {
				return
			}
			c, r = t, bufio.NewReader(t)
			say = func(line string) { _, _ = fmt.Fprintf(t, "%s\r\n", line) }
		case word == "DATA" && strings.HasPrefix(say1, "354"):
			if m.Data, err = message(r); err != nil {
				return
			}
			answer = s.answer(".", m.Data)
			if strings.HasPrefix(answer, "250") || answer == Drop+" taken" {
				s.mu.Lock()
				s.taken = append(s.taken, m)
				s.mu.Unlock()
			}
			if _, on := s.step(answer, say); !on {
				return
			}
		case word == "QUIT":
			return
		}
	}
}

// step says an answer, and reports whether the dialogue goes on.
func (s *Server) step(answer string, say func(string)) (string, bool) {
	switch {
	case answer == Hang:
		<-s.stopped
		return "", false
	case strings.HasPrefix(answer, Drop):
		return "", false
	}
	say(answer)
	return answer, !strings.HasPrefix(answer, "421")
}

func (s *Server) answer(word, line string) string {
	if s.Answer != nil {
		if a := s.Answer(word, line); a != "" {
			return a
		}
	}
	switch word {
	case "EHLO":
		if s.TLS != nil && !s.Implicit {
			return "250-test\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS"
		}
		return "250-test\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN"
	case "STARTTLS":
		return "220 go on"
	case "AUTH":
		return "235 welcome"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 2.0.0 good"
}

func (s *Server) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
}

func between(line string) string {
	_, after, _ := strings.Cut(line, "<")
	inside, _, _ := strings.Cut(after, ">")
	return inside
}

func message(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", io.ErrUnexpectedEOF
		}
		if line == ".\r\n" {
			return b.String(), nil
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

// Certificate makes a certificate for a name and a file that holds it, to be
// trusted as ca-file.
func Certificate(t testing.TB, name string) (config *tls.Config, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, file
}

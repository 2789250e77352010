package imap

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// ErrURL means that a mailbox address cannot be used. Its text never holds the
// address, which may hold a password.
var ErrURL = errors.New("mailbox address")

// Mailbox is one folder on one server, with the way in.
type Mailbox struct {
	host, port string
	folder     string
	moved      string // where taken messages go; empty: they stay, with a keyword
	implicit   bool   // TLS from the first byte
	user       string
	password   string
	file       string // password file, read anew at each login
	roots      *x509.CertPool
	poll       time.Duration
}

// defaultPoll is how often a server without IDLE is asked, and one that has it
// is looked at even when it reports nothing.
const defaultPoll = time.Minute

// ParseURL reads imaps://user:password@host:993/INBOX?moved=Archive, or imap://
// for STARTTLS, which is required unless the server is on the loopback. Options:
// password-file (first line; read at each login), ca-file (PEM, instead of the
// system's), moved (a folder), poll (a duration from 1s to 1h). The folder is
// INBOX when none is named. Every error is an ErrURL.
func ParseURL(s string) (Mailbox, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Mailbox{}, fmt.Errorf("%w: malformed", ErrURL) // url's own error repeats the address
	}
	m := Mailbox{host: u.Hostname(), port: u.Port(), folder: strings.Trim(u.Path, "/"), poll: defaultPoll}
	switch u.Scheme {
	case "imaps":
		m.implicit = true
	case "imap":
	default:
		return Mailbox{}, fmt.Errorf("%w: neither imap nor imaps", ErrURL)
	}
	if m.port == "" {
		m.port = map[bool]string{true: "993", false: "143"}[m.implicit]
	}
	if m.folder == "" {
		m.folder = "INBOX"
	}
	m.user = u.User.Username()
	m.password, _ = u.User.Password()
	if err := m.options(u); err != nil {
		return Mailbox{}, err
	}
	switch {
	case m.host == "" || m.user == "":
		return Mailbox{}, fmt.Errorf("%w: no host or no user", ErrURL)
	case (m.password == "") == (m.file == ""):
		return Mailbox{}, fmt.Errorf("%w: one of password and password-file", ErrURL)
	case m.moved != "" && strings.EqualFold(m.moved, m.folder):
		return Mailbox{}, fmt.Errorf("%w: moved into itself", ErrURL)
	}
	return m, nil
}

func (m *Mailbox) options(u *url.URL) error {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fmt.Errorf("%w: malformed options", ErrURL)
	}
	for key := range q {
		value := q.Get(key)
		switch key {
		case "moved":
			m.moved = value
		case "password-file":
			m.file = value
		case "ca-file":
			pem, err := os.ReadFile(value)
			if err != nil {
				return fmt.Errorf("%w: ca-file: %w", ErrURL, err)
			}
			m.roots = x509.NewCertPool()
			if !m.roots.AppendCertsFromPEM(pem) {
				return fmt.Errorf("%w: ca-file holds no certificate", ErrURL)
			}
		case "poll":
			m.poll, err = time.ParseDuration(value)
			if err != nil || m.poll < time.Second || m.poll > time.Hour {
				return fmt.Errorf("%w: poll is no duration from 1s to 1h", ErrURL)
			}
		default:
			return fmt.Errorf("%w: unknown option %q", ErrURL, key)
		}
	}
	return nil
}

// String names the mailbox for logs and records: host and folder, no credentials.
func (m Mailbox) String() string { return net.JoinHostPort(m.host, m.port) + "/" + m.folder }

// account tells it apart from the mailbox of another user of the same server. It
// is for staff and for what stands under a digest, not for logs.
func (m Mailbox) account() string { return m.user + " " + m.String() }

// secret is the password as it is now.
func (m Mailbox) secret() (string, error) {
	if m.file == "" {
		return m.password, nil
	}
	b, err := os.ReadFile(m.file)
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", errors.New("password file: first line is empty")
	}
	return line, nil
}

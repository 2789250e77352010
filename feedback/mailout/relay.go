package mailout

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Relay is a mail server and how it is reached.
type Relay struct {
	Host string
	Port int

	implicit bool // TLS from the first byte (RFC 8314)
	plain    bool // no TLS: on this machine only, and without a password
	user     string
	password string
	roots    *x509.CertPool // nil: those of the system
	timeout  time.Duration
}

// ErrRelay means that an address of a mail server cannot be used. Its text
// never holds the password.
var ErrRelay = errors.New("want smtp://user@host:587?password-file=FILE or smtps://user@host:465?password-file=FILE")

// patience bounds one step of a dialogue with the server, and the dialogue as a whole.
const patience = 60 * time.Second

// ParseRelay reads smtp:// (STARTTLS is demanded, except on the loopback without
// a password) or smtps://. password-file names a file whose first line is the
// password, ca-file one with the certificates that are trusted instead of the
// system's.
func ParseRelay(s string) (Relay, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || (u.Path != "" && u.Path != "/") {
		return Relay{}, ErrRelay
	}
	r := Relay{Host: u.Hostname(), timeout: patience}
	switch u.Scheme {
	case "smtp":
		r.Port = 587
	case "smtps":
		r.Port, r.implicit = 465, true
	default:
		return Relay{}, ErrRelay
	}
	if p := u.Port(); p != "" {
		if r.Port, err = strconv.Atoi(p); err != nil || r.Port < 1 || r.Port > 65535 {
			return Relay{}, ErrRelay
		}
	}
	if u.User != nil {
		r.user = u.User.Username()
		r.password, _ = u.User.Password()
	}
	if err := r.options(u.Query()); err != nil {
		return Relay{}, err
	}
	if (r.user == "") != (r.password == "") {
		return Relay{}, fmt.Errorf("%w: a user and a password, or neither", ErrRelay)
	}
	r.plain = !r.implicit && r.user == "" && loopback(r.Host)
	return r, nil
}

func (r *Relay) options(q url.Values) error {
	for name, values := range q {
		switch name {
		case "password-file":
			src, err := os.ReadFile(values[0])
			if err != nil {
				return fmt.Errorf("password file: %w", err)
			}
			line, _, _ := strings.Cut(string(src), "\n")
			r.password = strings.TrimRight(line, "\r")
		case "ca-file":
			src, err := os.ReadFile(values[0])
			if err != nil {
				return fmt.Errorf("certificates: %w", err)
			}
			r.roots = x509.NewCertPool()
			if !r.roots.AppendCertsFromPEM(src) {
				return fmt.Errorf("certificates: none in %s", values[0])
			}
		default:
			return fmt.Errorf("%w: no option %q", ErrRelay, name)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

// String names the server without its password.
func (r Relay) String() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

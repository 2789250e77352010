package imap_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/imap"
)

// far makes a connection look as if its other end were elsewhere.
type far struct{ net.Conn }

func (far) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 143} }

// T70: no STARTTLS, a wrong certificate, or a plain greeting on the TLS port:
// the password stays here, and no log has it.
func TestPasswordOnlyOverTLS(t *testing.T) {
	for name, scheme := range map[string]string{"no STARTTLS": "imap", "no TLS at all": "imaps"} {
		f, k := newFake(t), &kept{}
		f.put(1, letter(1, "x"))
		url := strings.Replace(f.url("moved=A"), "imap:", scheme+":", 1)
		_, log := read(t, k, func(o *imap.Options) {
			o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
				return far{c}, err
			}
			o.Command = 500 * time.Millisecond
		}, url)
		wait(t, name, func() bool { return strings.Contains(log.String(), "password not sent") })
		if len(f.logins) != 0 || k.count() != 0 {
			t.Errorf("%s: logged in: %q", name, f.logins)
		}
		if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "user") {
			t.Errorf("%s: credentials in the log: %s", name, log)
		}
	}
}

func TestPreauthBeforeTLS(t *testing.T) {
	f, k := newFake(t), &kept{}
	f.greeting = "* PREAUTH welcome"
	f.put(1, letter(1, "x"))
	_, log := read(t, k, func(o *imap.Options) {
		o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			return far{c}, err
		}
	}, f.url("moved=A"))
	wait(t, "refused", func() bool { return strings.Contains(log.String(), "password not sent") })
	if k.count() != 0 {
		t.Error("mail of an unknown server was taken")
	}
}

// A server's own words may name the account: the log has its code alone.
func TestRefusedLogin(t *testing.T) {
	f, k := newFake(t), &kept{}
	right := false
	f.before = func(_ int, cmd string) string {
		f.mu.Lock()
		defer f.mu.Unlock()
		if strings.HasPrefix(cmd, "LOGIN") && !right {
			return "T2 NO [AUTHENTICATIONFAILED] user@example.net: wrong password secret"
		}
		return ""
	}
	watch := &mail.Watch{}
	ill := func() []mail.Trouble { return watch.Troubles(time.Now().Add(time.Hour)) }
	_, log := read(t, k, func(o *imap.Options) { o.Watch = watch }, f.url(""))
	wait(t, "said so", func() bool { return strings.Contains(log.String(), "login: ") })
	wait(t, "noted", func() bool { return len(ill()) == 1 })
	if s := ill()[0]; !strings.Contains(s.Why, "AUTHENTICATIONFAILED") || strings.Contains(s.Why, "user@") {
		t.Errorf("noted as %+v", s)
	}
	f.mu.Lock()
	right = true
	f.mu.Unlock()
	wait(t, "read again", func() bool { return len(ill()) == 0 })
	if s := log.String(); strings.Contains(s, "secret") || strings.Contains(s, "user@") {
		t.Errorf("credentials in the log: %s", s)
	}
}

// The look of the doctor: a server that tells its name is none the worse for it
// (go-imap takes that for a fault when the connection ends), and a folder that
// is not there is one.
func TestCheck(t *testing.T) {
	f := newFake(t)
	f.caps += " ID"
	f.before = func(_ int, cmd string) string {
		switch {
		case strings.HasPrefix(cmd, "ID"):
			return `* ID ("name" "Somebody")`
		case strings.Contains(cmd, "Nowhere"):
			return "CLOSE"
		}
		return ""
	}
	for url, want := range map[string]bool{f.url(""): true, strings.Replace(f.url(""), "/INBOX", "/Nowhere", 1): false} {
		box, err := imap.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		if err := imap.Check(t.Context(), box); (err == nil) != want {
			t.Errorf("%s: %v", box, err)
		}
	}
}

func TestParseURL(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "p")
	if err := os.WriteFile(file, []byte("secret\nsecond line"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, good := range []string{"imaps://u:p@mail.example.net", "imap://u%40x:p@mail.example.net:1143/Sub/Folder?moved=A&poll=30s", "imaps://u@mail.example.net?password-file=" + file} {
		m, err := imap.ParseURL(good)
		if err != nil || strings.Contains(m.String(), "u") && strings.Contains(m.String(), "@") {
			t.Errorf("%s: %s, %v", good, m, err)
		}
	}
	for _, bad := range []string{
		"", "http://u:secret@x", "imaps://u:secret@", "imaps://:secret@x", "imaps://u@x", "imaps://u:secret@x?password-file=" + file, "imaps://u:secret@x?moved=INBOX",
		"imaps://u:secret@x?poll=1", "imaps://u:secret@x?polll=1s", "imaps://u:secret@x:secret", "imaps://u:secret@x?ca-file=/nowhere", "imaps://u:sec%ret@x",
	} {
		_, err := imap.ParseURL(bad)
		if !errors.Is(err, imap.ErrURL) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("imaps://u:p@mail.example.net/INBOX?moved=A&poll=5s")
	f.Add("imap://u@[::1]:99999?password-file=x")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := imap.ParseURL(s)
		if err != nil && !errors.Is(err, imap.ErrURL) {
			t.Fatal(err)
		}
		if err == nil && !strings.Contains(m.String(), "/") {
			t.Fatal(m)
		}
	})
}

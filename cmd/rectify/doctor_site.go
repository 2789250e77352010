package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/library"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/mail/imap"
	"rectify/feedback/mailout"
	"rectify/site/body"
	"rectify/site/guard"
)

// checkAddress holds base address, listener and proxies to each other.
func checkAddress(ctx context.Context, x *examination) {
	checkFingerprint(ctx, x)
	proxies, err := guard.ParseProxies(x.cmd.Proxies)
	if err != nil {
		x.add(levelFault, "address.proxies", err)
	}
	for _, p := range proxies {
		if p.Bits() == 0 {
			x.add(levelFault, "address.all-proxies", p)
		}
	}
	host, _, err := net.SplitHostPort(x.cmd.Listen)
	if err != nil {
		x.add(levelFault, "address.listen", x.cmd.Listen)
	}
	ip := net.ParseIP(host)
	local := host == "localhost" || (ip != nil && ip.IsLoopback())
	base, err := url.Parse(x.cmd.BaseURL)
	switch {
	case x.cmd.BaseURL == "":
		x.add(levelWarn, "address.no-base")
	case err != nil || base.Host == "":
		x.add(levelFault, "address.base", x.cmd.BaseURL)
	case base.Scheme == "http" && base.Hostname() != "localhost":
		x.add(levelFault, "address.no-tls", x.cmd.BaseURL)
	case base.Scheme == "https":
		if len(proxies) == 0 {
			x.add(levelFault, "address.no-proxy")
		}
		if !local {
			x.add(levelWarn, "address.bare", x.cmd.Listen)
		}
		checkCertificate(ctx, x, base)
	}
	x.fine(x.cmd.BaseURL)
}

// certLife is how long before its end a certificate is a finding.
const certLife = 21 * 24 * time.Hour

// checkCertificate looks at what stands before the site as readers meet it.
func checkCertificate(ctx context.Context, x *examination, base *url.URL) {
	port := base.Port()
	if port == "" {
		port = "443"
	}
	part, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := (&tls.Dialer{}).DialContext(part, "tcp", net.JoinHostPort(base.Hostname(), port))
	var bad *tls.CertificateVerificationError
	switch {
	case errors.As(err, &bad):
		x.add(levelFault, "address.certificate", base.Hostname(), bad.Err)
		return
	case err != nil:
		x.add(levelWarn, "address.unreachable", base.Host)
		return
	}
	defer func() { _ = c.Close() }()
	if conn, ok := c.(*tls.Conn); ok {
		if end := conn.ConnectionState().PeerCertificates[0].NotAfter; x.now().Add(certLife).After(end) {
			x.add(levelWarn, "address.expires", end.Format(time.DateOnly))
		}
	}
}

// checkRunning asks the site that listens how it is.
func checkRunning(ctx context.Context, x *examination) {
	host, port, err := net.SplitHostPort(x.cmd.Listen)
	if err != nil {
		return
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	part, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	base, _ := url.Parse(x.cmd.BaseURL) // a broken one is a finding of its own
	path := "/readyz"
	if base != nil {
		path = strings.TrimRight(base.Path, "/") + path
	}
	req, err := http.NewRequestWithContext(part, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		x.add(levelNote, "running.no", x.cmd.Listen)
		return
	}
	defer func() { _ = res.Body.Close() }()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 1000)) // what was not read is left out
	x.running = strings.TrimSpace(string(said))
	switch {
	case res.StatusCode == http.StatusServiceUnavailable:
		x.add(levelFault, "running.not-ready", x.running)
	case res.StatusCode != http.StatusOK || !strings.HasPrefix(x.running, "ready"):
		x.running = ""
		x.add(levelFault, "running.other", x.cmd.Listen)
	}
	x.fine()
}

// standing is the folder of notices and settings as a start would see it,
// without making one.
func (x *examination) standing(ctx context.Context) (fs.FS, func(), error) {
	if x.cmd.Mongo == "" && x.cmd.Content == "" {
		if _, err := os.Stat(filepath.Join(x.cmd.Data, "content")); errors.Is(err, fs.ErrNotExist) {
			fsys, err := notices("")
			return fsys, func() {}, err
		}
	}
	p, err := openPlaceToRead(ctx, x.cmd.stored, x.cmd.Content)
	if err != nil {
		return nil, func() {}, err
	}
	fsys, err := p.FS(ctx)
	return fsys, func() { _ = p.Close() }, err
}

// checkNotices holds the notices to the rules of `rectify check`.
func checkNotices(ctx context.Context, x *examination) {
	fsys, done, err := x.standing(ctx)
	defer done()
	if err != nil {
		x.add(levelFault, "notices.unreadable", err)
		return
	}
	all, found, err := library.Read(ctx, fsys)
	if err != nil {
		x.add(levelFault, "notices.unreadable", err)
		return
	}
	wrong := map[string]int{}
	for _, d := range found {
		if d.Severity == content.Error {
			wrong[d.File]++
		}
	}
	for file, n := range wrong {
		x.add(levelFault, "notices.errors", file, n)
	}
	if len(all) == 0 {
		x.add(levelWarn, "notices.none")
	}
	x.fine(len(all))
}

// read reads the settings.
func (x *examination) settings(ctx context.Context) (*body.Body, []content.Diagnostic, error) {
	fsys, done, err := x.standing(ctx)
	defer done()
	if err != nil {
		return nil, nil, err
	}
	return settings(fsys)
}

func checkSettings(ctx context.Context, x *examination) {
	_, found, err := x.settings(ctx)
	if err != nil {
		x.add(levelFault, "settings.unreadable", err)
		return
	}
	var unset []string
	wrong := 0
	for _, d := range found {
		switch {
		case d.Severity == content.Error:
			wrong++
		case d.Code == "unset":
			unset = append(unset, fmt.Sprint(d.Args...))
		}
	}
	if wrong > 0 {
		x.add(levelFault, "settings.errors", wrong)
	}
	if len(unset) > 0 {
		x.add(levelWarn, "settings.unset", strings.Join(unset, ", "))
	}
	x.fine()
}

// checkCalendar asks for the official tables of this year and, from November
// on, of the next.
func checkCalendar(ctx context.Context, x *examination) {
	b, _, err := x.settings(ctx)
	if err != nil {
		return // said by checkSettings
	}
	days, today := b.Clocks().Days, calendar.On(x.now())
	if !days.Official(today.Year()) {
		x.add(levelFault, "calendar.missing", today.Year())
	}
	if x.now().In(calendar.Beijing()).Month() >= time.November && !days.Official(today.Year()+1) {
		x.add(levelWarn, "calendar.next", today.Year()+1)
	}
	x.fine(today.Year())
}

// checkMailOut reaches the server that takes letters.
func checkMailOut(ctx context.Context, x *examination) {
	if x.cmd.SMTP == "" {
		x.add(levelWarn, "mail-out.none")
		return
	}
	relay, err := mailout.ParseRelay(x.cmd.SMTP)
	if err != nil {
		x.add(levelFault, "mail-out.flag", err)
		return
	}
	from := x.cmd.MailAddress
	if b, _, err := x.settings(ctx); from == "" && err == nil && len(b.Contacts.Email) > 0 {
		from = b.Contacts.Email[0]
	}
	if !strings.Contains(from, "@") {
		x.add(levelFault, "mail-out.address")
		return
	}
	if x.cmd.BaseURL == "" {
		x.add(levelFault, "mail-out.base")
	}
	if err := (mailout.Sender{Relay: relay, From: from}).Check(ctx); err != nil {
		x.add(levelFault, "mail-out.unable", relay, err)
	}
	x.fine(relay)
}

// checkMailIn signs in to each mailbox, and looks whether the listener could listen.
func checkMailIn(ctx context.Context, x *examination) {
	if !x.cmd.reads() {
		x.add(levelNote, "mail-in.none")
		return
	}
	for _, text := range x.cmd.IMAP {
		box, err := imap.ParseURL(text)
		if err != nil {
			x.add(levelFault, "mail-in.flag", err)
			continue
		}
		if err := imap.Check(ctx, box); err != nil {
			x.add(levelFault, "mail-in.unable", box, err)
		}
	}
	if addr := x.cmd.LMTP; addr != "" && x.running == "" {
		kind, at := "tcp", strings.TrimPrefix(addr, "smtp://")
		if path, unix := strings.CutPrefix(addr, "unix:"); unix {
			kind, at = "unix", path
		}
		if kind == "tcp" {
			l, err := net.Listen(kind, at)
			if err != nil {
				x.add(levelFault, "mail-in.listen", addr, err)
			} else {
				_ = l.Close()
			}
		} else if info, err := os.Stat(filepath.Dir(at)); err != nil || !info.IsDir() {
			x.add(levelFault, "mail-in.listen", addr, fs.ErrNotExist)
		}
	}
	x.fine(len(x.cmd.IMAP))
}

// checkElsewhere asks the provider of sign-ins for its addresses.
func checkElsewhere(ctx context.Context, x *examination) {
	p, err := x.cmd.provider(feedback.Keys{})
	switch {
	case err != nil:
		x.add(levelFault, "sign-in.flag", err)
		return
	case p == nil:
		return
	}
	if err := p.Check(ctx); err != nil {
		x.add(levelFault, "sign-in.away", x.cmd.OIDCIssuer, err)
	}
	x.fine(x.cmd.OIDCIssuer)
}

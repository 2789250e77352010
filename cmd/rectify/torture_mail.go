package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"

	boxes "rectify/feedback/mail/imap"
	"rectify/feedback/mail/mailtest/servers"
)

const (
	tortureMail   = "yijian@torture.example" // where the program takes mail
	mailPatience  = 20 * time.Second
	tortureWriter = "citizen@example.net"
)

// asMail is an item as a message. The same item is the same message.
func (it *item) asMail() []byte {
	return fmt.Appendf(nil, "From: <%s>\r\nTo: <%s>\r\nSubject: yijian\r\nDate: %s\r\nMessage-ID: <%s@example.net>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n",
		tortureWriter, tortureMail, it.made.Format(time.RFC1123Z), it.key, it.text)
}

// relayMail is the body's relay: what is answered with 250 is acknowledged.
type relayMail struct{ addr string }

func (*relayMail) name() string { return "lmtp" }

func (r *relayMail) send(ctx context.Context, it *item) (told, bool, error) {
	err := deliver(ctx, r.addr, tortureWriter, tortureMail, it.asMail())
	return told{}, err == nil, err
}

// deliver hands one message to an LMTP server; nil means that it said 250.
func deliver(ctx context.Context, addr, from, to string, raw []byte) error {
	conn, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	c := smtp.NewClientLMTP(conn)
	defer func() { _ = c.Close() }()
	if err := c.Mail(from, nil); err != nil {
		return fmt.Errorf("lmtp: %w", err)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return fmt.Errorf("lmtp: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("lmtp: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return fmt.Errorf("lmtp: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("lmtp: %w", err)
	}
	return nil
}

// dial connects; the connection ends with ctx and after mailPatience.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: mailPatience}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, conn.SetDeadline(time.Now().Add(mailPatience))
}

// mailbox is one on a real server that the program reads. What the server has
// taken must be found afterwards, though the program never said a word of it.
type mailbox struct{ servers.Dovecot }

func (*mailbox) name() string { return "imap" }

// address is the mailbox as the program is told it.
func (m *mailbox) address() string {
	u := url.URL{Scheme: "imap", User: url.UserPassword(m.User, m.Password), Host: m.IMAP, Path: "/INBOX", RawQuery: "moved=Archive"}
	return u.String()
}

func (m *mailbox) open(ctx context.Context) (*imapclient.Client, error) {
	conn, err := dial(ctx, m.IMAP)
	if err != nil {
		return nil, err
	}
	c := imapclient.New(conn, nil)
	if err := c.Login(m.User, m.Password).Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("mailbox: %w", err), c.Close())
	}
	return c, nil
}

func (m *mailbox) send(ctx context.Context, it *item) (told, bool, error) {
	c, err := m.open(ctx)
	if err != nil {
		return told{}, false, err
	}
	defer func() { _ = c.Close() }()
	raw := it.asMail()
	put := c.Append("INBOX", int64(len(raw)), nil)
	_, err = put.Write(raw)
	if err = errors.Join(err, put.Close()); err != nil {
		return told{}, false, fmt.Errorf("mailbox: %w", err)
	}
	if _, err := put.Wait(); err != nil {
		return told{}, false, fmt.Errorf("mailbox: %w", err)
	}
	return told{}, true, nil
}

// unread is how many messages the program has not taken yet: what it took is
// moved away, or has its keyword where the server would not move it.
func (m *mailbox) unread(ctx context.Context) (int, error) {
	c, err := m.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return 0, fmt.Errorf("mailbox: %w", err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{boxes.Keyword}}, nil).Wait()
	if err != nil {
		return 0, fmt.Errorf("mailbox: %w", err)
	}
	return len(found.AllUIDs()), nil
}

// mail opens the ways of mail: a relay of the torture's own and, where dovecot
// is installed, a mailbox.
func (t *torture) mail(ctx context.Context) (done func(), err error) {
	if t.relay, err = freeAddr(ctx); err != nil {
		return func() {}, err
	}
	t.channels = append(t.channels, &lane{channel: &relayMail{t.relay}})
	box, stop, err := servers.StartDovecot()
	if errors.Is(err, servers.ErrMissing) {
		fmt.Println("no mailbox is read:", err)
		return func() {}, nil
	}
	if err != nil {
		return func() {}, err
	}
	t.box = &mailbox{box}
	t.channels = append(t.channels, &lane{channel: t.box})
	return stop, nil
}

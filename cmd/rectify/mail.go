package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mailout"
	"rectify/feedback/outbox"
	"rectify/feedback/subscribe"
	"rectify/site"
)

// mailFlags say how the site writes to people.
type mailFlags struct {
	SMTP        string `name:"smtp" help:"Mail server that takes letters: smtp://user@host:587?password-file=FILE or smtps://…; without it letters wait." placeholder:"URL"`
	MailAddress string `name:"mail-address" help:"Address that letters come from and, where a mailbox is read, answers go to; the first e-mail in site.yaml where none is given." placeholder:"ADDR"`
}

// mailTokens is the purpose of the key of reply addresses; what reads answers
// draws the same.
const mailTokens = "mail tokens"

// mailing makes what letters go out by. Answers are read when a mailbox is, and
// then their address carries a token of its own.
func (s *server) mailing(ctx context.Context) error {
	m := &s.config.Mailing
	*m = site.Mailing{
		Box: s.store, Subscribers: s.store, Staff: s.store, Sealer: subscribe.ByKeys(s.config.Keys),
		Pen: s.store, Sealed: s.kept.ring, Relay: s.cmd.MailRelay, Inboxes: &mail.Watch{},
	}
	plain, err := s.mailAddress(ctx)
	if err != nil {
		return err
	}
	if plain != "" {
		if m.Address, err = mail.NewAddress(plain, s.config.Keys.Derive(mailTokens, nil)); err != nil {
			return fmt.Errorf("--mail-address: %w: %w", err, errUsage)
		}
	}
	m.Answers = s.cmd.MailAddress != "" || s.cmd.reads()
	if s.cmd.reads() && plain == "" {
		return fmt.Errorf("--lmtp, --imap: mail needs an address to come to (--mail-address): %w", errUsage)
	}
	if s.cmd.SMTP == "" {
		return nil
	}
	if plain == "" {
		return fmt.Errorf("--smtp: letters need an address to come from (--mail-address): %w", errUsage)
	}
	if u, err := url.Parse(s.cmd.BaseURL); err != nil || u.Host == "" {
		return fmt.Errorf("--smtp: letters hold links, so the site must know where it is (--base-url): %w", errUsage)
	}
	relay, err := mailout.ParseRelay(s.cmd.SMTP)
	if err != nil {
		return fmt.Errorf("--smtp: %w: %w", err, errUsage)
	}
	m.Post = &outbox.Post{
		Box: s.store, Now: time.Now, Log: s.log, Send: mailout.Sender{Relay: relay, From: string(plain)}.Send,
		Write: func(ctx context.Context, l outbox.Letter) (outbox.Message, error) { return s.live.Load().Write(ctx, l) },
		Lost:  func(ctx context.Context, l outbox.Letter, code string) error { return s.live.Load().Lost(ctx, l, code) },
	}
	return nil
}

// mailAddress is the address that letters come from; empty where none is set.
func (s *server) mailAddress(ctx context.Context) (mail.Addr, error) {
	text := s.cmd.MailAddress
	if text == "" {
		fsys, err := s.place.FS(ctx)
		if err != nil {
			return "", err
		}
		b, _, err := settings(fsys)
		if err != nil {
			return "", err
		}
		if (s.cmd.SMTP == "" && !s.cmd.reads()) || len(b.Contacts.Email) == 0 {
			return "", nil
		}
		text = b.Contacts.Email[0]
	}
	a, ok := mail.ParseAddr(text)
	if !ok {
		return "", fmt.Errorf("--mail-address: no e-mail address: %w", errUsage)
	}
	return a, nil
}

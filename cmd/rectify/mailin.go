package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/mail"
	"rectify/feedback/mail/imap"
	"rectify/feedback/mail/lmtp"
)

// mailInFlags say where mail comes from.
type mailInFlags struct {
	LMTP      string   `name:"lmtp" help:"Listener of our own for the body's mail relay: host:port or unix:/path for LMTP, smtp://host:port." placeholder:"ADDR"`
	IMAP      []string `name:"imap" help:"Mailbox to read: imaps://user@host/INBOX?password-file=FILE&moved=FOLDER; may be repeated." placeholder:"URL" sep:"none"`
	MailRelay string   `name:"mail-relay" help:"Name of the body's own relay, whose Authentication-Results are shown to staff." placeholder:"NAME"`
}

// reads reports whether mail comes in at all.
func (f mailInFlags) reads() bool { return f.LMTP != "" || len(f.IMAP) > 0 }

// mailIn is the ways by which mail comes in, open and not served yet.
type mailIn struct {
	lmtp  *lmtp.Server
	boxes []imap.Mailbox
}

// openMail opens the listener and reads the addresses of the mailboxes, so that
// what is wrong with them is said at the start.
func (s *server) openMail() (*mailIn, error) {
	in := &mailIn{}
	for _, text := range s.cmd.IMAP {
		box, err := imap.ParseURL(text)
		if err != nil {
			return nil, fmt.Errorf("--imap: %w: %w", err, errUsage)
		}
		in.boxes = append(in.boxes, box)
	}
	if s.cmd.LMTP == "" {
		return in, nil
	}
	var err error
	in.lmtp, err = lmtp.Listen(lmtp.Config{Address: s.cmd.LMTP, Accept: s.config.Mailing.Address.Receives, Sink: s.takeMail, Log: s.log})
	if err != nil {
		return nil, fmt.Errorf("--lmtp: %w", err)
	}
	s.log.Info("mail listener", "addr", in.lmtp.Addr().String())
	return in, nil
}

// run takes mail until ctx ends.
func (in *mailIn) run(ctx context.Context, s *server) {
	done := make(chan struct{}, 2)
	n := 0
	if in.lmtp != nil {
		n++
		go func() {
			if err := in.lmtp.Serve(ctx); err != nil {
				s.log.Error("mail listener ended", "err", err)
			}
			done <- struct{}{}
		}()
	}
	if len(in.boxes) > 0 {
		n++
		go func() {
			opt := imap.Options{Sink: s.takeMail, State: mailState{s.store}, Log: s.log, Watch: s.config.Mailing.Inboxes}
			if err := imap.Run(ctx, in.boxes, opt); err != nil && ctx.Err() == nil {
				s.log.Error("mailboxes are read no more", "err", err)
			}
			done <- struct{}{}
		}()
	}
	for range n {
		<-done
	}
}

// takeMail hands a message to the site as it is now.
func (s *server) takeMail(ctx context.Context, e mail.Envelope) error {
	return s.live.Load().TakeMail(ctx, e)
}

// mailState remembers how far a mailbox was read, in the store that all copies
// share.
type mailState struct{ feedback.Vault }

// mailStateLife is as long as a mailbox is likely to live.
const mailStateLife = 10 * 365 * 24 * time.Hour

func (mailState) key(mailbox string, validity uint32) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "mailbox %s\x00%d", mailbox, validity))
	return sum[:]
}

// Last implements imap.State.
func (m mailState) Last(ctx context.Context, mailbox string, validity uint32) (uint32, error) {
	value, err := m.Look(ctx, m.key(mailbox, validity), time.Now())
	if errors.Is(err, feedback.ErrNotFound) || (err == nil && len(value) != 4) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(value), nil
}

// Done implements imap.State.
func (m mailState) Done(ctx context.Context, mailbox string, validity, uid uint32) error {
	return m.Put(ctx, m.key(mailbox, validity), binary.BigEndian.AppendUint32(nil, uid), time.Now().Add(mailStateLife))
}

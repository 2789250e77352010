package site

import (
	"context"

	"rectify/feedback"
	"rectify/feedback/mail"
	"rectify/feedback/mailroom"
	"rectify/feedback/pii"
	"rectify/feedback/suspect"
)

// mailroom is what takes mail in; nil where nothing keeps files.
func (s *Site) mailroom() *mailroom.Room {
	if s.cfg.Blobs == nil {
		return nil
	}
	clocks := s.cfg.Body.Clocks()
	intake := &feedback.Intake{Store: counting{s.cfg.Store, &s.cfg.Figures.Filed}, Keys: s.cfg.Keys, Clocks: clocks, Now: s.cfg.Now}
	office := &feedback.Office{Store: s.cfg.Store, Clocks: clocks, Now: s.cfg.Now}
	room := &mailroom.Room{
		Intake: intake, Office: office, Pen: mailroom.Pen{Store: s.cfg.Mailing.Pen, Sealer: s.cfg.Mailing.Sealed}, Blobs: s.cfg.Blobs,
		Relay: s.cfg.Mailing.Relay, Now: s.cfg.Now, Log: s.cfg.Log, Keep: s.tray.Stage.Add, Candidates: s.candidates,
		Screen: func(text string) feedback.Circumstances { return s.cfg.Screen.Look(text, suspect.Signs{}) },
		NoText: s.cfg.Words.Text("zh-CN", "mail.no-text"), Cut: s.cfg.Words.Text("zh-CN", "mail.cut"),
		Mask:   masked,
		Bounce: func(context.Context, string, string) error { return nil },
		Gone:   func(ctx context.Context, whom string) error { return s.subscribe.End(ctx, whom, "") },
	}
	if s.cfg.Mailing.Address.Plain() != "@" {
		room.Ours = []mail.Address{s.cfg.Mailing.Address}
	}
	if post := s.cfg.Mailing.Post; post != nil {
		room.Bounce = post.Bounce
	}
	return room
}

// TakeMail is the mail.Sink of the site.
func (s *Site) TakeMail(ctx context.Context, e mail.Envelope) error { return s.room.Take(ctx, e) }

// candidates are what a message could be about: every notice and its leaves.
func (s *Site) candidates() []mail.Candidate {
	var list []mail.Candidate
	for _, e := range s.cfg.Library.Snapshot().Entries() {
		n := e.Notice
		list = append(list, mail.Candidate{Notice: n.Slug, Title: n.Title, Words: []string{n.Number}})
		for _, l := range n.Leaves() {
			list = append(list, mail.Candidate{Notice: n.Slug, Item: l.ID, Title: l.Title})
		}
	}
	return list
}

// masked is a text without identity and bank numbers.
func masked(text string) string {
	text, _ = pii.MaskStrong(text)
	return text
}

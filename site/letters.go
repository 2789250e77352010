package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"rectify/content/history"
	"rectify/feedback"
	"rectify/feedback/mail"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
	"rectify/site/letter"
	"rectify/site/public"
)

// Mailing is how a site writes to people.
type Mailing struct {
	Box         outbox.Store
	Subscribers subscribe.Store
	Sealer      subscribe.Sealer // of subscribers' addresses
	Staff       staff.Store      // whom reminders go to
	Post        *outbox.Post     // nil: there is no way out, letters wait
	Address     mail.Address     // that letters come from
	Answers     bool             // answers to letters are read
	Pen         mailroom.Store   // messages that became no submission
	Sealed      feedback.Sealer  // of those messages
	Inboxes     *mail.Watch      // which mailboxes cannot be read; nil: nobody looks
	Relay       string           // whose Authentication-Results are believed; empty: nobody's
}

// remindEvery is how often the time of the reminders is looked for.
const remindEvery = 30 * time.Second

// mailing makes what letters are written by.
func (s *Site) mailing() {
	m := s.cfg.Mailing
	if m.Sealer == nil {
		m.Sealer = subscribe.ByKeys(s.cfg.Keys)
	}
	s.subscribe = &subscribe.Desk{Store: m.Subscribers, Box: m.Box, Vault: s.cfg.Vault, Keys: s.cfg.Keys, Sealer: m.Sealer, Now: s.cfg.Now}
	topics := &public.Pages{Store: s.cfg.Store, Library: s.cfg.Library}
	s.letters = &letter.Writer{
		Site: s.shared, Store: s.cfg.Store, Staff: m.Staff, Subscribe: s.subscribe, Clocks: s.cfg.Body.Clocks(), Keys: s.cfg.Keys, Now: s.cfg.Now,
		Alarm: s.alarm, Report: s.weekly.Report, Topic: topics.Topic, Address: m.Address, Answers: m.Answers,
		Texts: func(ctx context.Context) (letter.Texts, error) {
			kept, err := letter.Load(ctx, s.cfg.Press.Notices)
			return kept.Texts, err
		},
	}
}

// Write writes a letter as things stand now.
func (s *Site) Write(ctx context.Context, l outbox.Letter) (outbox.Message, error) {
	return s.letters.Write(ctx, l)
}

// Letters queues what is to be told, until ctx ends: what submissions owe their
// senders, news for subscribers, reminders for staff.
func (s *Site) Letters(ctx context.Context) {
	queue := &outbox.Queue{
		Store: s.cfg.Store, Office: &feedback.Office{Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now},
		Box: s.cfg.Mailing.Box, Keys: s.cfg.Keys, Now: s.cfg.Now, Log: s.cfg.Log,
	}
	var wg sync.WaitGroup
	wg.Go(func() { queue.Follow(ctx) })
	wg.Go(func() { s.subscribe.Run(ctx, s.cfg.Log) })
	wg.Go(func() { s.remind(ctx) })
	wg.Wait()
}

func (s *Site) remind(ctx context.Context) {
	tick := time.NewTicker(remindEvery)
	defer tick.Stop()
	for {
		if err := s.Remind(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("reminders are not queued", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Lost notes that a letter will not arrive: with its submission, where staff see
// it, or by ending the subscription of a mailbox that takes nothing. Noted twice
// it changes nothing.
func (s *Site) Lost(ctx context.Context, l outbox.Letter, code string) error {
	if l.Number == "" {
		return s.subscribe.Lost(ctx, l)
	}
	office := &feedback.Office{Store: s.cfg.Store, Clocks: s.cfg.Body.Clocks(), Now: s.cfg.Now}
	lost := feedback.Undelivered{Event: l.Event, Reason: string(l.Kind) + " " + code}
	for {
		sub, err := s.cfg.Store.Get(ctx, l.Number)
		if errors.Is(err, feedback.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("letter lost: %w", err)
		}
		if slices.ContainsFunc(sub.Events, func(e feedback.Event) bool { return e.Act == feedback.ActUndelivered && e.Note == lost.Reason }) {
			return nil
		}
		_, err = office.Do(ctx, l.Number, sub.Rev, lost, feedback.Program())
		switch {
		case errors.Is(err, feedback.ErrConflict):
		case errors.Is(err, feedback.ErrFull):
			s.cfg.Log.Warn("a lost letter is not noted, the record is full", "number", l.Number)
			return nil
		default:
			return err
		}
	}
}

// opinionNews tells subscribers of a change of what the public sees of a
// submission.
func (s *Site) opinionNews(ctx context.Context, n feedback.News) error {
	topics := []subscribe.Topic{subscribe.OnOpinion(n.Number)}
	if n.Notice != "" {
		topics = append(topics, subscribe.OnNotice(n.Notice))
		if n.Item != "" {
			topics = append(topics, subscribe.OnLeaf(n.Notice, n.Item))
		}
	}
	return s.stir(ctx, topics, n.At)
}

// NoticeNews tells subscribers of a version of a notice, and of each leaf that
// it changed. A minor change is no news.
func (s *Site) NoticeNews(ctx context.Context, v history.Version) error {
	anybody, err := s.cfg.Mailing.Subscribers.Subscriptions(ctx, "", 1)
	if err != nil || len(anybody) == 0 || v.Minor || v.Concealed != nil {
		return err
	}
	topics := []subscribe.Topic{subscribe.OnNotice(v.Slug)}
	if v.N > 1 {
		now, err := s.cfg.Archive.Version(ctx, v.Slug, v.N)
		if err != nil {
			return fmt.Errorf("news of a notice: %w", err)
		}
		if old, err := s.cfg.Archive.Version(ctx, v.Slug, v.N-1); err == nil { // else its text was taken out
			for _, p := range history.Diff(old.Notice(), now.Notice()).Parts {
				if p.ID != "" {
					topics = append(topics, subscribe.OnLeaf(v.Slug, p.ID))
				}
			}
		}
	}
	return s.stir(ctx, topics, v.At)
}

func (s *Site) stir(ctx context.Context, topics []subscribe.Topic, at time.Time) error {
	for _, t := range topics {
		if err := s.cfg.Mailing.Subscribers.Stir(ctx, t, at); err != nil {
			return fmt.Errorf("news for subscribers: %w", err)
		}
	}
	return nil
}

// Remind queues what is written to staff in the morning when it is time: the
// day's reminders, and the report of the last week.
func (s *Site) Remind(ctx context.Context) error {
	return errors.Join(s.letters.Remind(ctx, s.cfg.Mailing.Box), s.letters.TellWeekly(ctx, s.cfg.Mailing.Box))
}

package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/rounds"
)

// Queue turns what submissions owe their senders into letters. Any number of
// copies may run it at once: each letter is queued once, however often it is
// tried.
type Queue struct {
	Store  feedback.Store
	Office *feedback.Office
	Box    Store
	Keys   feedback.Keys
	Now    func() time.Time
	Log    *slog.Logger
}

// How often the follower looks, and at how much.
const (
	lookEvery = time.Second
	lookLimit = 50
)

// Follow queues letters until ctx ends.
func (q *Queue) Follow(ctx context.Context) {
	rounds.Follow(ctx, lookEvery, q.Look, func(err error) { q.Log.Warn("letters are not queued", "err", err) }, nil)
}

// Look queues everything that is owed now.
func (q *Queue) Look(ctx context.Context) error {
	query := feedback.Query{Owed: true, Sort: feedback.ByNumber, Limit: lookLimit}
	for {
		page, next, err := q.Store.List(ctx, query)
		if err != nil {
			return fmt.Errorf("look for owed letters: %w", err)
		}
		for i := range page {
			if err := q.queue(ctx, &page[i]); err != nil {
				return fmt.Errorf("queue letters of %s: %w", page[i].Number, err)
			}
		}
		if query.After = next; next == "" {
			return nil
		}
	}
}

// queue puts the letters first and then says so: whoever dies in between leaves
// it to be done again, which changes nothing.
func (q *Queue) queue(ctx context.Context, s *feedback.Submission) error {
	if len(s.Relay) > 0 {
		return q.relay(ctx, s) // what is owed besides comes with the next look
	}
	for _, event := range s.Owed {
		l, ok := About(s, event, q.Now())
		if !ok || !s.MayWrite() {
			continue // taken back meanwhile
		}
		if l.Kind == Received {
			if s.Suspected() || (len(s.Mails) > 0 && s.Mails[0].Forged()) {
				continue // its address may be somebody else's; who is honest hears when it is taken up
			}
			mine, err := q.firstToday(ctx, s, s.Events[event].At)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
		}
		if _, err := q.Box.PutLetter(ctx, l); err != nil {
			return err
		}
	}
	_, err := q.Office.Do(ctx, s.Number, s.Rev, feedback.Queued{Events: s.Owed}, feedback.Program())
	if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrMove) {
		return nil // somebody else did it, or it changed: the next look sees
	}
	return err
}

// firstToday takes the one acknowledgement that an address gets in a day, so
// that two programs that answer each other end after one (RFC 3834). The later
// ones of that day learn of their number by the next letter.
func (q *Queue) firstToday(ctx context.Context, s *feedback.Submission, at time.Time) (bool, error) {
	day := calendar.On(at)
	held := New("slot-"+Digest(q.Keys, s.Contact.Email)+"-"+string(day), slot, q.Now())
	held.State, held.Number, held.Ended = taken, s.Number, held.Queued
	kept, err := q.Box.PutLetter(ctx, held)
	return err == nil && kept.Number == s.Number, err
}

// Digest stands for an e-mail address where the address itself must not: keyed,
// so that nobody who reads the store can try addresses.
func Digest(k feedback.Keys, address string) string {
	h := hmac.New(sha256.New, k.Derive("address digest", nil))
	h.Write([]byte(strings.ToLower(strings.TrimSpace(address))))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:15]))
}

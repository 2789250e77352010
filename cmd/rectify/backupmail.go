package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/outbox"
	"rectify/feedback/subscribe"
)

// correspondence is what a store keeps of letters and subscriptions, and counts.
type correspondence interface {
	outbox.Store
	subscribe.Store
	Tally() feedback.Tally
}

// count is one count of a store.
type count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// backupPage is how much is read at once.
const backupPage = 200

// mailParts are the letters and subscriptions of a store, and its counts, as
// sections of a backup. Sent letters are among them: what was acknowledged today is not
// acknowledged again after a restore. To check a file no store is needed.
func mailParts(s correspondence) []backup.Part {
	return []backup.Part{
		mailPart("letters", func(l outbox.Letter) bool { return l.ID != "" && l.Rev > 0 },
			func(ctx context.Context, put func(outbox.Letter) error) error { return eachLetter(ctx, s, put) },
			func(ctx context.Context, l outbox.Letter) error {
				kept, err := s.PutLetter(ctx, l)
				return alike(err, kept.Rev == l.Rev && kept.State == l.State)
			}),
		mailPart("subscriptions", func(n subscribe.Subscription) bool { return n.ID != "" && n.Rev > 0 },
			func(ctx context.Context, put func(subscribe.Subscription) error) error {
				return eachSubscription(ctx, s, put)
			},
			func(ctx context.Context, n subscribe.Subscription) error {
				kept, err := s.PutSubscription(ctx, n)
				return alike(err, kept.Rev == n.Rev && kept.Topic == n.Topic)
			}),
		mailPart("tallies", func(n count) bool { return n.Name != "" && n.N >= 0 },
			func(ctx context.Context, put func(count) error) error {
				return s.Tally().Each(ctx, func(name string, n int64) error { return put(count{name, n}) })
			},
			func(ctx context.Context, n count) error { return s.Tally().Raise(ctx, n.Name, n.N) }),
	}
}

func mailPart[T any](name string, sound func(T) bool, tell func(context.Context, func(T) error) error, keep func(context.Context, T) error) backup.Part {
	parse := func(record []byte) (v T, err error) {
		if err = json.Unmarshal(record, &v); err == nil && !sound(v) {
			err = errors.New("record has no name")
		}
		return v, err
	}
	return backup.Part{
		Section: archive.Section{
			Name: name,
			Write: func(ctx context.Context, put func([]byte) error) error {
				return tell(ctx, func(v T) error {
					record, err := json.Marshal(v)
					if err != nil {
						return fmt.Errorf("write record: %w", err)
					}
					return put(record)
				})
			},
			Check: func(record []byte) error { _, err := parse(record); return err },
			Read: func(ctx context.Context, record []byte) error {
				v, err := parse(record)
				if err != nil {
					return err
				}
				return keep(ctx, v)
			},
		},
		Blank: func(ctx context.Context) (bool, error) {
			blank := true
			err := tell(ctx, func(T) error { blank = false; return errEnough })
			if errors.Is(err, errEnough) {
				err = nil
			}
			return blank, err
		},
	}
}

// errEnough ends a reading early.
var errEnough = errors.New("enough")

func alike(err error, same bool) error {
	if err == nil && !same {
		return feedback.ErrConflict
	}
	return err
}

func eachLetter(ctx context.Context, s outbox.Store, each func(outbox.Letter) error) error {
	for q := (outbox.Query{Limit: backupPage}); ; {
		page, next, err := s.Letters(ctx, q)
		if err != nil {
			return err
		}
		for _, l := range page {
			l.Lease = "" // whoever holds it now does not after a restore
			if err := each(l); err != nil {
				return err
			}
		}
		if q.After = next; next == "" {
			return nil
		}
	}
}

func eachSubscription(ctx context.Context, s subscribe.Store, each func(subscribe.Subscription) error) error {
	for after := ""; ; {
		page, err := s.Subscriptions(ctx, after, backupPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, n := range page {
			if err := each(n); err != nil {
				return err
			}
		}
		after = page[len(page)-1].ID
	}
}

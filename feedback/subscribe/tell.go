package subscribe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"rectify/feedback"
	"rectify/feedback/outbox"
	"rectify/feedback/rounds"
)

// Times of telling: a subscriber hears at most once an Interval; a letter waits
// a moment before it is sent, so that what it tells of is noted first.
const (
	Interval    = time.Hour
	tellEvery   = 5 * time.Second
	tellAtOnce  = 100
	settle      = time.Minute
	pendingLife = 3 * 24 * time.Hour
)

// Run tells subscribers of news until ctx ends. Any number of copies may.
func (d *Desk) Run(ctx context.Context, log *slog.Logger) {
	var purged time.Time
	rounds.Follow(ctx, tellEvery, func(ctx context.Context) error {
		err := d.Tell(ctx)
		if now := d.Now(); err == nil && now.Sub(purged) > time.Hour {
			purged = now
			err = d.Store.PurgeSubscriptions(ctx, now.Add(-pendingLife))
		}
		return err
	}, func(err error) { log.Warn("subscribers are not told", "err", err) }, nil)
}

// Tell queues a letter for each subscriber whose hour has come.
func (d *Desk) Tell(ctx context.Context) error {
	list, err := d.Store.Stirred(ctx, d.now().Add(-Interval), tellAtOnce)
	if err != nil {
		return fmt.Errorf("look for news to tell: %w", err)
	}
	done := make(map[string]bool)
	for _, s := range list {
		if done[s.Who] {
			continue
		}
		done[s.Who] = true
		if err := d.tell(ctx, s.Who); err != nil {
			return fmt.Errorf("tell a subscriber: %w", err)
		}
	}
	return nil
}

// tell queues one letter and then notes of which topics it tells. The letter is
// named after the minute: two copies make one, and a letter whose topics were
// not noted in time, because its maker died, is followed by another.
func (d *Desk) tell(ctx context.Context, who string) error {
	now := d.now()
	l := outbox.New("news-"+who+"-"+strconv.FormatInt(now.Unix()/60, 36), outbox.News, now)
	l.Whom, l.Next = who, now.Add(settle)
	kept, err := d.Box.PutLetter(ctx, l)
	if err != nil || kept.State != outbox.Waiting {
		return err
	}
	list, err := d.Store.SubscriptionsOf(ctx, who)
	if err != nil {
		return err
	}
	for _, s := range list {
		if !s.Active {
			continue
		}
		rev := s.Rev
		s.Told = kept.Queued
		if !s.Stirred.IsZero() {
			s.Stirred, s.Last = time.Time{}, kept.Queued
		}
		err := d.Store.ReplaceSubscription(ctx, s, rev)
		if err != nil && !errors.Is(err, feedback.ErrConflict) && !errors.Is(err, feedback.ErrNotFound) {
			return err
		}
	}
	return nil
}

// News answers what a letter tells of: the topics that were noted for it and
// are still subscribed. outbox.ErrVoid: of nothing any more.
func (d *Desk) News(ctx context.Context, l outbox.Letter) ([]Subscription, error) {
	list, err := d.Store.SubscriptionsOf(ctx, l.Whom)
	if err != nil {
		return nil, err
	}
	var told []Subscription
	for _, s := range list {
		if s.Active && s.Last.Equal(l.Queued) {
			told = append(told, s)
		}
	}
	if len(told) == 0 {
		return nil, outbox.ErrVoid
	}
	return told, nil
}

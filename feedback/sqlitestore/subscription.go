package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/subscribe"
)

var _ subscribe.Store = (*Store)(nil)

const (
	subscriptionFields = "id, rev, who, topic, active, created, seen, stirred, told, last, address"
	insertSubscription = "INSERT INTO subscription (" + subscriptionFields + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	updateSubscription = "UPDATE subscription SET rev = ?, who = ?, topic = ?, active = ?, created = ?, seen = ?, stirred = ?, told = ?, last = ?, address = ? WHERE id = ? AND rev = ?"
)

// subscriptionColumns are the values of a row but its id.
func subscriptionColumns(s subscribe.Subscription) []any {
	active := 0
	if s.Active {
		active = 1
	}
	address := s.Address
	if address == nil {
		address = []byte{}
	}
	return []any{s.Rev, s.Who, string(s.Topic), active, millis(s.Created), millis(s.Seen), millis(s.Stirred), millis(s.Told), millis(s.Last), address}
}

// scanSubscription reads a row of subscriptionFields.
func scanSubscription(scan func(...any) error) (subscribe.Subscription, error) {
	var s subscribe.Subscription
	var created, seen, stirred, told, last int64
	if err := scan(&s.ID, &s.Rev, &s.Who, &s.Topic, &s.Active, &created, &seen, &stirred, &told, &last, &s.Address); err != nil {
		return s, err
	}
	s.Created, s.Seen, s.Stirred, s.Told, s.Last = instant(created), instant(seen), instant(stirred), instant(told), instant(last)
	return s, nil
}

// PutSubscription implements subscribe.Store.
func (s *Store) PutSubscription(ctx context.Context, n subscribe.Subscription) (subscribe.Subscription, error) {
	n.Rev = max(n.Rev, 1)
	kept, err := write(ctx, s, func(ctx context.Context, t *tx) (subscribe.Subscription, error) {
		if _, err := t.exec(ctx, insertSubscription, append([]any{n.ID}, subscriptionColumns(n)...)...); err != nil {
			return n, err
		}
		return scanSubscription(func(into ...any) error {
			return t.row(ctx, "SELECT "+subscriptionFields+" FROM subscription WHERE id = ?", []any{n.ID}, into...)
		})
	})
	if err != nil {
		return n, fmt.Errorf("put subscription: %w", err)
	}
	return kept, nil
}

// ReplaceSubscription implements subscribe.Store.
func (s *Store) ReplaceSubscription(ctx context.Context, n subscribe.Subscription, rev int64) error {
	n.Rev = rev + 1
	err := s.change(ctx, func(ctx context.Context, t *tx) error {
		return t.swapped(ctx, "subscription", n.ID, updateSubscription, append(subscriptionColumns(n), n.ID, rev)...)
	})
	if err != nil {
		return fmt.Errorf("replace subscription: %w", err)
	}
	return nil
}

// EndSubscription implements subscribe.Store.
func (s *Store) EndSubscription(ctx context.Context, id string) error {
	return s.run(ctx, "end subscription", "DELETE FROM subscription WHERE id = ?", id)
}

// Subscription implements subscribe.Store.
func (s *Store) Subscription(ctx context.Context, id string) (subscribe.Subscription, error) {
	list, err := s.subscriptions(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("subscription: %w", feedback.ErrNotFound)
	}
	if err != nil {
		return subscribe.Subscription{}, err
	}
	return list[0], nil
}

func (s *Store) subscriptions(ctx context.Context, which string, args ...any) ([]subscribe.Subscription, error) {
	var list []subscribe.Subscription
	err := s.rows(ctx, "SELECT "+subscriptionFields+" FROM subscription "+which, args, func(r *sql.Rows) error {
		n, err := scanSubscription(r.Scan)
		list = append(list, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	return list, nil
}

// SubscriptionsOf implements subscribe.Store.
func (s *Store) SubscriptionsOf(ctx context.Context, who string) ([]subscribe.Subscription, error) {
	return s.subscriptions(ctx, "WHERE who = ? ORDER BY topic LIMIT ?", who, subscribe.MaxTopics)
}

// Stir implements subscribe.Store.
func (s *Store) Stir(ctx context.Context, topic subscribe.Topic, at time.Time) error {
	var one int
	err := s.read(ctx, func(db *sql.DB) error { // for most topics there is nobody, and nothing to write
		return notFound(db.QueryRowContext(ctx, "SELECT 1 FROM subscription WHERE topic = ? AND active = 1 AND seen < ? LIMIT 1", string(topic), millis(at)).Scan(&one))
	})
	if err != nil {
		return ignoreMissing(err)
	}
	ms := millis(at)
	return s.run(ctx, "stir subscriptions", "UPDATE subscription SET rev = rev + 1, seen = ?, stirred = iif(stirred = 0, ?, stirred) WHERE topic = ? AND active = 1 AND seen < ?",
		ms, ms, string(topic), ms)
}

// Stirred implements subscribe.Store.
func (s *Store) Stirred(ctx context.Context, told time.Time, n int) ([]subscribe.Subscription, error) {
	return s.subscriptions(ctx, "WHERE active = 1 AND stirred > 0 AND told < ? ORDER BY stirred, id LIMIT ?", millis(told), n)
}

// Subscriptions implements subscribe.Store.
func (s *Store) Subscriptions(ctx context.Context, after string, n int) ([]subscribe.Subscription, error) {
	return s.subscriptions(ctx, "WHERE id > ? ORDER BY id LIMIT ?", after, n)
}

// PurgeSubscriptions implements subscribe.Store, in small steps.
func (s *Store) PurgeSubscriptions(ctx context.Context, before time.Time) error {
	return s.purge(ctx, "DELETE FROM subscription WHERE id IN (SELECT id FROM subscription WHERE active = 0 AND created < ? LIMIT ?)", before)
}

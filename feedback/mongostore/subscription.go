package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/subscribe"
)

var _ subscribe.Store = (*Store)(nil)

// subscription is a subscription as it is kept.
type subscription struct {
	ID      string `bson:"_id"`
	Rev     int64  `bson:"rev"`
	Who     string `bson:"who"`
	Topic   string `bson:"topic"`
	Active  bool   `bson:"active"`
	Created int64  `bson:"created"`
	Seen    int64  `bson:"seen"`
	Stirred int64  `bson:"stirred"`
	Told    int64  `bson:"told"`
	Last    int64  `bson:"last"`
	Address []byte `bson:"address"`
}

func subscriptionIndexes() []mongo.IndexModel {
	return []mongo.IndexModel{
		index("who", "who", "topic"), index("topic", "topic", "active", "seen"),
		index("stirred", "active", "stirred"), index("created", "active", "created"),
	}
}

func keptSubscription(n subscribe.Subscription) subscription {
	return subscription{
		ID: n.ID, Rev: n.Rev, Who: n.Who, Topic: string(n.Topic), Active: n.Active, Created: millis(n.Created), Seen: millis(n.Seen),
		Stirred: millis(n.Stirred), Told: millis(n.Told), Last: millis(n.Last), Address: append([]byte{}, n.Address...),
	}
}

func (k subscription) subscription() subscribe.Subscription {
	return subscribe.Subscription{
		ID: k.ID, Rev: k.Rev, Who: k.Who, Topic: subscribe.Topic(k.Topic), Active: k.Active, Created: instant(k.Created), Seen: instant(k.Seen),
		Stirred: instant(k.Stirred), Told: instant(k.Told), Last: instant(k.Last), Address: k.Address,
	}
}

func (k subscription) changed() bson.D {
	return bson.D{
		{Key: "rev", Value: k.Rev}, {Key: "who", Value: k.Who}, {Key: "topic", Value: k.Topic}, {Key: "active", Value: k.Active},
		{Key: "created", Value: k.Created}, {Key: "seen", Value: k.Seen}, {Key: "stirred", Value: k.Stirred}, {Key: "told", Value: k.Told},
		{Key: "last", Value: k.Last}, {Key: "address", Value: k.Address},
	}
}

// PutSubscription implements subscribe.Store.
func (s *Store) PutSubscription(ctx context.Context, n subscribe.Subscription) (subscribe.Subscription, error) {
	n.Rev = max(n.Rev, 1)
	k := keptSubscription(n)
	err := s.add(ctx, s.subscribers, k)
	if errors.Is(err, feedback.ErrConflict) {
		return s.Subscription(ctx, n.ID)
	}
	if err != nil {
		return n, fmt.Errorf("put subscription: %w", err)
	}
	return k.subscription(), nil
}

// ReplaceSubscription implements subscribe.Store.
func (s *Store) ReplaceSubscription(ctx context.Context, n subscribe.Subscription, rev int64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	n.Rev = rev + 1
	if err := swap(ctx, s.subscribers, is("_id", n.ID), rev, keptSubscription(n).changed()); err != nil {
		return fmt.Errorf("replace subscription: %w", err)
	}
	return nil
}

// EndSubscription implements subscribe.Store.
func (s *Store) EndSubscription(ctx context.Context, id string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := s.subscribers.DeleteOne(ctx, is("_id", id)); err != nil {
		return fmt.Errorf("end subscription: %w", err)
	}
	return nil
}

// Subscription implements subscribe.Store.
func (s *Store) Subscription(ctx context.Context, id string) (subscribe.Subscription, error) {
	list, err := s.subscribed(ctx, is("_id", id), nil, 1)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("subscription: %w", feedback.ErrNotFound)
	}
	if err != nil {
		return subscribe.Subscription{}, err
	}
	return list[0], nil
}

func (s *Store) subscribed(ctx context.Context, which, sort bson.D, n int) ([]subscribe.Subscription, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	how := options.Find().SetLimit(int64(n))
	if sort != nil {
		how.SetSort(sort)
	}
	found, err := s.subscribers.Find(ctx, which, how)
	if err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	var ks []subscription
	if err := found.All(ctx, &ks); err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	var list []subscribe.Subscription
	for _, k := range ks {
		list = append(list, k.subscription())
	}
	return list, nil
}

// SubscriptionsOf implements subscribe.Store.
func (s *Store) SubscriptionsOf(ctx context.Context, who string) ([]subscribe.Subscription, error) {
	return s.subscribed(ctx, is("who", who), is("topic", 1), subscribe.MaxTopics)
}

// Stir implements subscribe.Store: those that were quiet first, then the rest.
func (s *Store) Stir(ctx context.Context, topic subscribe.Topic, at time.Time) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	ms := millis(at)
	which := bson.D{{Key: "topic", Value: string(topic)}, {Key: "active", Value: true}, {Key: "seen", Value: is("$lt", ms)}}
	for _, step := range []struct{ which, set bson.D }{
		{append(which[:3:3], bson.E{Key: "stirred", Value: int64(0)}), bson.D{{Key: "seen", Value: ms}, {Key: "stirred", Value: ms}}},
		{which, is("seen", ms)},
	} {
		if _, err := s.subscribers.UpdateMany(ctx, step.which, bson.D{{Key: "$set", Value: step.set}, {Key: "$inc", Value: is("rev", int64(1))}}); err != nil {
			return fmt.Errorf("stir subscriptions: %w", err)
		}
	}
	return nil
}

// Stirred implements subscribe.Store.
func (s *Store) Stirred(ctx context.Context, told time.Time, n int) ([]subscribe.Subscription, error) {
	which := bson.D{{Key: "active", Value: true}, {Key: "stirred", Value: is("$gt", int64(0))}, {Key: "told", Value: is("$lt", millis(told))}}
	return s.subscribed(ctx, which, bson.D{{Key: "stirred", Value: 1}, {Key: "_id", Value: 1}}, n)
}

// Subscriptions implements subscribe.Store.
func (s *Store) Subscriptions(ctx context.Context, after string, n int) ([]subscribe.Subscription, error) {
	return s.subscribed(ctx, is("_id", is("$gt", after)), is("_id", 1), n)
}

// PurgeSubscriptions implements subscribe.Store.
func (s *Store) PurgeSubscriptions(ctx context.Context, before time.Time) error {
	past := bson.D{{Key: "active", Value: false}, {Key: "created", Value: is("$lt", millis(before))}}
	if err := sweep(ctx, s.subscribers, past); err != nil {
		return fmt.Errorf("purge subscriptions: %w", err)
	}
	return nil
}

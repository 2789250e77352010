package subscribe

import (
	"context"
	"time"
)

// Store keeps subscriptions. The stores of feedback implement it and pass the
// suite in storetest. What a method that returns nil has changed is durable.
type Store interface {
	// PutSubscription keeps s, at revision 1 unless it has one, if none has its
	// ID yet, and answers what is kept under that ID.
	PutSubscription(ctx context.Context, s Subscription) (kept Subscription, err error)

	// ReplaceSubscription keeps s if the kept revision is still rev, and makes
	// it rev+1. ErrConflict: someone was first. ErrNotFound: it ended.
	ReplaceSubscription(ctx context.Context, s Subscription, rev int64) error

	// EndSubscription forgets one; a missing one is no error.
	EndSubscription(ctx context.Context, id string) error

	// Subscription answers one, or feedback.ErrNotFound.
	Subscription(ctx context.Context, id string) (Subscription, error)

	// SubscriptionsOf answers those of one subscriber by topic, at most MaxTopics.
	SubscriptionsOf(ctx context.Context, who string) ([]Subscription, error)

	// Stir notes news of a topic: active subscriptions that have seen nothing
	// as new as at have seen it then, and are stirred if they were not. A
	// second call with the same time changes nothing.
	Stir(ctx context.Context, topic Topic, at time.Time) error

	// Stirred answers at most n active subscriptions with untold news whose
	// subscriber was last told before a time, first stirred first.
	Stirred(ctx context.Context, told time.Time, n int) ([]Subscription, error)

	// Subscriptions answers at most n by ID, behind the ID after.
	Subscriptions(ctx context.Context, after string, n int) ([]Subscription, error)

	// PurgeSubscriptions forgets those asked for before a time and never confirmed.
	PurgeSubscriptions(ctx context.Context, before time.Time) error
}

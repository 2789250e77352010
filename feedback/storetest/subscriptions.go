package storetest

import (
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/subscribe"
)

func subscriptions(t *testing.T, open Open) {
	t.Run("kept", func(t *testing.T) { subscriptionKept(t, open(t)) })
	t.Run("stirred", func(t *testing.T) { subscriptionStirred(t, open(t)) })
	t.Run("stirred at once", func(t *testing.T) { stirredAtOnce(t, open(t)) })
	t.Run("listed and purged", func(t *testing.T) { subscriptionsPurged(t, open(t)) })
}

func subscriptionOf(who string, topic subscribe.Topic) subscribe.Subscription {
	return subscribe.Subscription{ID: who + string(topic), Who: who, Topic: topic, Address: digest(who), Active: true, Created: noon(), Seen: noon()}
}

func subscribed(t testing.TB, b Backend, s subscribe.Subscription) subscribe.Subscription {
	t.Helper()
	kept, err := b.PutSubscription(background(), s)
	check(t, "put subscription", err)
	return kept
}

func subscriptionKept(t *testing.T, b Backend) {
	s := subscriptionOf("amy", subscribe.OnLeaf("hall", "3-2"))
	s.Stirred, s.Told, s.Last, s.Rev = noon().Add(time.Second), noon().Add(time.Minute), noon().Add(time.Hour), 4
	same(t, "kept", subscribed(t, b, s), s)
	other := s
	other.Active, other.Address = false, digest("other")
	same(t, "put again", subscribed(t, b, other), s)
	s.Active, s.Address = false, []byte{0, 1}
	check(t, "replace", b.ReplaceSubscription(within(t), s, 4))
	wantErr(t, "an old revision", b.ReplaceSubscription(within(t), s, 4), feedback.ErrConflict)
	s.Rev = 5
	got, err := b.Subscription(within(t), s.ID)
	check(t, "subscription", err)
	same(t, "replaced", got, s)
	same(t, "another topic", subscribed(t, b, subscriptionOf("amy", "notice/hall")).Rev, int64(1))
	subscribed(t, b, subscriptionOf("zoe", "notice/hall"))
	list, err := b.SubscriptionsOf(within(t), "amy")
	check(t, "of", err)
	if len(list) != 2 || list[0].Topic != s.Topic || list[1].Topic != "notice/hall" {
		t.Errorf("topics of one subscriber: %+v", list)
	}
	check(t, "end", b.EndSubscription(within(t), s.ID))
	check(t, "end again", b.EndSubscription(within(t), s.ID))
	_, err = b.Subscription(within(t), s.ID)
	wantErr(t, "ended", err, feedback.ErrNotFound)
	wantErr(t, "replace an ended one", b.ReplaceSubscription(within(t), s, 5), feedback.ErrNotFound)
}

func stirredOf(t testing.TB, b Backend, told time.Time) []string {
	t.Helper()
	list, err := b.Stirred(background(), told, 10)
	check(t, "stirred", err)
	var who []string
	for _, s := range list {
		who = append(who, s.Who)
	}
	return who
}

func subscriptionStirred(t *testing.T, b Backend) {
	topic := subscribe.OnNotice("hall")
	for i, who := range []string{"amy", "bob"} {
		s := subscriptionOf(who, topic)
		s.Told = noon().Add(time.Duration(i) * time.Hour)
		subscribed(t, b, s)
	}
	pending := subscriptionOf("cat", topic)
	pending.Active = false
	subscribed(t, b, pending)
	subscribed(t, b, subscriptionOf("dan", subscribe.OnNotice("other")))
	at := noon().Add(time.Minute)
	check(t, "old news", b.Stir(within(t), topic, noon()))
	same(t, "after old news", stirredOf(t, b, at.Add(24*time.Hour)), []string(nil))
	check(t, "news", b.Stir(within(t), topic, at))
	check(t, "the same news from another copy", b.Stir(within(t), topic, at))
	same(t, "stirred", stirredOf(t, b, at.Add(24*time.Hour)), []string{"amy", "bob"})
	same(t, "not told lately", stirredOf(t, b, noon().Add(time.Minute)), []string{"amy"})
	amy, err := b.Subscription(within(t), "amy"+string(topic))
	check(t, "subscription", err)
	if amy.Rev != 2 || !amy.Seen.Equal(at) || !amy.Stirred.Equal(at) {
		t.Errorf("stirred: %+v", amy)
	}
	check(t, "more news", b.Stir(within(t), topic, at.Add(time.Minute)))
	wantErr(t, "told meanwhile", b.ReplaceSubscription(within(t), amy, amy.Rev), feedback.ErrConflict)
	amy, err = b.Subscription(within(t), amy.ID)
	check(t, "subscription", err)
	if !amy.Seen.Equal(at.Add(time.Minute)) || !amy.Stirred.Equal(at) {
		t.Errorf("stirred again: %+v", amy)
	}
	amy.Stirred = time.Time{}
	check(t, "told", b.ReplaceSubscription(within(t), amy, amy.Rev))
	check(t, "heard once more", b.Stir(within(t), topic, at.Add(time.Minute)))
	same(t, "told", stirredOf(t, b, at.Add(24*time.Hour)), []string{"bob"})
}

func stirredAtOnce(t *testing.T, b Backend) {
	topic := subscribe.OnOpinion("2026-000001")
	subscribed(t, b, subscriptionOf("amy", topic))
	together(8, func(int) { check(t, "stir", b.Stir(background(), topic, noon().Add(time.Minute))) })
	s, err := b.Subscription(within(t), "amy"+string(topic))
	check(t, "subscription", err)
	if s.Rev != 2 {
		t.Errorf("the same news changed it %d times", s.Rev-1)
	}
}

func subscriptionsPurged(t *testing.T, b Backend) {
	for i := range 5 {
		s := subscriptionOf(fmt.Sprint("w", i), "notice/hall")
		s.Active = i%2 == 0
		s.Created = noon().Add(time.Duration(i-2) * time.Hour)
		subscribed(t, b, s)
	}
	check(t, "purge", b.PurgeSubscriptions(within(t), noon()))
	var got []string
	for after := ""; ; {
		list, err := b.Subscriptions(within(t), after, 2)
		check(t, "list", err)
		if len(list) == 0 {
			break
		}
		for _, s := range list {
			got = append(got, s.Who)
			after = s.ID
		}
	}
	same(t, "left", got, []string{"w0", "w2", "w3", "w4"})
}
